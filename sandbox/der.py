"""Strict DER of an ECDSA signature: ``SEQUENCE { INTEGER r, INTEGER s }`` and not a byte else (contract 2)."""

from __future__ import annotations

from dataclasses import dataclass

_SEQUENCE = 0x30
_INTEGER = 0x02


class NotDerError(ValueError):
    """The bytes are not the one DER form of a pair of integers."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A well-formed signature. Its numbers may be out of range; that is for the verifier to say."""

    der: bytes
    r: int
    s: int


def parse_signature(data: bytes) -> Signature:
    """The signature that ``data`` encodes.

    Raises:
        NotDerError: Another tag, a length or an integer that is not minimal, or bytes left over anywhere.
    """
    content, end = _element(data, 0, _SEQUENCE)
    r_bytes, r_end = _element(content, 0, _INTEGER)
    s_bytes, s_end = _element(content, r_end, _INTEGER)
    if end != len(data) or s_end != len(content):
        raise NotDerError("bytes after the end")
    return Signature(data, _integer(r_bytes), _integer(s_bytes))


def _element(data: bytes, start: int, tag: int) -> tuple[bytes, int]:
    """The content of the element that begins at ``start``, and where the next one would begin."""
    header = data[start : start + 2]
    if len(header) < 2 or header[0] != tag:
        raise NotDerError("another tag, or none")
    length, begin = header[1], start + 2
    if length >= 0x80:
        count = length & 0x7F
        octets = data[begin : begin + count]
        length, begin = int.from_bytes(octets, "big"), begin + count
        # Long form only where short form will not do, without leading zeros; 0x80 is the indefinite form.
        if not octets or len(octets) != count or octets[0] == 0 or length < 0x80:
            raise NotDerError("a length that is not minimal")
    end = begin + length
    if end > len(data):
        raise NotDerError("a length beyond the end")
    return data[begin:end], end


def _integer(content: bytes) -> int:
    """A two's complement integer in as few bytes as it needs."""
    if not content:
        raise NotDerError("an integer without bytes")
    if len(content) > 1 and ((content[0] == 0x00 and content[1] < 0x80) or (content[0] == 0xFF and content[1] >= 0x80)):
        raise NotDerError("an integer that is not minimal")
    return int.from_bytes(content, "big", signed=True)
