"""The contract as an OpenAPI 3.1 document: `python -m contract.openapi` writes it, `--check` only compares.

All of it comes from the operations table, the schemas and the clauses; no operation is known here by its name.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from contract.clauses import clauses
from contract.links import Link, links
from contract.operations import USUAL_SHAPES, Field, Gate, Operation, Shape, operations
from contract.outcomes import refusals, spoken_of
from contract.schemas import DEFINITIONS

DOCUMENT = Path(__file__).with_name("openapi.yaml")
HEADER = "# Made by: python -m contract.openapi. Changes go into operations.yaml, schemas.yaml and clauses/.\n"

Json = dict[str, Any]

_ABOUT = """\
The contract that this project's conformance suite tries, as far as OpenAPI can say it.

An answer may hold fields that are not documented. A request field that is null equals an absent one, one that is not
documented is ignored, and enum values are case-sensitive. Errors are flat or an array, as each answer says; where the
flat shape is documented, the array is right as well. Behind each status stand the clauses that speak of it; a right
target may also refuse what no operation takes with 405, 410, 413, 415, 429 or 431, in either shape.
"""

_GATES: Mapping[Gate, list[Json]] = {
    Gate.CREDENTIALS: [{"credentials": []}],
    Gate.TOKEN: [{"clientCredentials": ["partners"]}, {"bearerToken": []}],
    Gate.PERMISSION: [{"clientCredentials": ["partners"]}, {"bearerToken": []}],
}

_HEADERS: Mapping[str, Json] = {
    "total": {"description": "How many there are on all pages. Optional.", "schema": {"type": "integer", "minimum": 0}},
    "per-page": {
        "description": "The size of the page; `per_page` is as right. Optional.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "link": {"description": "Other pages: first, prev, next, last (RFC 8288). Optional.", "schema": {"type": "string"}},
}


def document() -> Json:
    """The whole document, in plain types. Raises ContractError."""
    table = operations()
    paths: Json = {}
    for operation in table.values():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Device management",
            "version": version("device-management-conformance"),
            "summary": "Bind a customer's device, and let it sign.",
            "description": _ABOUT,
        },
        "servers": [
            {
                "url": "https://{host}",
                "variables": {"host": {"default": "api.example.com", "description": "The host of the target."}},
            }
        ],
        "tags": _tags(table.values()),
        "paths": paths,
        "components": {
            "securitySchemes": _security_schemes(table.values()),
            "parameters": _by_name(map(_parameter, _all_parameters(table.values()))),
            "headers": {component(name): header for name, header in _HEADERS.items()},
            "requestBodies": {
                component(operation.id): _request_body(operation)
                for operation in table.values()
                if operation.body or operation.form
            },
            "responses": _by_name(_error_responses(table.values())),
            "links": {_link_name(link): _link(link) for source in table.values() for link in links(source, table)},
            "schemas": {component(name): _converted(schema) for name, schema in DEFINITIONS.items()},
        },
    }


def text() -> str:
    """The document as YAML, as it stands in `contract/openapi.yaml`."""
    return HEADER + yaml.dump(
        document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=112, default_flow_style=False
    )


class _Dumper(yaml.SafeDumper):
    """YAML for people: lists stand in from their key, texts of many lines as they are, no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _written(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


def _listed(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.SequenceNode:
    """A list of words stands in one line."""
    is_flat = all(isinstance(value, str | int | None) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=is_flat)


_Dumper.add_representer(str, _written)
_Dumper.add_representer(list, _listed)


def component(name: str) -> str:
    """`created-device` and `page[size]` as the name of a component: `CreatedDevice`, `PageSize`."""
    return "".join(word[0].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name) if word)


def _ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{component(name)}"}


def _by_name(pairs: Iterator[tuple[str, Json]]) -> Json:
    """Components by name. A name has one meaning, wherever it is used."""
    found: Json = {}
    for name, component in pairs:
        assert found.setdefault(name, component) == component, f"{name} has two meanings"
    return found


# Operations


def _tags(table: Iterator[Operation] | Any) -> list[Json]:
    chapters = {_tag(operation): None for operation in table}
    sections = {clause.chapter: clause.section.partition(".")[0] for clause in clauses().values()}
    return [{"name": name} for name in sorted(chapters, key=lambda name: int(sections.get(name, "0")))]


def _tag(operation: Operation) -> str:
    return clauses()[operation.works].chapter


def _operation(operation: Operation) -> Json:
    spoken = spoken_of(operation, clauses())
    found: Json = {
        "operationId": operation.id,
        "tags": [_tag(operation)],
        "summary": operation.title,
        "description": "".join(f"- {clause.level.value}: {clause.text} (`{clause.id}`)\n" for clause in spoken),
        "x-clauses": [clause.id for clause in spoken],
        "security": _GATES[operation.gate],
    }
    if parameters := [_ref("parameters", _parameter(each)[0]) for each in _parameters(operation)]:
        found["parameters"] = parameters
    if operation.body or operation.form:
        found["requestBody"] = _ref("requestBodies", operation.id)
    found["responses"] = _responses(operation)
    return found


def _security_schemes(table: Any) -> Json:
    (token,) = (operation.path for operation in table if operation.gate is Gate.CREDENTIALS)
    return {
        "credentials": {
            "type": "http",
            "scheme": "basic",
            "description": "Client id and client secret of the partner.",
        },
        "clientCredentials": {
            "type": "oauth2",
            "description": "How a partner gets its access token.",
            "flows": {"clientCredentials": {"tokenUrl": token, "scopes": {"partners": "All that the partner may do."}}},
        },
        "bearerToken": {
            "type": "http",
            "scheme": "bearer",
            "description": "The access token, in the Authorization header and nowhere else.",
        },
    }


# Requests


def _parameters(operation: Operation) -> Iterator[tuple[str, str, Json]]:
    """Place, name and schema of each parameter."""
    for name in operation.parameters:
        yield "path", name, _ref("schemas", operation.ids[name])
    for field in operation.query:
        yield "query", field.name, _field_schema(field)


def _all_parameters(table: Any) -> Iterator[tuple[str, str, Json]]:
    for operation in table:
        yield from _parameters(operation)


def _parameter(parameter: tuple[str, str, Json]) -> tuple[str, Json]:
    place, name, schema = parameter
    if place == "path":
        kind = schema["$ref"].rpartition("/")[2]
        return kind, {"name": name, "in": place, "required": True, "schema": schema}
    return component(name), {"name": name, "in": place, "schema": schema}


def _request_body(operation: Operation) -> Json:
    media = "application/x-www-form-urlencoded" if operation.form else "application/json"
    schema = _body_schema(operation.form or operation.body)
    if operation.either:
        schema["anyOf"] = [
            {
                "required": list(rule.has),
                "properties": {
                    **{name: {"not": {"type": "null"}} for name in rule.has},
                    **{name: {"enum": list(values)} for name, values in rule.where.items()},
                },
            }
            for rule in operation.either
        ]
    return {"required": True, "content": {media: {"schema": schema}}}


def _body_schema(fields: Sequence[Field], prefix: str = "") -> Json:
    """An object with the fields that stand under a prefix (`device_signature.`)."""
    own = [field for field in fields if field.name.startswith(prefix) and "." not in field.name[len(prefix) :]]
    schema: Json = {"type": "object"}
    if required := [field.name[len(prefix) :] for field in own if _is_sent(field)]:
        schema["required"] = required
    schema["properties"] = {field.name[len(prefix) :]: _property(field, fields) for field in own}
    return schema


def _is_sent(field: Field) -> bool:
    return field.required or field.expected


def _property(field: Field, fields: Sequence[Field]) -> Json:
    is_object = field.type == "object"
    schema = _body_schema(fields, f"{field.name}.") if is_object else _field_schema(field)
    return schema if _is_sent(field) else _or_null(schema)


def _field_schema(field: Field) -> Json:
    if field.schema:
        return _ref("schemas", field.schema)
    if field.enum:
        shared = [name for name, schema in DEFINITIONS.items() if schema.get("enum") == list(field.enum)]
        return _ref("schemas", shared[0]) if shared else {"type": field.type, "enum": list(field.enum)}
    return {"type": field.type, **({"minLength": 1} if field.type == "string" and _is_sent(field) else {})}


def _or_null(schema: Json) -> Json:
    """An optional field that is null equals an absent one (contract 1.2)."""
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    nullable = {**schema, "type": [schema["type"], "null"]}
    return nullable | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})


# Answers


def _responses(operation: Operation) -> Json:
    found: dict[int, Json] = {}
    for status in (*operation.success.preferred, *operation.success.accepted):
        is_preferred = status in operation.success.preferred
        found[status] = _success(operation, status, operation.answer, "Preferred." if is_preferred else "Accepted.")
    for status, schema in operation.other_answers.items():
        found[status] = _success(operation, status, schema, "The other good answer.")
    for status, ids in refusals(operation, clauses()).items():
        found[status] = {
            "$ref": f"#/components/responses/{_error_name(operation, status)}",
            "description": f"{HTTPStatus(status).phrase}: {', '.join(ids)}.",
        }
    return {str(status): found[status] for status in sorted(found)}


def _success(operation: Operation, status: int, schema: str | None, description: str) -> Json:
    answer: Json = {"description": description}
    if operation.headers:
        answer["headers"] = {name: _ref("headers", name) for name in operation.headers}
    if schema is not None:
        answer["content"] = {"application/json": {"schema": _ref("schemas", schema)}}
    elif status != 204:
        answer["description"] = f"{description} Any JSON body, or none."
    if schema == operation.answer and (found := list(links(operation, operations()))):
        answer["links"] = {link.target.id: {"$ref": f"#/components/links/{_link_name(link)}"} for link in found}
    return answer


def _error_name(operation: Operation, status: int) -> str:
    """A status has one response, but for the operations that document another shape, and the token endpoint."""
    name = component(HTTPStatus(status).phrase)
    if operation.gate is Gate.CREDENTIALS:
        return f"{name}OAuth"
    shape = operation.shapes.get(status)
    return name if shape is USUAL_SHAPES.get(status) or shape is None else name + shape.value.capitalize()


def _error_responses(table: Any) -> Iterator[tuple[str, Json]]:
    for operation in table:
        for status in refusals(operation, clauses()):
            shapes = _shapes(operation, status)
            schema = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
            description = f"{HTTPStatus(status).phrase}."
            yield (
                _error_name(operation, status),
                {"description": description, "content": {"application/json": {"schema": schema}}},
            )


def _shapes(operation: Operation, status: int) -> list[Json]:
    """The array is accepted everywhere, the flat shape where it is documented, or nothing is (contract 1.3)."""
    is_flat = operation.shapes.get(status) is not Shape.ARRAY
    oauth = [_ref("schemas", "oauth-error")] if operation.gate is Gate.CREDENTIALS else []
    return [*([_ref("schemas", "error")] if is_flat else []), _ref("schemas", "errors"), *oauth]


# Links


def _link_name(link: Link) -> str:
    return f"{link.source.id}.{link.target.id}"


def _link(link: Link) -> Json:
    found: Json = {"operationId": link.target.id}
    if link.parameters:
        found["parameters"] = dict(link.parameters)
    if link.body:
        found["requestBody"] = dict(link.body)
    return found


@cache
def _reference(name: str) -> str:
    return f"#/components/schemas/{component(name)}"


def _converted(schema: Any) -> Any:
    """A schema of the table with its references as a component has them."""
    if isinstance(schema, dict):
        return {
            key: _reference(value.rpartition("/")[2]) if key == "$ref" else _converted(value)
            for key, value in schema.items()
        }
    return [_converted(item) for item in schema] if isinstance(schema, list) else schema


def is_stale(path: Path) -> bool:
    """Whether the document on disk is another one than the contract makes."""
    return not path.exists() or path.read_text(encoding="utf-8") != text()


def main(arguments: Sequence[str] | None = None) -> int:
    """0; with `--check` 1 where the document on disk is stale."""
    parser = argparse.ArgumentParser(prog="python -m contract.openapi", description="The contract as OpenAPI 3.1.")
    parser.add_argument("--check", action="store_true", help="only say whether contract/openapi.yaml is up to date")
    if not parser.parse_args(arguments).check:
        DOCUMENT.write_text(text(), encoding="utf-8")
        return 0
    if is_stale(DOCUMENT):
        print("contract/openapi.yaml is stale; make it anew: python -m contract.openapi", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
