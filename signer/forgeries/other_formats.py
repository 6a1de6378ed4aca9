"""A valid signature in a format of another world, or something else of the scene in its place."""

import base64
import hashlib
import json
import textwrap
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signer import der
from signer.forgeries.forgery import Forgery, Kind, Make, Scene, malformed, spelled
from signer.p256 import COORDINATE_BYTES
from signer.signature import Signature

# Characters that a signature may have (contract 3).
_LONGEST: Final = 2048


def _ssh(signature: Signature) -> bytes:
    """RFC 5656: r and s as mpints, each with its length in four bytes."""
    mpints = map(der.integer_content, signature.integers)
    return b"".join(len(mpint).to_bytes(4, "big") + mpint for mpint in mpints)


def _openpgp(signature: Signature) -> bytes:
    """RFC 9580: r and s as numbers, each with its bit length in two bytes."""
    return b"".join(
        half.bit_length().to_bytes(2, "big") + half.to_bytes((half.bit_length() + 7) // 8, "big")
        for half in signature.integers
    )


def _little_endian(signature: Signature) -> bytes:
    return b"".join(half.to_bytes(COORDINATE_BYTES, "little") for half in signature.integers)


def _pem(signature: Signature) -> str:
    lines = textwrap.wrap(base64.b64encode(signature.der).decode(), 64)
    return "\n".join(("-----BEGIN SIGNATURE-----", *lines, "-----END SIGNATURE-----", ""))


def _json(signature: Signature) -> str:
    return json.dumps({"r": f"{signature.r:x}", "s": f"{signature.s:x}"})


# Formats of bytes, sent as hex.
_ENCODINGS: Final[tuple[tuple[str, str, Callable[[Signature], bytes]], ...]] = (
    ("p1363", "r and s as 32 bytes each (IEEE P1363)", lambda sig: sig.raw),
    ("p1363-little-endian", "r and s as 32 bytes each, the lowest first", _little_endian),
    ("p1363-swapped", "s and r as 32 bytes each", lambda sig: sig.raw[32:] + sig.raw[:32]),
    ("p1363-in-octet-string", "an OCTET STRING of r and s", lambda sig: der.element(der.OCTET_STRING, sig.raw)),
    ("p1363-in-sequence", "a SEQUENCE of the plain bytes of r and s", lambda sig: der.element(der.SEQUENCE, sig.raw)),
    ("recoverable", "r and s as 32 bytes each with a recovery id in front (Bitcoin)", lambda sig: b"\x1b" + sig.raw),
    (
        "recoverable-behind",
        "r and s as 32 bytes each with a recovery id behind (Ethereum)",
        lambda sig: sig.raw + b"\x1b",
    ),
    ("like-a-point", "r and s as 32 bytes each with 04 in front, like a point", lambda sig: b"\x04" + sig.raw),
    ("ssh", "r and s as SSH writes them", _ssh),
    ("openpgp", "r and s as OpenPGP writes them", _openpgp),
    ("r-alone", "r alone as 32 bytes", lambda sig: sig.raw[:32]),
)

# Formats of text, sent as they are.
_TEXTS: Final[tuple[tuple[str, str, Callable[[Signature], str]], ...]] = (
    ("base64", "base64", lambda sig: base64.b64encode(sig.der).decode()),
    ("base64url", "base64url without padding", lambda sig: base64.urlsafe_b64encode(sig.der).decode().rstrip("=")),
    ("base32", "base32", lambda sig: base64.b32encode(sig.der).decode()),
    ("base64-of-p1363", "base64 of IEEE P1363", lambda sig: base64.b64encode(sig.raw).decode()),
    ("jws", "base64url of IEEE P1363 (JWS)", lambda sig: base64.urlsafe_b64encode(sig.raw).decode().rstrip("=")),
    ("base64-of-hex", "base64 of its hex", lambda sig: base64.b64encode(sig.hex.encode()).decode()),
    ("hex-of-base64", "the hex of its base64", lambda sig: base64.b64encode(sig.der).hex()),
    ("data-url", "a data URL", lambda sig: f"data:;base64,{base64.b64encode(sig.der).decode()}"),
    ("pem", "PEM", _pem),
    ("hex-of-pem", "the hex of PEM", lambda sig: _pem(sig).encode().hex()),
    ("json", "a JSON object of r and s", _json),
    ("decimal", "the decimal numbers r and s", lambda sig: "{},{}".format(*sig.integers)),
    ("one-number", "one decimal number", lambda sig: str(int(sig.hex, 16))),
    ("latin-1", "its bytes as Latin-1 characters", lambda sig: sig.der.decode("latin-1")),
)


def _ed25519(scene: Scene) -> str:
    return Ed25519PrivateKey.generate().sign(scene.message.encode()).hex()


_SUBSTITUTES: Final[tuple[tuple[str, str, Make], ...]] = (
    ("message-itself", "the text that was to be signed", lambda scene: scene.message[:_LONGEST]),
    (
        "message-in-hex",
        "the hex of the text that was to be signed",
        lambda scene: scene.message.encode().hex()[:_LONGEST],
    ),
    (
        "digest-itself",
        "the SHA-256 of the text that was to be signed",
        lambda scene: hashlib.sha256(scene.message.encode()).hexdigest(),
    ),
    ("public-key", "the public key", lambda scene: scene.keys.public_hex),
    ("ed25519", "an Ed25519 signature by a new key", _ed25519),
)


FORMAT_FORGERIES: Final = (
    *(
        Forgery(f"format-{name}", Kind.MALFORMED, f"A valid signature as {what}, in hex.", malformed(encode))
        for name, what, encode in _ENCODINGS
    ),
    *(
        Forgery(f"format-{name}", Kind.MALFORMED, f"A valid signature as {what}.", spelled(spell))
        for name, what, spell in _TEXTS
    ),
    *(
        Forgery(f"instead-{name}", Kind.MALFORMED, f"{what[0].upper()}{what[1:]} stands in place of a signature.", make)
        for name, what, make in _SUBSTITUTES
    ),
)
