"""Devices with a key of each purpose (contract 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass

from contract.judge import document
from signer import KeyPair
from suites.device_binding.additions import add, addition, other
from suites.key_addition import KeyAddition
from suites.stories import Binding, Stories
from target.provisioning import Person


@dataclass(frozen=True, slots=True)
class TwoKeys:
    """A bound device, and its keys by their purpose. The first key is `device.keys`."""

    device: Binding
    keys: dict[str, KeyPair]


def add_second_key(device: Binding, key_addition: KeyAddition, present: str = "unrestricted") -> TwoKeys:
    """Give a device whose key is of the purpose that is present one of the other purpose. Raises PrerequisiteFailed."""
    new = KeyPair.generate()
    document(add(device, addition(key_addition, device, new, present)))
    return TwoKeys(device, {present: device.keys, other(present): new})


def two_keys(stories: Stories, person: Person, key_addition: KeyAddition, first: str = "unrestricted") -> TwoKeys:
    """Bind a device and add its second key. first: the purpose of its first one. Raises PrerequisiteFailed."""
    return add_second_key(stories.bind(person, key_purpose=first), key_addition, first)
