"""Genuine signatures of the wrong thing: another text, another digest, another key, another curve."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from signer import der
from signer.forgeries.forgery import Forgery, Kind, Make, Pair, Scene, is_in_range, retried
from signer.keys import KeyPair
from signer.p256 import N
from signer.signature import Signature

_DIGEST_BYTES: Final = 32
_SHA256: Final = ec.ECDSA(SHA256())
_PREHASHED: Final = ec.ECDSA(Prehashed(SHA256()))


def _over_message(message: Callable[[str], bytes]) -> Make:
    """By the right key, over a text made from the right one."""
    return lambda scene: scene.keys.sign(message(scene.message)).with_low_s().hex


def _over_digest(digest: Callable[[bytes], bytes]) -> Make:
    """By the right key, over a digest of any length made from the right text."""

    def make(scene: Scene) -> str:
        # ECDSA takes the leftmost 256 bits of a longer digest, and a shorter one as the number that it is.
        number = digest(scene.octets)[:_DIGEST_BYTES].rjust(_DIGEST_BYTES, b"\x00")
        return Signature.from_openssl(scene.keys.private_key.sign(number, _PREHASHED)).with_low_s().hex

    return make


def _by_key(key: Callable[[Scene], ec.EllipticCurvePrivateKey]) -> Make:
    """Over the right text, by another key, perhaps on another curve; r and s are in range on P-256 too."""

    def make(scene: Scene) -> str:
        signer = key(scene)
        return der.pair(*retried(lambda: _signed(signer, scene.octets), is_in_range)).hex()

    return make


def _signed(key: ec.EllipticCurvePrivateKey, octets: bytes) -> Pair:
    """r and s over ``octets``; s is low on the key's own curve."""
    r, s = decode_dss_signature(key.sign(octets, _SHA256))
    return r, min(s, key.curve.group_order - s)


def _scalar(keys: KeyPair) -> int:
    return keys.private_key.private_numbers().private_value


def _digest_number(scene: Scene) -> int:
    return int.from_bytes(hashlib.sha256(scene.octets).digest(), "big")


def _hash(name: str) -> Callable[[bytes], bytes]:
    return lambda message: hashlib.new(name, message, usedforsecurity=False).digest()


def _sha256(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()


_MESSAGES: Final[tuple[tuple[str, str, Callable[[str], bytes]], ...]] = (
    ("empty-message", "the empty text", lambda _: b""),
    ("newline-appended", "the text and a newline", lambda text: f"{text}\n".encode()),
    ("crlf-appended", "the text, a carriage return and a newline", lambda text: f"{text}\r\n".encode()),
    ("space-appended", "the text and a space", lambda text: f"{text} ".encode()),
    ("space-in-front", "a space and the text", lambda text: f" {text}".encode()),
    ("nul-appended", "the text and the character NUL", lambda text: f"{text}\x00".encode()),
    ("zero-in-front", "the digit 0 and the text", lambda text: f"0{text}".encode()),
    ("byte-order-mark", "a byte order mark and the text", lambda text: f"\ufeff{text}".encode()),
    ("utf-16-le", "the text in UTF-16, low bytes first", lambda text: text.encode("utf-16-le")),
    ("utf-16-be", "the text in UTF-16, high bytes first", lambda text: text.encode("utf-16-be")),
    ("utf-32", "the text in UTF-32, high bytes first", lambda text: text.encode("utf-32-be")),
    ("quoted", "the text in quotation marks", lambda text: json.dumps(text).encode()),
    ("hex-of-message", "the hex of the text", lambda text: text.encode().hex().encode()),
    ("base64-of-message", "the base64 of the text", lambda text: base64.b64encode(text.encode())),
    ("message-cut", "the text without its last character", lambda text: text[:-1].encode()),
    ("message-twice", "the text twice", lambda text: (text * 2).encode()),
    # With its NUL, as a text that reads the same in both directions would be no other one.
    ("message-reversed", "the text with its final NUL, backwards", lambda text: f"\x00{text[::-1]}".encode()),
    (
        "digest-as-text",
        "the hex of the text's SHA-256, hashed once more",
        lambda text: _sha256(text.encode()).hex().encode(),
    ),
    (
        "capital-digest-as-text",
        "the upper-case hex of the text's SHA-256, hashed once more",
        lambda text: _sha256(text.encode()).hex().upper().encode(),
    ),
    ("double-hash", "the text's SHA-256, hashed once more", lambda text: _sha256(text.encode())),
)

_DIGESTS: Final[tuple[tuple[str, str, Callable[[bytes], bytes]], ...]] = (
    ("md5", "the MD5 of the text", _hash("md5")),
    ("sha-1", "the SHA-1 of the text", _hash("sha1")),
    ("sha-224", "the SHA-224 of the text", _hash("sha224")),
    ("sha-384", "the SHA-384 of the text", _hash("sha384")),
    ("sha-512", "the SHA-512 of the text", _hash("sha512")),
    ("sha-512-256", "the SHA-512/256 of the text", _hash("sha512_256")),
    ("sha3-256", "the SHA3-256 of the text", _hash("sha3_256")),
    ("unhashed", "the text itself in place of its digest", lambda message: message),
    ("digest-zero", "a digest of zeros", lambda _: bytes(_DIGEST_BYTES)),
    ("digest-ones", "a digest of ones", lambda _: b"\xff" * _DIGEST_BYTES),
    ("digest-reversed", "the bytes of the digest backwards", lambda message: _sha256(message)[::-1]),
    ("digest-cut-to-160-bits", "the first 160 bits of the digest", lambda message: _sha256(message)[:20]),
    ("digest-without-last-byte", "the digest without its last byte", lambda message: _sha256(message)[:-1]),
    ("digest-in-hex", "the first half of the digest's hex digits", lambda message: _sha256(message).hex().encode()),
)


def _negated_key(scene: Scene) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(N - _scalar(scene.keys), ec.SECP256R1())


def _next_key(scene: Scene) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(_scalar(scene.keys) % (N - 1) + 1, ec.SECP256R1())


def _key_on(curve: ec.EllipticCurve) -> Callable[[Scene], ec.EllipticCurvePrivateKey]:
    """The same private number, reduced where the other curve's order is smaller."""
    return lambda scene: ec.derive_private_key(_scalar(scene.keys) % curve.group_order, curve)


def _over_p384(scene: Scene) -> str:
    key = _key_on(ec.SECP384R1())(scene)
    return der.pair(*retried(lambda: _signed(key, scene.octets), lambda halves: not is_in_range(halves))).hex()


_KEYS: Final[tuple[tuple[str, str, Callable[[Scene], ec.EllipticCurvePrivateKey]], ...]] = (
    ("another-key", "another device's key", lambda scene: scene.other_keys.private_key),
    ("negated-key", "the key whose public point has the same x and the other y", _negated_key),
    ("next-key", "the key whose private number is one more", _next_key),
    ("secp256k1", "the same private number on the curve secp256k1", _key_on(ec.SECP256K1())),
    ("brainpool", "the same private number on the curve brainpoolP256r1", _key_on(ec.BrainpoolP256R1())),
    ("p-224", "the same private number on the curve P-224", _key_on(ec.SECP224R1())),
)


def _over_another_message(scene: Scene) -> str:
    return scene.keys.sign(scene.other_message).with_low_s().hex


def _another_device(scene: Scene) -> str:
    return scene.other_keys.sign(scene.other_message).with_low_s().hex


def _mixed_messages(scene: Scene) -> str:
    return der.pair(scene.signature().r, scene.keys.sign(scene.other_message).with_low_s().s).hex()


def _mixed_nonces(scene: Scene) -> str:
    return der.pair(scene.signature().r, scene.signature().s).hex()


def _sum_at_infinity(scene: Scene) -> str:
    # With r = -e/d the verifier adds u1*G and u2*Q = -u1*G.
    return der.pair(-_digest_number(scene) * pow(_scalar(scene.keys), -1, N) % N, scene.signature().s).hex()


def _equal_summands(scene: Scene) -> str:
    # With r = e/d the verifier adds u1*G and u2*Q = u1*G.
    return der.pair(_digest_number(scene) * pow(_scalar(scene.keys), -1, N) % N, scene.signature().s).hex()


_OTHERS: Final[tuple[tuple[str, str, Make], ...]] = (
    ("another-message", "A valid signature over another challenge's text.", _over_another_message),
    ("another-device", "Another device's valid signature over its own text.", _another_device),
    ("mixed-messages", "r of a valid signature, and s of one over another text.", _mixed_messages),
    ("mixed-nonces", "r and s of two valid signatures over the text.", _mixed_nonces),
    ("sum-at-infinity", "Numbers for which the verifier's sum is the point at infinity.", _sum_at_infinity),
    ("equal-summands", "Numbers for which the verifier adds a point to itself.", _equal_summands),
)

SUBSTITUTION_FORGERIES: Final = (
    *(
        Forgery(f"signs-{name}", Kind.UNVERIFIABLE, f"By the right key, but over {what}.", _over_message(message))
        for name, what, message in _MESSAGES
    ),
    *(
        Forgery(f"signs-{name}", Kind.UNVERIFIABLE, f"By the right key, but over {what}.", _over_digest(digest))
        for name, what, digest in _DIGESTS
    ),
    *(
        Forgery(f"by-{name}", Kind.UNVERIFIABLE, f"Over the right text, but by {what}.", _by_key(key))
        for name, what, key in _KEYS
    ),
    Forgery(
        "by-p-384",
        Kind.OUT_OF_RANGE,
        "Over the right text, but by the same private number on the curve P-384.",
        _over_p384,
    ),
    *(Forgery(f"mix-{name}", Kind.UNVERIFIABLE, what, make) for name, what, make in _OTHERS),
)
