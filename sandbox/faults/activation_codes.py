# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of activation codes that are there: how they are listed and read, how they die, and how they are used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.pages import Page
from sandbox.world import ActivationChallenge

T = TypeVar("T")

LIST = Operation.LIST_ACTIVATION_CHALLENGES


# Lists.


@fault("list-masks-the-codes", clause="activation.listed")
class ListMasksTheCodes(Sandbox):
    """In the list a code shows its last four characters only."""

    def activation_view(self, call: Call, challenge: ActivationChallenge) -> Json:
        view = super().activation_view(call, challenge)
        return view | {"code": f"**********{challenge.code[-4:]}"} if call.operation is LIST else view


@fault("whole-list-is-of-one-person", clause="activation.listed")
class WholeListIsOfOnePerson(Sandbox):
    """Without a filter the list holds the codes of the person who got the latest one."""

    def activations_in_reach(self, call: Call) -> Iterable[ActivationChallenge]:
        codes = super().activations_in_reach(call)
        if self.filter_text(call, "person_id") is not None or not codes:
            return codes
        *_, latest = codes
        return self.codes_of(call, latest.person_id)


@fault("origin-begins-as-asked-for", clause="activation.filters")
class OriginBeginsAsAskedFor(Sandbox):
    """A filter leaves what begins with its value: WEB also leaves WEBUI."""

    def passes(self, call: Call, name: str, value: str) -> bool:
        return super().passes(call, name, value) or value.startswith(self.filter_text(call, name) or value)


@fault("filters-in-any-case", clause="activation.filters")
class FiltersInAnyCase(Sandbox):
    """The value of a filter is compared without its case."""

    def filter_text(self, call: Call, name: str) -> str | None:
        wanted = super().filter_text(call, name)
        return wanted.upper() if wanted and call.operation is LIST and name != "person_id" else wanted


@fault("origin-passed-over-without-a-person", clause="activation.filters")
class OriginPassedOverWithoutAPerson(Sandbox):
    """filter[origin] is passed over where no person is named."""

    def passes(self, call: Call, name: str, value: str) -> bool:
        has_person = self.filter_text(call, "person_id") is not None
        return (name == "origin" and not has_person) or super().passes(call, name, value)


@fault("purpose-passed-over", clause="activation.filters")
class PurposePassedOver(Sandbox):
    """filter[purpose] is passed over, as there is but one purpose."""

    def passes(self, call: Call, name: str, value: str) -> bool:
        return name == "purpose" or super().passes(call, name, value)


@fault("delivery-method-passed-over", clause="activation.filters")
class DeliveryMethodPassedOver(Sandbox):
    """filter[delivery_method] is looked for under another name."""

    def filter_text(self, call: Call, name: str) -> str | None:
        return super().filter_text(call, "delivery" if name == "delivery_method" else name)


@fault("last-filter-wins", clause="activation.filters")
class LastFilterWins(Sandbox):
    """With filter[purpose] or filter[delivery_method] the filter by origin is forgotten."""

    def passes(self, call: Call, name: str, value: str) -> bool:
        others = (self.filter_text(call, other) for other in ("purpose", "delivery_method"))
        return (name == "origin" and any(others)) or super().passes(call, name, value)


@fault("person-forgotten-among-the-expired", clause="activation.filters")
class PersonForgottenAmongTheExpired(Sandbox):
    """filter[person_id] is forgotten with filter[include_expired]=true."""

    def filter_text(self, call: Call, name: str) -> str | None:
        wanted = super().filter_text(call, name)
        is_forgotten = call.operation is LIST and call.request.query.get("filter[include_expired]") == "true"
        return None if is_forgotten and name == "person_id" else wanted


@fault("false-includes-the-expired", clause="activation.include-expired")
class FalseIncludesTheExpired(Sandbox):
    """filter[include_expired] counts as true where it is there at all."""

    def query_flag(self, call: Call, name: str) -> bool:
        return super().query_flag(call, name) or (call.operation is LIST and name in call.request.query)


@fault("old-codes-are-listed", clause="activation.include-expired")
class OldCodesAreListed(Sandbox):
    """The list leaves out deleted codes, and holds those whose time is over."""

    def is_expired_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        return (
            challenge.invalidated_at is not None if call.operation is LIST else super().is_expired_code(call, challenge)
        )


@fault("deleted-codes-are-never-listed", clause="activation.include-expired")
class DeletedCodesAreNeverListed(Sandbox):
    """With filter[include_expired]=true codes are shown that expired by themselves, and no others."""

    def is_listed_activation(self, call: Call, challenge: ActivationChallenge, include_expired: bool) -> bool:
        return challenge.invalidated_at is None and super().is_listed_activation(call, challenge, include_expired)


@fault("only-the-expired-are-included", clause="activation.include-expired")
class OnlyTheExpiredAreIncluded(Sandbox):
    """filter[include_expired]=true shows dead codes instead of live ones."""

    def is_listed_activation(self, call: Call, challenge: ActivationChallenge, include_expired: bool) -> bool:
        is_left = not include_expired or self.is_expired_code(call, challenge)
        return is_left and super().is_listed_activation(call, challenge, include_expired)


@fault("last-day-is-not-listed", clause="activation.include-expired")
class LastDayIsNotListed(Sandbox):
    """A code disappears from the list at midnight before it expires, or thereabouts."""

    def is_expired_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        is_last_day = call.operation is LIST and call.now >= challenge.expires_at - 86_400
        return is_last_day or super().is_expired_code(call, challenge)


# Pages.


@fault("row-lost-between-pages", clause="activation.pages")
class RowLostBetweenPages(Sandbox):
    """Each page of codes after the first begins one row too late."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        is_later = call.operation is LIST and page.number > 1
        return super().page_of(call, things[1:] if is_later else things, page)


@fault("dead-codes-take-places", clause="activation.pages")
class DeadCodesTakePlaces(Sandbox):
    """Dead codes are taken off a page after it has been cut."""

    def is_listed_activation(self, call: Call, challenge: ActivationChallenge, include_expired: bool) -> bool:
        return super().is_listed_activation(call, challenge, True)

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        wants_dead = self.query_flag(call, "filter[include_expired]")
        rows = super().page_of(call, things, page)
        return [
            row
            for row in rows
            if not isinstance(row, ActivationChallenge) or wants_dead or not self.is_expired_code(call, row)
        ]


@fault("twenty-codes-by-default", clause="activation.pages")
class TwentyCodesByDefault(Sandbox):
    """A page of codes holds twenty where no size is asked for."""

    def positive(self, call: Call, name: str, default: int) -> int:
        is_size = call.operation is LIST and name == "page[size]"
        return super().positive(call, name, 20 if is_size else default)


@fault("last-page-again-and-again", clause="activation.pages")
class LastPageAgainAndAgain(Sandbox):
    """After the last page of codes comes the last page."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        last = max(1, -(-len(things) // page.size))
        number = min(page.number, last) if call.operation is LIST else page.number
        return super().page_of(call, things, Page(number, page.size))


@fault("total-counts-dead-codes", clause="activation.page-headers")
class TotalCountsDeadCodes(Sandbox):
    """The header total counts all codes of the person, dead ones too."""

    def page_headers(self, call: Call, page: Page, total: int) -> dict[str, str]:
        person_id = self.filter_text(call, "person_id")
        is_of_one = call.operation is LIST and person_id is not None
        return super().page_headers(call, page, len(self.codes_of(call, person_id or "")) if is_of_one else total)


@fault("links-forget-the-filters", clause="activation.page-headers")
class LinksForgetTheFilters(Sandbox):
    """The links to other pages of codes lead to the list without its filters."""

    def page_url(self, call: Call, number: int, size: int) -> str:
        url = super().page_url(call, number, size)
        bare = url.partition("?")[0]
        return f"{bare}?page[number]={number}&page[size]={size}" if call.operation is LIST else url


@fault("last-link-goes-one-too-far", clause="activation.page-headers")
class LastLinkGoesOneTooFar(Sandbox):
    """The link to the last page of codes leads to the one after it where the last page is not full."""

    def page_headers(self, call: Call, page: Page, total: int) -> dict[str, str]:
        is_off = call.operation is LIST and total % page.size
        counted = super().page_headers(call, page, total + page.size if is_off else total)
        return counted | {"total": str(total)}


@fault("no-such-page", clause="activation.page-odd", level=Level.SHOULD)
class NoSuchPage(Sandbox):
    """A page number or size that is none is answered as an unknown thing."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (LIST, Reason.QUERY_VALUE)
        return super().refusal(operation, Reason.CHALLENGE_UNKNOWN if is_it else reason)


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


@fault("codes-on-pages-of-any-size", clause="activation.page-too-large", level=Level.SHOULD)
class CodesOnPagesOfAnySize(Sandbox):
    """A page of codes may be as large as anybody likes."""

    def page_size(self, call: Call, wanted: int) -> int:
        return wanted if call.operation is LIST else super().page_size(call, wanted)


@fault("too-large-a-page-is-413", clause="activation.page-too-large", level=Level.SHOULD)
class TooLargeAPageIs413(Sandbox):
    """Too large a page of codes is refused as too large a body."""

    def page_size(self, call: Call, wanted: int) -> int:
        self.require(call, wanted == super().page_size(call, wanted), Reason.BODY_TOO_LARGE)
        return wanted


# Reading.


@fault("reading-is-a-use", clause="activation.read")
class ReadingIsAUse(Sandbox):
    """A code that is read shows one use more than it has."""

    def activation_view(self, call: Call, challenge: ActivationChallenge) -> Json:
        view = super().activation_view(call, challenge)
        is_read = call.operation is Operation.GET_ACTIVATION_CHALLENGE
        return view | {"usage_count": challenge.usage_count + 1} if is_read else view


@fault("latest-code-is-read", clause="activation.read")
class LatestCodeIsRead(Sandbox):
    """Whichever code is read, the partner's latest one is shown under its id."""

    def activation_view(self, call: Call, challenge: ActivationChallenge) -> Json:
        is_read = call.operation is Operation.GET_ACTIVATION_CHALLENGE
        shown = self.world.activations_of_partner[call.partner][-1] if is_read else challenge
        return super().activation_view(call, shown) | {"id": challenge.id}


@fault("dead-code-reads-as-conflict", clause="activation.read-dead", level=Level.SHOULD)
class DeadCodeReadsAsConflict(Sandbox):
    """A dead code cannot be read, for it is in conflict with its death."""

    def activation_of_path(self, call: Call) -> ActivationChallenge:
        code = super().activation_of_path(call)
        is_read = call.operation is Operation.GET_ACTIVATION_CHALLENGE
        self.require(call, not is_read or self.is_live_code(call, code), Reason.NO_LIVE_CODE)
        return code


@fault("replaced-code-reads-as-the-new-one", clause="activation.read-dead", level=Level.SHOULD)
class ReplacedCodeReadsAsTheNewOne(Sandbox):
    """Whoever reads a code that was replaced gets the new one."""

    def activation_of_path(self, call: Call) -> ActivationChallenge:
        code = super().activation_of_path(call)
        is_dead = call.operation is Operation.GET_ACTIVATION_CHALLENGE and code.invalidated_at is not None
        return (self.live_code(call, code.person_id) if is_dead else None) or code
