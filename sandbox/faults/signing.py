"""Faults of signatures: what is taken for one, and by whom it may be."""

from __future__ import annotations

from hashlib import sha256

from sandbox import der
from sandbox.app import Sandbox
from sandbox.chapters.keys import KeyWish
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import fault
from sandbox.world import Key

N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@fault("trailing-bytes", clause="signing.not-der")
class TrailingBytes(Sandbox):
    """Bytes after the end of a signature are passed over."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        return super().parse_signature(call, data[: 2 + data[1]] if len(data) > 2 else data)


@fault("integers-modulo-n", clause="signing.out-of-range")
class IntegersModuloN(Sandbox):
    """r and s are reduced modulo n instead of being refused."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        loose = super().parse_signature(call, data)
        r, s = loose.r % N, loose.s % N
        content = b"".join(
            b"\x02" + bytes([n.bit_length() // 8 + 1]) + n.to_bytes(n.bit_length() // 8 + 1) for n in (r, s)
        )
        return der.parse_signature(b"\x30" + bytes([len(content)]) + content)


@fault("digest-signed-again", clause="signing.unverifiable")
class DigestSignedAgain(Sandbox):
    """A signature over the digest of the text counts as one over the text."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        again = sha256(message.encode()).digest()
        return super().verifies(call, key, signature, message) or self.curve_verifies(call, key, signature, again)


@fault("new-key-vouches-for-itself", clause="keys.wrong-device-signature")
class NewKeyVouchesForItself(Sandbox):
    """The new key may sign its own addition."""

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        itself = Key(id="", purpose=wish.key_purpose, type=wish.key_type, public=wish.key)
        return super().vouches(call, signer, wish) or super().vouches(call, itself, wish)


@fault("wrong-key-is-marked-used", clause="keys.used-at")
class WrongKeyIsMarkedUsed(Sandbox):
    """used_at is set on the key that signed only where that is the first one that was ever used."""

    def mark_used(self, call: Call, key: Key) -> None:
        key.used_at = key.used_at or call.now - 86_400
