"""Confidences in answers: found wherever they stand for themselves, and nowhere by chance (contract 1.3)."""

from __future__ import annotations

from typing import Any

import pytest

from contract.leaks import NO_LEAK, Confidences, leaks
from tests.contract.made_up import DEVICE, JSON, exchange

OTP = "483920"
TOKEN = "eyJhbGciOi.made.up"
CODE = "K7QX-9PLM"
SENT = Confidences(frozenset({OTP, "000111"}), frozenset({TOKEN}), frozenset({CODE}))


def found(body: Any = None, operation: str | None = "read-device", **details: Any) -> list[str]:
    exchanges = [exchange(operation, 200, body, **details)]
    findings = list(leaks(exchanges, SENT))
    assert all(finding.clause == NO_LEAK and finding.exchange is exchanges[0] for finding in findings)
    return [finding.observed for finding in findings]


@pytest.mark.parametrize(
    "text",
    [OTP, f"Your code is {OTP}.", f"otp={OTP}", f"{OTP}, valid for 5 minutes", f"({OTP})", f"SMS:{OTP};", "x_" + OTP],
)
def test_an_otp_is_found_as_a_number_of_its_own(text: str) -> None:
    assert found({**DEVICE, "name": text}) == ["the answer holds an OTP that was sent"]


def test_an_otp_is_found_as_a_json_number() -> None:
    assert found({"otp": int(OTP)}) == ["the answer holds an OTP that was sent"]


def test_every_otp_of_the_run_is_looked_for() -> None:
    assert found({"otp": "000111"}) == ["the answer holds an OTP that was sent"]


@pytest.mark.parametrize(
    "text",
    [
        f"a{OTP}f0-7c1e-4c5e-9e55-d0a1b2c3d4e5",
        f"00000000-0000-4000-8000-{OTP}000000",
        f"04{OTP}ab",
        f"A{OTP}B",
        f"2022-03-18T14:50:04.{OTP}Z",
        f"2022-03-18T14:50:04.{OTP}+00:00",
        f"1{OTP}",
        f"{OTP}7",
        "48392",
        "48-39-20",
    ],
)
def test_six_digits_within_an_id_or_a_time_stamp_are_chance(text: str) -> None:
    assert found({**DEVICE, "name": text}) == []


@pytest.mark.parametrize("text", [TOKEN, f"Bearer {TOKEN}", f"x{TOKEN}y"])
def test_a_token_is_found_anywhere(text: str) -> None:
    assert found({"detail": text}) == ["the answer holds an access token that was sent"]


@pytest.mark.parametrize("operation", ["read-device", "create-device", "verify-signature-challenge", None])
def test_an_activation_code_stands_in_no_other_answer(operation: str | None) -> None:
    assert found({"code": CODE}, operation) == ["the answer holds an activation code that was sent"]


@pytest.mark.parametrize(
    "operation", ["create-activation-challenge", "list-activation-challenges", "delete-activation-challenge"]
)
def test_an_activation_code_may_stand_in_an_activation_answer(operation: str) -> None:
    assert found({"code": CODE}, operation) == []


def test_an_activation_answer_may_hold_no_otp_and_no_token() -> None:
    assert len(found({"code": CODE, "otp": OTP, "token": TOKEN}, "create-activation-challenge")) == 2


@pytest.mark.parametrize("secret", [OTP, TOKEN, CODE])
def test_a_header_holds_no_confidence_either(secret: str) -> None:
    assert len(found({}, headers={**JSON, "X-Debug": secret})) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_error_holds_no_confidence_either(method: str) -> None:
    refusal = exchange("read-device", 403, b"", method=method, headers={"X-Debug": OTP})
    assert len(list(leaks([refusal], SENT))) == 1


def test_a_body_that_is_no_text_is_searched_all_the_same() -> None:
    assert found(b"\xff\xfe " + OTP.encode() + b" \xff") == ["the answer holds an OTP that was sent"]


def test_an_answer_that_is_made_of_secrets_is_passed_over() -> None:
    assert found([{"otp": OTP, "token": TOKEN, "code": CODE}], confidential=True) == []


def test_one_answer_may_hold_several_confidences() -> None:
    assert len(found([OTP, TOKEN, CODE])) == 3


def test_where_nothing_was_sent_nothing_can_leak() -> None:
    nothing = Confidences(frozenset(), frozenset(), frozenset())
    assert list(leaks([exchange("read-device", 200, [OTP, "123456"])], nothing)) == []


def test_a_finding_never_quotes_what_leaked() -> None:
    for finding in leaks([exchange("read-device", 200, [OTP, TOKEN, CODE])], SENT):
        assert not any(secret in finding.observed + finding.expected for secret in (OTP, TOKEN, CODE))
