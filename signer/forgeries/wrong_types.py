"""A value of another ASN.1 type where r or s belongs: loosely typed code may take it for a number."""

from typing import Final

from signer import der
from signer.forgeries.forgery import Forgery, Kind, malformed
from signer.signature import Signature

_VALUES: Final = (
    ("real", "the REAL 0.25", "090380fe01"),
    ("nan", "the REAL not-a-number", "090142"),
    ("infinity", "the REAL infinity", "090140"),
    ("bad-real", "a REAL whose content breaks off", "090180"),
    ("true", "the BOOLEAN true", "0101ff"),
    ("false", "the BOOLEAN false", "010100"),
    ("null", "NULL", "0500"),
    ("empty-text", "an empty UTF8String", "0c00"),
    ("text-zero", 'the UTF8String "0"', "0c0130"),
    ("oid", "an OBJECT IDENTIFIER", "06082a8648ce3d040302"),
    ("empty-list", "an empty SEQUENCE", "3000"),
    ("list-of-zero", "a SEQUENCE of the INTEGER 0", "3003020100"),
)


def _forgeries(type_: str, title: str, value: bytes) -> tuple[Forgery, ...]:
    def in_r(signature: Signature) -> bytes:
        return der.sequence(value, der.integer(signature.s))

    def in_s(signature: Signature) -> bytes:
        return der.sequence(der.integer(signature.r), value)

    return (
        Forgery(f"r-is-{type_}", Kind.MALFORMED, f"In place of r stands {title}.", malformed(in_r)),
        Forgery(f"s-is-{type_}", Kind.MALFORMED, f"In place of s stands {title}.", malformed(in_s)),
        Forgery(
            f"r-is-zero-s-is-{type_}",
            Kind.MALFORMED,
            f"r is 0, and in place of s stands {title}.",
            malformed(lambda _: der.sequence(der.integer(0), value)),
        ),
        Forgery(
            f"r-and-s-are-{type_}",
            Kind.MALFORMED,
            f"In place of r and of s stands {title}.",
            malformed(lambda _: der.sequence(value, value)),
        ),
    )


TYPE_FORGERIES: Final = (
    *(forgery for type_, title, value in _VALUES for forgery in _forgeries(type_, title, bytes.fromhex(value))),
    Forgery("der-null", Kind.MALFORMED, "NULL stands in place of the SEQUENCE.", malformed(lambda _: der.NULL)),
    Forgery(
        "der-integer",
        Kind.MALFORMED,
        "The INTEGER r stands in place of the SEQUENCE.",
        malformed(lambda signature: der.integer(signature.r)),
    ),
)
