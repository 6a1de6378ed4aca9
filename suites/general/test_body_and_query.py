"""Contract 1.2: what belongs in the body counts nowhere else; in a query it is an unknown field."""

from __future__ import annotations

from contract.judge import Judge
from signer import KeyPair
from suites.access.echo import differing
from suites.general.tolerance import tolerates
from suites.law import clause
from suites.stories import Stories, activation_request
from target.partner import Partner
from target.provisioning import Person
from target.recording import current
from target.secret import Secret


@clause("general.unknown-fields", "create-device")
def test_a_query_changes_nothing_of_a_binding(
    judge: Judge, stories: Stories, customer: Person, another_customer: Person
) -> None:
    keys = KeyPair.generate()
    elsewhere = {
        "person_id": another_customer.id,
        "key": KeyPair.generate().public_hex,
        "key_purpose": "restricted",
        "challenge_type": "activation_code",
        "name": "Query",
        "deleted_at": "2001-01-01T00:00:00Z",
    }
    body = stories.registration(customer, keys)
    created = tolerates(judge, customer.partner.call("create-device", json=body, params=elsewhere))
    binding = stories.binding(customer, keys, created)
    judge.works(binding.verify())
    shown = {row["id"]: row for row in stories.devices(customer)}.get(binding.device_id, {})
    wrong = differing({"person_id": customer.id, "name": body["name"]}, shown)
    purpose = stories.keys(binding).get(binding.key_id, {}).get("key_purpose")
    judge.holds(not wrong, f"the query decided {', '.join(wrong)}", "the body alone")
    judge.holds(purpose == "unrestricted", f"the query made the key {purpose}", "the default")


@clause("general.unknown-fields", "create-activation-challenge")
def test_a_query_changes_nothing_of_an_activation_code(judge: Judge, stories: Stories, partner: Partner) -> None:
    newcomer, other = stories.newcomer(partner), stories.newcomer(partner)
    elsewhere = {"person_id": other.id, "origin": "WEBUI", "max_usage_count": 4711, "code": "query"}
    body = activation_request(newcomer)
    sent = partner.call("create-activation-challenge", json=body, params=elsewhere)
    created = tolerates(judge, sent)
    current().activation_codes.append(Secret(created["code"]))
    wrong = differing({"person_id": newcomer.id, "origin": body["origin"]}, created)
    wrong += [name for name in ("max_usage_count", "code") if created[name] == elsewhere[name]]
    judge.holds(not wrong, f"the query decided {', '.join(wrong)}", "the body alone", sent)
