"""Legal variants: the sandbox with other freedoms of the contract than it takes by itself. No handler knows of them."""

from importlib import import_module
from pkgutil import iter_modules

from sandbox.variants.catalogue import VARIANTS, Variant, combined

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["VARIANTS", "Variant", "combined"]
