"""Evidence is written by the accused: what it holds that cannot be seen is made visible."""

from __future__ import annotations


def visible(text: str, keep: str = "") -> str:
    """Control characters, direction marks and lone surrogates as escapes, so that they cannot act on a reader.

    keep: characters that stay as they are, such as a line break where lines may break.
    """
    return "".join(char if char.isprintable() or char in keep else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def cut(text: str, width: int) -> str:
    """At most `width` characters, the last of them an ellipsis where something was cut off."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
