"""What a signature costs here, and what it costs OpenSSL: ``python -m signer.bench [seconds]``."""

import re
import shutil
import subprocess
import sys
from time import perf_counter

from signer.keys import KeyPair

_OTP = "212212"
_BATCH = 500


def sign_cost(seconds: float) -> float:
    """Microseconds per ``KeyPair.sign(...).hex``: the best batch of 500 within ``seconds``."""
    keys = KeyPair.generate()
    best = float("inf")
    end = perf_counter() + seconds
    while (start := perf_counter()) < end:
        for _ in range(_BATCH):
            keys.sign(_OTP).hex  # noqa: B018
        best = min(best, perf_counter() - start)
    return best / _BATCH * 1e6


def openssl_cost(seconds: int) -> float | None:
    """Microseconds per signature by ``openssl speed ecdsap256``; None where there is no such program."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    command = [openssl, "speed", "-seconds", str(seconds), "ecdsap256"]
    report = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
    # " 256 bits ecdsa (nistp256)   0.0000s   0.0001s  29646.5   9323.0": signatures per second stand third.
    match = re.search(r"\(nistp256\)\s+\S+\s+\S+\s+([\d.]+)", report)
    return 1e6 / float(match[1]) if match else None


def main() -> None:
    """Print both costs and their ratio; the one argument is the time for each in seconds (2)."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    ours = sign_cost(seconds)
    print(f"KeyPair.sign(...).hex    {ours:6.1f} us")
    theirs = openssl_cost(seconds)
    if theirs is None:
        print("openssl speed ecdsap256  not available")
    else:
        print(f"openssl speed ecdsap256  {theirs:6.1f} us  (ratio {ours / theirs:.2f})")


if __name__ == "__main__":
    main()
