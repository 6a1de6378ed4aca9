"""The catalogue: legal variants, each a freedom that the contract leaves to a target, used throughout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.app import Sandbox


@dataclass(frozen=True, slots=True)
class Variant:
    """A sandbox that answers otherwise than preferred, and is right all the same.

    freedom: what it decides; of several variants with one freedom a combination has only one.
    what: one line. warns: ids of the SHOULD clauses that it does not keep.
    """

    id: str
    freedom: str
    what: str
    warns: tuple[str, ...]
    sandbox: type[Sandbox]


VARIANTS: dict[str, Variant] = {}


def variant(
    variant_id: str, *, freedom: str | None = None, warns: Sequence[str] = ()
) -> Callable[[type[Sandbox]], type[Sandbox]]:
    """Enter a subclass of the sandbox into the catalogue; its docstring says what it does."""

    def enter(kind: type[Sandbox]) -> type[Sandbox]:
        if variant_id in VARIANTS:
            raise ValueError(f"two variants have the id {variant_id!r}")
        what = (kind.__doc__ or "").strip()
        VARIANTS[variant_id] = Variant(variant_id, freedom or variant_id, what, tuple(warns), kind)
        return kind

    return enter


def combined(kinds: Sequence[type[Sandbox]]) -> type[Sandbox]:
    """A sandbox that is all of these at once; the first has the last word."""
    return type("Combined", tuple(kinds), {}) if kinds else Sandbox
