"""Contract 3, POST /v1/mfa/devices/{id}/keys: keys that no target may take, and keys that it may."""

from __future__ import annotations

from functools import partial

import pytest

from contract.answers import Answers
from contract.judge import Judge
from signer import BAD_KEYS, TOLERATED_KEYS, BadKey, KeyPair, ToleratedKey
from suites.device_binding.additions import sign
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.stories import Stories
from target.provisioning import Person

SIZE = 32
BATCHES = [BAD_KEYS[first : first + SIZE] for first in range(0, len(BAD_KEYS), SIZE)]
TOLERATED = {key.name: key for key in TOLERATED_KEYS}


@pytest.fixture
def refusals(judge: Judge, key_addition: KeyAddition) -> Answers:
    """A bad key has no raw bytes that could be signed, so there its device_signature is wrong, too."""
    allowed = judge.clause.answers
    assert allowed is not None
    signs_bytes = isinstance(key_addition.message(KeyPair.generate()), bytes)
    return allowed | Answers((403,), (400,)) if signs_bytes else allowed


@clause("keys.bad-key")
@pytest.mark.parametrize("bad_keys", BATCHES, ids=lambda batch: f"{batch[0].name}-to-{batch[-1].name}")
def test_a_bad_key_is_not_added(
    bad_keys: tuple[BadKey, ...],
    stories: Stories,
    customer: Person,
    key_addition: KeyAddition,
    judge: Judge,
    refusals: Answers,
) -> None:
    binding, new = stories.bind(customer), KeyPair.generate()
    before = stories.state(customer)
    spellings = [bad.make(new) for bad in bad_keys]
    tried = stories.together([partial(key_addition.add, binding, new, spelled=text) for text in spellings])
    names = [f"{bad.name} ({bad.what})" for bad in bad_keys]
    judge.accepts_each(dict(zip(names, tried, strict=True)), refusals)
    judge.unchanged(before, stories.state(customer))
    judge.still_works(key_addition.add(binding, new), DEAD_OR_ALIVE)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(TOLERATED["compressed"], id="compressed", marks=clause("keys.compressed-key")),
        pytest.param(TOLERATED["hybrid"], id="hybrid", marks=clause("keys.hybrid-key")),
    ],
)
def test_an_added_point_in_another_form_can_sign_or_is_refused(
    key: ToleratedKey, stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding, new = stories.bind(customer), KeyPair.generate()
    added = key_addition.add(binding, new, spelled=key.make(new))
    judge.accepts(added)
    taken = sum(row["key_purpose"] == "restricted" for row in stories.keys(binding).values())
    assert taken == added.answer.ok, "a key is there that was refused, or is not there though it was taken"
    assert not taken or sign(binding, new, "restricted").answer.ok, "a key that was taken cannot sign"
