"""All that the sandbox remembers, in memory."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from sandbox.curve import PublicKey
from sandbox.settings import Partner


@dataclass(slots=True, kw_only=True)
class Owned:
    """Something with an id that belongs to a partner."""

    id: str
    partner: Partner


@dataclass(slots=True, kw_only=True)
class Token:
    """An access token; ``expires_at`` is held against the real clock."""

    partner: Partner
    expires_at: float


@dataclass(slots=True, kw_only=True)
class MobileNumber:
    """The one mobile number of a person, and the OTP that was sent to confirm it."""

    id: str
    number: str
    verified: bool = False
    otp: str | None = field(default=None, repr=False)
    otp_expires_at: float = 0.0
    wrong_tries: int = 0


@dataclass(slots=True, kw_only=True)
class Person(Owned):
    """A customer of a partner; ``fields`` are those of facts 11 that have a value."""

    fields: dict[str, Any]
    created_at: float
    mobile_number: MobileNumber | None = None


@dataclass(slots=True, kw_only=True)
class Key:
    """A public key of a device."""

    id: str
    purpose: str
    type: str
    public: PublicKey
    used_at: float | None = None


@dataclass(slots=True, kw_only=True)
class Device(Owned):
    """A device: pending until its signature challenge is verified, and kept after its deletion."""

    person_id: str
    name: str | None
    created_at: float
    keys: list[Key]
    bound: bool = False
    deleted_at: float | None = None


class Progress(Enum):
    """How far a challenge is."""

    OPEN = auto()
    DONE = auto()
    DEAD = auto()


@dataclass(slots=True, kw_only=True)
class Challenge(Owned):
    """What signature, signing and SMS challenges have in common."""

    created_at: float
    expires_at: float
    progress: Progress = Progress.OPEN
    wrong_tries: int = 0


@dataclass(slots=True, kw_only=True)
class SignatureChallenge(Challenge):
    """Binds a device: ``message`` is the OTP, or the code of ``activation_id`` (contract 3)."""

    device_id: str
    message: str = field(repr=False)
    activation_id: str | None = None


@dataclass(slots=True, kw_only=True)
class SigningChallenge(Challenge):
    """Asks a bound device to sign with the key ``key_id`` (contract 4)."""

    device_id: str
    key_id: str
    string_to_sign: str


@dataclass(slots=True, kw_only=True)
class SmsChallenge(Challenge):
    """Asks for the OTP of an SMS (contract 5)."""

    person_id: str
    otp: str = field(repr=False)


@dataclass(slots=True, kw_only=True)
class DeliveryEvent:
    """A step of the delivery of an activation code; ``timestamp`` is the text that was sent."""

    id: str
    type: str
    timestamp: str
    instant: float
    provider: str | None
    additional_details: str | None


@dataclass(slots=True, kw_only=True)
class ActivationChallenge(Owned):
    """An activation code and its life (contract 6)."""

    person_id: str
    code: str = field(repr=False)
    created_at: float
    expires_at: float
    origin: str
    purpose: str
    delivery_method: str
    max_usage_count: int
    usage_count: int = 0
    invalidated_at: float | None = None
    events: list[DeliveryEvent] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class ChangeRequest(Owned):
    """A change of a person that waits for authorization (contract 7).

    ``tan`` and ``string_to_sign`` belong to the last authorization; ``signer_id`` is the key that has to sign.
    """

    person_id: str
    changes: dict[str, Any]
    status: str
    updated_at: float
    expires_at: float
    dead: bool = False
    delivery_method: str | None = None
    tan: str | None = field(default=None, repr=False)
    device_id: str | None = None
    signer_id: str | None = None
    string_to_sign: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An SMS that was sent (contract 9)."""

    to: str
    text: str = field(repr=False)
    otp: str = field(repr=False)
    language: str
    app_signature: str | None
    sent_at: float
    challenge_id: str | None


OwnedT = TypeVar("OwnedT", bound=Owned)


class Store(Generic[OwnedT]):
    """Things by id, oldest first. One with a capacity forgets its oldest, so that load cannot fill memory."""

    def __init__(self, capacity: int | None = None) -> None:
        # An ordinary dict is slow at losing its first entry again and again.
        self._by_id: OrderedDict[str, OwnedT] = OrderedDict()
        self._capacity = capacity

    def add(self, thing: OwnedT) -> None:
        self._by_id[thing.id] = thing
        if self._capacity is not None and len(self._by_id) > self._capacity:
            self._by_id.popitem(last=False)

    def get(self, thing_id: str) -> OwnedT | None:
        return self._by_id.get(thing_id)

    def __iter__(self) -> Iterator[OwnedT]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)


CHALLENGES_KEPT = 200_000
TOKENS_KEPT = 100_000


class World:
    """Everything there is, of every partner. Whose it is decides the sandbox, not the store."""

    def __init__(self) -> None:
        self.tokens: OrderedDict[str, Token] = OrderedDict()
        self.persons: Store[Person] = Store()
        self.devices: Store[Device] = Store()
        self.signature_challenges: Store[SignatureChallenge] = Store(CHALLENGES_KEPT)
        self.signing_challenges: Store[SigningChallenge] = Store(CHALLENGES_KEPT)
        self.sms_challenges: Store[SmsChallenge] = Store(CHALLENGES_KEPT)
        self.activation_challenges: Store[ActivationChallenge] = Store()
        self.change_requests: Store[ChangeRequest] = Store(CHALLENGES_KEPT)
        # Indexes, so that no request walks over what belongs to others.
        self.devices_of_person: defaultdict[str, list[Device]] = defaultdict(list)
        self.devices_of_partner: defaultdict[Partner, list[Device]] = defaultdict(list)
        self.activations_of_person: defaultdict[str, list[ActivationChallenge]] = defaultdict(list)
        self.activations_of_partner: defaultdict[Partner, list[ActivationChallenge]] = defaultdict(list)
        self.messages: defaultdict[tuple[Partner, str], list[Message]] = defaultdict(list)

    def add_token(self, value: str, token: Token) -> None:
        self.tokens[value] = token
        if len(self.tokens) > TOKENS_KEPT:
            self.tokens.popitem(last=False)

    def add_device(self, device: Device) -> None:
        self.devices.add(device)
        self.devices_of_person[device.person_id].append(device)
        self.devices_of_partner[device.partner].append(device)

    def add_activation(self, challenge: ActivationChallenge) -> None:
        self.activation_challenges.add(challenge)
        self.activations_of_person[challenge.person_id].append(challenge)
        self.activations_of_partner[challenge.partner].append(challenge)

    def add_message(self, sender: Partner, message: Message) -> None:
        self.messages[sender, message.to].append(message)
