"""The elements are right, but not the structure that they stand in: too few, too many, or in a wrapper."""

from collections.abc import Callable
from typing import Final

from signer import der
from signer.forgeries.forgery import Forgery, Kind, malformed
from signer.signature import Signature

# AlgorithmIdentifier { ecdsa-with-SHA256 }, as certificates put it in front of a signature.
_ALGORITHM: Final = bytes.fromhex("300a06082a8648ce3d040302")

# 1,024 bytes are 2,048 digits, the longest signature that the API takes (contract 3).
_LONGEST: Final = 1024

_EMPTY_SEQUENCE: Final = der.sequence()
_ZERO: Final = der.integer(0)


def _r(signature: Signature) -> bytes:
    return der.integer(signature.r)


def _s(signature: Signature) -> bytes:
    return der.integer(signature.s)


def _with_elements(front: bytes, behind: bytes) -> Callable[[Signature], bytes]:
    """Further elements within the SEQUENCE, in front of r and behind s."""
    return lambda signature: der.sequence(front, _r(signature), _s(signature), behind)


def _padded_sequence(signature: Signature) -> bytes:
    # The long form needs four octets in front of the content: 30 82 xx xx.
    return der.element(der.SEQUENCE, (_r(signature) + _s(signature)).ljust(_LONGEST - 4, b"\x00"))


_STRUCTURES: Final[tuple[tuple[str, str, Callable[[Signature], bytes]], ...]] = (
    # Elements that are missing or too many.
    ("r-removed", "The SEQUENCE holds s alone.", lambda sig: der.sequence(_s(sig))),
    ("s-removed", "The SEQUENCE holds r alone.", lambda sig: der.sequence(_r(sig))),
    ("r-and-s-repeated", "The SEQUENCE holds r, s, r and s.", lambda sig: der.sequence(*(_r(sig), _s(sig)) * 2)),
    ("s-repeated", "The SEQUENCE holds r, s and s.", lambda sig: der.sequence(_r(sig), _s(sig), _s(sig))),
    ("version-in-front", "The SEQUENCE holds a version number, r and s.", _with_elements(der.integer(1), b"")),
    ("zero-behind", "The SEQUENCE holds r, s and the INTEGER 0.", _with_elements(b"", _ZERO)),
    ("null-behind", "The SEQUENCE holds r, s and NULL.", _with_elements(b"", der.NULL)),
    ("null-between", "The SEQUENCE holds r, NULL and s.", lambda sig: der.sequence(_r(sig), der.NULL, _s(sig))),
    (
        "empty-sequence-in-front",
        "The SEQUENCE holds an empty SEQUENCE, r and s.",
        _with_elements(_EMPTY_SEQUENCE, b""),
    ),
    (
        "empty-sequence-behind",
        "The SEQUENCE holds r, s and an empty SEQUENCE.",
        _with_elements(b"", _EMPTY_SEQUENCE),
    ),
    (
        "high-tag-number-behind",
        "The SEQUENCE holds r, s and an element with a high tag number.",
        _with_elements(b"", b"\xbf\x7f\x00"),
    ),
    (
        "explicit-null-behind",
        "The SEQUENCE holds r, s and NULL under an explicit tag.",
        _with_elements(b"", b"\xa0\x02\x05\x00"),
    ),
    (
        "implicit-null-behind",
        "The SEQUENCE holds r, s and NULL under an implicit tag.",
        _with_elements(b"", b"\xa0\x00"),
    ),
    ("zeros-in-sequence", "Two zero octets within the SEQUENCE follow s.", _with_elements(b"", b"\x00\x00")),
    ("garbage-in-sequence", "Garbage within the SEQUENCE follows s.", _with_elements(b"", b"\xde\xad\xbe\xef")),
    ("sequence-padded", "Zeros fill the SEQUENCE up to the longest signature allowed.", _padded_sequence),
    (
        "indefinite-with-additional-element",
        "A SEQUENCE of indefinite length holds r, s and NULL.",
        lambda sig: b"\x30\x80" + _r(sig) + _s(sig) + der.NULL + b"\x00\x00",
    ),
    (
        "indefinite-with-truncated-element",
        "A SEQUENCE of indefinite length holds r, s and an element that its end cuts off.",
        lambda sig: b"\x30\x80" + _r(sig) + _s(sig) + b"\x06\x08\x11\x22\x00\x00",
    ),
    # Bytes around the signature.
    ("zero-octet-in-front", "A zero octet stands in front of the signature.", lambda sig: b"\x00" + sig.der),
    ("zero-octet-after", "A zero octet follows the signature.", lambda sig: sig.der + b"\x00"),
    ("null-after", "NULL follows the signature.", lambda sig: sig.der + der.NULL),
    ("garbage-in-front", "Garbage stands in front of the signature.", lambda sig: b"\xde\xad\xbe\xef" + sig.der),
    ("garbage-after", "Garbage follows the signature.", lambda sig: sig.der + b"\xde\xad\xbe\xef"),
    ("newline-octet-after", "The octet of a newline follows the signature.", lambda sig: sig.der + b"\n"),
    ("sighash-after", "A hash type follows the signature, as in Bitcoin.", lambda sig: sig.der + b"\x01"),
    ("padded", "Zeros follow up to the longest signature allowed.", lambda sig: sig.der.ljust(_LONGEST, b"\x00")),
    ("twice", "The signature stands there twice.", lambda sig: sig.der * 2),
    # Wrappers.
    ("in-sequence", "The signature is the one element of a SEQUENCE.", lambda sig: der.sequence(sig.der)),
    ("in-set", "The signature is the one element of a SET.", lambda sig: der.element(der.SET, sig.der)),
    ("in-explicit-tag", "The signature stands under the explicit tag [0].", lambda sig: der.element(0xA0, sig.der)),
    (
        "in-octet-string",
        "The signature is the content of an OCTET STRING.",
        lambda sig: der.element(der.OCTET_STRING, sig.der),
    ),
    (
        "in-bit-string",
        "The signature is the content of a BIT STRING.",
        lambda sig: der.element(der.BIT_STRING, b"\x00" + sig.der),
    ),
    (
        "with-algorithm",
        "An algorithm identifier stands in front of the signature, as in a certificate.",
        lambda sig: der.sequence(_ALGORITHM, der.element(der.BIT_STRING, b"\x00" + sig.der)),
    ),
    (
        "nested-pair",
        "r and s stand in a SEQUENCE each.",
        lambda sig: der.sequence(*map(der.sequence, (_r(sig), _s(sig)))),
    ),
)

# Where a signature breaks off, and how many of its bytes are left; the lengths stay as they were.
_BREAKS: Final[tuple[tuple[str, str, Callable[[Signature], int]], ...]] = (
    ("sequence-tag", "the tag of the SEQUENCE", lambda _: 1),
    ("sequence-length", "the length of the SEQUENCE", lambda _: 2),
    ("r-tag", "the tag of r", lambda _: 3),
    ("r-length", "the length of r", lambda _: 4),
    ("half-of-r", "half of r", lambda _: 20),
    ("r", "r", lambda sig: 2 + len(_r(sig))),
    ("s-tag", "the tag of s", lambda sig: 3 + len(_r(sig))),
    ("s-length", "the length of s", lambda sig: 4 + len(_r(sig))),
    ("half-of-s", "half of s", lambda sig: 20 + len(_r(sig))),
    ("all-but-one-octet", "the last octet but one", lambda sig: len(sig.der) - 1),
)


def _cut(kept: Callable[[Signature], int]) -> Callable[[Signature], bytes]:
    return lambda signature: signature.der[: kept(signature)]


STRUCTURE_FORGERIES: Final = (
    *(Forgery(f"der-{name}", Kind.MALFORMED, what, malformed(write)) for name, what, write in _STRUCTURES),
    *(
        Forgery(
            f"der-cut-after-{name}",
            Kind.MALFORMED,
            f"The signature breaks off after {place}.",
            malformed(_cut(kept)),
        )
        for name, place, kept in _BREAKS
    ),
    Forgery(
        "der-first-octet-missing",
        Kind.MALFORMED,
        "The first octet of the signature is missing.",
        malformed(lambda signature: signature.der[1:]),
    ),
)
