"""With which statuses an act may succeed otherwise (contract 3 to 8)."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.app import Sandbox
from sandbox.http import Answer, Request
from sandbox.operations import Operation
from sandbox.variants.catalogue import variant

_CREATIONS = (
    Operation.ADD_KEY,
    Operation.CREATE_SIGNING_CHALLENGE,
    Operation.CREATE_SMS_CHALLENGE,
    Operation.AUTHORIZE_CHANGE_REQUEST,
    Operation.CREATE_MOBILE_NUMBER,
    Operation.AUTHORIZE_MOBILE_NUMBER,
    Operation.CONFIRM_MOBILE_NUMBER,
)
_VERIFICATIONS = (
    Operation.VERIFY_SIGNATURE_CHALLENGE,
    Operation.VERIFY_SIGNING_CHALLENGE,
    Operation.VERIFY_SMS_CHALLENGE,
    Operation.DELETE_ACTIVATION_CHALLENGE,
)
_ALWAYS_200: Mapping[Operation, int] = dict.fromkeys(
    (*_CREATIONS, *_VERIFICATIONS, Operation.CONFIRM_CHANGE_REQUEST), 200
)
_EAGER: Mapping[Operation, int] = {
    **dict.fromkeys(_CREATIONS, 202),
    Operation.ISSUE_TOKEN: 201,
    Operation.CREATE_PERSON: 201,
    Operation.CONFIRM_CHANGE_REQUEST: 201,
    Operation.DELETE_ACTIVATION_CHALLENGE: 202,
}


def _answered(answer: Answer, status: int | None, body: object) -> Answer:
    """A success with another status, and with a body where it had none."""
    if status is None or answer.status >= 300:
        return answer
    return Answer(status, body if answer.body is None else answer.body, answer.headers)


@variant("success-is-200", freedom="successes")
class SuccessIs200(Sandbox):
    """Success is 200 wherever that is accepted, with an empty object where there is nothing to say."""

    def finished(self, operation: Operation, request: Request, answer: Answer) -> Answer:
        return _answered(super().finished(operation, request, answer), _ALWAYS_200.get(operation), {})


@variant("success-is-200-without-body", freedom="successes")
class SuccessIs200WithoutBody(Sandbox):
    """Success is 200 wherever that is accepted, with no body where there is nothing to say."""

    def finished(self, operation: Operation, request: Request, answer: Answer) -> Answer:
        return _answered(super().finished(operation, request, answer), _ALWAYS_200.get(operation), None)


@variant("success-is-200-with-a-list", freedom="successes")
class SuccessIs200WithAList(Sandbox):
    """Success is 200 wherever that is accepted, with an empty list where there is nothing to say."""

    def finished(self, operation: Operation, request: Request, answer: Answer) -> Answer:
        return _answered(super().finished(operation, request, answer), _ALWAYS_200.get(operation), [])


@variant("success-is-201-or-202", freedom="successes")
class SuccessIs201Or202(Sandbox):
    """Acts are accepted with 202, and what is made is created with 201, wherever that is accepted."""

    def finished(self, operation: Operation, request: Request, answer: Answer) -> Answer:
        return _answered(super().finished(operation, request, answer), _EAGER.get(operation), None)
