"""Legal variants of the sandbox: they start, they work, and several of them together are all that each of them is."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import quote

import httpx
import pytest

from sandbox.__main__ import main
from sandbox.variants import VARIANTS
from tests.sandbox.driver import STATIC_OTP, DeviceKey, fresh_number, running, start


class Customer:
    """A partner with one reachable person, who takes every success for one, whatever its status is."""

    def __init__(self, url: str, partner: str = "embedded-partner") -> None:
        self.http = httpx.Client(base_url=url, timeout=10)
        grant = {"grant_type": "client_credentials", "scope": "partners"}
        token = self.done(self.http.post("/oauth2/token", auth=(partner, f"{partner}-secret"), data=grant))
        self.http.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

    @staticmethod
    def done(answer: httpx.Response) -> httpx.Response:
        assert answer.is_success, answer.text
        return answer

    def post(self, path: str, **body: object) -> httpx.Response:
        return self.http.post(path, json=body)

    def person(self) -> str:
        return str(self.done(self.post("/v1/persons", first_name="Ada", last_name="Beier")).json()["id"])

    def reachable_person(self) -> str:
        person, number = self.person(), fresh_number()
        path = f"/v1/persons/{quote(person, safe='')}/mobile_number"
        self.done(self.post(path, number=number))
        self.done(self.post(f"{path}/authorize", number=number))
        self.done(self.post(f"{path}/confirm", number=number, token=STATIC_OTP))
        return person

    def binding(self, person: str) -> httpx.Response:
        """The answer to the verification of a new device."""
        key = DeviceKey()
        begun = self.done(self.post("/v1/mfa/devices", person_id=person, key=key.hex)).json()
        path = f"/v1/mfa/challenges/signatures/{quote(begun['challenge']['id'], safe='')}"
        return self.http.put(path, json={"signature": key.sign(STATIC_OTP)})

    def device_names(self, person: str) -> list[object]:
        listed = self.http.get("/v1/mfa/devices", params={"filter[person_id]": person})
        return [device["name"] for device in self.done(listed).json()]


@pytest.mark.parametrize("variant", sorted(VARIANTS)[::12])
def test_a_variant_issues_a_token_and_binds_a_device(variant: str) -> None:
    with running("--variant", variant) as url:
        customer = Customer(url)
        assert customer.binding(customer.reachable_person()).is_success


def test_a_variant_says_in_one_line_what_it_does_otherwise() -> None:
    assert all(variant.what.endswith(".") and "\n" not in variant.what for variant in VARIANTS.values())


def test_variants_of_one_freedom_do_not_do_the_same() -> None:
    by_freedom = sorted(VARIANTS.values(), key=lambda variant: variant.freedom)
    for freedom, group in groupby(by_freedom, key=lambda variant: variant.freedom):
        said = [variant.what for variant in group]
        assert len(set(said)) == len(said), freedom


def test_two_variants_together_show_both_freedoms() -> None:
    with running("--variant", "wrong-client-is-400", "--variant", "nothing-is-absent") as url:
        wrong = httpx.post(f"{url}/oauth2/token", auth=("nobody", "x"), data={"grant_type": "client_credentials"})
        customer = Customer(url)
        person = customer.reachable_person()
        customer.done(customer.binding(person))
        (device,) = customer.http.get("/v1/mfa/devices", params={"filter[person_id]": person}).json()
    assert wrong.status_code == 400
    assert "name" not in device


def test_variants_that_look_at_the_same_answer_both_have_their_say() -> None:
    with running("--variant", "more-members", "--variant", "success-is-200", "--variant", "shuffled-members") as url:
        customer = Customer(url)
        bound = customer.binding(customer.reachable_person())
    assert bound.status_code == 200
    assert bound.json()["version"] == 7


def test_without_a_variant_the_preferred_answers_are_given() -> None:
    with running() as url:
        customer = Customer(url)
        person = customer.reachable_person()
        assert customer.binding(person).status_code == 204
        assert customer.device_names(person) == [None]


@pytest.mark.parametrize("variants", [("unknown",), ("gzip", "unknown"), ("",)])
def test_an_unknown_variant_is_one_sentence_and_exit_code_2(
    variants: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([argument for variant in variants for argument in ("--variant", variant)])
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert out == ""
    assert len(err.splitlines()) == 1


def test_an_unknown_variant_ends_the_process_with_2() -> None:
    _, err = (process := start("--variant", "unknown")).communicate(timeout=10)
    assert (process.returncode, len(err.splitlines())) == (2, 1)
