"""The catalogue of public keys that a target must refuse, and of spellings that it may take (contract 3)."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signer import der
from signer.keys import KeyPair
from signer.p256 import COORDINATE_BYTES, P, right_side, square_root

Make = Callable[[KeyPair], str]


@dataclass(frozen=True, slots=True)
class BadKey:
    """A value of ``key`` that gets 400.

    ``name`` is a stable kebab-case test id, ``what`` one sentence for a report, and ``make`` gives the exact
    string to send, made from a good key wherever there is anything good left in it.
    """

    name: str
    what: str
    make: Make


@dataclass(frozen=True, slots=True)
class ToleratedKey:
    """A key in a spelling that a target may take or refuse with 400; the one that is not preferred is a note."""

    name: str
    what: str
    make: Make
    preferred_accepts: bool
    """Whether the preferred answer is 202."""


def _point(x: int, y: int, prefix: int = 0x04) -> str:
    """The hex of a point in uncompressed form. Raises OverflowError where a coordinate exceeds 32 bytes."""
    return "".join((f"{prefix:02x}", *(value.to_bytes(COORDINATE_BYTES, "big").hex() for value in (x, y))))


def _coordinates(keys: KeyPair) -> tuple[int, int]:
    x, y = keys.public_point[1:33], keys.public_point[33:]
    return int.from_bytes(x, "big"), int.from_bytes(y, "big")


def _moved(move: Callable[[int, int], tuple[int, int]]) -> Make:
    """The point with other coordinates, modulo p."""

    def make(keys: KeyPair) -> str:
        x, y = move(*_coordinates(keys))
        return _point(x % P, y % P)

    return make


def _fixed(text: str) -> Make:
    return lambda _: text


def _spelled(spell: Callable[[str], str]) -> Make:
    return lambda keys: spell(keys.public_hex)


def _prefixed(prefix: int) -> Make:
    return lambda keys: bytes([prefix]).hex() + keys.public_hex[2:]


def _encoded(encode: Callable[[bytes], str]) -> Make:
    return lambda keys: encode(keys.public_point)


def _beyond_the_field(x: int, y: int) -> Make:
    """A point on the curve of which one coordinate is written with p added to it."""
    return _fixed(_point(x, y))


def _x_off_the_curve(keys: KeyPair) -> int:
    """The next x above the key's own that no point of the curve has."""
    x = _coordinates(keys)[0]
    while square_root(right_side(x)) is not None:
        x = (x + 1) % P
    return x


def _twist_point(keys: KeyPair) -> str:
    # -1 is no square modulo p: where the curve has no point, the right side's negative has a root.
    x = _x_off_the_curve(keys)
    return _point(x, square_root(-right_side(x)) or 0)


def _compressed_without_point(keys: KeyPair) -> str:
    return "02" + _x_off_the_curve(keys).to_bytes(COORDINATE_BYTES, "big").hex()


def _on_curve(curve: ec.EllipticCurve) -> Make:
    def make(_: KeyPair) -> str:
        public = ec.generate_private_key(curve).public_key()
        return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()

    return make


def _x25519(_: KeyPair) -> str:
    return X25519PrivateKey.generate().public_key().public_bytes_raw().hex()


def _spki(keys: KeyPair) -> bytes:
    return keys.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _pem(keys: KeyPair) -> str:
    public = keys.private_key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _openssh(keys: KeyPair) -> str:
    return keys.private_key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def _jwk(keys: KeyPair) -> str:
    x, y = (
        base64.urlsafe_b64encode(half).decode().rstrip("=")
        for half in (keys.public_point[1:33], keys.public_point[33:])
    )
    return json.dumps({"kty": "EC", "crv": "P-256", "x": x, "y": y})


# The smallest x above 0 that a point has: x + p still fits into 32 bytes.
_SMALL_X: Final = next(x for x in range(1, 100) if square_root(right_side(x)) is not None)
_Y_OF_SMALL_X: Final = square_root(right_side(_SMALL_X)) or 0
_Y_OF_ZERO: Final = square_root(right_side(0)) or 0

# A point whose y is small, from the edge cases of Project Wycheproof: y + p still fits into 32 bytes.
_X_OF_SMALL_Y: Final = 0xBCBB2914C79F045EAA6ECBBC612816B3BE5D2D6796707D8125E9F851C18AF015
_SMALL_Y: Final = 0x1352BB4A0FA2EA4CCEB9AB63DD684ADE5A1127BCF300A698A7193BC2

_FULL_WIDTH: Final = str.maketrans("0123456789abcdef", "０１２３４５６７８９ａｂｃｄｅｆ")

_NO_POINTS: Final = (
    BadKey("infinity", "The point at infinity, as SEC 1 writes it: 00.", _fixed("00")),
    BadKey("infinity-padded", "The point at infinity, padded with zeros to 65 bytes.", _fixed("00" * 65)),
    BadKey("infinity-as-zeros", "The point (0, 0), which some code takes for infinity.", _fixed(_point(0, 0))),
    BadKey("y-plus-one", "A point off the curve: y is one too high.", _moved(lambda x, y: (x, y + 1))),
    BadKey("x-plus-one", "A point off the curve: x is one too high.", _moved(lambda x, y: (x + 1, y))),
    BadKey("swapped", "A point off the curve: x and y are swapped.", _moved(lambda x, y: (y, x))),
    BadKey("y-zero", "A point off the curve: y is 0, as of a point of order two.", _moved(lambda x, _: (x, 0))),
    BadKey("x-zero", "A point off the curve: x is 0 and y is that of the key.", _moved(lambda _, y: (0, y))),
    BadKey("one-one", "A point off the curve: x and y are 1.", _fixed(_point(1, 1))),
    BadKey("twist", "A point on the quadratic twist of the curve.", _twist_point),
    BadKey("compressed-without-point", "A compressed point whose x no point has.", _compressed_without_point),
)

_BEYOND_THE_FIELD: Final = (
    BadKey("x-is-p", "x is p, and y is that of the point whose x is 0.", _fixed(_point(P, _Y_OF_ZERO))),
    BadKey("y-is-p", "y is p.", lambda keys: _point(_coordinates(keys)[0], P)),
    BadKey("x-plus-p", "A point on the curve, but p is added to x.", _fixed(_point(_SMALL_X + P, _Y_OF_SMALL_X))),
    BadKey("y-plus-p", "A point on the curve, but p is added to y.", _fixed(_point(_X_OF_SMALL_Y, _SMALL_Y + P))),
    BadKey("all-ones", "x and y are 2^256 - 1.", _fixed("04" + "ff" * 64)),
)

_OTHER_CURVES: Final = (
    BadKey("secp256k1", "A point on the curve secp256k1, as long as one on P-256.", _on_curve(ec.SECP256K1())),
    BadKey("brainpool", "A point on brainpoolP256r1, as long as one on P-256.", _on_curve(ec.BrainpoolP256R1())),
    BadKey("p-224", "A point on the curve P-224.", _on_curve(ec.SECP224R1())),
    BadKey("p-384", "A point on the curve P-384.", _on_curve(ec.SECP384R1())),
    BadKey("p-521", "A point on the curve P-521.", _on_curve(ec.SECP521R1())),
    BadKey("x25519", "A public key for X25519.", _x25519),
)

_WRONG_BYTES: Final = (
    BadKey("one-byte-short", "The last byte is missing.", _spelled(lambda digits: digits[:-2])),
    BadKey("one-byte-long", "A zero byte follows.", _spelled(lambda digits: digits + "00")),
    BadKey("zero-byte-in-front", "A zero byte stands in front.", _spelled(lambda digits: "00" + digits)),
    BadKey("without-prefix", "The 64 bytes of x and y without the 04.", _spelled(lambda digits: digits[2:])),
    BadKey("x-alone", "The 04 and x, without y.", _spelled(lambda digits: digits[:66])),
    BadKey("prefix-alone", "The 04 alone.", _fixed("04")),
    BadKey("twice", "The point stands there twice.", _spelled(lambda digits: digits * 2)),
    BadKey("prefix-00", "The prefix is 00.", _prefixed(0x00)),
    BadKey("prefix-01", "The prefix is 01.", _prefixed(0x01)),
    BadKey("prefix-02-uncompressed", "The prefix is 02, but y is there too.", _prefixed(0x02)),
    BadKey("prefix-05", "The prefix is 05.", _prefixed(0x05)),
    BadKey("prefix-ff", "The prefix is ff.", _prefixed(0xFF)),
    BadKey("prefix-04-compressed", "The prefix is 04, but y is missing, and x ends early.", _spelled(lambda d: d[:64])),
    BadKey("zeros", "64 zero bytes.", _fixed("00" * 64)),
)

_WRONG_SPELLINGS: Final = (
    BadKey("last-digit-missing", "The last hex digit is missing.", _spelled(lambda digits: digits[:-1])),
    BadKey("first-digit-missing", "The leading zero digit is missing.", _spelled(lambda digits: digits[1:])),
    BadKey("digit-appended", "One more hex digit follows.", _spelled(lambda digits: digits + "0")),
    BadKey("letter-z", "The last hex digit is a z.", _spelled(lambda digits: digits[:-1] + "z")),
    BadKey("non-hex", "130 letters that are no hex digits.", _fixed("xy" * 65)),
    BadKey("non-hex-appended", "Two letters that are no hex digits follow.", _spelled(lambda digits: digits + "zz")),
    BadKey("0x-prefix", "0x stands in front.", _spelled(lambda digits: "0x" + digits)),
    BadKey("space-in-front", "A space stands in front.", _spelled(lambda digits: " " + digits)),
    BadKey("space-after", "A space follows.", _spelled(lambda digits: digits + " ")),
    BadKey("newline-after", "A newline follows.", _spelled(lambda digits: digits + "\n")),
    BadKey("nul-after", "The character NUL follows.", _spelled(lambda digits: digits + "\x00")),
    BadKey("spaces", "A space stands between bytes.", _encoded(lambda point: point.hex(" "))),
    BadKey("colons", "A colon stands between bytes.", _encoded(lambda point: point.hex(":"))),
    BadKey("full-width-digits", "The hex digits are full-width.", _spelled(lambda d: d.translate(_FULL_WIDTH))),
    BadKey("quoted", "Quotation marks stand around the hex digits.", _spelled(lambda digits: f'"{digits}"')),
    BadKey("hex-of-hex", "The hex digits are written in hex once more.", _spelled(lambda d: d.encode().hex())),
)

_WRONG_FORMATS: Final = (
    BadKey("spki", "A SubjectPublicKeyInfo in hex.", lambda keys: _spki(keys).hex()),
    BadKey("spki-base64", "A SubjectPublicKeyInfo in base64.", lambda keys: base64.b64encode(_spki(keys)).decode()),
    BadKey("pem", "A SubjectPublicKeyInfo in PEM.", _pem),
    BadKey("hex-of-pem", "The PEM of the key, written in hex.", lambda keys: _pem(keys).encode().hex()),
    BadKey("base64", "The point in base64.", _encoded(lambda point: base64.b64encode(point).decode())),
    BadKey(
        "base64url", "The point in base64url.", _encoded(lambda p: base64.urlsafe_b64encode(p).decode().rstrip("="))
    ),
    BadKey("octet-string", "The point in an OCTET STRING.", _encoded(lambda p: der.element(der.OCTET_STRING, p).hex())),
    BadKey(
        "bit-string",
        "The point in a BIT STRING.",
        _encoded(lambda point: der.element(der.BIT_STRING, b"\x00" + point).hex()),
    ),
    BadKey("jwk", "The key as a JSON Web Key.", _jwk),
    BadKey("openssh", "The key as OpenSSH writes it.", _openssh),
    BadKey("null-text", "The word null.", _fixed("null")),
)

BAD_KEYS: Final[tuple[BadKey, ...]] = (
    *_NO_POINTS,
    *_BEYOND_THE_FIELD,
    *_OTHER_CURVES,
    *_WRONG_BYTES,
    *_WRONG_SPELLINGS,
    *_WRONG_FORMATS,
)
"""Keys that every target must refuse with 400."""


def _compressed(keys: KeyPair) -> str:
    point = keys.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return point.hex()


def _hybrid(keys: KeyPair) -> str:
    x, y = _coordinates(keys)
    return _point(x, y, prefix=0x06 | y & 1)


TOLERATED_KEYS: Final[tuple[ToleratedKey, ...]] = (
    ToleratedKey("compressed", "The compressed point: 02 or 03, and x.", _compressed, preferred_accepts=True),
    ToleratedKey("hybrid", "The hybrid point: 06 or 07, x and y.", _hybrid, preferred_accepts=False),
    ToleratedKey("hex-upper-case", "The hex digits in upper case.", _spelled(str.upper), preferred_accepts=True),
    ToleratedKey(
        "hex-upper-case-x",
        "The hex digits in upper case up to the end of x.",
        _spelled(lambda digits: digits[:66].upper() + digits[66:]),
        preferred_accepts=True,
    ),
)
"""Keys that a target may take or refuse."""
