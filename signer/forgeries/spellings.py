"""A valid signature in a spelling that is not the hex of its DER: what a lenient hex decoder lets through."""

import re
from collections.abc import Callable
from typing import Final

from signer.forgeries.forgery import Forgery, Kind, Make, spelled

_FULL_WIDTH: Final = str.maketrans("0123456789abcdef", "０１２３４５６７８９ａｂｃｄｅｆ")
_ARABIC_INDIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_CYRILLIC: Final = str.maketrans("ace", "асе")


def _octets(digits: str) -> list[str]:
    return re.findall("..", digits)


def _between_octets(separator: str) -> Callable[[str], str]:
    return lambda digits: separator.join(_octets(digits))


def _before_each_octet(prefix: str) -> Callable[[str], str]:
    return lambda digits: "".join(prefix + octet for octet in _octets(digits))


_SPELLINGS: Final[tuple[tuple[str, str, Callable[[str], str]], ...]] = (
    # Too many digits or too few.
    ("last-digit-missing", "the last digit is missing", lambda digits: digits[:-1]),
    ("first-digit-missing", "the first digit is missing", lambda digits: digits[1:]),
    ("digit-appended", "one more digit follows", lambda digits: digits + "0"),
    ("digit-in-front", "one more zero stands in front", lambda digits: "0" + digits),
    # Digits that are none.
    ("letter-g", "the last digit is a g", lambda digits: digits[:-1] + "g"),
    ("letter-o", "the letter O stands for every zero", lambda digits: digits.replace("0", "O")),
    ("non-hex-appended", "two letters that are no digits follow", lambda digits: digits + "zz"),
    ("full-width-digits", "the digits are full-width", lambda digits: digits.translate(_FULL_WIDTH)),
    ("arabic-digits", "the decimal digits are Arabic-Indic", lambda digits: digits.translate(_ARABIC_INDIC)),
    ("cyrillic-letters", "the letters a, c and e are Cyrillic", lambda digits: digits.translate(_CYRILLIC)),
    # Prefixes and suffixes.
    ("0x-prefix", "0x stands in front", lambda digits: "0x" + digits),
    ("0x-capital-prefix", "0X stands in front", lambda digits: "0X" + digits),
    ("0x-before-each-octet", "0x stands in front of every octet", _before_each_octet("0x")),
    ("backslash-x-prefix", "\\x stands in front, as in PostgreSQL", lambda digits: "\\x" + digits),
    ("backslash-x-before-each-octet", "\\x stands in front of every octet", _before_each_octet("\\x")),
    ("percent-encoding", "a percent sign stands in front of every octet", _before_each_octet("%")),
    ("hash-prefix", "a number sign stands in front", lambda digits: "#" + digits),
    ("label-prefix", "hex: stands in front", lambda digits: "hex:" + digits),
    ("h-suffix", "the letter h follows", lambda digits: digits + "h"),
    ("plus-sign", "a plus sign stands in front", lambda digits: "+" + digits),
    ("minus-sign", "a minus sign stands in front", lambda digits: "-" + digits),
    # White space and other separators.
    ("space-in-front", "a space stands in front", lambda digits: " " + digits),
    ("space-after", "a space follows", lambda digits: digits + " "),
    ("tab-after", "a tab follows", lambda digits: digits + "\t"),
    ("newline-after", "a newline follows", lambda digits: digits + "\n"),
    ("newline-in-front", "a newline stands in front", lambda digits: "\n" + digits),
    ("crlf-after", "a carriage return and a newline follow", lambda digits: digits + "\r\n"),
    ("no-break-space-after", "a no-break space follows", lambda digits: digits + "\u00a0"),
    ("zero-width-space-after", "a zero-width space follows", lambda digits: digits + "\u200b"),
    ("byte-order-mark", "a byte order mark stands in front", lambda digits: "\ufeff" + digits),
    ("nul-after", "the character NUL follows", lambda digits: digits + "\x00"),
    ("nul-in-front", "the character NUL stands in front", lambda digits: "\x00" + digits),
    ("nul-then-garbage", "the character NUL and garbage follow", lambda digits: digits + "\x00deadbeef"),
    ("spaces", "a space stands between octets", _between_octets(" ")),
    ("colons", "a colon stands between octets", _between_octets(":")),
    ("hyphens", "a hyphen stands between octets", _between_octets("-")),
    ("underscores", "an underscore stands between octets", _between_octets("_")),
    ("commas", "a comma stands between octets", _between_octets(",")),
    ("line-break", "a newline stands in the middle", lambda digits: f"{digits[:64]}\n{digits[64:]}"),
    # Quotes and lists.
    ("quoted", "quotation marks stand around it", lambda digits: f'"{digits}"'),
    ("quoted-once", "apostrophes stand around it", lambda digits: f"'{digits}'"),
    ("in-brackets", "it is the text of a JSON list of one", lambda digits: f'["{digits}"]'),
    ("two-with-comma", "it stands there twice with a comma between", lambda digits: f"{digits},{digits}"),
    ("hex-of-hex", "its digits are written in hex once more", lambda digits: digits.encode().hex()),
)

_NO_SIGNATURES: Final = (
    ("null", "The word null", "null"),
    ("true", "The word true", "true"),
    ("undefined", "The word undefined", "undefined"),
    ("digit-zero", "The digit 0", "0"),
    ("zero-octet", "One zero octet", "00"),
    ("zeros", "Seventy zero octets", "00" * 70),
    ("empty-object", "An empty JSON object as text", "{}"),
    ("empty-list", "An empty JSON list as text", "[]"),
    ("space", "A space", " "),
    ("nul", "The character NUL", "\x00"),
    ("0x", "0x without digits", "0x"),
    ("word", "The word signature", "signature"),
)


def _digits(spell: Callable[[str], str]) -> Make:
    return spelled(lambda signature: spell(signature.hex))


def _always(text: str) -> Make:
    return lambda _: text


SPELLING_FORGERIES: Final = (
    *(
        Forgery(f"hex-{name}", Kind.MALFORMED, f"The hex of a valid signature, but {what}.", _digits(spell))
        for name, what, spell in _SPELLINGS
    ),
    *(
        Forgery(f"text-{name}", Kind.MALFORMED, f"{what} in place of a signature.", _always(text))
        for name, what, text in _NO_SIGNATURES
    ),
)
