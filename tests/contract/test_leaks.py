"""Confidences in answers: found wherever they stand for themselves, and nowhere by chance (contract 1.3)."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest

from contract.exchange import Exchange
from contract.leaks import NO_LEAK, Confidences, leaks
from tests.contract.made_up import DEVICE, JSON, exchange

OTP = "483920"
TOKEN = "eyJhbGciOi.made.up"
CODE = "K7QX-9PLM"
SENT = Confidences(frozenset({OTP, "000111"}), frozenset({TOKEN}), frozenset({CODE}))


def found(
    body: Any = None, operation: str | None = "read-device", secrets: str | None = None, **details: Any
) -> list[str]:
    """What is found in an answer of what was sent; `secrets`: another activation code than `CODE`."""
    exchanges = [exchange(operation, 200, body, **details)]
    sent = replace(SENT, activation_codes=frozenset({secrets})) if secrets else SENT
    findings = list(leaks(exchanges, sent))
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


def test_a_json_number_lacks_the_zeros_that_an_otp_begins_with() -> None:
    sent = Confidences(frozenset({"048392", "004839"}), frozenset(), frozenset())
    numbers: list[Any] = [{"otp": 48392}, {"errors": [{"debug": 4839}]}]
    for body in numbers:
        assert len(list(leaks([exchange("read-device", 200, body)], sent))) == 1
    others: list[Any] = [{"name": "48392"}, {"took": 48392.5}, {"took": 1048392}, {"id": 48392}]
    for body in others:
        assert list(leaks([exchange("read-device", 200, body)], sent)) == [], body


def test_every_otp_of_the_run_is_looked_for() -> None:
    assert found({"otp": "000111"}) == ["the answer holds an OTP that was sent"]


@pytest.mark.parametrize(
    "text",
    [
        f"a{OTP}f0-7c1e-4c5e-9e55-d0a1b2c3d4e5",
        f"00000000-0000-4000-8000-{OTP}000000",
        f"04{OTP}ab",
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


@pytest.mark.parametrize(
    "text",
    [
        f"code{OTP}end",
        f"{OTP}Z",
        f"Code.{OTP}",
        f"G-{OTP}",
        f"{OTP[:3]} {OTP[3:]}",
        f"{OTP[:3]}-{OTP[3:]}",
        f"at {OTP}.",
    ],
)
def test_an_otp_may_be_written_in_other_ways(text: str) -> None:
    assert found({"errors": [{"detail": text}]}) == ["the answer holds an OTP that was sent"]


@pytest.mark.parametrize("secret", [OTP, TOKEN, CODE, "1234567890"])
@pytest.mark.parametrize("before", ["", "x", "xy"])
def test_a_secret_is_found_in_hex_and_in_base64(secret: str, before: str) -> None:
    for text in (b64encode, urlsafe_b64encode):
        assert found({"debug": text(f"{before}{secret}yz".encode()).decode()}, secrets=secret), text
    assert found({"debug": f"{before}{secret}".encode().hex()}, secrets=secret)
    assert found({"debug": secret.encode().hex().upper()}, secrets=secret)


def test_an_otp_is_found_in_the_name_of_a_field_and_in_escaped_text() -> None:
    assert found({"tried": {OTP: 1}})
    assert found(b'{"debug": "\\u0034\\u00383920"}')


@pytest.mark.parametrize("name", ["id", "person_id", "url", "X-Request-Id"])
def test_one_otp_in_an_id_is_chance_and_several_are_not(name: str) -> None:
    drawn = [f"{number:06d}" for number in range(483920, 483930)]
    sent = Confidences(frozenset(drawn), frozenset(), frozenset())

    def readings(*otps: str) -> list[Exchange]:
        texts = [f"msg-{otp}" for otp in otps]
        if name == "X-Request-Id":
            return [exchange("read-device", 200, {}, headers={**JSON, name: text}) for text in texts]
        return [exchange("read-device", 200, {name: text}) for text in texts]

    assert list(leaks(readings(drawn[0], "111111", "222222"), sent)) == []
    assert len(list(leaks(readings(*drawn[:5], "111111"), sent))) == 5


def test_where_all_ids_have_six_digits_a_run_of_many_otps_finds_no_leak_by_chance() -> None:
    sent = Confidences(frozenset(f"{number * 4999 % 10**6:06d}" for number in range(200)), frozenset(), frozenset())
    counted = [exchange("create-sms-challenge", 201, {"id": f"{number}"}) for number in range(100_000, 100_200)]
    assert list(leaks(counted, sent)) == []


def test_a_header_full_of_numbers_excuses_nothing_in_a_text() -> None:
    numbers = [
        exchange("read-device", 200, {}, headers={**JSON, "X-Left": str(left)}) for left in range(483900, 483999)
    ]
    assert list(leaks(numbers, SENT)) == []
    told = exchange("read-device", 403, {"errors": [{"detail": f"not 111111 but {OTP}"}]})
    assert [finding.exchange for finding in leaks([*numbers, told], SENT)] == [told]


@pytest.mark.parametrize("code", ["AB12", "ABC123", "123456", "12345678"])
def test_a_short_activation_code_is_found_as_a_word_and_not_by_chance(code: str) -> None:
    assert found({"hint": code}, secrets=code) == ["the answer holds an activation code that was sent"]
    for name, text in (("id", code), ("person_id", f"x-{code}"), ("name", f"x{code}y"), ("name", f"{code}0")):
        assert found({**DEVICE, name: text}, secrets=code) == [], (name, text)


def test_a_code_is_found_in_a_sentence() -> None:
    assert found({"detail": f"use {CODE}, please"}) == found({"detail": "use ABC123."}, secrets="ABC123")


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


def test_an_activation_code_may_stand_on_a_page_that_a_link_led_to() -> None:
    linked = exchange(None, 200, {"code": CODE})
    request = replace(linked.request, url="http://127.0.0.1/v1/mfa/challenges/activation?page[number]=2")
    assert list(leaks([replace(linked, request=request)], SENT)) == []


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
