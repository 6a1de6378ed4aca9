"""The profile of the calibration's target."""

from __future__ import annotations

from pathlib import Path

from load.calibrate.target import Manner

OTP = "212212"


def written(place: Path, manner: Manner, log: Path | None, core: int | None) -> Path:
    """Write it, with the command that starts the target. log: where its log goes; core: the only one that it uses."""
    start = ["python", "-m", "load.calibrate.target", *manner.arguments()]
    start += ["--log", str(log)] if log is not None else []
    start += ["--core", str(core)] if core is not None else []
    words = ", ".join(f'"{word}"' for word in start)
    place.write_text(
        f"""name = "calibration"
api_url = "http://127.0.0.1:0"
auth_url = "http://127.0.0.1:0"
start = [{words}]

[credentials]
partner = ["TARGET_CLIENT_ID", "TARGET_CLIENT_SECRET"]

[otp]
static = "{OTP}"
static_number = "+15550101"

[limits]
concurrency = 64
load = true
""",
        encoding="utf-8",
    )
    return place
