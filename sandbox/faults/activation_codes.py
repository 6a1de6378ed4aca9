"""Faults of activation codes that are there: how they are listed and read, how they die, and how they are used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.rules.pages import Page
from sandbox.world import ActivationChallenge

T = TypeVar("T")

LIST = Operation.LIST_ACTIVATION_CHALLENGES


# Lists.


@fault("whole-list-is-of-one-person", clause="activation.listed")
class WholeListIsOfOnePerson(Sandbox):
    """Without a filter the list holds the codes of the person who got the latest one."""

    def activations_in_reach(self, call: Call) -> Iterable[ActivationChallenge]:
        codes = super().activations_in_reach(call)
        if self.filter_text(call, "person_id") is not None or not codes:
            return codes
        *_, latest = codes
        return self.codes_of(call, latest.person_id)


@fault("person-forgotten-among-the-expired", clause="activation.filters")
class PersonForgottenAmongTheExpired(Sandbox):
    """filter[person_id] is forgotten with filter[include_expired]=true."""

    def filter_text(self, call: Call, name: str) -> str | None:
        wanted = super().filter_text(call, name)
        is_forgotten = call.operation is LIST and call.request.query.get("filter[include_expired]") == "true"
        return None if is_forgotten and name == "person_id" else wanted


@fault("last-day-is-not-listed", clause="activation.include-expired")
class LastDayIsNotListed(Sandbox):
    """A code disappears from the list at midnight before it expires, or thereabouts."""

    def is_expired_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        is_last_day = call.operation is LIST and call.now >= challenge.expires_at - 86_400
        return is_last_day or super().is_expired_code(call, challenge)


# Pages.


@fault("last-page-again-and-again", clause="activation.pages")
class LastPageAgainAndAgain(Sandbox):
    """After the last page of codes comes the last page."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        last = max(1, -(-len(things) // page.size))
        number = min(page.number, last) if call.operation is LIST else page.number
        return super().page_of(call, things, Page(number, page.size))


@fault("last-link-goes-one-too-far", clause="activation.page-headers")
class LastLinkGoesOneTooFar(Sandbox):
    """The link to the last page of codes leads to the one after it where the last page is not full."""

    def page_headers(self, call: Call, page: Page, total: int) -> dict[str, str]:
        is_off = call.operation is LIST and total % page.size
        counted = super().page_headers(call, page, total + page.size if is_off else total)
        return counted | {"total": str(total)}


@fault("negative-page-shows-others", clause="activation.page-odd", level=Level.SHOULD)
class NegativePageShowsOthers(Sandbox):
    """With a negative page number the person is forgotten."""

    def positive(self, call: Call, name: str, default: int) -> int:
        is_negative = call.operation is LIST and call.request.query.get(name) == "-1"
        return 1 if is_negative else super().positive(call, name, default)

    def activations_in_reach(self, call: Call) -> Iterable[ActivationChallenge]:
        is_negative = call.request.query.get("page[number]") == "-1"
        return self.world.activations_of_partner[call.partner] if is_negative else super().activations_in_reach(call)

    def passes(self, call: Call, name: str, value: str) -> bool:
        return call.request.query.get("page[number]") == "-1" or super().passes(call, name, value)


@fault("too-large-a-page-is-413", clause="activation.page-too-large", level=Level.SHOULD)
class TooLargeAPageIs413(Sandbox):
    """Too large a page of codes is refused as too large a body."""

    def page_size(self, call: Call, wanted: int) -> int:
        self.require(call, wanted == super().page_size(call, wanted), Reason.BODY_TOO_LARGE)
        return wanted


# Reading.


@fault("latest-code-is-read", clause="activation.read")
class LatestCodeIsRead(Sandbox):
    """Whichever code is read, the partner's latest one is shown under its id."""

    def activation_view(self, call: Call, challenge: ActivationChallenge) -> Json:
        is_read = call.operation is Operation.GET_ACTIVATION_CHALLENGE
        shown = self.world.activations_of_partner[call.partner][-1] if is_read else challenge
        return super().activation_view(call, shown) | {"id": challenge.id}


@fault("replaced-code-reads-as-the-new-one", clause="activation.read-dead", level=Level.SHOULD)
class ReplacedCodeReadsAsTheNewOne(Sandbox):
    """Whoever reads a code that was replaced gets the new one."""

    def activation_of_path(self, call: Call) -> ActivationChallenge:
        code = super().activation_of_path(call)
        is_dead = call.operation is Operation.GET_ACTIVATION_CHALLENGE and code.invalidated_at is not None
        return (self.live_code(call, code.person_id) if is_dead else None) or code
