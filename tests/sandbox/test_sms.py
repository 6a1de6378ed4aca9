"""SMS challenges and the messages that are sent (contract 3, 5, 9)."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.driver import DeviceKey, Partner, ahead, fresh_number


def test_the_right_code_completes_a_challenge_once(partner: Partner, person: str) -> None:
    challenge = partner.sms_challenge(person)
    assert challenge["type"] == "sms"
    assert partner.http.get(f"/v1/mfa/challenges/sms/{challenge['id']}").json() == challenge
    assert partner.verify_sms(challenge, "000000").status_code == 403
    assert partner.verify_sms(challenge, "212212").status_code == 204
    assert partner.verify_sms(challenge, "212212").status_code == 404


def test_an_expired_challenge_takes_no_code(partner: Partner, person: str) -> None:
    challenge = partner.sms_challenge(person)
    assert partner.verify_sms(challenge, "212212", **ahead(310)).status_code == 404
    assert partner.verify_sms(challenge, "212212", **ahead(290)).status_code == 204


def test_five_wrong_codes_are_the_end(partner: Partner, person: str) -> None:
    challenge = partner.sms_challenge(person)
    assert [partner.verify_sms(challenge, "000000").status_code for _ in range(5)] == [403] * 5
    assert partner.verify_sms(challenge, "212212").status_code == 404


@pytest.mark.parametrize("code", [None, "", 212212, True, [], "21221", "2122122", "21221x", "２１２２１２", "212212\n"])
def test_what_is_no_code_is_400_and_costs_no_try(partner: Partner, person: str, code: object) -> None:
    challenge = partner.sms_challenge(person)
    path = f"/v1/mfa/challenges/sms/{challenge['id']}"
    assert [partner.http.put(path, json={"code": code}).status_code for _ in range(6)] == [400] * 6
    assert partner.verify_sms(challenge, "212212").status_code == 204


def test_a_code_belongs_to_one_challenge(partner: Partner) -> None:
    number = fresh_number("+4917")
    person = partner.reachable_person(number)
    first, second = partner.sms_challenge(person), partner.sms_challenge(person)
    codes = {message["challenge_id"]: message["otp"] for message in partner.outbox(number)}
    # One in a million pairs is equal, and then both are right.
    if codes[first["id"]] != codes[second["id"]]:
        assert partner.verify_sms(first, codes[second["id"]]).status_code == 403
    assert partner.verify_sms(first, codes[first["id"]]).status_code == 204
    assert partner.verify_sms(second, codes[second["id"]]).status_code == 204


def test_who_cannot_get_an_sms_is_refused(partner: Partner) -> None:
    assert partner.http.post("/v1/mfa/challenges/sms", json={"person_id": "nobody"}).status_code == 404
    person = partner.person()
    assert partner.http.post("/v1/mfa/challenges/sms", json={"person_id": person}).status_code == 400


@pytest.mark.parametrize("broken", [{"person_id": None}, {"language": "xx"}, {"app_signature": 1}])
def test_other_requests_are_400(partner: Partner, person: str, broken: dict[str, object]) -> None:
    body = {"person_id": person} | broken
    assert partner.http.post("/v1/mfa/challenges/sms", json=body).status_code == 400


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_one_message_in_the_language_with_code_and_app_signature(partner: Partner, language: str) -> None:
    number = fresh_number()
    person = partner.reachable_person(number)
    before = partner.outbox(number)
    challenge = partner.sms_challenge(person, language=language, app_signature="FA+9qCX9VSu")
    (message,) = partner.outbox(number)[len(before) :]
    assert message["to"] == number
    assert message["language"] == language
    assert message["challenge_id"] == challenge["id"]
    assert message["app_signature"] == "FA+9qCX9VSu"
    assert message["otp"] in message["text"]
    assert message["text"].endswith("FA+9qCX9VSu")
    assert message["sent_at"] == challenge["created_at"]


def test_the_languages_differ(partner: Partner) -> None:
    number = fresh_number()
    person = partner.reachable_person(number)
    for language in ("de", "en", "fr"):
        partner.sms_challenge(person, language=language)
    assert len({message["text"] for message in partner.outbox(number)[1:]}) == 3


def test_a_binding_sends_one_message_and_an_activation_code_none(partner: Partner) -> None:
    number = fresh_number()
    person = partner.reachable_person(number)
    before = len(partner.outbox(number))
    begun = partner.begin(person, DeviceKey(), language="en", sms_challenge={"app_signature": "sig"})
    (message,) = partner.outbox(number)[before:]
    assert (message["language"], message["app_signature"]) == ("en", "sig")
    assert message["challenge_id"] == begun["challenge"]["id"]
    partner.code(person)
    partner.begin(person, DeviceKey(), challenge_type="activation_code")
    assert len(partner.outbox(number)) == before + 1


def test_only_numbers_of_1555_have_the_static_otp(partner: Partner) -> None:
    number = fresh_number("+4916")
    person = partner.reachable_person(number)
    for _ in range(8):
        partner.sms_challenge(person)
    drawn = [message["otp"] for message in partner.outbox(number)]
    assert all(re.fullmatch("[0-9]{6}", otp) for otp in drawn)
    assert len(set(drawn)) > 1


def test_the_outbox_is_oldest_first_and_understands_a_bare_plus(partner: Partner) -> None:
    number = fresh_number()
    person = partner.reachable_person(number)
    sent = [partner.sms_challenge(person)["id"] for _ in range(3)]
    bare = partner.http.get(f"/__test__/outbox?to={number}").json()
    assert [message["challenge_id"] for message in bare] == [None, *sent]
    assert partner.http.get("/__test__/outbox").status_code == 400
