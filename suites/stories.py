"""Stories: a customer's phone is bound, gets keys, signs. Each step is a call of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, overload

from contract.exchange import Exchange
from contract.judge import Finding, NotTestable, PrerequisiteFailed, document, flaw
from contract.schemas import documented
from signer import KeyPair
from suites.lifetimes import lifetime
from target.connection import Target
from target.outbox import messages
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.recording import current
from target.secret import Secret

PAGE = 1000
UNBOUND_UNLISTED = "devices.unbound-not-listed"

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


def signed(keys: KeyPair, message: str | bytes) -> str:
    """A right signature in hex, with the low half of s: a target may refuse the high one (contract 2)."""
    return keys.sign(message).with_low_s().hex


@dataclass(frozen=True, slots=True)
class Binding:
    """A device on its way to being bound, or bound.

    challenge: as the POST answer gave it. secret: the OTP or activation code that is to be signed.
    """

    person: Person
    keys: KeyPair
    device_id: str
    key_id: str
    challenge: dict[str, Any]
    secret: Secret

    @property
    def partner(self) -> Partner:
        return self.person.partner

    @property
    def challenge_id(self) -> str:
        challenge_id: str = self.challenge["id"]
        return challenge_id

    def signature(self) -> str:
        """The right signature, in hex."""
        return signed(self.keys, self.secret.reveal())

    def challenge_status(self) -> int:
        """With what the challenge can be read, or that it is gone."""
        return self.partner.call("read-signature-challenge", self.challenge_id).status

    def verify(self, signature: str | None = None, **options: Any) -> Exchange:
        """PUT the signature challenge: with the right signature, or another one."""
        body = {"signature": self.signature() if signature is None else signature}
        return self.partner.call("verify-signature-challenge", self.challenge_id, json=body, **options)


@dataclass(frozen=True, slots=True)
class ActivationCode:
    """A live activation code of a person. lifetime: seconds."""

    id: str
    code: Secret
    max_usage_count: int
    lifetime: float


class Stories:
    """Tells the stories of one test against a target."""

    def __init__(self, target: Target, provisioning: Provisioning) -> None:
        self._target = target
        self._provisioning = provisioning
        self._live: dict[str, list[str]] = {}

    def registration(self, person: Person, keys: KeyPair, **fields: Any) -> dict[str, Any]:
        """The body of a good POST /v1/mfa/devices. A field of None is left out."""
        body = {
            "person_id": person.id,
            "key": keys.public_hex,
            "key_type": "ecdsa-p256",
            "name": "Test device",
            **fields,
        }
        return {name: value for name, value in body.items() if value is not None}

    def begin(self, person: Person, keys: KeyPair | None = None, **fields: Any) -> Binding:
        """Begin a binding by SMS. Raises PrerequisiteFailed."""
        keys = keys or KeyPair.generate()
        created = document(person.partner.call("create-device", json=self.registration(person, keys, **fields)))
        return self.binding(person, keys, created)

    def _create(self, partner: Partner, body: dict[str, Any]) -> dict[str, Any]:
        created: dict[str, Any] = document(partner.call("create-device", json=body))
        return created

    def together(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Make independent calls side by side; results in their order."""
        return self._target.together(calls)

    @overload
    def beside(self, one: Callable[[], A], other: Callable[[], B], /) -> tuple[A, B]: ...

    @overload
    def beside(self, one: Callable[[], A], other: Callable[[], B], third: Callable[[], C], /) -> tuple[A, B, C]: ...

    def beside(self, *calls: Callable[[], Any]) -> tuple[Any, ...]:
        """Make a few independent calls of different kinds side by side; results in their order."""
        return tuple(self.together(calls))

    def each(self, calls: Mapping[str, Callable[[], T]]) -> dict[str, T]:
        """Make independent calls side by side; results by the names of the calls."""
        return dict(zip(calls, self.together(list(calls.values())), strict=True))

    def begin_all(self, person: Person, count: int, **fields: Any) -> list[Binding]:
        """Begin several bindings by SMS, and read their OTPs at one go. Raises PrerequisiteFailed."""
        pairs = [KeyPair.generate() for _ in range(count)]
        bodies = [self.registration(person, keys, **fields) for keys in pairs]
        begun = self.together([partial(self._create, person.partner, body) for body in bodies])
        otps = self.otps(person, [created["challenge"]["id"] for created in begun])
        return [
            Binding(person, keys, created["id"], created["key_id"], created["challenge"], otp)
            for keys, created, otp in zip(pairs, begun, otps, strict=True)
        ]

    def binding(self, person: Person, keys: KeyPair, created: dict[str, Any]) -> Binding:
        """The binding that an answer of POST /v1/mfa/devices began, with the OTP that was sent for it."""
        return self.bindings(person, keys, [created])[0]

    def bindings(self, person: Person, keys: KeyPair, created: Sequence[dict[str, Any]]) -> list[Binding]:
        """The bindings of one key that several such answers began; their OTPs are read at one go."""
        otps = self.otps(person, [answer["challenge"]["id"] for answer in created])
        return [
            Binding(person, keys, answer["id"], answer["key_id"], answer["challenge"], otp)
            for answer, otp in zip(created, otps, strict=True)
        ]

    def otps(self, person: Person, challenge_ids: Sequence[str]) -> list[Secret]:
        """The OTPs that were sent to a person for challenges, by one look into the outbox. Raises NotTestable."""
        if person.number is None:
            raise NotTestable("needs a person with a number")
        return self._provisioning.otps_of(person.partner, person.number, challenge_ids)

    def begin_with_code(
        self, person: Person, code: ActivationCode, keys: KeyPair | None = None, **options: Any
    ) -> Binding:
        """Begin a binding by activation code; `options` are the call's. Raises PrerequisiteFailed."""
        keys = keys or KeyPair.generate()
        body = self.registration(person, keys, challenge_type="activation_code")
        created = document(person.partner.call("create-device", json=body, **options))
        return Binding(person, keys, created["id"], created["key_id"], created["challenge"], code.code)

    def bind(self, person: Person, keys: KeyPair | None = None, **fields: Any) -> Binding:
        """Bind a device by SMS. Raises PrerequisiteFailed."""
        binding = self.begin(person, keys, **fields)
        document(binding.verify())
        self._lives(binding)
        return binding

    def bind_all(self, person: Person, count: int, **fields: Any) -> list[Binding]:
        """Bind several devices by SMS. Raises PrerequisiteFailed."""
        bindings = self.begin_all(person, count, **fields)
        for verified in self.together([binding.verify for binding in bindings]):
            document(verified)
        self._lives(*bindings)
        return bindings

    def _lives(self, *bindings: Binding) -> None:
        """Remember who was bound, so that `state` need not ask for that first."""
        for binding in bindings:
            self._live.setdefault(binding.person.id, []).append(binding.device_id)

    def newcomer(self, partner: Partner) -> Person:
        """A new person without a number, whom an activation code can be made for. Raises PrerequisiteFailed."""
        return self._provisioning.person(partner)

    def activation_code(self, person: Person, **options: Any) -> ActivationCode:
        """Make an activation code. Raises PrerequisiteFailed."""
        created = document(self.ask_for_code(person, **options))
        code = Secret(created["code"])
        current().activation_codes.append(code)
        return ActivationCode(created["id"], code, int(created["max_usage_count"]), lifetime(created))

    def ask_for_code(self, person: Person, *, invalidate_existing: bool = False, **options: Any) -> Exchange:
        """POST /v1/mfa/challenges/activation. Both ways to invalidate the existing code are used (contract 6)."""
        body: dict[str, Any] = activation_request(person)
        if invalidate_existing:
            body["invalidate_existing_code"] = True
            options["params"] = {"invalidate_existing_code": "true"}
        return person.partner.call("create-activation-challenge", json=body, **options)

    def devices(self, person: Person, *, partner: Partner | None = None, **options: Any) -> list[dict[str, Any]]:
        """The person's devices as the list shows them; further filters as `params`. Raises PrerequisiteFailed."""
        params = {"filter[person_id]": person.id, "page[size]": PAGE, **options.pop("params", {})}
        rows: list[dict[str, Any]] = document(
            (partner or person.partner).call("list-devices", params=params, **options)
        )
        return rows

    def is_bound(self, binding: Binding) -> bool:
        """Whether the list of bound devices shows the device.

        Raises PrerequisiteFailed where it shows what was only begun, too: then it tells nothing about a device.
        """
        listed = binding.device_id in {row["id"] for row in self.devices(binding.person)}
        if listed:
            self._list_hides_the_unbound(binding.person)
        return listed

    def _list_hides_the_unbound(self, person: Person) -> None:
        begun = person.partner.call("create-device", json=self.registration(person, KeyPair.generate()))
        if flaw(begun) is None and begun.answer.json()["id"] in {row["id"] for row in self.devices(person)}:
            seen = "the list shows a device that was only begun"
            raise PrerequisiteFailed(Finding(UNBOUND_UNLISTED, seen, "bound devices only", begun))

    def keys(self, binding: Binding) -> dict[str, dict[str, Any]]:
        """The keys of a bound device by their id, collected over all elements. Raises PrerequisiteFailed."""
        elements = document(binding.partner.call("list-keys", binding.device_id))
        return {key["key_id"]: key for element in elements for key in element["keys"]}

    def state(self, person: Person) -> dict[str, Any]:
        """All that can be read of a person's devices; equal before and after a request that changed nothing."""
        reads: list[Callable[[], Any]] = [
            partial(self.devices, person, params={"filter[include_deleted]": "true"}),
            partial(self._key_lists, person, self._live.get(person.id, [])),
        ]
        rows, keys = self.together(reads)
        live = self._live[person.id] = [row["id"] for row in rows if not row.get("deleted_at")]
        keys |= self._key_lists(person, [device for device in live if device not in keys])
        return {
            "devices": {row["id"]: documented("device", row) for row in rows},
            "keys": {device: documented("device-keys", document(keys[device])) for device in live},
        }

    def _key_lists(self, person: Person, devices: Sequence[str]) -> dict[str, Exchange]:
        lists = self.together([partial(person.partner.call, "list-keys", device) for device in devices])
        return dict(zip(devices, lists, strict=True))

    def sent(self, person: Person) -> int | None:
        """How many messages were sent to a person; None where that cannot be known."""
        if person.number is None or not self._target.profile.outbox:
            return None
        return len(messages(person.partner, person.number))


def activation_request(person: Person) -> dict[str, Any]:
    """The body of a good POST /v1/mfa/challenges/activation (contract 6)."""
    return {
        "person_id": person.id,
        "origin": "MOBILE_APP",
        "purpose": "DEVICE_BINDING",
        "delivery_method": "SNAILMAIL",
    }


def signing_challenge(binding: Binding, **fields: Any) -> dict[str, Any]:
    """Begin a device signing challenge (contract 4). Raises PrerequisiteFailed."""
    body = {"device_id": binding.device_id, **fields}
    created: dict[str, Any] = document(binding.partner.call("create-signing-challenge", json=body))
    return created


def verify_signing_challenge(binding: Binding, challenge: dict[str, Any], **options: Any) -> Exchange:
    """PUT the right signature over the challenge's text."""
    body = {"signature": signed(binding.keys, challenge["string_to_sign"])}
    return binding.partner.call("verify-signing-challenge", challenge["id"], json=body, **options)
