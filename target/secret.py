"""Values that must never be printed."""

from __future__ import annotations


class Secret:
    """An opaque text: client secret, access token, OTP, phone number. Prints as `***`, everywhere.

    `reveal()` is the one way to the text; it is called where a request is built or a message is signed.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)
