"""Reading signatures that are not DER: what the faults of this kind have in common, and no fault itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.der import NotDerError, Signature

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

NO_NUMBER = -(2**300)
"""Stands for a number that is none."""

_END_OF_CONTENTS = b"\x00\x00"


def encoded(r: int, s: int) -> Signature:
    """The signature of these numbers in strict DER, whatever their range."""
    content = b"".join(_element(0x02, _integer(number)) for number in (r, s))
    return Signature(_element(0x30, content), r, s)


def _integer(number: int) -> bytes:
    return number.to_bytes((number if number >= 0 else ~number).bit_length() // 8 + 1, "big", signed=True)


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def signed(content: bytes) -> int:
    return int.from_bytes(content, "big", signed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A reader of signatures that is as strict as DER, but for what is switched on.

    long_lengths: lengths longer than they need to be. length_bits: how many bits of a length count.
    clipped: a length may reach beyond the end. indefinite: lengths of 80, ended by two zero octets.
    unended: the same without their end. padded: superfluous octets in front of an integer.
    empty: an integer without octets. behind: anything behind s within the SEQUENCE. after: anything after it.
    high_tags: tags in the form for high tag numbers. is_sequence, is_integer: which tags are taken.
    integer: the number of an integer's octets.
    """

    long_lengths: bool = False
    length_bits: int | None = None
    clipped: bool = False
    indefinite: bool = False
    unended: bool = False
    padded: bool = False
    empty: bool = False
    behind: bool = False
    after: bool = False
    high_tags: bool = False
    is_sequence: Callable[[int], bool] = lambda tag: tag == 0x30
    is_integer: Callable[[int], bool] = lambda tag: tag == 0x02
    integer: Callable[[bytes], int] = signed

    def read(self, data: bytes) -> Signature:
        """The numbers of a signature, in strict DER. Raises NotDerError."""
        content, end = self._element(data, 0, self.is_sequence)
        r, r_end = self._element(content, 0, self.is_integer)
        s, s_end = self._element(content, r_end, self.is_integer)
        if (end < len(data) and not self.after) or (s_end < len(content) and not self.behind):
            raise NotDerError("bytes after the end")
        return encoded(self._number(r), self._number(s))

    def _number(self, content: bytes) -> int:
        if not content and not self.empty:
            raise NotDerError("an integer without bytes")
        if len(content) > 1 and not self.padded and content[0] == (0xFF if content[1] & 0x80 else 0x00):
            raise NotDerError("an integer that is not minimal")
        return self.integer(content)

    def _element(self, data: bytes, start: int, fits: Callable[[int], bool]) -> tuple[bytes, int]:
        if self.high_tags and data[start : start + 1] and data[start] & 0x1F == 0x1F:
            tag = (data[start] & 0xE0) | int.from_bytes(data[start + 1 : start + 2], "big")
            start += 1
        else:
            tag = int.from_bytes(data[start : start + 1], "big")
        if len(data) < start + 2 or not fits(tag):
            raise NotDerError("another tag, or none")
        if data[start + 1] == 0x80 and (self.indefinite or self.unended):
            return self._indefinite(data, start + 2)
        length, begin = self._length(data, start + 1)
        if begin + length > len(data) and not self.clipped:
            raise NotDerError("a length beyond the end")
        return data[begin : begin + length], min(begin + length, len(data))

    def _length(self, data: bytes, start: int) -> tuple[int, int]:
        if data[start] < 0x80:
            return data[start], start + 1
        begin = start + 1 + (data[start] & 0x7F)
        octets = data[start + 1 : begin]
        length = int.from_bytes(octets, "big")
        minimal = octets and octets[0] and length >= 0x80
        if self.length_bits is not None and octets[:1] != b"\x00":
            return length % 2**self.length_bits, begin
        if begin > len(data) or not octets or not (minimal or self.long_lengths):
            raise NotDerError("a length that is not minimal")
        return length, begin

    def _indefinite(self, data: bytes, begin: int) -> tuple[bytes, int]:
        ended = data.endswith(_END_OF_CONTENTS)
        if not ended and not self.unended:
            raise NotDerError("no end")
        end = len(data) - len(_END_OF_CONTENTS) * ended
        return data[begin:end], len(data)
