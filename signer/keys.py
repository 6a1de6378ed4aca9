"""P-256 key pairs: the key of a device, made, kept in a file, and used to sign."""

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from signer.signature import Signature

# One object for every signature: making it anew costs a twentieth of a signature.
_ECDSA_SHA256: Final = ec.ECDSA(SHA256())


class KeyFileError(Exception):
    """A key file that cannot be read or written; one sentence says which file, what is wrong, and what to do."""


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """The P-256 key pair of a device (contract 2).

    Two key pairs are equal where their public points are. The representation shows the public key only.
    """

    private_key: ec.EllipticCurvePrivateKey = field(compare=False)
    """The private half; it never leaves the process except through ``save``."""

    public_point: bytes = field(init=False)
    """The public key: the uncompressed point 04 || X || Y, 65 bytes."""

    def __post_init__(self) -> None:
        point = self.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        object.__setattr__(self, "public_point", point)

    @classmethod
    def generate(cls) -> Self:
        """A new random key pair."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read an unencrypted private key on P-256 from a PEM file, such as ``save`` writes.

        Raises KeyFileError where the file cannot be read or holds anything else.
        """
        try:
            key = load_pem_private_key(Path(path).read_bytes(), password=None)
        except OSError as error:
            why = f"cannot be read ({error.strerror}); check the path and its permissions"
            raise KeyFileError(f"{path}: {why}.") from None
        except TypeError:
            raise KeyFileError(f"{path}: the key is encrypted; give one without a passphrase.") from None
        except (ValueError, UnsupportedAlgorithm):
            # What the parser says may quote the file, so the chain ends here.
            raise KeyFileError(f"{path}: not a PEM private key; write one with KeyPair.save.") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise KeyFileError(f"{path}: not a key on P-256; write one with KeyPair.save.")
        return cls(key)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the private key to a new file: PKCS#8 PEM, unencrypted, mode 0600.

        The file appears whole or not at all, and never in place of another one.
        Raises KeyFileError where ``path`` exists or cannot be written.
        """
        pem = self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            # Created with mode 0600; the link then fails where the name is taken.
            with tempfile.NamedTemporaryFile(dir=Path(path).parent, prefix=".key-") as draft:
                draft.write(pem)
                draft.flush()
                os.link(draft.name, path)
        except FileExistsError:
            raise KeyFileError(f"{path}: exists already; choose another name or remove it first.") from None
        except OSError as error:
            why = f"cannot be written ({error.strerror}); check that its folder exists and is writable"
            raise KeyFileError(f"{path}: {why}.") from None

    @property
    def public_hex(self) -> str:
        """The public key as the API takes it: 130 lower-case hex digits (contract 2, facts 2.1)."""
        return self.public_point.hex()

    def sign(self, text: str | bytes) -> Signature:
        """ECDSA with SHA-256, once, over the UTF-8 of ``text``; a fresh nonce every time (contract 2).

        ``text`` is an OTP, an activation code or a string_to_sign. Either half of s may come out.
        """
        message = text.encode() if isinstance(text, str) else text
        return Signature.from_openssl(self.private_key.sign(message, _ECDSA_SHA256))

    def __repr__(self) -> str:
        return f"KeyPair({self.public_hex})"
