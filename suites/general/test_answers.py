"""Contract 1.1 and 1.2: what good answers have in common."""

from __future__ import annotations

from functools import partial

import pytest

from contract.everywhere import instant
from contract.exchange import Exchange
from contract.judge import Judge
from signer import KeyPair
from suites.activation.codes import WITH_EXPIRED, asked_for, event_on, events_of
from suites.clocks import answered_at, is_about
from suites.general.cells import each_without_content
from suites.general.odd_ids import made_up_ids
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.specimens import Specimen
from suites.stories import Stories, signing_challenge, verify_signing_challenge
from target.partner import Partner
from target.provisioning import Person
from target.wire import last_words


@clause("general.json")
def test_good_answers_are_json(
    judge: Judge, partner: Partner, customer: Person, stories: Stories, key_addition: KeyAddition
) -> None:
    """A device's life. The rule of `contract.everywhere` judges the other answers of the run."""
    keys = KeyPair.generate()
    created = partner.call("create-device", json=stories.registration(customer, keys))
    binding = stories.binding(customer, keys, judge.works(created))
    begun = [created, partner.call("read-signature-challenge", binding.challenge_id), binding.verify()]
    reads = [
        partial(partner.call, "list-devices", params={"filter[person_id]": customer.id}),
        partial(partner.call, "read-device", binding.device_id),
        partial(partner.call, "list-keys", binding.device_id),
        partial(partner.call, "read-key", binding.device_id, binding.key_id),
    ]
    answers = [
        *begun,
        *stories.together(reads),
        key_addition.add(binding, KeyPair.generate()),
        partner.call("delete-device", binding.device_id),
    ]
    for answer in answers:
        judge.works(answer)
        says_json(judge, answer)


@clause("general.json")
def test_refusals_are_json(judge: Judge, partner: Partner) -> None:
    refusals = [partner.call("list-devices", token=None), partner.call("create-device", json={})]
    refusals += [partner.call(name, *made_up_ids(name)) for name in ("read-device", "delete-device")]
    for refused in refusals:
        judge.holds(not refused.answer.ok, f"answered {refused.status}", "a refusal", refused)
        says_json(judge, refused)


def says_json(judge: Judge, exchange: Exchange) -> None:
    media_type = exchange.answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    json_or_nothing = not exchange.answer.body or media_type == "application/json"
    judge.holds(json_or_nothing, f"a body of type {media_type}", "application/json", exchange)


@each_without_content
@clause("general.no-content")
def test_nothing_follows_the_headers_of_a_204(specimen: Specimen, partner: Partner, judge: Judge) -> None:
    request = partner.prepare(specimen.operation, *specimen.ids, json=specimen.json, headers={"Connection": "close"})
    answer = last_words(partner.client, request)
    judge.holds(answer.status in specimen.operation.success, f"answered {answer.status}", "a success", answer)
    judge.holds(answer.status != 204 or not answer.answer.body, "bytes follow the headers of a 204", "nothing", answer)


@clause("general.timestamps")
def test_time_stamps_are_instants(
    judge: Judge, partner: Partner, customer: Person, stories: Stories, key_addition: KeyAddition
) -> None:
    """All answers with time stamps, each of which the rule of `contract.everywhere` judges."""
    (binding, deleted), pending = stories.beside(
        partial(stories.bind_all, customer, 2), partial(stories.begin, customer)
    )
    read, added = stories.beside(
        partial(partner.call, "read-signature-challenge", pending.challenge_id),
        partial(key_addition.add, binding, KeyPair.generate()),
    )
    challenge = judge.works(read)
    judge.works(added)
    judge.works(verify_signing_challenge(binding, signing_challenge(binding, key_purpose="unrestricted")))
    judge.works(partner.call("delete-device", deleted.device_id))
    rows = stories.devices(customer, params={"filter[include_deleted]": "true"})
    times = [binding.challenge["created_at"], challenge["created_at"], challenge["expires_at"]]
    times += [row["created_at"] for row in rows] + [row["deleted_at"] for row in rows if row.get("deleted_at")]
    times += [key["used_at"] for key in stories.keys(binding).values() if key.get("used_at")]
    read_device = partial(partner.call, "read-device", binding.device_id)
    for shown in stories.together([read_device, partial(partner.call, "read-key", binding.device_id, binding.key_id)]):
        judge.works(shown)
    for time in times:
        judge.holds(is_an_instant(time), "a time stamp is no RFC 3339 instant", "such as 2022-03-18T14:50:04Z")


def is_an_instant(text: str) -> bool:
    try:
        instant(text)
    except ValueError:
        return False
    return True


@clause("general.created-now")
def test_what_is_made_now_is_created_now(judge: Judge, partner: Partner, customer: Person, stories: Stories) -> None:
    keys = KeyPair.generate()
    made = partner.call("create-device", json=stories.registration(customer, keys))
    binding = stories.binding(customer, keys, judge.works(made))
    judge.holds(is_about(binding.challenge["created_at"], made), "created_at is not now", "within 60 s", made)
    judge.works(binding.verify())
    listed = partner.call("list-devices", params={"filter[person_id]": customer.id})
    for row in judge.works(listed):
        judge.holds(is_about(row["created_at"], listed), "a device's created_at is not now", "within 60 s", listed)


@clause("general.created-now")
@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("offset", [-3600, 3600], ids=["an-hour-ago", "in-an-hour"])
def test_what_is_made_with_a_clock_offset_is_created_then(
    offset: int, judge: Judge, partner: Partner, customer: Person, stories: Stories
) -> None:
    keys = KeyPair.generate()
    made = partner.call("create-device", json=stories.registration(customer, keys), clock_offset=offset)
    binding = stories.binding(customer, keys, judge.works(made))
    judge.holds(
        is_about(binding.challenge["created_at"], made, offset), "created_at leaves out the offset", "60 s", made
    )
    judge.works(binding.verify(clock_offset=offset))
    listed = partner.call("list-devices", params={"filter[person_id]": customer.id})
    moved = abs((answered_at(listed) - answered_at(made)).total_seconds())
    judge.holds(moved < 60, "the offset moved the Date header", "a Date header that is never moved", made)
    for row in judge.works(listed):
        judge.holds(
            is_about(row["created_at"], listed, offset), "a device's created_at leaves out the offset", "60 s", listed
        )


@clause("general.stable-order")
def test_lists_keep_their_order(
    judge: Judge, partner: Partner, customer: Person, stories: Stories, key_addition: KeyAddition
) -> None:
    bindings = stories.bind_all(customer, 4)
    judge.works(key_addition.add(bindings[0], KeyPair.generate()))
    judge.works(partner.call("delete-device", bindings[3].device_id))
    person = {"filter[person_id]": customer.id}
    for params in (person, {**person, "filter[include_deleted]": "true"}, {**person, "page[size]": 2}):
        lists = stories.together([partial(partner.call, "list-devices", params=params)] * 3)
        orders = [[row["id"] for row in judge.works(listed)] for listed in lists]
        judge.holds(orders[0] == orders[1] == orders[2], "the devices changed their order", "a stable order")
    orders = [list(keys) for keys in stories.together([partial(stories.keys, bindings[0])] * 3)]
    judge.holds(orders[0] == orders[1] == orders[2], "the keys changed their order", "a stable order")


@clause("general.stable-order")
def test_lists_of_codes_and_events_keep_their_order(judge: Judge, partner: Partner, stories: Stories) -> None:
    newcomer = stories.newcomer(partner)
    codes = [stories.activation_code(newcomer, invalidate_existing=True) for _ in range(3)]
    for _ in range(3):
        judge.works(event_on(partner, codes[-1].id))
    reads = {
        "codes": lambda: judge.works(asked_for(newcomer, WITH_EXPIRED)),
        "events of one moment": lambda: events_of(partner, codes[-1].id),
    }
    for what, read in reads.items():
        orders = [[row["id"] for row in rows] for rows in stories.together([read] * 2)]
        judge.holds(orders[0] == orders[1], f"the {what} changed their order", "a stable order")
