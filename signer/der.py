"""Building blocks of DER (X.690), for signatures that no well-behaved library would write."""

from typing import Final

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = b"\x05\x00"
SEQUENCE: Final = 0x30
SET: Final = 0x31
CONSTRUCTED: Final = 0x20
"""The bit of a tag that says: the content is made of elements."""


def element(tag: int, content: bytes) -> bytes:
    """Tag, shortest definite length, content."""
    return bytes([tag]) + length(len(content)) + content


def length(octets: int) -> bytes:
    """The shortest definite form of a length."""
    if octets < 0x80:
        return bytes([octets])
    magnitude = octets.to_bytes((octets.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(magnitude)]) + magnitude


def integer_content(value: int) -> bytes:
    """The shortest two's complement of ``value``, which may be negative."""
    bits = (value if value >= 0 else ~value).bit_length()
    return value.to_bytes(bits // 8 + 1, "big", signed=True)


def integer(value: int) -> bytes:
    """An INTEGER of either sign."""
    return element(INTEGER, integer_content(value))


def sequence(*elements: bytes) -> bytes:
    """A SEQUENCE of elements that are encoded already."""
    return element(SEQUENCE, b"".join(elements))


def pair(r: int, s: int) -> bytes:
    """SEQUENCE { INTEGER r, INTEGER s }, whatever the two are worth as a signature."""
    return sequence(integer(r), integer(s))


def is_pair(data: bytes) -> bool:
    """Whether ``data`` is exactly the DER of two INTEGERs of either sign in a SEQUENCE."""
    try:
        content, rest = _split(SEQUENCE, data)
        r, content = _split(INTEGER, content)
        s, content = _split(INTEGER, content)
    except (ValueError, IndexError):
        return False
    minimal = all(number and integer_content(int.from_bytes(number, "big", signed=True)) == number for number in (r, s))
    return minimal and not rest and not content


def _split(tag: int, data: bytes) -> tuple[bytes, bytes]:
    """The content of the element at the front of ``data``, and what follows it."""
    start = 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
    size = data[1] if start == 2 else int.from_bytes(data[2:start], "big")
    content = data[start : start + size]
    if not data.startswith(bytes([tag]) + length(size)) or len(content) != size:
        raise ValueError("not the DER of one element")
    return content, data[start + size :]
