"""The outbox hook: what a partner's messages said (contract 9)."""

from __future__ import annotations

from sandbox.core import Call
from sandbox.http import Answer, Json
from sandbox.refusals import Reason
from sandbox.rules import Rules
from sandbox.world import Message


class Outbox(Rules):
    """The operation that reads the outbox."""

    async def read_outbox(self, call: Call) -> Answer:
        number = call.request.query.get("to")
        if number is None:
            raise self.refused(call, Reason.QUERY_VALUE, "to")
        # A plus that was sent bare reads as a space.
        messages = self.messages_to(call, number.replace(" ", "+"))
        return Answer(200, [self.message_view(call, message) for message in messages])

    def message_view(self, call: Call, message: Message) -> Json:
        return {
            "to": message.to,
            "text": message.text,
            "otp": message.otp,
            "language": message.language,
            "app_signature": message.app_signature,
            "sent_at": self.timestamp(call, message.sent_at),
            "challenge_id": message.challenge_id,
        }
