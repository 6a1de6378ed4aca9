"""An ECDSA signature on P-256, and the ways to write it down."""

from typing import Self

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from signer.p256 import COORDINATE_BYTES, N


class Signature:
    """A pair (r, s), both in [1, n-1]; immutable (contract 2).

    It holds the DER and reads ``r`` and ``s`` out of it only when somebody asks: a load user never does.
    """

    __slots__ = ("_der",)

    _der: bytes

    def __init__(self, r: int, s: int) -> None:
        """Raises ValueError where r or s is outside [1, n-1]: that is no signature, but a forgery."""
        if not (0 < r < N and 0 < s < N):
            raise ValueError("r and s of a signature must lie in [1, n-1]")
        self._der = encode_dss_signature(r, s)

    @classmethod
    def from_der(cls, der: bytes) -> Self:
        """Read a signature from DER. Raises ValueError where it is not DER or is out of range."""
        return cls(*decode_dss_signature(der))

    @classmethod
    def from_openssl(cls, der: bytes) -> Self:
        """Take the DER that OpenSSL has just written as it is; nothing is checked."""
        signature = cls.__new__(cls)
        signature._der = der
        return signature

    @property
    def der(self) -> bytes:
        """ASN.1 DER: SEQUENCE { INTEGER r, INTEGER s }, 70 to 72 bytes as a rule."""
        return self._der

    @property
    def hex(self) -> str:
        """The DER in lower-case hex digits, as the API takes it (contract 2, facts 3)."""
        return self._der.hex()

    @property
    def integers(self) -> tuple[int, int]:
        """The pair (r, s)."""
        return decode_dss_signature(self._der)

    @property
    def r(self) -> int:
        """The first half, in [1, n-1]."""
        return self.integers[0]

    @property
    def s(self) -> int:
        """The second half, in [1, n-1]."""
        return self.integers[1]

    @property
    def raw(self) -> bytes:
        """IEEE P1363: r and s as 32 big-endian bytes each."""
        return b"".join(half.to_bytes(COORDINATE_BYTES, "big") for half in self.integers)

    def with_low_s(self) -> Self:
        """The equally valid signature whose s is at most n/2; this one where it is so already."""
        r, s = self.integers
        return self if s <= N // 2 else type(self)(r, N - s)

    def with_high_s(self) -> Self:
        """The equally valid signature whose s is above n/2; this one where it is so already."""
        r, s = self.integers
        return self if s > N // 2 else type(self)(r, N - s)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Signature):
            return NotImplemented
        return self._der == other._der

    def __hash__(self) -> int:
        return hash(self._der)

    def __repr__(self) -> str:
        return f"Signature({self.hex})"
