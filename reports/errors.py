"""Why a report could not be made."""

from __future__ import annotations


class EvidenceError(Exception):
    """What a run left on disk cannot be read; the message says which file, which line, and what to do."""
