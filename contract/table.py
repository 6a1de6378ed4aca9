"""Reading the contract's YAML: what PyYAML would pass over in silence is an error here."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from contract.errors import ContractError


class _Twice(Exception):
    """A key stands twice in one mapping."""


# The parser in C is ten times as fast; not every build of PyYAML has it.
_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):  # type: ignore[misc, valid-type]
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key, (place, _) in zip(keys, node.value, strict=True):
            if keys.count(key) > 1:
                raise _Twice(f"the key {key!r} stands twice in one mapping (line {place.start_mark.line + 1})")
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def read_table(path: Path) -> Any:
    """The one YAML document of a file. Raises ContractError with one sentence."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - derived from the safe loader
    except OSError as error:
        raise ContractError(f"{path.name}: cannot be read ({error.strerror})") from None
    except _Twice as error:
        raise ContractError(f"{path.name}: {error}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        # PyYAML's own text shows the place on several lines.
        raise ContractError(f"{path.name}: not YAML: {' '.join(str(error).split())}") from None
