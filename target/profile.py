"""Target profiles: what a target is, where it is, and what may be done to it (`targets/*.toml`)."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from target.secret import Secret

TARGETS = Path(__file__).parent.parent / "targets"


class ProfileError(Exception):
    """A profile cannot be used; one sentence with the file, the key, the value and what is allowed."""


class Role(Enum):
    """The three partners of a run (design, *a target profile*)."""

    PARTNER = "partner"
    OTHER = "other_partner"
    RESTRICTED = "restricted_partner"


@dataclass(frozen=True, slots=True)
class Credentials:
    client_id: str
    client_secret: Secret


# A target on this machine guards nothing, so what the embedded one takes needs not be kept secret.
LOOPBACK_CREDENTIALS = {
    Role.PARTNER: Credentials("embedded-partner", Secret("embedded-partner-secret")),
    Role.OTHER: Credentials("embedded-other-partner", Secret("embedded-other-partner-secret")),
    Role.RESTRICTED: Credentials("embedded-restricted-partner", Secret("embedded-restricted-partner-secret")),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A target profile.

    api_url, auth_url: without a trailing slash; port 0 where the run starts the target and learns the port from it.
    start: the command that starts the target, None where it runs already.
    clock, outbox, fault: the test hooks that the target has (contract 9).
    static_otp, static_number: the OTP of numbers that begin with +1555, and such a number; None where there is none.
    challenge_lifetime, change_request_lifetime: seconds.
    requests_per_second: ceiling of the whole run, None for no ceiling. concurrency: requests under way at once.
    load: whether a load run may be made. key_addition_message: `hex-text`, `raw-bytes` or `either` (contract 3).
    """

    name: str
    api_url: str
    auth_url: str
    start: tuple[str, ...] | None
    credentials: Mapping[Role, Credentials]
    clock: bool
    outbox: bool
    fault: bool
    static_otp: Secret | None
    static_number: Secret | None
    challenge_lifetime: float
    change_request_lifetime: float
    requests_per_second: float | None
    concurrency: int
    load: bool
    key_addition_message: str

    def at(self, url: str) -> Profile:
        """The same target at another place, where it runs already. Raises ProfileError for a bad URL."""
        place = _url(url, "--target-url")
        if urlsplit(place).port == 0:
            raise ProfileError(f"--target-url is {url!r}; allowed is a port above 0, of a target that runs already")
        return replace(self, api_url=place, auth_url=place, start=None)


def load_profile(name_or_path: str) -> Profile:
    """Read `targets/NAME.toml`, or the file at a path. Raises ProfileError."""
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = TARGETS / f"{name_or_path}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(found.stem for found in TARGETS.glob("*.toml")))
        raise ProfileError(f"{path}: there is no such profile; known targets are {known}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: cannot be read ({error})") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: is not TOML: {error}") from None
    return _Reader(path, table).profile()


# Every key a profile may have, with the type of its value.
_TABLES: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "": {"name": str, "api_url": str, "auth_url": str, "start": list},
    "credentials": {role.value: list for role in Role},
    "hooks": {"clock": bool, "outbox": bool, "fault": bool},
    "otp": {"static": str, "static_number": str},
    "lifetimes": {"challenge": (int, float), "change_request": (int, float)},
    "limits": {"requests_per_second": (int, float), "concurrency": int, "load": bool},
    "choices": {"key_addition_message": str},
}
_WORDS = {str: "a string", list: "a list of strings", bool: "true or false", int: "a whole number"}
_KEY_MESSAGES = ("hex-text", "raw-bytes", "either")


class _Reader:
    def __init__(self, path: Path, table: Mapping[str, Any]) -> None:
        self._path = path
        self._tables = {"": {key: value for key, value in table.items() if key not in _TABLES}}
        for name in _TABLES:
            if name and name in table:
                if not isinstance(table[name], dict):
                    raise self._error(name, table[name], "a table")
                self._tables[name] = table[name]
        self._check()

    def _error(self, key: str, value: object, allowed: str) -> ProfileError:
        return ProfileError(f"{self._path}: {key} is {value!r}; allowed is {allowed}")

    def _check(self) -> None:
        for name, table in self._tables.items():
            for key, value in table.items():
                full = f"{name}.{key}" if name else key
                if key not in _TABLES[name]:
                    known = ", ".join([*_TABLES[name], *(t for t in _TABLES if t and not name)])
                    raise ProfileError(f"{self._path}: the key {full!r} is unknown; allowed here are {known}")
                self._check_type(full, value, _TABLES[name][key])

    def _check_type(self, key: str, value: object, kind: type | tuple[type, ...]) -> None:
        is_bool = isinstance(value, bool)
        if not isinstance(value, kind) or (is_bool and kind is not bool):
            raise self._error(key, value, "a number" if isinstance(kind, tuple) else _WORDS[kind])
        if isinstance(value, list) and not (value and all(isinstance(part, str) and part for part in value)):
            raise self._error(key, value, "a list of non-empty strings")

    def _get(self, key: str, default: Any) -> Any:
        table, _, name = key.rpartition(".")
        return self._tables.get(table, {}).get(name, default)

    def _positive(self, key: str, default: float | None) -> Any:
        value = self._get(key, default)
        if value is not None and not 0 < value < float("inf"):
            raise self._error(key, value, "a number above 0")
        return value

    def profile(self) -> Profile:
        for key in ("name", "api_url"):
            if not self._get(key, ""):
                raise ProfileError(f"{self._path}: the key {key!r} is missing; every profile has a name and an api_url")
        api_url = _url(self._get("api_url", ""), f"{self._path}: api_url")
        start = self._get("start", None)
        if start is None and urlsplit(api_url).port == 0:
            raise self._error("api_url", api_url, "a port above 0 unless the profile has a 'start' command")
        message = self._get("choices.key_addition_message", "either")
        if message not in _KEY_MESSAGES:
            raise self._error("choices.key_addition_message", message, ", ".join(_KEY_MESSAGES))
        static = self._get("otp.static", None)
        number = self._get("otp.static_number", None)
        if (static is None) != (number is None):
            raise ProfileError(f"{self._path}: [otp] needs both static and static_number, or neither")
        return Profile(
            name=self._get("name", ""),
            api_url=api_url,
            auth_url=_url(self._get("auth_url", api_url), f"{self._path}: auth_url"),
            start=tuple(start) if start else None,
            credentials=self._credentials(api_url),
            clock=self._get("hooks.clock", False),
            outbox=self._get("hooks.outbox", False),
            fault=self._get("hooks.fault", False),
            static_otp=Secret(static) if static else None,
            static_number=Secret(number) if number else None,
            challenge_lifetime=self._positive("lifetimes.challenge", 300),
            change_request_lifetime=self._positive("lifetimes.change_request", 300),
            requests_per_second=self._positive("limits.requests_per_second", None),
            concurrency=self._positive("limits.concurrency", 16),
            load=self._get("limits.load", False),
            key_addition_message=message,
        )

    def _credentials(self, api_url: str) -> dict[Role, Credentials]:
        found: dict[Role, Credentials] = {}
        for role in Role:
            names = self._get(f"credentials.{role.value}", None)
            if names is None:
                continue
            if len(names) != 2:
                raise self._error(f"credentials.{role.value}", names, "the names of two environment variables")
            values = [os.environ.get(name, "") for name in names]
            if all(values):
                found[role] = Credentials(values[0], Secret(values[1]))
            elif not any(values) and is_loopback(api_url):
                found[role] = LOOPBACK_CREDENTIALS[role]
            else:
                unset = names[values.index("")]
                raise ProfileError(
                    f"{self._path}: credentials.{role.value} names the environment variable {unset}, which is not "
                    "set; set it, or remove the line where the target has no such partner"
                )
        if Role.PARTNER not in found:
            raise ProfileError(
                f"{self._path}: [credentials] needs 'partner', the names of the two environment variables "
                "that hold the client id and the client secret"
            )
        return found


def is_loopback(url: str) -> bool:
    """Whether a URL points to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _url(text: str, where: str) -> str:
    allowed = "such as https://api.solaris-sandbox.de or http://127.0.0.1:8080"
    if "@" in text:
        raise ProfileError(f"{where} holds credentials; leave them to the environment variables of [credentials]")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ProfileError(f"{where} is {text!r} ({error}); allowed is a URL {allowed}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or port == -1:
        raise ProfileError(f"{where} is {text!r}; allowed is a URL {allowed}")
    return text.rstrip("/")
