# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""What a body has to be, and what its fields may hold (contract 1.2, 1.8)."""

from __future__ import annotations

from collections.abc import Collection

import orjson

from sandbox.core import Call, Core
from sandbox.http import Json
from sandbox.refusals import Reason

Choices = Collection[str]


class FieldRules(Core):
    """Reading the body of a call. Whatever is wrong with it is a refusal, never an exception of another kind."""

    def json_body(self, call: Call) -> Json:
        """The body as an object.

        Raises:
            RefusedError: Another content type, no JSON, or no object.
        """
        self.require(call, self.is_json_type(call), Reason.CONTENT_TYPE_INVALID)
        try:
            body = self.parse_json(call)
        except orjson.JSONDecodeError:
            raise self.refused(call, Reason.JSON_INVALID) from None
        if not isinstance(body, dict):
            raise self.refused(call, Reason.NOT_AN_OBJECT)
        return body

    def is_json_type(self, call: Call) -> bool:
        """Whether the request says that it carries JSON; parameters do not matter."""
        content_type = call.request.header(b"content-type") or ""
        return (
            content_type == "application/json" or content_type.partition(";")[0].strip().lower() == "application/json"
        )

    def parse_json(self, call: Call) -> object:
        # Refuses NaN, numbers beyond a double, deep nesting, invalid UTF-8 and lone surrogates by itself.
        return orjson.loads(call.body)

    def is_absent(self, call: Call, name: str, value: object) -> bool:
        """``null`` equals absent."""
        return value is None

    def is_text(self, call: Call, name: str, value: object) -> bool:
        return isinstance(value, str)

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        """Whether an enum has this value; the case matters."""
        return value in choices

    def value_of(self, call: Call, body: Json, name: str) -> object:
        """The value of a field, ``None`` where it is absent."""
        value = body.get(name)
        return None if self.is_absent(call, name, value) else value

    def optional_text(self, call: Call, body: Json, name: str) -> str | None:
        value = self.value_of(call, body, name)
        if value is None:
            return None
        self.require(call, self.is_text(call, name, value), Reason.FIELD_TYPE, name)
        return str(value)

    def text(self, call: Call, body: Json, name: str) -> str:
        """A required text; an empty one counts as missing."""
        value = self.optional_text(call, body, name)
        if value is None:
            raise self.refused(call, Reason.FIELD_MISSING, name)
        self.require(call, value != "", Reason.FIELD_EMPTY, name)
        return value

    def choice(self, call: Call, body: Json, name: str, choices: Choices) -> str:
        """A required value of an enum."""
        value = self.text(call, body, name)
        self.require(call, self.is_listed(call, name, value, choices), Reason.FIELD_VALUE, name)
        return value

    def optional_choice(self, call: Call, body: Json, name: str, choices: Choices) -> str | None:
        value = self.optional_text(call, body, name)
        if value is not None:
            self.require(call, self.is_listed(call, name, value, choices), Reason.FIELD_VALUE, name)
        return value

    def flag(self, call: Call, body: Json, name: str) -> bool:
        """An optional boolean, false where it is absent."""
        value = self.value_of(call, body, name)
        if value is None:
            return False
        self.require(call, isinstance(value, bool), Reason.FIELD_TYPE, name)
        return bool(value)

    def optional_group(self, call: Call, body: Json, name: str) -> Json:
        """An optional object, empty where it is absent."""
        value = self.value_of(call, body, name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.refused(call, Reason.FIELD_TYPE, name)
        return value

    def group(self, call: Call, body: Json, name: str) -> Json:
        """A required object."""
        if self.value_of(call, body, name) is None:
            raise self.refused(call, Reason.FIELD_MISSING, name)
        return self.optional_group(call, body, name)

    def check_types(self, call: Call, body: Json, names: Collection[str]) -> None:
        """Fields of a wrong type are refused, also those that are not needed this time."""
        for name in names:
            self.optional_text(call, body, name)

    def check_device_data(self, call: Call, body: Json) -> None:
        """``device_data`` may be any text, and nothing is done with it."""
        self.optional_text(call, body, "device_data")
