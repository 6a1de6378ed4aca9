"""JSON schemas of answers, compiled once (`contract/schemas.yaml`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from contract.table import read_table

DEFINITIONS: Mapping[str, Any] = read_table(Path(__file__).with_name("schemas.yaml"))["$defs"]
"""All schemas by name."""


def defect(schema: str, document: Any) -> str | None:
    """What is wrong with a document by the named schema, in one sentence; None where nothing is.

    Only the place and the rule are named, never the value: it may be a secret.
    Raises KeyError for a schema that does not exist.
    """
    validator = _validator(schema)
    try:
        if validator.is_valid(document):
            return None
        error = next(iter(validator.iter_errors(document)))
    except UnicodeEncodeError:
        return "the body holds half a surrogate pair, which is no text"
    place = "/".join(str(part) for part in error.instance_path) or "the body"
    rule = "/".join(str(part) for part in error.schema_path[-2:])
    return f"{place} does not fit the schema {schema!r} ({rule}{_missing(error)})"


def documented(schema: str, document: Any) -> Any:
    """The part of a document that the named schema speaks of: what two readings of one thing have in common.

    Undocumented fields are left out, since they may differ from one answer to the next; so are nulls, and the
    order of lists. Raises KeyError for a schema that does not exist.
    """
    return _documented(DEFINITIONS[schema], document)


def _documented(rule: Any, value: Any) -> Any:
    if "$ref" in rule:
        rule = DEFINITIONS[rule["$ref"].rpartition("/")[2]]
    if isinstance(value, dict) and "properties" in rule:
        known = rule["properties"]
        return {name: _documented(known[name], value[name]) for name in known if value.get(name) is not None}
    if isinstance(value, list) and "items" in rule:
        return sorted((_documented(rule["items"], item) for item in value), key=json.dumps)
    return value


def _missing(error: Any) -> str:
    """The names of absent members, where that is the defect."""
    required = getattr(error.kind, "property", None)
    return f": {required} is missing" if isinstance(required, str) else ""


@cache
def _validator(schema: str) -> Any:
    if schema not in DEFINITIONS:
        raise KeyError(schema)
    return jsonschema_rs.validator_for(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": f"#/$defs/{schema}",
            "$defs": DEFINITIONS,
        }
    )
