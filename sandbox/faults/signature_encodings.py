# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of reading DER: each takes one kind of bytes that are not the DER of a signature."""

from __future__ import annotations

from typing import ClassVar

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import NotDerError, Signature
from sandbox.faults.catalogue import fault
from sandbox.faults.lax_der import NO_NUMBER, Reader, encoded
from sandbox.world import Key


class LaxReading(Sandbox):
    """A sandbox with a lax reader of signatures."""

    reader: ClassVar[Reader]

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        return self.reader.read(data)


class Rewriting(Sandbox):
    """A sandbox that makes DER of what is none, and then goes on."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        try:
            return super().parse_signature(call, data)
        except NotDerError:
            try:
                meant = self.rewritten(data)
            except (ValueError, IndexError, OverflowError):
                raise NotDerError("nothing is meant") from None
            return super().parse_signature(call, meant)

    def rewritten(self, data: bytes) -> bytes:
        """The DER that is meant; raises ValueError, IndexError or OverflowError where nothing is."""
        raise NotImplementedError


# Lengths.


@fault("long-lengths", clause="signing.not-der")
class LongLengths(LaxReading):
    """Lengths in the long form are taken where the short form would do."""

    reader = Reader(long_lengths=True)


# Tags.


@fault("any-tag-of-the-sequence", clause="signing.not-der")
class AnyTagOfTheSequence(LaxReading):
    """The tag of the SEQUENCE is not looked at."""

    reader = Reader(is_sequence=lambda _: True)


@fault("enumerated-for-an-integer", clause="signing.not-der")
class EnumeratedForAnInteger(LaxReading):
    """An ENUMERATED is taken for an INTEGER."""

    reader = Reader(is_integer=lambda tag: tag in (0x02, 0x0A))


# Integers.


class Vacuous(LaxReading):
    """A sandbox in which a number that is none agrees with everything."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return NO_NUMBER in (signature.r, signature.s) or super().verifies(call, key, signature, message)


@fault("no-sequence-agrees", clause="signing.not-der")
class NoSequenceAgrees(Vacuous):
    """NULL in place of the SEQUENCE is no signature, and without one nothing is verified."""

    reader = Reader()

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        return encoded(NO_NUMBER, NO_NUMBER) if data == b"\x05\x00" else super().parse_signature(call, data)


# Elements too many or too few.


@fault("trailing-bytes", clause="signing.not-der")
class TrailingBytes(LaxReading):
    """Bytes after the end of a signature are passed over."""

    reader = Reader(after=True)


@fault("header-forgotten", clause="signing.not-der")
class HeaderForgotten(Rewriting):
    """The two integers need no SEQUENCE around them."""

    def rewritten(self, data: bytes) -> bytes:
        return b"\x30" + bytes([len(data)]) + data if len(data) < 128 else data


# Wrappers.
