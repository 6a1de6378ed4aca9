"""Contract 1 for the token endpoint, and for what the specimens of this chapter leave out.

All else of contract 1 is tried on persons and mobile numbers by the tests for every operation.
"""

from __future__ import annotations

from functools import partial

import pytest

from contract.clauses import clauses
from contract.exchange import Exchange
from contract.judge import Judge
from suites.access.numbers import ask
from suites.access.tokens import GRANT, token_request
from suites.law import clause
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.profile import Credentials, Role
from target.provisioning import Provisioning
from target.tokens import request_token

NASTY_FORMS = {
    "half an escape": f"{GRANT}&a=%",
    "bytes that are no text": f"{GRANT}&a=%FF%FE%00",
    "a NUL for the grant": "grant_type=%00&scope=%00",
    "a long scope": f"grant_type=client_credentials&scope={'a' * 10_000}",
    "every field twice": f"{GRANT}&{GRANT}",
    "nothing but signs": "&&==&%&=",
}


@pytest.fixture
def credentials(target: Target) -> Credentials:
    return target.profile.credentials[Role.PARTNER]


@clause("general.unknown-fields", "fetch-token")
def test_an_unknown_field_in_the_form_is_ignored(target: Target, credentials: Credentials, judge: Judge) -> None:
    judge.works(request_token(target.client, target.profile, credentials, form=f"{GRANT}&unknown=1"))


@clause("general.unsupported-method", "fetch-token")
def test_a_token_is_given_to_no_other_method(target: Target, credentials: Credentials, judge: Judge) -> None:
    # The request has no access token, so the answer of contract 1.4 is as good.
    unauthenticated = clauses()["general.unsupported-method-without-token"].answers
    requests = [token_request(target, credentials, method) for method in ("PUT", "PATCH", "DELETE")]
    for answer in target.together([partial(target.client.send, request) for request in requests]):
        judge.accepts(answer, unauthenticated)


@clause("general.no-server-error", "fetch-token")
def test_no_form_gets_a_5xx(target: Target, credentials: Credentials, judge: Judge) -> None:
    ask_with = partial(request_token, target.client, target.profile, credentials)
    answers = target.together([partial(ask_with, form=form) for form in NASTY_FORMS.values()])
    for what, answer in zip(NASTY_FORMS, answers, strict=True):
        judge.holds(answer.status < 500, f"{what} got {answer.status}", "no 5xx", answer)


@clause("general.field-type", "confirm-mobile-number")
def test_a_token_of_the_wrong_type_is_refused(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    def confirmed(value: object) -> Exchange:
        asked = ask(provisioning, partner)
        assert asked.person.number is not None
        body = {"number": asked.person.number.reveal(), "token": value}
        return partner.call("confirm-mobile-number", asked.person.id, json=body)

    wrong: list[object] = [7, True, ["000000"], {"a": "b"}]
    judge.accepts_each(stories.each({repr(value): partial(confirmed, value) for value in wrong}))
