"""Why the contract's own data could not be read."""

from __future__ import annotations


class ContractError(Exception):
    """The contract's own data is wrong; the message says which file, which row, and what to do."""
