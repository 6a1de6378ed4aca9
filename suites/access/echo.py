"""What was sent of a person, against what is read of it (contract 8)."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize


def differing(sent: dict[str, Any], read: Any) -> list[str]:
    """The names of the fields that read otherwise than they were sent; further fields may be there."""
    if not isinstance(read, dict):
        return list(sent)
    return [
        name
        for name, value in sent.items()
        if (differing(value, read.get(name)) if isinstance(value, dict) else read.get(name) != value)
    ]


NAMES = (
    ("Zażółć", "Gęślą-Jaźń"),
    ("Дмитрий", "Ёлкин"),
    ("Ζωή", "Παπαδοπούλου"),
    ("Thị Ánh", "Nguyễn"),
    ("小龍", "李"),
    ("محمد", "الأمين"),
    ("Ａnna Ⅳ", "ﬁscher-½"),
    ("\U00020bb7", "\U00020bb7野"),
    ("İpek", "MÜLLER-McStraße"),
    ("Maximiliane " * 8 + "E.", "Wolfeschlegelstein" * 6),
    ("Null", "None"),
    ("NaN", "True"),
    ("Jo\u0301zsef", 'D\u2019Arc "the" <O\'Neill> & Söhne'),
)
"""First and last names: within Latin-1 and beyond, with signs that look like others, long, with a combining mark."""


def texts(fields: Any) -> Any:
    """What reads the same, whether a mark stands for itself or is part of its letter: that is left open."""
    if isinstance(fields, dict):
        return {name: texts(value) for name, value in fields.items()}
    return normalize("NFC", fields) if isinstance(fields, str) else fields
