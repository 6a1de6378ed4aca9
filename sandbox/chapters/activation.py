# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Activation challenges: codes that bind a device without an SMS (contract 6)."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable

from sandbox.core import Call
from sandbox.http import Answer, Json
from sandbox.refusals import Reason
from sandbox.rules import Rules
from sandbox.world import ActivationChallenge, Person

ORIGINS = ("MOBILE_APP", "WEB", "WEBUI")
RESERVED_ORIGIN = "SOLARISBANK"
PURPOSES = ("DEVICE_BINDING",)
DELIVERY_METHODS = ("SNAILMAIL",)
USES_PER_CODE = 1
CODE_LENGTH = 14

_ALPHABET = string.ascii_lowercase + string.digits


class Activation(Rules):
    """The operations on activation challenges."""

    async def create_activation_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        person_id = self.text(call, body, "person_id")
        origin = self.origin(call, body)
        purpose = self.choice(call, body, "purpose", PURPOSES)
        delivery_method = self.choice(call, body, "delivery_method", DELIVERY_METHODS)
        replaces = self.invalidation_is_wanted(call, body)
        async with self.exclusively(call):
            person = self.person_of_body(call, person_id)
            is_free = self.live_code(call, person.id) is None
            self.require(call, is_free or replaces, Reason.LIVE_CODE_EXISTS)
            retired = self.codes_to_retire(call, person.id)
            await self.between_check_and_act(call)
            for code in retired:
                self.invalidate(call, code)
            challenge = self.activation_challenge(call, person, origin, purpose, delivery_method)
            self.world.add_activation(challenge)
        return Answer(201, self.activation_view(call, challenge))

    async def list_activation_challenges(self, call: Call) -> Answer:
        return self.page_answer(call, self.listed_activations(call), self.activation_view)

    async def get_activation_challenge(self, call: Call) -> Answer:
        return Answer(200, self.activation_view(call, self.activation_of_path(call)))

    async def delete_activation_challenge(self, call: Call) -> Answer:
        async with self.exclusively(call):
            challenge = self.activation_of_path(call)
            await self.between_check_and_act(call)
            self.invalidate(call, challenge)
        return Answer(204)

    # What is asked.

    def origin(self, call: Call, body: Json) -> str:
        origin = self.choice(call, body, "origin", (*ORIGINS, RESERVED_ORIGIN))
        self.require(call, not self.is_reserved(call, origin), Reason.ORIGIN_RESERVED, "origin")
        return origin

    def is_reserved(self, call: Call, origin: str) -> bool:
        return origin == RESERVED_ORIGIN

    def invalidation_is_wanted(self, call: Call, body: Json) -> bool:
        """Whether the body or the query says ``invalidate_existing_code``; one of them is enough."""
        in_query = self.query_flag(call, "invalidate_existing_code")
        return self.flag(call, body, "invalidate_existing_code") or in_query

    # What is written.

    def activation_challenge(
        self, call: Call, person: Person, origin: str, purpose: str, delivery_method: str
    ) -> ActivationChallenge:
        return ActivationChallenge(
            id=self.new_id(),
            partner=call.partner,
            person_id=person.id,
            code=self.draw_code(call),
            created_at=call.now,
            expires_at=call.now + self.activation_lifetime(call),
            origin=origin,
            purpose=purpose,
            delivery_method=delivery_method,
            max_usage_count=self.uses_allowed(call),
        )

    def draw_code(self, call: Call) -> str:
        return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))

    def uses_allowed(self, call: Call) -> int:
        return USES_PER_CODE

    def codes_to_retire(self, call: Call, person_id: str) -> list[ActivationChallenge]:
        """The codes that a new one puts an end to, so that none of them is live again at any time."""
        codes = self.codes_of(call, person_id)
        return [code for code in codes if code.invalidated_at is None and not self.is_used_up(call, code)]

    # What is read and listed.

    def activation_of_path(self, call: Call) -> ActivationChallenge:
        return self.found(call, self.world.activation_challenges, call.ids[0], Reason.CHALLENGE_UNKNOWN)

    def listed_activations(self, call: Call) -> list[ActivationChallenge]:
        """The activation challenges that the query asks for, oldest first."""
        include_expired = self.query_flag(call, "filter[include_expired]")
        return [
            challenge
            for challenge in self.activations_in_reach(call)
            if self.is_listed_activation(call, challenge, include_expired)
        ]

    def activations_in_reach(self, call: Call) -> Iterable[ActivationChallenge]:
        """The activation challenges among which the list is made: the person's, else the partner's."""
        person_id = self.filter_text(call, "person_id")
        if person_id is None:
            return self.world.activations_of_partner.get(call.partner, ())
        return self.codes_of(call, person_id)

    def is_listed_activation(self, call: Call, challenge: ActivationChallenge, include_expired: bool) -> bool:
        """Used-up codes are listed: they are over, but have not expired."""
        return (
            self.passes(call, "person_id", challenge.person_id)
            and self.passes(call, "origin", challenge.origin)
            and self.passes(call, "purpose", challenge.purpose)
            and self.passes(call, "delivery_method", challenge.delivery_method)
            and (include_expired or not self.is_expired_code(call, challenge))
            and self.is_visible(call, challenge)
        )

    # What is shown.

    def activation_view(self, call: Call, challenge: ActivationChallenge) -> Json:
        return {
            "id": challenge.id,
            "person_id": challenge.person_id,
            "code": challenge.code,
            "created_at": self.timestamp(call, challenge.created_at),
            "expires_at": self.timestamp(call, challenge.expires_at),
            "origin": challenge.origin,
            "purpose": challenge.purpose,
            "delivery_method": challenge.delivery_method,
            "usage_count": challenge.usage_count,
            "max_usage_count": challenge.max_usage_count,
        }
