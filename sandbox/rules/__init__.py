"""Decisions that cut across the chapters of the contract."""

from sandbox.rules.access import AccessRules
from sandbox.rules.activation import ActivationRules
from sandbox.rules.challenges import ChallengeRules
from sandbox.rules.devices import DeviceRules
from sandbox.rules.errors import ErrorRules
from sandbox.rules.messages import MessageRules
from sandbox.rules.pages import PageRules
from sandbox.rules.signatures import SignatureRules

__all__ = ["Rules"]


class Rules(
    AccessRules,
    ErrorRules,
    ActivationRules,
    ChallengeRules,
    DeviceRules,
    MessageRules,
    SignatureRules,
    PageRules,
):
    """All of them: what every chapter stands on."""
