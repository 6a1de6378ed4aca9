"""Good requests for device signing challenges, to be spoilt by one delta (contract 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from suites.device_signing.signing import Signing

if TYPE_CHECKING:
    from suites.specimens import Specimen, Workshop


def _begun(workshop: Workshop) -> Signing:
    return Signing.begin(workshop.stories.bind(workshop.person))


def create_signing_challenge(workshop: Workshop) -> Specimen:
    device = workshop.stories.bind(workshop.person)
    body = {"device_id": device.device_id, "key_purpose": "unrestricted", "device_data": "YW55IGRldmljZSBkYXRh"}
    return workshop.specimen("create-signing-challenge", json=body)


def read_signing_challenge(workshop: Workshop) -> Specimen:
    return workshop.specimen("read-signing-challenge", _begun(workshop).id)


def verify_signing_challenge(workshop: Workshop) -> Specimen:
    signing = _begun(workshop)
    body = {"signature": signing.signature(), "device_data": "YW55IGRldmljZSBkYXRh"}
    return workshop.specimen("verify-signing-challenge", signing.id, json=body, also=signing.status)


SPECIMENS: Mapping[str, Callable[[Workshop], Specimen]] = MappingProxyType(
    {
        "create-signing-challenge": create_signing_challenge,
        "read-signing-challenge": read_signing_challenge,
        "verify-signing-challenge": verify_signing_challenge,
    }
)
