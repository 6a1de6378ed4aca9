"""Planted faults: the sandbox with one bug each, in modules by chapter of the contract. No handler knows of them."""

from importlib import import_module
from pkgutil import iter_modules

from sandbox.faults.catalogue import FAULTS, Fault, Level

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["FAULTS", "Fault", "Level"]
