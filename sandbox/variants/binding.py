# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""How devices may be bound otherwise (contract 3)."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.chapters.binding import ACTIVATION_CODE, BindingSecret, BindingWish
from sandbox.core import Call
from sandbox.operations import Operation
from sandbox.variants.catalogue import variant
from sandbox.world import Person


@variant(
    "no-device-limit",
    freedom="device limit",
    warns=("binding.sixth-device", "binding.five-devices", "races.five-devices"),
)
class NoDeviceLimit(Sandbox):
    """A person may bind any number of devices."""

    def has_free_place(self, call: Call, person_id: str) -> bool:
        return True


@variant("device-limit-at-the-end", freedom="device limit", warns=("binding.sixth-device",))
class DeviceLimitAtTheEnd(Sandbox):
    """Whether a person has five devices is asked only when a binding ends."""

    def has_free_place(self, call: Call, person_id: str) -> bool:
        return call.operation is Operation.CREATE_DEVICE or super().has_free_place(call, person_id)


@variant(
    "no-key-check",
    freedom="registered keys",
    warns=(
        "binding.key-registered",
        "signature-challenge.key-registered-meanwhile",
        "keys.key-registered",
        "races.same-key",
    ),
)
class NoKeyCheck(Sandbox):
    """A public key may be registered any number of times."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        return False


@variant("key-check-at-the-end", freedom="registered keys", warns=("binding.key-registered",))
class KeyCheckAtTheEnd(Sandbox):
    """Whether a key is registered is asked only when a binding ends."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        return call.operation is not Operation.CREATE_DEVICE and super().is_registered(call, person_id, point)


@variant("every-key-counts", freedom="registered keys")
class EveryKeyCounts(Sandbox):
    """A key counts as registered on pending and deleted devices too."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        if call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE:
            return super().is_registered(call, person_id, point)
        devices = self.world.devices_of_person.get(person_id, ())
        return any(key.public.point == point for device in devices for key in device.keys)


@variant("activation-needs-a-number")
class ActivationNeedsANumber(Sandbox):
    """A binding by activation code needs a verified number, although nothing is sent to it."""

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        if wish.challenge_type == ACTIVATION_CODE:
            self.reachable_number(call, person)
        return super().binding_secret(call, person, wish)


@variant("english-by-default", freedom="default language")
class EnglishByDefault(Sandbox):
    """An SMS is English where no language is named."""

    def language(self, call: Call, wanted: str | None) -> str:
        return super().language(call, wanted or "en")


@variant("french-by-default", freedom="default language")
class FrenchByDefault(Sandbox):
    """An SMS is French where no language is named, and talks at length."""

    def language(self, call: Call, wanted: str | None) -> str:
        return super().language(call, wanted or "fr")

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        return f"Banque № 4711, réf. 08-15, 24/7. {super().sms_text(call, otp, language, app_signature)}"
