"""P-256 keys, signatures and their forgeries, for whoever plays a device (contract 2)."""

from signer.bad_keys import BAD_KEYS, TOLERATED_KEYS, BadKey, ToleratedKey
from signer.forgeries import FORGERIES, LEGAL_VARIANTS, Forgery, Kind, Scene
from signer.keys import KeyFileError, KeyPair
from signer.signature import Signature

__all__ = [
    "BAD_KEYS",
    "FORGERIES",
    "LEGAL_VARIANTS",
    "TOLERATED_KEYS",
    "BadKey",
    "Forgery",
    "KeyFileError",
    "KeyPair",
    "Kind",
    "Scene",
    "Signature",
    "ToleratedKey",
]
