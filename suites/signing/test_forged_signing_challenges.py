"""Contract 2 and 4: what is no signature over the string_to_sign completes no signing challenge."""

from __future__ import annotations

from functools import partial

from contract.judge import Finding, Judge, PrerequisiteFailed
from signer import KeyPair, Scene
from suites.device_signing.signing import Signing
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.signing.forging import Batch, all_refused, each_batch, respellings
from suites.stories import Stories, signed
from target.provisioning import Person


def scene_of_signing(signing: Signing, other: Signing) -> Scene:
    """What a forger of the challenge's signature has at hand; another challenge's text is the other one.

    Raises PrerequisiteFailed where a text is that of another challenge: its signature would be no forgery.
    """
    if signing.text == other.text:
        raise PrerequisiteFailed(Finding("signing-challenge.never-repeats", "a string_to_sign came twice", "a new one"))
    return Scene(signing.device.keys, signing.text, KeyPair.generate(), other.text)


@each_batch("verify-signing-challenge")
def test_a_forged_signature_completes_nothing(
    forgeries: Batch, stories: Stories, customer: Person, judge: Judge
) -> None:
    device = stories.bind(customer)
    # A target may give up a challenge after one wrong try, so each forgery gets a live one of its own.
    good, other, *attempts = Signing.begin_all(stories, device, len(forgeries) + 2)
    judge.works(good.verify())
    before = stories.state(customer)
    forged = [
        forgery.make(scene_of_signing(signing, other)) for forgery, signing in zip(forgeries, attempts, strict=True)
    ]
    exchanges = stories.together([partial(Signing.verify, *pair) for pair in zip(attempts, forged, strict=True)])
    all_refused(judge, forgeries, exchanges)
    judge.unchanged(before, stories.state(customer))
    last, right = stories.together([attempts[-1].verify, other.verify])
    judge.still_works(last, DEAD_OR_ALIVE)
    judge.still_works(right)


@clause("signing.unverifiable", "verify-signing-challenge")
def test_a_signature_over_the_string_to_sign_in_another_spelling_completes_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    device = stories.bind(customer)
    model = Signing.begin(device)
    hows = list(respellings(model.text))
    tries = {}
    for signing, how in zip(Signing.begin_all(stories, device, len(hows)), hows, strict=True):
        if text := respellings(signing.text).get(how):
            tries[f"the text {how}"] = partial(signing.verify, signed(device.keys, text))
    judge.accepts_each(stories.each(tries))
    judge.still_works(model.verify())
