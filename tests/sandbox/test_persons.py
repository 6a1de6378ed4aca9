"""Persons and their mobile numbers (contract 8)."""

from __future__ import annotations

import pytest

from tests.sandbox.driver import Partner, ahead, fresh_number

ADA = {
    "salutation": "MS",
    "first_name": "Ada",
    "last_name": "Beier",
    "birth_date": "1985-12-10",
    "nationality": "DE",
    "address": {"line_1": "Gasse 1", "postal_code": "10115", "city": "Berlin", "country": "DE"},
    "email": "ada@example.org",
    "employment_status": "EMPLOYED",
}


def test_a_person_reads_as_they_were_made(partner: Partner) -> None:
    created = partner.http.post("/v1/persons", json=ADA)
    assert created.status_code == 200
    assert created.json().items() >= ADA.items()
    assert partner.http.get(f"/v1/persons/{created.json()['id']}").json() == created.json()


@pytest.mark.parametrize(
    "broken",
    [
        {"salutation": "Mr"},
        {"salutation": ""},
        {"employment_status": "employed"},
        {"first_name": 1},
        {"address": "Gasse 1"},
        {"address": {"line_1": 1}},
        {"fatca_relevant": "yes"},
    ],
)
def test_other_values_are_400(partner: Partner, broken: dict[str, object]) -> None:
    assert partner.http.post("/v1/persons", json=ADA | broken).status_code == 400


def test_what_is_unknown_or_null_is_not_kept(partner: Partner) -> None:
    body = ADA | {"title": None, "shoe_size": 44, "address": {"line_1": "Gasse 1", "nested": {"a": [1]}}}
    created = partner.http.post("/v1/persons", json=body).json()
    assert created["address"] == {"line_1": "Gasse 1"}
    assert not created.keys() & {"title", "shoe_size"}


def test_a_number_is_confirmed_with_the_otp_that_was_sent_to_it(partner: Partner) -> None:
    person, number = partner.person(), fresh_number("+4917")
    path = f"/v1/persons/{person}/mobile_number"
    assert partner.http.get(path).status_code == 404
    created = partner.http.post(path, json={"number": number})
    assert (created.status_code, created.json()["verified"]) == (201, False)
    assert partner.outbox(number) == []
    assert partner.http.post(f"{path}/authorize", json={"number": number}).status_code == 201
    (message,) = partner.outbox(number)
    assert message["challenge_id"] is None
    wrong = f"{(int(message['otp']) + 1) % 10**6:06d}"
    refused = partner.http.post(f"{path}/confirm", json={"number": number, "token": wrong})
    assert (refused.status_code, partner.http.get(path).json()["verified"]) == (403, False)
    confirmed = partner.http.post(f"{path}/confirm", json={"number": number, "token": message["otp"]})
    assert (confirmed.status_code, confirmed.json()["verified"]) == (201, True)
    assert partner.http.get(path).json() == confirmed.json()


def test_a_token_expires_and_tries_run_out(partner: Partner) -> None:
    person, number = partner.person(), fresh_number()
    path = f"/v1/persons/{person}/mobile_number"
    right = {"number": number, "token": "212212"}
    partner.http.post(path, json={"number": number})
    assert partner.http.post(f"{path}/confirm", json=right).status_code == 403
    partner.http.post(f"{path}/authorize", json={"number": number})
    assert partner.http.post(f"{path}/confirm", json=right, headers=ahead(310)).status_code == 403
    for _ in range(5):
        partner.http.post(f"{path}/confirm", json=right | {"token": "000000"})
    assert partner.http.post(f"{path}/confirm", json=right).status_code == 403
    partner.http.post(f"{path}/authorize", json={"number": number})
    assert partner.http.post(f"{path}/confirm", json=right).status_code == 201


def test_a_second_number_is_409(partner: Partner, person: str) -> None:
    path = f"/v1/persons/{person}/mobile_number"
    assert partner.http.post(path, json={"number": fresh_number()}).status_code == 409


@pytest.mark.parametrize("number", ["+1 555-01_0/1", "+15550101"])
def test_decoration_is_removed(partner: Partner, number: str) -> None:
    path = f"/v1/persons/{partner.person()}/mobile_number"
    assert partner.http.post(path, json={"number": number}).json()["number"] == "+15550101"


@pytest.mark.parametrize(
    "number", [None, "", 1, "15550101", "+0555", "+1x", "+" + "1" * 16, "+１５５５０１０１", "+15550101\n"]
)
def test_what_is_no_number_is_400(partner: Partner, number: object) -> None:
    path = f"/v1/persons/{partner.person()}/mobile_number"
    for tail in ("", "/authorize", "/confirm"):
        assert partner.http.post(path + tail, json={"number": number, "token": "1"}).status_code == 400


def test_unknown_persons_and_numbers_are_404(partner: Partner, person: str) -> None:
    body = {"number": fresh_number(), "token": "212212"}
    for who, tails in (("nobody", ("", "/authorize", "/confirm")), (person, ("/authorize", "/confirm"))):
        for tail in tails:
            answer = partner.http.post(f"/v1/persons/{who}/mobile_number{tail}", json=body)
            assert answer.status_code == 404
    assert partner.http.get("/v1/persons/nobody").status_code == 404
    assert partner.http.patch("/v1/persons/nobody", json={}).status_code == 404
