"""What a run leaves behind, searched for secrets."""

from __future__ import annotations

import re
from pathlib import Path

# What a secret looks like wherever it might slip through: made-up numbers, a Bearer value, an OTP next to its name.
SECRETS = re.compile(
    r"client-secret|\+4915\d{9}|%2B4915\d{9}|\+1555\d{3}|(?:Bearer|Basic) [A-Za-z0-9._~+/-]{16,}"
    r'|"(?:otp|token|tan|access_token|number)\\*": *\\*"(?!\*\*\*)\w'
)


def slips(directory: Path, console: str) -> dict[str, str]:
    """The files (and the console) in which something looks like a secret, with the first letters of it."""
    texts = {str(path): path.read_text() for path in directory.rglob("*") if path.is_file()}
    texts["console"] = console
    return {path: found[0][:6] for path, text in texts.items() if (found := SECRETS.search(text))}
