# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Persons, whose set fields change by change request only (contract 7, 8; facts 11)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sandbox.core import Call, Kind
from sandbox.http import Answer, Json
from sandbox.rules import Rules
from sandbox.world import ChangeRequest, Person

TEXTS = (
    "first_name",
    "last_name",
    "birth_name",
    "birth_date",
    "birth_city",
    "birth_country",
    "nationality",
    "email",
    "mobile_number",
    "fatca_crs_confirmed_at",
    "terms_conditions_signed_at",
    "own_economic_interest_signed_at",
)
ENUMS = {
    "salutation": ("MR", "MS"),
    "title": ("DR", "MAGISTER", "PROF", "PROF_DR"),
    "employment_status": (
        "EMPLOYED",
        "UNEMPLOYED",
        "PUBLIC_SECTOR_EMPLOYEE",
        "PROFESSIONAL_SOLDIER",
        "FREELANCER",
        "HOUSEWORK",
        "APPRENTICE",
        "MANAGEMENT",
        "RETIRED",
        "STUDENT",
        "SELF_EMPLOYED",
        "MILITARY_OR_COMMUNITY_SERVICE",
    ),
}
ADDRESSES = ("address", "contact_address")
ADDRESS_TEXTS = ("line_1", "line_2", "postal_code", "city", "state", "country")
FLAGS = ("fatca_relevant",)

AUTHORIZATION_REQUIRED = "AUTHORIZATION_REQUIRED"


class Persons(Rules):
    """The operations on persons."""

    async def create_person(self, call: Call) -> Answer:
        fields = self.person_fields(call, self.json_body(call))
        async with self.exclusively(call):
            await self.between_check_and_act(call)
            person = Person(id=self.new_id(Kind.PERSON), partner=call.partner, fields=fields, created_at=call.now)
            self.world.persons.add(person)
        return Answer(200, self.person_view(call, person))

    async def get_person(self, call: Call) -> Answer:
        return Answer(200, self.person_view(call, self.person_of_path(call)))

    async def change_person(self, call: Call) -> Answer:
        changes = self.person_fields(call, self.json_body(call))
        async with self.exclusively(call):
            person = self.person_of_path(call)
            is_sensitive = self.needs_change_request(call, person, changes)
            await self.between_check_and_act(call)
            if not is_sensitive:
                self.apply_changes(call, person, changes)
                return Answer(200, self.person_view(call, person))
            request = self.change_request(call, person, changes)
            self.world.change_requests.add(request)
        return Answer(202, self.required_authorization_view(call, request))

    # What is asked.

    def person_fields(self, call: Call, body: Json) -> dict[str, Any]:
        """The known fields of a body that have a value."""
        found: dict[str, object] = {
            **{name: self.optional_text(call, body, name) for name in TEXTS},
            **{name: self.optional_choice(call, body, name, values) for name, values in ENUMS.items()},
            **{name: self.address(call, body, name) for name in ADDRESSES},
            **{name: self.flag(call, body, name) for name in FLAGS if body.get(name) is not None},
        }
        return {name: value for name, value in found.items() if value is not None}

    def address(self, call: Call, body: Json, name: str) -> dict[str, str] | None:
        """The known fields of an address; ``None`` where it has none."""
        group = self.optional_group(call, body, name)
        texts = {part: self.optional_text(call, group, part) for part in ADDRESS_TEXTS}
        return {part: text for part, text in texts.items() if text is not None} or None

    def needs_change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> bool:
        """Whether a field that is already set would change hands."""
        return any(name in person.fields for name in changes)

    # What is written.

    def apply_changes(self, call: Call, person: Person, changes: dict[str, Any]) -> None:
        person.fields = person.fields | changes

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        return ChangeRequest(
            id=self.new_id(Kind.CHANGE_REQUEST),
            partner=call.partner,
            person_id=person.id,
            changes=changes,
            status=AUTHORIZATION_REQUIRED,
            updated_at=call.now,
            expires_at=call.now + self.change_request_lifetime(call),
        )

    # What is shown.

    def person_view(self, call: Call, person: Person) -> Json:
        return {"id": person.id, "created_at": self.timestamp(call, person.created_at), **person.fields}

    def change_request_view(self, call: Call, request: ChangeRequest) -> Json:
        """What every answer about a change request shows."""
        return {
            "id": request.id,
            "status": request.status,
            "updated_at": self.timestamp(call, request.updated_at),
        }

    def required_authorization_view(self, call: Call, request: ChangeRequest) -> Json:
        url = self.url_of(call, f"/v1/change_requests/{quote(request.id, safe='')}/authorize")
        return self.change_request_view(call, request) | {"url": url}
