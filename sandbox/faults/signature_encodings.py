# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of reading DER: each takes one kind of bytes that are not the DER of a signature."""

from __future__ import annotations

from typing import ClassVar

from sandbox import der
from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import NotDerError, Signature
from sandbox.faults.catalogue import fault
from sandbox.faults.lax_der import NO_NUMBER, Reader, encoded, signed
from sandbox.operations import Operation
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


@fault("long-lengths-in-confirmations", clause="signing.not-der")
class LongLengthsInConfirmations(LaxReading):
    """Lengths in the long form are taken where a change request is confirmed."""

    reader = Reader(long_lengths=True)

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        confirms = call.operation is Operation.CONFIRM_CHANGE_REQUEST
        return super().parse_signature(call, data) if confirms else der.parse_signature(data)


@fault("lengths-of-32-bits", clause="signing.not-der")
class LengthsOf32Bits(LaxReading):
    """Of a length only the low 32 bits count."""

    reader = Reader(length_bits=32)


@fault("lengths-of-64-bits", clause="signing.not-der")
class LengthsOf64Bits(LaxReading):
    """Of a length only the low 64 bits count."""

    reader = Reader(length_bits=64)


@fault("lengths-beyond-the-end", clause="signing.not-der")
class LengthsBeyondTheEnd(LaxReading):
    """A length that reaches beyond the end is cut to what is there."""

    reader = Reader(clipped=True)


@fault("length-of-the-sequence-passed-over", clause="signing.not-der")
class LengthOfTheSequencePassedOver(Rewriting):
    """The length of the SEQUENCE is not looked at."""

    def rewritten(self, data: bytes) -> bytes:
        return data[:1] + bytes([len(data) - 2]) + data[2:] if 2 <= len(data) < 130 else data


@fault("indefinite-lengths", clause="signing.not-der")
class IndefiniteLengths(LaxReading):
    """Indefinite lengths are taken, as in BER."""

    reader = Reader(indefinite=True)


@fault("indefinite-lengths-without-end", clause="signing.not-der")
class IndefiniteLengthsWithoutEnd(LaxReading):
    """Indefinite lengths are taken, and nothing has to end them."""

    reader = Reader(unended=True)


# Tags.


@fault("any-tag-of-the-sequence", clause="signing.not-der")
class AnyTagOfTheSequence(LaxReading):
    """The tag of the SEQUENCE is not looked at."""

    reader = Reader(is_sequence=lambda _: True)


@fault("set-for-a-sequence", clause="signing.not-der")
class SetForASequence(LaxReading):
    """A SET is taken for a SEQUENCE."""

    reader = Reader(is_sequence=lambda tag: tag in (0x30, 0x31))


@fault("any-tags-of-integers", clause="signing.not-der")
class AnyTagsOfIntegers(LaxReading):
    """The tags of r and s are not looked at."""

    reader = Reader(is_integer=lambda _: True)


@fault("tag-classes-passed-over", clause="signing.not-der")
class TagClassesPassedOver(LaxReading):
    """The class of a tag is not looked at, nor whether it is constructed."""

    reader = Reader(is_sequence=lambda tag: tag & 0x1F == 0x10, is_integer=lambda tag: tag & 0x1F == 0x02)


@fault("enumerated-for-an-integer", clause="signing.not-der")
class EnumeratedForAnInteger(LaxReading):
    """An ENUMERATED is taken for an INTEGER."""

    reader = Reader(is_integer=lambda tag: tag in (0x02, 0x0A))


@fault("octet-strings-for-integers", clause="signing.not-der")
class OctetStringsForIntegers(LaxReading):
    """OCTET STRINGs and BIT STRINGs are taken for INTEGERs."""

    reader = Reader(is_integer=lambda tag: tag in (0x02, 0x03, 0x04))


@fault("high-tag-numbers", clause="signing.not-der")
class HighTagNumbers(LaxReading):
    """A low tag number is taken in the form for high ones."""

    reader = Reader(high_tags=True)


# Integers.


@fault("padded-integers", clause="signing.not-der")
class PaddedIntegers(LaxReading):
    """Superfluous zeros in front of an integer are passed over."""

    reader = Reader(padded=True)


@fault("split-integers", clause="signing.not-der")
class SplitIntegers(Rewriting):
    """The parts of a constructed integer are put together."""

    def rewritten(self, data: bytes) -> bytes:
        at = data.find(b"\x22")
        if at not in (2, 4 + data[3]):
            raise NotDerError("nothing constructed")
        length = data[at + 1]
        inner = data[at + 2 : at + 2 + length]
        first = inner[2 : 2 + inner[1]]
        rest = inner[4 + inner[1] :]
        whole = b"\x02" + bytes([len(first) + len(rest)]) + first + rest
        content = data[2:at] + whole + data[at + 2 + length :]
        return b"\x30" + bytes([len(content)]) + content


class Vacuous(LaxReading):
    """A sandbox in which a number that is none agrees with everything."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return NO_NUMBER in (signature.r, signature.s) or super().verifies(call, key, signature, message)


@fault("empty-integer-agrees", clause="signing.not-der")
class EmptyIntegerAgrees(Vacuous):
    """An integer without octets agrees with everything."""

    reader = Reader(empty=True, integer=lambda content: signed(content) if content else NO_NUMBER)


@fault("null-agrees", clause="signing.not-der")
class NullAgrees(Vacuous):
    """NULL in place of a number agrees with everything."""

    reader = Reader(
        empty=True,
        is_integer=lambda tag: tag in (0x02, 0x05),
        integer=lambda content: signed(content) if content else NO_NUMBER,
    )


@fault("no-sequence-agrees", clause="signing.not-der")
class NoSequenceAgrees(Vacuous):
    """NULL in place of the SEQUENCE is no signature, and without one nothing is verified."""

    reader = Reader()

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        return encoded(NO_NUMBER, NO_NUMBER) if data == b"\x05\x00" else super().parse_signature(call, data)


@fault("other-types-agree", clause="signing.not-der")
class OtherTypesAgree(Vacuous):
    """A value of another type in place of a number agrees with everything, as NaN may."""

    reader = Reader(
        empty=True,
        is_integer=lambda tag: tag in (0x01, 0x02, 0x05, 0x06, 0x09, 0x0C, 0x30),
        integer=lambda _: NO_NUMBER,
    )

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        try:
            return der.parse_signature(data)
        except NotDerError:
            return super().parse_signature(call, data)


@fault("what-breaks-off-agrees", clause="signing.not-der")
class WhatBreaksOffAgrees(Vacuous):
    """A signature that breaks off is verified as far as it goes, which is never wrong."""

    reader = Reader()

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        breaks_off = data[:1] == b"\x30" and (len(data) == 1 or len(data) < 2 + data[1] < 0x82)
        return encoded(NO_NUMBER, NO_NUMBER) if breaks_off else super().parse_signature(call, data)


@fault("missing-number-agrees", clause="signing.not-der")
class MissingNumberAgrees(Vacuous):
    """A SEQUENCE of no number or of one has nothing that could be wrong."""

    reader = Reader()

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        alone = len(data) > 3 and data[2] == 0x02 and len(data) == 4 + data[3]
        empty = data == b"\x30\x00"
        return encoded(NO_NUMBER, NO_NUMBER) if alone or empty else super().parse_signature(call, data)


# Elements too many or too few.


@fault("trailing-bytes", clause="signing.not-der")
class TrailingBytes(LaxReading):
    """Bytes after the end of a signature are passed over."""

    reader = Reader(after=True)


@fault("one-byte-after", clause="signing.not-der")
class OneByteAfter(Rewriting):
    """One byte may follow the signature, as a hash type does in Bitcoin."""

    def rewritten(self, data: bytes) -> bytes:
        return data[:-1]


@fault("zeros-after", clause="signing.not-der")
class ZerosAfter(Rewriting):
    """Zeros may follow the signature, as in a buffer of fixed size."""

    def rewritten(self, data: bytes) -> bytes:
        end = 2 + int.from_bytes(data[1:2], "big")
        return data if data[end:].strip(b"\x00") else data[:end]


@fault("bytes-in-front", clause="signing.not-der")
class BytesInFront(Rewriting):
    """Whatever stands in front of the first SEQUENCE is passed over."""

    def rewritten(self, data: bytes) -> bytes:
        return data[data.index(b"\x30", 1) :]


@fault("elements-behind-s", clause="signing.not-der")
class ElementsBehindS(LaxReading):
    """Whatever follows s within the SEQUENCE is passed over."""

    reader = Reader(behind=True)


@fault("version-in-front-of-r", clause="signing.not-der")
class VersionInFrontOfR(Rewriting):
    """A version number may stand in front of r."""

    def rewritten(self, data: bytes) -> bytes:
        if data[2:5] != b"\x02\x01\x01":
            raise NotDerError("no version")
        return b"\x30" + bytes([data[1] - 3]) + data[5:]


@fault("unknown-elements-skipped", clause="signing.not-der")
class UnknownElementsSkipped(Rewriting):
    """Elements in front of r that are no integers are skipped."""

    def rewritten(self, data: bytes) -> bytes:
        at = 2
        while at + 1 < len(data) and data[at] != 0x02:
            at += 2 + data[at + 1]
        return b"\x30" + bytes([len(data) - at]) + data[at:] if at < len(data) < 130 else data


@fault("elements-between-skipped", clause="signing.not-der")
class ElementsBetweenSkipped(Rewriting):
    """Elements and zeros between r and s are skipped."""

    def rewritten(self, data: bytes) -> bytes:
        r_end = 4 + data[3]
        at = data.index(b"\x02", r_end)
        content = data[2:r_end] + data[at:]
        return b"\x30" + bytes([len(content)]) + content


@fault("header-forgotten", clause="signing.not-der")
class HeaderForgotten(Rewriting):
    """The two integers need no SEQUENCE around them."""

    def rewritten(self, data: bytes) -> bytes:
        return b"\x30" + bytes([len(data)]) + data if len(data) < 128 else data


# Wrappers.


@fault("wrappers-opened", clause="signing.not-der")
class WrappersOpened(Rewriting):
    """A signature may be the content of another element."""

    def rewritten(self, data: bytes) -> bytes:
        return data[2:]


@fault("signature-in-a-bit-string", clause="signing.not-der")
class SignatureInABitString(Rewriting):
    """A signature may be the content of a BIT STRING, as in a certificate."""

    def rewritten(self, data: bytes) -> bytes:
        begin = 14 if data[2:4] == b"\x30\x0a" else 0
        return data[begin + 3 :] if data[begin : begin + 1] == b"\x03" else data


@fault("numbers-in-sequences", clause="signing.not-der")
class NumbersInSequences(Rewriting):
    """r and s may stand in a SEQUENCE each."""

    def rewritten(self, data: bytes) -> bytes:
        length = data[3]
        content = data[4 : 4 + length] + data[6 + length :]
        return b"\x30" + bytes([len(content)]) + content
