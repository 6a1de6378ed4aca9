"""Contract 1.2 and 7: what a request has besides its own fields decides nothing, nor does a null among them."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge
from suites.change_requests.changes import (
    Change,
    ask,
    begin,
    by_device,
    by_number,
    by_signature,
    by_tan,
    new_email,
    stays,
    text_of,
    to_device,
    to_nobody,
    to_number,
    values,
)
from suites.general.tolerance import tolerates
from suites.law import clause
from suites.stories import Stories
from target.provisioning import Person

TAN, TEXT = "271828", "Pay 1 EUR"
INNER = {"status": "COMPLETED", "completed": True, "verified": True, "expires_at": "2101-01-01T00:00:00Z"}
NULLS = dict.fromkeys(("person_id", "device_id", "tan", "signature", "device_data"))


@clause("general.unknown-fields", "change-person")
def test_a_change_cannot_be_given_what_the_target_decides(
    customer: Person, another_customer: Person, judge: Judge
) -> None:
    before = [values(customer), values(another_customer)]
    fields = new_email()
    wishes = {"id": another_customer.id, "person_id": another_customer.id, "delivery_method": "static", "tan": TAN}
    change = Change(customer, tolerates(judge, ask(customer, {**fields, **INNER, **wishes}))["id"], fields)
    early = change.confirm(by_tan(customer, TAN))
    judge.holds(not early.answer.ok, "the change itself brought its TAN along", "a refusal", early)
    judge.unchanged(before, [values(customer), values(another_customer)])
    # Such a try may have been the end of the request.
    again = Change(customer, tolerates(judge, ask(customer, {**fields, **INNER, **wishes}))["id"], fields)
    judge.works(again.authorize(to_nobody(customer)))
    judge.works(again.confirm(by_tan(customer, "212212")))
    judge.holds(
        values(customer) == {**before[0], **fields}, "the person is not as was confirmed", "the new value alone"
    )
    stays(judge, another_customer, before[1])


@clause("general.unknown-fields", "authorize-change-request")
def test_an_authorization_cannot_name_what_confirms_it(stories: Stories, customer: Person, judge: Judge) -> None:
    device, (by_sms, signing), before = stories.beside(
        partial(stories.bind, customer),
        lambda: stories.together([partial(Change.begin, customer)] * 2),
        partial(values, customer),
    )
    wishes = {**INNER, "tan": TAN, "otp": TAN, "code": TAN, "string_to_sign": TEXT, "text_to_sign": TEXT, **new_email()}
    tolerates(judge, by_sms.authorize({**wishes, **to_number(customer)}))
    text = text_of(tolerates(judge, signing.authorize({**wishes, **to_device(device)})))
    judge.holds(text != TEXT, "the request names the text to sign", "a text of its own")
    if stories.otps(customer, [by_sms.id])[0].reveal() != TAN:
        wrong = by_sms.confirm(by_tan(customer, TAN))
        judge.holds(not wrong.answer.ok, "the request names the TAN", "a TAN that was sent", wrong)
    judge.unchanged(before, values(customer))
    judge.works(signing.confirm(by_signature(device, text)))
    judge.holds(values(customer) == {**before, **signing.fields}, "the person is not as was asked for", "as asked for")


@clause("general.unknown-fields", "confirm-change-request")
def test_a_confirmation_cannot_bring_another_value(stories: Stories, customer: Person, judge: Judge) -> None:
    waiting = [begin(stories, customer, way) for way in (by_number, by_device)]
    for one in waiting:
        before, other = values(customer), {**new_email(), "last_name": "Other"}
        wishes = {**other, "response_body": other, "fields": other, "status": "COMPLETED", "delivery_method": "static"}
        tolerates(judge, one.confirm({**wishes, **one.body}))
        expected = {**before, **one.change.fields}
        judge.holds(values(customer) == expected, "the person is not as was asked for", "the value of the request")


@clause("general.null-is-absent", "confirm-change-request")
def test_nulls_beside_the_fields_of_a_method_are_passed_over(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    by_sms, signing = stories.together([partial(Change.begin, customer)] * 2)
    tolerates(judge, by_sms.authorize({**NULLS, **to_number(customer)}))
    [tan] = stories.otps(customer, [by_sms.id])
    text = text_of(tolerates(judge, signing.authorize({**NULLS, **to_device(device)})))
    for one, body in ((by_sms, by_tan(customer, tan.reveal())), (signing, by_signature(device, text))):
        tolerates(judge, one.confirm({**NULLS, **body}))
        judge.holds(one.is_done(), "the person has not the new value", "the new value")
