"""Good requests for SMS challenges, to be spoilt by one delta (contract 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from suites.sms_challenges.codes import Coded

if TYPE_CHECKING:
    from suites.specimens import Specimen, Workshop


def create_sms_challenge(workshop: Workshop) -> Specimen:
    body = {"person_id": workshop.person.id, "app_signature": "e2e-e2e-e2e", "language": "en"}
    return workshop.specimen("create-sms-challenge", json=body, sends=True)


def read_sms_challenge(workshop: Workshop) -> Specimen:
    return workshop.specimen("read-sms-challenge", Coded.begin(workshop.stories, workshop.person).id)


def verify_sms_challenge(workshop: Workshop) -> Specimen:
    coded = Coded.begin(workshop.stories, workshop.person)
    return workshop.specimen("verify-sms-challenge", coded.id, json={"code": coded.code.reveal()}, also=coded.status)


SPECIMENS: Mapping[str, Callable[[Workshop], Specimen]] = MappingProxyType(
    {
        "create-sms-challenge": create_sms_challenge,
        "read-sms-challenge": read_sms_challenge,
        "verify-sms-challenge": verify_sms_challenge,
    }
)
