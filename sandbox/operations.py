"""The operations of the contract, and the way from a path to one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import NamedTuple
from urllib.parse import unquote


class Operation(StrEnum):
    """An operation, named as the method of the sandbox that handles it."""

    CREATE_DEVICE = auto()
    LIST_DEVICES = auto()
    GET_DEVICE = auto()
    DELETE_DEVICE = auto()
    ADD_KEY = auto()
    LIST_KEYS = auto()
    GET_KEY = auto()
    GET_SIGNATURE_CHALLENGE = auto()
    VERIFY_SIGNATURE_CHALLENGE = auto()
    CREATE_SIGNING_CHALLENGE = auto()
    GET_SIGNING_CHALLENGE = auto()
    VERIFY_SIGNING_CHALLENGE = auto()
    CREATE_SMS_CHALLENGE = auto()
    GET_SMS_CHALLENGE = auto()
    VERIFY_SMS_CHALLENGE = auto()
    CREATE_ACTIVATION_CHALLENGE = auto()
    LIST_ACTIVATION_CHALLENGES = auto()
    GET_ACTIVATION_CHALLENGE = auto()
    DELETE_ACTIVATION_CHALLENGE = auto()
    CREATE_DELIVERY_EVENT = auto()
    LIST_DELIVERY_EVENTS = auto()
    GET_DELIVERY_EVENT = auto()
    AUTHORIZE_CHANGE_REQUEST = auto()
    CONFIRM_CHANGE_REQUEST = auto()
    ISSUE_TOKEN = auto()
    CREATE_PERSON = auto()
    GET_PERSON = auto()
    CHANGE_PERSON = auto()
    CREATE_MOBILE_NUMBER = auto()
    GET_MOBILE_NUMBER = auto()
    AUTHORIZE_MOBILE_NUMBER = auto()
    CONFIRM_MOBILE_NUMBER = auto()
    READ_OUTBOX = auto()
    NONE = auto()
    """No operation: the path, or the method on it, is unknown."""


class Gate(Enum):
    """What a caller has to show before an operation looks at the request."""

    OPEN = auto()
    TOKEN = auto()
    DEVICE_MANAGEMENT = auto()


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table: where an operation is found, and behind which gate."""

    method: str
    path: str
    operation: Operation
    gate: Gate


def _routes(gate: Gate, *rows: tuple[str, str, Operation]) -> tuple[Route, ...]:
    return tuple(Route(method, path, operation, gate) for method, path, operation in rows)


ROUTES: tuple[Route, ...] = (
    *_routes(
        Gate.DEVICE_MANAGEMENT,
        ("POST", "/v1/mfa/devices", Operation.CREATE_DEVICE),
        ("GET", "/v1/mfa/devices", Operation.LIST_DEVICES),
        ("GET", "/v1/mfa/devices/{}", Operation.GET_DEVICE),
        ("DELETE", "/v1/mfa/devices/{}", Operation.DELETE_DEVICE),
        ("POST", "/v1/mfa/devices/{}/keys", Operation.ADD_KEY),
        ("GET", "/v1/mfa/devices/{}/keys", Operation.LIST_KEYS),
        ("GET", "/v1/mfa/devices/{}/keys/{}", Operation.GET_KEY),
        ("GET", "/v1/mfa/challenges/signatures/{}", Operation.GET_SIGNATURE_CHALLENGE),
        ("PUT", "/v1/mfa/challenges/signatures/{}", Operation.VERIFY_SIGNATURE_CHALLENGE),
        ("POST", "/v1/mfa/challenges/devices", Operation.CREATE_SIGNING_CHALLENGE),
        ("GET", "/v1/mfa/challenges/devices/{}", Operation.GET_SIGNING_CHALLENGE),
        ("PUT", "/v1/mfa/challenges/devices/{}", Operation.VERIFY_SIGNING_CHALLENGE),
        ("POST", "/v1/mfa/challenges/sms", Operation.CREATE_SMS_CHALLENGE),
        ("GET", "/v1/mfa/challenges/sms/{}", Operation.GET_SMS_CHALLENGE),
        ("PUT", "/v1/mfa/challenges/sms/{}", Operation.VERIFY_SMS_CHALLENGE),
        ("POST", "/v1/mfa/challenges/activation", Operation.CREATE_ACTIVATION_CHALLENGE),
        ("GET", "/v1/mfa/challenges/activation", Operation.LIST_ACTIVATION_CHALLENGES),
        ("GET", "/v1/mfa/challenges/activation/{}", Operation.GET_ACTIVATION_CHALLENGE),
        ("DELETE", "/v1/mfa/challenges/activation/{}", Operation.DELETE_ACTIVATION_CHALLENGE),
        ("POST", "/v1/mfa/challenges/activation/{}/delivery_events", Operation.CREATE_DELIVERY_EVENT),
        ("GET", "/v1/mfa/challenges/activation/{}/delivery_events", Operation.LIST_DELIVERY_EVENTS),
        ("GET", "/v1/mfa/challenges/activation/{}/delivery_events/{}", Operation.GET_DELIVERY_EVENT),
        ("POST", "/v1/change_requests/{}/authorize", Operation.AUTHORIZE_CHANGE_REQUEST),
        ("POST", "/v1/change_requests/{}/confirm", Operation.CONFIRM_CHANGE_REQUEST),
    ),
    *_routes(Gate.OPEN, ("POST", "/oauth2/token", Operation.ISSUE_TOKEN)),
    *_routes(
        Gate.TOKEN,
        ("POST", "/v1/persons", Operation.CREATE_PERSON),
        ("GET", "/v1/persons/{}", Operation.GET_PERSON),
        ("PATCH", "/v1/persons/{}", Operation.CHANGE_PERSON),
        ("POST", "/v1/persons/{}/mobile_number", Operation.CREATE_MOBILE_NUMBER),
        ("GET", "/v1/persons/{}/mobile_number", Operation.GET_MOBILE_NUMBER),
        ("POST", "/v1/persons/{}/mobile_number/authorize", Operation.AUTHORIZE_MOBILE_NUMBER),
        ("POST", "/v1/persons/{}/mobile_number/confirm", Operation.CONFIRM_MOBILE_NUMBER),
    ),
)

HOOK_ROUTES: tuple[Route, ...] = _routes(Gate.TOKEN, ("GET", "/__test__/outbox", Operation.READ_OUTBOX))


class Match(NamedTuple):
    """What a path leads to: the routes by method (none on an unknown path) and the ids in the path."""

    routes: dict[str, Route]
    ids: tuple[str, ...]

    def route(self, method: str) -> Route | None:
        """The route of this method; HEAD goes where GET goes."""
        return self.routes.get("GET" if method == "HEAD" else method)

    @property
    def allowed(self) -> str:
        """The value of an ``Allow`` header."""
        return ", ".join(sorted({*self.routes, *(["HEAD"] if "GET" in self.routes else [])}))


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    any_id: _Node | None = None
    routes: dict[str, Route] = field(default_factory=dict)


class Router:
    """A tree of path segments, in which a word wins over an id. ``{}`` stands for any id in the table only."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._root = _Node()
        for route in routes:
            node = self._root
            for segment in route.path.split("/"):
                if segment == "{}":
                    node.any_id = node.any_id or _Node()
                    node = node.any_id
                else:
                    node = node.children.setdefault(segment, _Node())
            node.routes[route.method] = route

    def match(self, raw_path: bytes) -> Match:
        """Where a path, still percent-encoded, leads. Never fails: what cannot be decoded is no id of ours."""
        node, ids = self._root, []
        for raw in raw_path.decode("latin-1").split("/"):
            segment = unquote(raw, errors="replace") if "%" in raw else raw
            child = node.children.get(segment)
            if child is None:
                child = node.any_id if segment else None
                ids.append(segment)
            if child is None:
                return Match({}, ())
            node = child
        return Match(node.routes, tuple(ids))
