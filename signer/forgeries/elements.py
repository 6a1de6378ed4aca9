"""Defects of one element: each is applied to the SEQUENCE, to r and to s of a valid signature."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from signer import der
from signer.forgeries.forgery import Forgery, Kind, Make, malformed
from signer.signature import Signature

_END_OF_CONTENTS: Final = b"\x00\x00"
_GARBAGE: Final = b"\x00\x04\xde\xad\xbe\xef"
_UNDEFINED: Final = b"\xaa\x00\xbb\x00\xcd\x00"

# Writes an element, given its tag and its content.
_Write = Callable[[int, bytes], bytes]


@dataclass(frozen=True, slots=True)
class _Defect:
    suffix: str
    what: str
    write: _Write


def _with_length(octets: Callable[[int], bytes]) -> _Write:
    """An element whose length octets are ``octets`` of the true length; everything around it is right."""
    return lambda tag, content: bytes([tag]) + octets(len(content)) + content


def _with_tag(tag: str) -> _Write:
    """An element with other identifier octets, given in hex."""
    return lambda _, content: bytes.fromhex(tag) + der.length(len(content)) + content


def _constructed(write: _Write) -> _Write:
    """A constructed element of definite length around what ``write`` gives."""
    return lambda tag, content: der.element(tag | der.CONSTRUCTED, write(tag, content))


def _indefinite(write: _Write) -> _Write:
    """A constructed element of indefinite length around what ``write`` gives."""

    def outer(tag: int, content: bytes) -> bytes:
        return bytes([tag | der.CONSTRUCTED, 0x80]) + write(tag, content) + _END_OF_CONTENTS

    return outer


def _claiming(length: str) -> _Write:
    """An element that claims the length octets given in hex, whatever its content."""
    return _with_length(lambda _: bytes.fromhex(length))


_LENGTHS: Final = (
    _Defect(
        "length-long-form",
        "The length of {} is in the long form (81) although the short form holds it.",
        _with_length(lambda n: bytes([0x81, n])),
    ),
    _Defect(
        "length-leading-zero",
        "The length of {} is in the long form with a leading zero (82 00).",
        _with_length(lambda n: bytes([0x82, 0, n])),
    ),
    _Defect(
        "length-four-octets",
        "The length of {} is padded with zeros to four octets (84 00 00 00).",
        _with_length(lambda n: bytes([0x84, 0, 0, 0, n])),
    ),
    _Defect(
        "length-one-more",
        "The length of {} is one more than its content.",
        _with_length(lambda n: bytes([n + 1])),
    ),
    _Defect(
        "length-one-less",
        "The length of {} is one less than its content.",
        _with_length(lambda n: bytes([n - 1])),
    ),
    _Defect("length-zero", "The length of {} is zero although its content follows.", _claiming("00")),
    _Defect(
        "length-over-32-bits",
        "The length of {} is right only in its low 32 bits.",
        _with_length(lambda n: b"\x85" + (2**32 + n).to_bytes(5, "big")),
    ),
    _Defect(
        "length-over-64-bits",
        "The length of {} is right only in its low 64 bits.",
        _with_length(lambda n: b"\x89" + (2**64 + n).to_bytes(9, "big")),
    ),
    _Defect("length-2-31-minus-1", "The length of {} claims 2^31 - 1 bytes.", _claiming("847fffffff")),
    _Defect("length-2-31", "The length of {} claims 2^31 bytes.", _claiming("8480000000")),
    _Defect("length-2-32-minus-1", "The length of {} claims 2^32 - 1 bytes.", _claiming("84ffffffff")),
    _Defect("length-2-40-minus-1", "The length of {} claims 2^40 - 1 bytes.", _claiming("85ffffffffff")),
    _Defect("length-2-64-minus-1", "The length of {} claims 2^64 - 1 bytes.", _claiming("88ffffffffffffffff")),
    _Defect("length-reserved", "The length of {} is the octet ff, which is reserved.", _claiming("ff")),
    _Defect("length-missing", "{} has a tag and a content but no length.", _claiming("")),
    _Defect(
        "length-truncated",
        "{} ends within its length (81), and its content is missing.",
        lambda tag, _: bytes([tag, 0x81]),
    ),
    _Defect(
        "length-indefinite",
        "The length of {} is indefinite (80), ended by two zero octets.",
        lambda tag, content: bytes([tag, 0x80]) + content + _END_OF_CONTENTS,
    ),
    _Defect(
        "length-indefinite-unended",
        "The length of {} is indefinite (80), and nothing ends it.",
        lambda tag, content: bytes([tag, 0x80]) + content,
    ),
    _Defect(
        "length-indefinite-half-ended",
        "The length of {} is indefinite (80), ended by one zero octet.",
        lambda tag, content: bytes([tag, 0x80]) + content + b"\x00",
    ),
    _Defect(
        "length-indefinite-ended-with-content",
        "The length of {} is indefinite (80), and its end has a content of its own.",
        lambda tag, content: bytes([tag, 0x80]) + content + b"\x00\x02\xbe\xef",
    ),
    _Defect(
        "length-indefinite-then-garbage",
        "The length of {} is indefinite (80), and garbage follows its end.",
        lambda tag, content: bytes([tag, 0x80]) + content + b"\x00\x00\xfe\x02\xbe\xef",
    ),
)

_CONTENTS: Final = (
    _Defect("header-missing", "{} has a content but neither tag nor length.", lambda _, content: content),
    _Defect("tag-missing", "{} begins with its length.", lambda tag, content: der.element(tag, content)[1:]),
    _Defect("tag-alone", "{} consists of its tag.", lambda tag, _: bytes([tag])),
    _Defect("empty", "{} is empty: tag, length zero, no content.", lambda tag, _: bytes([tag, 0])),
    _Defect(
        "zeros-in-front",
        "The content of {} begins with two superfluous zero octets.",
        lambda tag, content: der.element(tag, b"\x00\x00" + content),
    ),
    _Defect(
        "zeros-behind",
        "Two zero octets, counted by no length of its own, follow {}.",
        lambda tag, content: der.element(tag, content) + b"\x00\x00",
    ),
    _Defect(
        "in-itself-with-garbage-in-front",
        "{} is constructed of an OCTET STRING of garbage and itself.",
        _constructed(lambda tag, content: b"\x25\x00" + der.element(tag, content)),
    ),
    _Defect(
        "in-itself-with-bad-garbage-in-front",
        "{} is constructed of garbage that is no element and itself.",
        _constructed(lambda tag, content: b"\x49\x81\x77" + der.element(tag, content)),
    ),
    _Defect(
        "in-itself-with-garbage-behind",
        "{} is constructed of itself and garbage.",
        _constructed(lambda tag, content: der.element(tag, content) + _GARBAGE),
    ),
    _Defect(
        "undefined-tags-in-front",
        "Elements with undefined tags stand in front of {}.",
        lambda tag, content: _UNDEFINED + der.element(tag, content),
    ),
    _Defect(
        "in-itself-with-undefined-tags",
        "{} is constructed of an element with an undefined tag and itself.",
        _constructed(lambda tag, content: b"\xaa\x02\xaa\xbb" + der.element(tag, content)),
    ),
    _Defect(
        "split",
        "{} is constructed of two parts that hold its first byte and the rest.",
        _constructed(lambda tag, content: der.element(tag, content[:1]) + der.element(tag, content[1:])),
    ),
    _Defect(
        "in-itself-indefinite",
        "{} stands in a constructed element of its own kind and of indefinite length.",
        _indefinite(der.element),
    ),
    _Defect(
        "in-itself-indefinite-wrong-tag",
        "The content of {} stands under the next tag in a constructed element of indefinite length.",
        _indefinite(lambda tag, content: der.element(tag + 1, content)),
    ),
)

_SEQUENCE_TAGS: Final = {
    "10": "that of a primitive SEQUENCE",
    "2e": "the undefined 2e",
    "2f": "the undefined 2f",
    "31": "that of a SET",
    "32": "the undefined 32",
    "3f10": "that of a SEQUENCE in the form for high tag numbers",
    "70": "that of the application's own class",
    "b0": "that of a context-specific class",
    "ff": "ff",
}

_INTEGER_TAGS: Final = {
    "00": "zero",
    "01": "that of a BOOLEAN",
    "03": "that of a BIT STRING",
    "04": "that of an OCTET STRING",
    "0a": "that of an ENUMERATED",
    "1f02": "that of an INTEGER in the form for high tag numbers",
    "22": "that of a constructed INTEGER",
    "42": "that of the application's own class",
    "82": "that of a context-specific class",
    "ff": "ff",
}


def _wrong_tags(tags: dict[str, str]) -> tuple[_Defect, ...]:
    return tuple(
        _Defect(f"tag-{tag}", f"The tag of {{}} is {meaning}.", _with_tag(tag)) for tag, meaning in tags.items()
    )


def _in_sequence(write: _Write) -> Make:
    return malformed(lambda signature: write(der.SEQUENCE, b"".join(_integers(signature))))


def _in_r(write: _Write) -> Make:
    def encode(signature: Signature) -> bytes:
        _, s = _integers(signature)
        return der.sequence(write(der.INTEGER, der.integer_content(signature.r)), s)

    return malformed(encode)


def _in_s(write: _Write) -> Make:
    def encode(signature: Signature) -> bytes:
        r, _ = _integers(signature)
        return der.sequence(r, write(der.INTEGER, der.integer_content(signature.s)))

    return malformed(encode)


def _integers(signature: Signature) -> tuple[bytes, bytes]:
    r, s = signature.integers
    return der.integer(r), der.integer(s)


_PLACES: Final = (
    ("sequence", "the SEQUENCE", _in_sequence, _wrong_tags(_SEQUENCE_TAGS)),
    ("r", "the INTEGER r", _in_r, _wrong_tags(_INTEGER_TAGS)),
    ("s", "the INTEGER s", _in_s, _wrong_tags(_INTEGER_TAGS)),
)


def _sentence(pattern: str, place: str) -> str:
    text = pattern.replace("{}", place)
    return text[0].upper() + text[1:]


ELEMENT_FORGERIES: Final = tuple(
    Forgery(f"{place}-{defect.suffix}", Kind.MALFORMED, _sentence(defect.what, title), within(defect.write))
    for place, title, within, wrong_tags in _PLACES
    for defect in (*_LENGTHS, *_CONTENTS, *wrong_tags)
)
