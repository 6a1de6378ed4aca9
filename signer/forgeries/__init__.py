"""The catalogue of forged signatures, and of legal ones in an unusual spelling.

The classes are those of Project Wycheproof, and what else a careless verifier lets through.
"""

from typing import Final

from signer.forgeries.elements import ELEMENT_FORGERIES
from signer.forgeries.forgery import Forgery, Kind, Scene
from signer.forgeries.integers import INTEGER_FORGERIES
from signer.forgeries.legal import LEGAL_VARIANTS
from signer.forgeries.other_formats import FORMAT_FORGERIES
from signer.forgeries.spellings import SPELLING_FORGERIES
from signer.forgeries.structures import STRUCTURE_FORGERIES
from signer.forgeries.substitutions import SUBSTITUTION_FORGERIES
from signer.forgeries.wrong_types import TYPE_FORGERIES

__all__ = ["FORGERIES", "LEGAL_VARIANTS", "Forgery", "Kind", "Scene"]

FORGERIES: Final[tuple[Forgery, ...]] = (
    *SPELLING_FORGERIES,
    *FORMAT_FORGERIES,
    *ELEMENT_FORGERIES,
    *STRUCTURE_FORGERIES,
    *TYPE_FORGERIES,
    *INTEGER_FORGERIES,
    *SUBSTITUTION_FORGERIES,
)
"""Signatures that every target must refuse."""
