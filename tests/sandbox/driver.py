"""A partner, its customers and their devices, as far as the sandbox's own tests need them.

Written on httpx and cryptography alone, so that neither the sandbox nor the suite is tested with itself.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from threading import Barrier
from typing import IO, Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ROOT = Path(__file__).parents[2]
STATIC_OTP = "212212"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

_numbers = itertools.count(int.from_bytes(os.urandom(4), "big"))


def start(*arguments: str, stderr: int | IO[str] = subprocess.PIPE) -> subprocess.Popen[str]:
    """A sandbox process on a free port, unless the arguments name one."""
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def url_of(process: subprocess.Popen[str]) -> str:
    """The line that a sandbox prints when it is ready."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """The URL of a sandbox that runs for the length of the block, and tells of no defect in it."""
    with TemporaryFile("w+") as complaints:
        process = start(*arguments, stderr=complaints)
        try:
            yield url_of(process)
        finally:
            process.terminate()
            process.communicate(timeout=10)
            complaints.seek(0)
        assert complaints.read() == ""


class DeviceKey:
    """A P-256 key pair of a device."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def hex(self) -> str:
        return self.encoded(PublicFormat.UncompressedPoint)

    @property
    def compressed(self) -> str:
        return self.encoded(PublicFormat.CompressedPoint)

    @property
    def spki(self) -> str:
        return self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()

    def encoded(self, form: PublicFormat) -> str:
        return self._private.public_key().public_bytes(Encoding.X962, form).hex()

    def sign(self, text: str) -> str:
        return self._private.sign(text.encode(), ec.ECDSA(SHA256())).hex()


@dataclass(frozen=True)
class Bound:
    """A bound device: its id, the id of its first key, and that key."""

    id: str
    key_id: str
    key: DeviceKey
    challenge_id: str

    def proof(self, new_key: str) -> dict[str, str]:
        """The ``device_signature`` that vouches for a new key."""
        return {"signature_key_purpose": "unrestricted", "signature": self.key.sign(new_key)}


def fresh_number(prefix: str = "+1555") -> str:
    """A mobile number that nobody has."""
    return f"{prefix}{next(_numbers) % 10**9:09d}"


class Partner:
    """A partner with an access token, and the acts that its customers need before a test begins."""

    def __init__(self, url: str, name: str = "embedded-partner") -> None:
        self.name = name
        self.http = httpx.Client(base_url=url, timeout=10)
        answer = self.token_request()
        assert answer.status_code == 200
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def token_request(self, **headers: str) -> httpx.Response:
        return self.http.post(
            "/oauth2/token",
            auth=(self.name, f"{self.name}-secret"),
            data={"grant_type": "client_credentials", "scope": "partners"},
            headers=headers,
        )

    # Persons.

    def person(self, **fields: Any) -> str:
        answer = self.http.post("/v1/persons", json={"first_name": "Ada", "last_name": "Beier"} | fields)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def reachable_person(self, number: str | None = None) -> str:
        """A person with a verified number."""
        person, number = self.person(), number or fresh_number()
        path = f"/v1/persons/{person}/mobile_number"
        assert self.http.post(path, json={"number": number}).status_code == 201
        assert self.http.post(f"{path}/authorize", json={"number": number}).status_code == 201
        token = self.outbox(number)[-1]["otp"]
        assert self.http.post(f"{path}/confirm", json={"number": number, "token": token}).status_code == 201
        return person

    def outbox(self, number: str) -> list[dict[str, Any]]:
        answer = self.http.get("/__test__/outbox", params={"to": number})
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    # Devices.

    def begin(self, person: str, key: DeviceKey, **fields: Any) -> dict[str, Any]:
        """A pending device, as ``POST /v1/mfa/devices`` shows it."""
        answer = self.http.post("/v1/mfa/devices", json={"person_id": person, "key": key.hex} | fields)
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def bind(self, person: str, **fields: Any) -> Bound:
        """A bound device of a person with a number of ``+1555``."""
        key = DeviceKey()
        begun = self.begin(person, key, **fields)
        challenge = begun["challenge"]["id"]
        answer = self.verify_binding(challenge, key.sign(STATIC_OTP))
        assert answer.status_code == 204, answer.text
        return Bound(begun["id"], begun["key_id"], key, challenge)

    def device(self) -> Bound:
        """A bound device of a new person."""
        return self.bind(self.reachable_person())

    def verify_binding(self, challenge: str, signature: str, **headers: str) -> httpx.Response:
        path = f"/v1/mfa/challenges/signatures/{challenge}"
        return self.http.put(path, json={"signature": signature}, headers=headers)

    def add_key(self, device: Bound, new_key: DeviceKey, **fields: Any) -> httpx.Response:
        body = {"key": new_key.hex, "key_purpose": "restricted", "device_signature": device.proof(new_key.hex)}
        return self.http.post(f"/v1/mfa/devices/{device.id}/keys", json=body | fields)

    # Challenges.

    def signing_challenge(self, device: Bound, **fields: Any) -> dict[str, Any]:
        answer = self.http.post("/v1/mfa/challenges/devices", json={"device_id": device.id} | fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def verify_signing(self, challenge: dict[str, Any], signature: str, **headers: str) -> httpx.Response:
        path = f"/v1/mfa/challenges/devices/{challenge['id']}"
        return self.http.put(path, json={"signature": signature}, headers=headers)

    def sms_challenge(self, person: str, **fields: Any) -> dict[str, Any]:
        answer = self.http.post("/v1/mfa/challenges/sms", json={"person_id": person} | fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def verify_sms(self, challenge: dict[str, Any], code: str, **headers: str) -> httpx.Response:
        path = f"/v1/mfa/challenges/sms/{challenge['id']}"
        return self.http.put(path, json={"code": code}, headers=headers)

    def request_code(self, person: str, **fields: Any) -> httpx.Response:
        body = {
            "person_id": person,
            "origin": "MOBILE_APP",
            "purpose": "DEVICE_BINDING",
            "delivery_method": "SNAILMAIL",
        }
        return self.http.post("/v1/mfa/challenges/activation", json=body | fields)

    def code(self, person: str, **fields: Any) -> dict[str, Any]:
        answer = self.request_code(person, **fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    # Change requests.

    def change_request(self, person: str, **changes: Any) -> str:
        answer = self.http.patch(f"/v1/persons/{person}", json=changes or {"last_name": "Cern"})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def authorize(self, request: str, method: str, **fields: Any) -> httpx.Response:
        body = {"delivery_method": method} | fields
        return self.http.post(f"/v1/change_requests/{request}/authorize", json=body)

    def confirm(self, request: str, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        return self.http.post(f"/v1/change_requests/{request}/confirm", json=fields, headers=headers)


def ahead(seconds: float) -> dict[str, str]:
    """The header that moves the clock of one request."""
    return {"X-Test-Clock-Offset": str(seconds)}


def at_once(act: Callable[[int], httpx.Response], times: int = 16) -> list[httpx.Response]:
    """The answers to requests that sixteen threads send at the same moment."""
    barrier = Barrier(times)

    def take_part(number: int) -> httpx.Response:
        barrier.wait(timeout=10)
        return act(number)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(take_part, range(times)))


def statuses(answers: list[httpx.Response]) -> list[int]:
    """The statuses of answers, in ascending order."""
    return sorted(answer.status_code for answer in answers)
