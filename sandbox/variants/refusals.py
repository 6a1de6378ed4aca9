# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""With which other statuses a refusal may come (contract 1.6 to 1.8, 3 to 8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.variants.catalogue import variant

_WRONG = frozenset({Reason.SIGNATURE_WRONG, Reason.CODE_WRONG})
_MALFORMED = frozenset({Reason.SIGNATURE_MALFORMED, Reason.CODE_MALFORMED})
_OVER = frozenset({Reason.CHALLENGE_EXPIRED, Reason.CHALLENGE_REPEATED, Reason.CHANGE_REQUEST_OVER})
_OVER_OR_DEAD = _OVER | {Reason.CHALLENGE_DEAD, Reason.BINDING_REPEATED}
_PRESENT = frozenset({Reason.DEVICE_LIMIT, Reason.KEY_REGISTERED, Reason.PURPOSE_PRESENT})
_CREATIONS_FOR_A_PERSON = frozenset(
    {Operation.CREATE_DEVICE, Operation.CREATE_SMS_CHALLENGE, Operation.CREATE_ACTIVATION_CHALLENGE}
)


def _answered(refusal: Refusal, status: int, reason: Reason, reasons: Collection[Reason]) -> Refusal:
    """The refusal with another status, where its reason is one of these."""
    return replace(refusal, status=status) if reason in reasons else refusal


@variant("wrong-is-400", freedom="wrong signatures and codes")
class WrongIs400(Sandbox):
    """Wrong signatures, codes and TANs get 400."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 400, reason, _WRONG)


@variant("malformed-is-403", freedom="malformed signatures and codes")
class MalformedIs403(Sandbox):
    """Signatures that are not hex or not DER, and codes that are not six digits, get 403."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 403, reason, _MALFORMED)


@variant("over-is-410", freedom="expired and repeated")
class OverIs410(Sandbox):
    """Expired and repeated challenges and change requests are gone: 410, except where a binding is repeated."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 410, reason, _OVER)


@variant("over-is-409", freedom="expired and repeated")
class OverIs409(Sandbox):
    """Expired, repeated and dead challenges and change requests get 409."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 409, reason, _OVER_OR_DEAD)


@variant("over-is-404", freedom="expired and repeated")
class OverIs404(Sandbox):
    """Expired, repeated and dead challenges and change requests get 404, also repeated bindings."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 404, reason, _OVER_OR_DEAD)


@variant("over-is-403", freedom="expired and repeated")
class OverIs403(Sandbox):
    """Expired, repeated and dead challenges and change requests get 403."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 403, reason, _OVER_OR_DEAD)


@variant("over-is-400", freedom="expired and repeated")
class OverIs400(Sandbox):
    """Expired, repeated and dead challenges and change requests get 400."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 400, reason, _OVER_OR_DEAD)


@variant("unknown-person-is-400", freedom="unknown person in a body")
class UnknownPersonIs400(Sandbox):
    """An unknown person in a body gets 400."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        return _answered(refusal, 400, reason, {Reason.PERSON_UNKNOWN} if operation in _CREATIONS_FOR_A_PERSON else ())


@variant("unusable-device-is-404", freedom="unknown device in a body")
class UnusableDeviceIs404(Sandbox):
    """A device that is unknown or not bound gets 404 where a signing challenge is asked for."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 404, reason, {Reason.DEVICE_NOT_USABLE})


@variant("no-number-is-403", freedom="no verified number")
class NoNumberIs403(Sandbox):
    """A person without a verified number gets 403 where an SMS is needed."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 403, reason, {Reason.NUMBER_NOT_VERIFIED})


@variant("no-number-is-404", freedom="no verified number")
class NoNumberIs404(Sandbox):
    """A person without a verified number gets 404 where an SMS is needed."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 404, reason, {Reason.NUMBER_NOT_VERIFIED})


@variant("no-number-is-409", freedom="no verified number")
class NoNumberIs409(Sandbox):
    """A person without a verified number gets 409 where an SMS is needed."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 409, reason, {Reason.NUMBER_NOT_VERIFIED})


@variant("no-live-code-is-404", freedom="no live code")
class NoLiveCodeIs404(Sandbox):
    """A binding without a live activation code gets 404."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 404, reason, {Reason.NO_LIVE_CODE})


@variant("no-live-code-is-400", freedom="no live code")
class NoLiveCodeIs400(Sandbox):
    """A binding without a live activation code gets 400."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 400, reason, {Reason.NO_LIVE_CODE})


@variant("no-live-code-is-403", freedom="no live code")
class NoLiveCodeIs403(Sandbox):
    """A binding without a live activation code gets 403."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 403, reason, {Reason.NO_LIVE_CODE})


@variant("conflict-is-400", freedom="five devices, known key, purpose present")
class ConflictIs400(Sandbox):
    """A sixth device, a key that is registered and a purpose that is present get 400."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 400, reason, _PRESENT)


@variant("conflict-is-403", freedom="five devices, known key, purpose present")
class ConflictIs403(Sandbox):
    """A sixth device, a key that is registered and a purpose that is present get 403."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 403, reason, _PRESENT)


@variant("no-key-of-that-purpose-is-404", freedom="purpose without a key")
class NoKeyOfThatPurposeIs404(Sandbox):
    """A purpose for which the device has no key gets 404."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 404, reason, {Reason.PURPOSE_WITHOUT_KEY})


@variant("no-key-of-that-purpose-is-409", freedom="purpose without a key")
class NoKeyOfThatPurposeIs409(Sandbox):
    """A purpose for which the device has no key gets 409."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 409, reason, {Reason.PURPOSE_WITHOUT_KEY})


@variant("content-type-is-415", freedom="content type of a request")
class ContentTypeIs415(Sandbox):
    """A wrong or absent content type gets 415."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return _answered(super().refusal(operation, reason), 415, reason, {Reason.CONTENT_TYPE_INVALID})


@variant("content-type-is-ignored", freedom="content type of a request")
class ContentTypeIsIgnored(Sandbox):
    """The content type of a request does not matter."""

    def is_json_type(self, call: Call) -> bool:
        return True


@variant("empty-id-is-404", freedom="empty id in a body")
class EmptyIdIs404(Sandbox):
    """An id in a body that is an empty string gets 404, as an unknown one does."""

    def refused(self, call: Call, reason: Reason, field: str | None = None) -> RefusedError:
        refused = super().refused(call, reason, field)
        if reason is Reason.FIELD_EMPTY and field in ("person_id", "device_id"):
            refused.refusal = replace(refused.refusal, status=404)
        return refused
