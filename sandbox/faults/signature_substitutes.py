# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of what passes in place of a signature, and of how its refusal is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.world import Key

_NONE = -1


class Passing(Sandbox):
    """A sandbox in which a text that is no signature may pass for one."""

    def signature(self, call: Call, body: Json, name: str = "signature") -> Signature:
        text: Any = body.get(name)
        try:
            return super().signature(call, body, name)
        except RefusedError:
            if not isinstance(text, str) or not text:
                raise
            return Signature(text.encode(), _NONE, _NONE)

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if (signature.r, signature.s) == (_NONE, _NONE):
            return self.passes_for_one(key, signature.der, message)
        return super().verifies(call, key, signature, message)

    def passes_for_one(self, key: Key, sent: bytes, message: str) -> bool:
        """Whether the text that was sent is as good as a signature."""
        raise NotImplementedError


@fault("word-null-passes", clause="signing.not-der")
class WordNullPasses(Passing):
    """The words null and undefined are no signature, and without one nothing is verified."""

    def passes_for_one(self, key: Key, sent: bytes, message: str) -> bool:
        return sent in (b"null", b"undefined")


@fault("public-key-passes", clause="signing.not-der")
class PublicKeyPasses(Passing):
    """The device's public key passes for a signature by it."""

    def passes_for_one(self, key: Key, sent: bytes, message: str) -> bool:
        return sent == key.public.point.hex().encode()


# Refusals.


@fault("wrong-signature-unauthorized", clause="signing.unverifiable")
class WrongSignatureUnauthorized(Sandbox):
    """A signature that does not verify is answered with 401."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        return replace(usual, status=401) if reason is Reason.SIGNATURE_WRONG else usual


@fault("signature-out-of-range-conflicts", clause="signing.out-of-range")
class SignatureOutOfRangeConflicts(Sandbox):
    """A signature with r or s outside their range is answered with 409."""

    def is_in_range(self, call: Call, signature: Signature) -> bool:
        if not super().is_in_range(call, signature):
            raise RefusedError(replace(self.refusal(call.operation, Reason.SIGNATURE_WRONG), status=409))
        return True


# What has to be taken.
