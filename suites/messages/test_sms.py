"""Contract 3, 5, 7 and 8: the SMS of every act that sends one, as the outbox shows it."""

from __future__ import annotations

import re
from functools import partial

import pytest

from contract.judge import Judge
from suites.messages.acts import NOTHING, Act, Occasion, each_act
from suites.messages.inbox import inbox
from suites.stories import Stories
from target.outbox import Message
from target.provisioning import Person, Provisioning

pytestmark = pytest.mark.usefixtures("outbox")


def message_for(judge: Judge, person: Person, occasions: dict[str, Occasion]) -> dict[str, Message]:
    """The message of each occasion, by one look into the outbox. Raises Violation where it has not just one."""
    sent: dict[str, Message] = {}
    everything = inbox(person, *(occasion.id for occasion in occasions.values()))
    for name, occasion in occasions.items():
        found = [message for message in everything if message.challenge_id == occasion.id]
        judge.holds(len(found) == 1, f"{len(found)} messages were sent for one act", "one")
        sent[name] = found[0]
        judge.holds(tells_its_otp(found[0]), "the text of a message does not hold its own OTP", "the OTP in the text")
    return sent


def tells_its_otp(message: Message) -> bool:
    return message.otp.reveal() in re.sub(r"\D", "", message.text.reveal())


@each_act(lambda act: act.one)
def test_one_sms_with_six_digits_goes_to_the_persons_number(
    act: Act, stories: Stories, provisioning: Provisioning, customer: Person, another_customer: Person, judge: Judge
) -> None:
    person, bystander = act.recipient(provisioning, customer), another_customer
    before, theirs = stories.together([partial(inbox, person), partial(inbox, bystander)])
    occasion = act.do(stories, person, NOTHING)
    mine, others = stories.together([partial(inbox, person, occasion.id), partial(inbox, bystander)])
    sent = mine[len(before) :]
    judge.holds(len(sent) == 1, f"{len(sent)} messages were sent to the number", "one")
    judge.holds(sent[0].to == person.number, "the message names another number", "the person's number")
    judge.holds(sent[0].challenge_id == occasion.id, "the message belongs to something else", "to what was asked for")
    judge.holds(re.fullmatch(r"[0-9]{6}", sent[0].otp.reveal()), "the OTP is not of 6 digits", "6 digits")
    judge.holds(tells_its_otp(sent[0]), "the text of the message does not hold the OTP", "the OTP in the text")
    judge.holds(len(others) == len(theirs), "another person got an SMS", "the person alone")


@each_act(lambda act: act.language)
def test_each_sms_is_in_the_language_that_was_asked_for(
    act: Act, stories: Stories, customer: Person, judge: Judge
) -> None:
    # English last and first: a language that stays from one act to the next, or is the target's own, is seen.
    wanted = ("en", "de", "fr", "en")
    occasions = {f"{place} {one}": act.do(stories, customer, {"language": one}) for place, one in enumerate(wanted)}
    for name, message in message_for(judge, customer, occasions).items():
        language = name.partition(" ")[2]
        judge.holds(message.language == language, f"the message's language is {message.language!r}", repr(language))


@each_act(lambda act: act.signature)
def test_each_sms_contains_the_app_signature_of_its_own_act(
    act: Act, stories: Stories, customer: Person, judge: Judge
) -> None:
    signatures = {"first": "FA+9qCX9VSu", "second": "k2x/Pz01aBc", "without": ""}
    occasions = {
        name: act.do(stories, customer, {"app_signature": signature} if signature else NOTHING)
        for name, signature in signatures.items()
    }
    for name, message in message_for(judge, customer, occasions).items():
        text, own = message.text.reveal(), signatures[name]
        judge.holds(own in text, "the app signature is not in the text", "the app signature")
        judge.holds((message.app_signature or "") == own, "the message names another app signature", "its own")
        others = [signature for signature in signatures.values() if signature not in ("", own)]
        judge.holds(not any(other in text for other in others), "another app signature is in the text", "its own alone")


@each_act(lambda act: act.signature)
def test_a_long_app_signature_is_sent_whole(act: Act, stories: Stories, customer: Person, judge: Judge) -> None:
    # Longer than what is left of one SMS: a longer text goes out in parts.
    signature = "".join(f"{number:04d}-" for number in range(40))
    occasion = act.do(stories, customer, {"app_signature": signature})
    (message,) = message_for(judge, customer, {"long": occasion}).values()
    judge.holds(signature in message.text.reveal(), "a long app signature is not whole in the text", "all of it")


@each_act(lambda act: act.signature)
def test_an_sms_has_both_the_language_and_the_app_signature_that_its_person_asked_for(
    act: Act, stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    wanted = {"fr": "FA+9qCX9VSu", "de": "k2x/Pz01aBc"}
    for person, (language, signature) in zip((customer, another_customer), wanted.items(), strict=True):
        asked = {"language": language, "app_signature": signature}
        occasions = {"both": act.do(stories, person, asked), "neither": act.do(stories, person, NOTHING)}
        sent = message_for(judge, person, occasions)
        both, neither = sent["both"], sent["neither"]
        judge.holds(both.language == language, f"the message's language is {both.language!r}", repr(language))
        judge.holds(signature in both.text.reveal(), "the app signature is not in the text", "the app signature")
        judge.holds(both.app_signature == signature, "the message names another app signature", "its own")
        judge.holds(not neither.app_signature, "the message names an app signature", "none, as none was given")
