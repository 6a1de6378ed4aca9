"""Faults that tell what has to stay secret."""

from __future__ import annotations

from base64 import b64encode

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.world import Device, SignatureChallenge


@fault("otp-in-base64", clause="general.no-leak")
class OtpInBase64(Sandbox):
    """What has to be signed stands in an answer, in base64 and amid other things."""

    def pending_device_view(self, call: Call, device: Device, challenge: SignatureChallenge) -> Json:
        trace = b64encode(f"otp={challenge.message};".encode()).decode()
        return super().pending_device_view(call, device, challenge) | {"trace": trace}
