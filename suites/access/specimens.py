"""Good requests for persons and mobile numbers, to be spoilt by one delta (contract 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from contract.judge import document
from contract.operations import operations
from suites.access.echo import differing
from suites.access.numbers import ask, begin_binding
from suites.specimens import Specimen
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person, Provisioning


@dataclass(frozen=True, slots=True)
class AccessWorkshop:
    """What the specimens of this chapter are made with."""

    stories: Stories
    provisioning: Provisioning
    partner: Partner

    def make(self, operation_id: str) -> Specimen:
        """A fresh specimen of an operation. Raises PrerequisiteFailed, NotTestable."""
        return ACCESS_SPECIMENS[operation_id](self)

    def _specimen(self, operation_id: str, person: Person, json: Mapping[str, Any] | None = None) -> Specimen:
        def state() -> Any:
            verified = begin_binding(self.stories, person).answer.ok
            moved = differing(person.fields, document(self.partner.call("read-person", person.id)))
            return verified, moved, self.stories.sent(person)

        return Specimen(
            operations()[operation_id], self.partner, (person.id,), json, None, state, self.stories.together
        )

    def read_person(self) -> Specimen:
        return self._specimen("read-person", self.provisioning.person(self.partner))

    def add_mobile_number(self) -> Specimen:
        person = self.provisioning.person(self.partner)
        return self._specimen("add-mobile-number", person, {"number": self.provisioning.number().reveal()})

    def authorize_mobile_number(self) -> Specimen:
        person = self.provisioning.unverified(self.partner)
        assert person.number is not None
        return self._specimen("authorize-mobile-number", person, {"number": person.number.reveal()})

    def confirm_mobile_number(self) -> Specimen:
        asked = ask(self.provisioning, self.partner)
        assert asked.person.number is not None
        body = {"number": asked.person.number.reveal(), "token": asked.otp.reveal()}
        return self._specimen("confirm-mobile-number", asked.person, body)


ACCESS_SPECIMENS: Mapping[str, Callable[[AccessWorkshop], Specimen]] = MappingProxyType(
    {
        "read-person": AccessWorkshop.read_person,
        "add-mobile-number": AccessWorkshop.add_mobile_number,
        "authorize-mobile-number": AccessWorkshop.authorize_mobile_number,
        "confirm-mobile-number": AccessWorkshop.confirm_mobile_number,
    }
)
