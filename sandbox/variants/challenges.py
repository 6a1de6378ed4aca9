# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""How challenges may live and die otherwise (contract 1.11, 3 to 5)."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.http import Answer
from sandbox.refusals import Reason
from sandbox.variants.catalogue import variant
from sandbox.world import Challenge

_OF_EVERY_SCRIPT = '{"amount": "1.000,00 €", "to": "Zoë \\"Ж\\" 漢字 \N{SNOWMAN}", "lines": "a\r\nb\tc"}'


@variant("locked-after-one-wrong-try", freedom="wrong tries")
class LockedAfterOneWrongTry(Sandbox):
    """A challenge is dead after one wrong try."""

    def tries_allowed(self, call: Call) -> int:
        return 1


@variant("never-locked", freedom="wrong tries")
class NeverLocked(Sandbox):
    """A challenge takes any number of wrong tries."""

    def price_of_a_wrong_try(self, call: Call) -> int:
        return 0


@variant("read-while-open")
class ReadWhileOpen(Sandbox):
    """A challenge can be read only as long as it can be verified."""

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        is_over = self.is_done(call, challenge) or self.is_expired(call, challenge) or self.is_dead(call, challenge)
        return not is_over and super().is_readable(call, challenge)


class _RepeatedBindingError(Exception):
    """The challenge was verified before."""


@variant("repeated-binding-is-204")
class RepeatedBindingIs204(Sandbox):
    """A repeated verification of a signature challenge by the right signature gets 204 and does nothing."""

    def require_open(self, call: Call, challenge: Challenge, repeated: Reason) -> None:
        if repeated is Reason.BINDING_REPEATED and self.is_done(call, challenge):
            raise _RepeatedBindingError
        super().require_open(call, challenge, repeated)

    async def verify_signature_challenge(self, call: Call) -> Answer:
        try:
            return await super().verify_signature_challenge(call)
        except _RepeatedBindingError:
            if not self.signed_before(call):
                raise self.refused(call, Reason.SIGNATURE_WRONG) from None
            return Answer(204)

    def signed_before(self, call: Call) -> bool:
        """Whether the signature is one that the challenge of the path was or could have been verified with."""
        challenge = self.found(call, self.world.signature_challenges, call.ids[0], Reason.CHALLENGE_UNKNOWN)
        device = self.found(call, self.world.devices, challenge.device_id, Reason.CHALLENGE_UNKNOWN)
        signature = self.signature(call, self.json_body(call))
        return self.verifies(call, device.keys[0], signature, challenge.message)


@variant("long-string-to-sign", freedom="string_to_sign")
class LongStringToSign(Sandbox):
    """What is to be signed is long, of several lines and of every script, and has JSON inside."""

    def string_to_sign(self, call: Call) -> str:
        return f"{super().string_to_sign(call)} {_OF_EVERY_SCRIPT}" * 20

    def text_to_sign(self, call: Call) -> str:
        return f"{super().text_to_sign(call)} {_OF_EVERY_SCRIPT}" * 20


@variant("spaces-around-string-to-sign", freedom="string_to_sign")
class SpacesAroundStringToSign(Sandbox):
    """What is to be signed begins and ends with white space, and counts as sent."""

    def string_to_sign(self, call: Call) -> str:
        return f" \n{super().string_to_sign(call)}\r\n "

    def text_to_sign(self, call: Call) -> str:
        return f" \n{super().text_to_sign(call)}\r\n "
