"""Specimens: for each operation a good request with all that it needs, to be sent or to be spoilt by one delta."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from types import MappingProxyType
from typing import Any

import pytest

from contract.exchange import Exchange
from contract.operations import Operation, operations
from signer import KeyPair
from suites.access import specimens as access
from suites.activation import specimens as activation
from suites.change_requests import specimens as change_requests
from suites.device_signing import specimens as device_signing
from suites.key_addition import KeyAddition
from suites.sms_challenges import specimens as sms_challenges
from suites.stories import Stories
from target.client import Outgoing
from target.partner import Partner
from target.provisioning import Person, Provisioning


@dataclass(frozen=True, slots=True)
class Specimen:
    """A good request of one operation.

    state: reads all that the request could move; equal before and after a refusal.
    together: makes calls side by side.
    """

    operation: Operation
    partner: Partner
    ids: tuple[str, ...]
    json: Mapping[str, Any] | None
    params: Mapping[str, Any] | None
    state: Callable[[], Any]
    together: Callable[[Sequence[Callable[[], Exchange]]], list[Exchange]]

    def send(self, *, partner: Partner | None = None, ids: tuple[str, ...] | None = None, **delta: Any) -> Exchange:
        """Send the good request, or the same with a delta: other ids, another partner, options of the call."""
        request: dict[str, Any] = {"json": self.json, "params": self.params, **delta}
        return (partner or self.partner).call(self.operation.id, *(self.ids if ids is None else ids), **request)

    def prepared(self) -> Outgoing:
        """The good request, ready to race."""
        return self.partner.prepare(self.operation, *self.ids, json=self.json, params=self.params)

    def send_each(self, deltas: Mapping[str, Mapping[str, Any]]) -> dict[str, Exchange]:
        """Send the good request with each of the deltas, side by side; `deltas` has in words what each of them is."""
        exchanges = self.together([partial(self.send, **delta) for delta in deltas.values()])
        return dict(zip(deltas, exchanges, strict=True))


class Workshop:
    """What the specimens of one test are made with.

    customer: makes the person with a verified number, whom not every specimen needs.
    key_addition: is settled when the first key is to be added.
    """

    def __init__(
        self,
        stories: Stories,
        provisioning: Provisioning,
        partner: Partner,
        customer: Callable[[], Person],
        key_addition: KeyAddition,
    ) -> None:
        self.stories = stories
        self.provisioning = provisioning
        self.partner = partner
        self.key_addition = key_addition
        self._customer = customer
        self._person: Person | None = None
        self._making = Lock()

    @property
    def person(self) -> Person:
        """The one customer of all specimens of the test, made when the first one asks."""
        with self._making:
            self._person = self._person or self._customer()
            return self._person

    def make(self, operation_id: str) -> Specimen:
        """A fresh specimen of an operation.

        Raises PrerequisiteFailed, NotTestable, KeyError for an operation without one.
        """
        return SPECIMENS[operation_id](self)

    def specimen(
        self,
        operation_id: str,
        *ids: str,
        person: Person | None = None,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        also: Callable[[], Any] | None = None,
        sends: bool = False,
    ) -> Specimen:
        """`person`: whom it is about, by default the customer, whose devices are the state.

        also: reads what belongs to the state, too. sends: so do the messages that the request sends.
        """
        about = person or self.person
        read: list[Callable[[], Any]] = [partial(self.stories.state, about)]
        if also is not None:
            read.append(also)
        if sends:
            read.append(partial(self.stories.sent, about))
        return self.bare(operation_id, *ids, json=json, params=params, state=partial(self.stories.together, read))

    def bare(
        self,
        operation_id: str,
        *ids: str,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        state: Callable[[], Any],
    ) -> Specimen:
        """A specimen whose state is nothing but what `state` reads."""
        return Specimen(operations()[operation_id], self.partner, ids, json, params, state, self.stories.together)

    def create_device(self) -> Specimen:
        body = self.stories.registration(
            self.person,
            KeyPair.generate(),
            challenge_type="sms",
            key_purpose="unrestricted",
            sms_challenge={"app_signature": "e2e-e2e-e2e"},
            language="en",
            device_data="YW55IGRldmljZSBkYXRh",
        )
        return self.specimen("create-device", json=body, sends=True)

    def list_devices(self) -> Specimen:
        self.stories.bind(self.person)
        return self.specimen("list-devices", params={"filter[person_id]": self.person.id})

    def read_device(self) -> Specimen:
        return self.specimen("read-device", self.stories.bind(self.person).device_id)

    def delete_device(self) -> Specimen:
        return self.specimen("delete-device", self.stories.bind(self.person).device_id)

    def read_signature_challenge(self) -> Specimen:
        return self.specimen("read-signature-challenge", self.stories.begin(self.person).challenge_id)

    def verify_signature_challenge(self) -> Specimen:
        binding = self.stories.begin(self.person)
        body = {"signature": binding.signature(), "device_data": "YW55IGRldmljZSBkYXRh"}
        return self.specimen(
            "verify-signature-challenge", binding.challenge_id, json=body, also=binding.challenge_status
        )

    def add_key(self) -> Specimen:
        binding = self.stories.bind(self.person)
        body = self.key_addition.settle(self.stories, self.person).body(
            binding, KeyPair.generate(), device_data="YW55IGRldmljZSBkYXRh"
        )
        return self.specimen("add-key", binding.device_id, json=body)

    def list_keys(self) -> Specimen:
        return self.specimen("list-keys", self.stories.bind(self.person).device_id)

    def read_key(self) -> Specimen:
        binding = self.stories.bind(self.person)
        return self.specimen("read-key", binding.device_id, binding.key_id)


SPECIMENS: Mapping[str, Callable[[Workshop], Specimen]] = MappingProxyType(
    {
        "create-device": Workshop.create_device,
        "list-devices": Workshop.list_devices,
        "read-device": Workshop.read_device,
        "delete-device": Workshop.delete_device,
        "read-signature-challenge": Workshop.read_signature_challenge,
        "verify-signature-challenge": Workshop.verify_signature_challenge,
        "add-key": Workshop.add_key,
        "list-keys": Workshop.list_keys,
        "read-key": Workshop.read_key,
        **device_signing.SPECIMENS,
        **sms_challenges.SPECIMENS,
        **activation.SPECIMENS,
        **change_requests.SPECIMENS,
        **access.SPECIMENS,
    }
)


each_operation = pytest.mark.parametrize("operation", list(SPECIMENS))
"""Try a test on every operation that has a specimen."""
