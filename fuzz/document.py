"""The OpenAPI document as it is fuzzed: the contract's own, with real values and some right requests in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any

import schemathesis
from hypothesis import strategies as st

from contract.openapi import component, document
from fuzz.things import Good, Things
from signer import KeyPair

Json = dict[str, Any]
Texts = st.SearchStrategy[str]


def furnished(things: Things) -> Json:
    """The document with formats that draw real values, and with an example where only one request is right.

    Registers one format per kind of thing with Schemathesis, for the whole process.
    """
    whole = document()
    schemas = whole["components"]["schemas"]
    plain = {f"#/components/schemas/{component(kind)}": schemas[component(kind)] for kind in things.values}
    for kind, values in things.values.items():
        known = st.sampled_from(values)
        # Three of four are real: a way along the links ends at the first thing that is not there.
        schemathesis.openapi.format(kind, known | known | known | _OTHERS.get(kind, _UNKNOWN_IDS))
        schemas[component(kind)] = {"type": "string", "format": kind, "examples": values}
    for parameter in whole["components"]["parameters"].values():
        if parameter["in"] == "path":
            # In a path any other text shall be tried, too.
            parameter["schema"] = {"anyOf": [parameter["schema"], plain[parameter["schema"]["$ref"]]]}
    for path in whole["paths"].values():
        for operation in path.values():
            if good := things.good.get(operation["operationId"]):
                _exemplify(operation, good, whole["components"])
    return whole


_UNKNOWN_IDS: Texts = st.uuids().map(str)
_OTHERS: Mapping[str, Texts] = MappingProxyType(
    {
        "public-key": st.builds(lambda: KeyPair.generate().public_hex),
        "signature": st.builds(lambda: KeyPair.generate().sign("another text").with_low_s().hex),
    }
)
"""Besides the real values: what no rule of a schema can say, such as a point on the curve."""


def _exemplify(operation: Json, good: Good, components: Json) -> None:
    """Put a right request into an operation; what it shares with others is copied first."""
    parameters: Iterable[Json] = [_copied(each, components) for each in operation["parameters"]]
    operation["parameters"] = [{**each, "example": good.ids[each["name"]]} for each in parameters]
    if good.body is not None:
        body = operation["requestBody"] = _copied(operation["requestBody"], components)
        body["content"]["application/json"]["example"] = good.body


def _copied(reference: Json, components: Json) -> Json:
    kind, name = reference["$ref"].split("/")[-2:]
    copied: Json = deepcopy(components[kind][name])
    return copied
