"""Planted faults: the sandbox with one bug each. No handler knows of them."""

from sandbox.faults import access, binding, devices, isolation, messages, signing
from sandbox.faults.catalogue import FAULTS, Fault

__all__ = ["FAULTS", "Fault", "access", "binding", "devices", "isolation", "messages", "signing"]
