"""The catalogue of forgeries: each is what it says, and none is ever valid by accident."""

import json
import re
from collections import Counter
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from signer import FORGERIES, LEGAL_VARIANTS, Forgery, KeyPair, Kind, Scene
from signer.forgeries.forgery import in_range, malformed, out_of_range
from signer.p256 import N

RUNS = 4
EVERYTHING = FORGERIES + LEGAL_VARIANTS

each_forgery = pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.name)
each_legal_variant = pytest.mark.parametrize("variant", LEGAL_VARIANTS, ids=lambda variant: variant.name)
each_entry = pytest.mark.parametrize("entry", EVERYTHING, ids=lambda entry: entry.name)

KindOf = Callable[[str, Scene], Kind]


@each_entry
def test_every_entry_is_of_its_kind_whatever_the_text_and_the_nonce(
    entry: Forgery, scenes: tuple[Scene, ...], kind_of: KindOf
) -> None:
    kinds = {kind_of(entry.make(scene), scene) for scene in scenes for _ in range(RUNS)}
    assert kinds == {entry.kind}


@each_forgery
def test_cryptography_refuses_every_forgery_that_is_hex(forgery: Forgery, scene: Scene) -> None:
    signature = forgery.make(scene)
    if re.fullmatch(r"[0-9a-f]+", signature) and len(signature) % 2 == 0:
        public = scene.keys.private_key.public_key()
        with pytest.raises(InvalidSignature):
            public.verify(bytes.fromhex(signature), scene.message.encode(), ec.ECDSA(SHA256()))
    else:
        assert forgery.kind is Kind.MALFORMED


@each_legal_variant
def test_cryptography_accepts_every_legal_variant(variant: Forgery, scenes: tuple[Scene, ...]) -> None:
    for scene in scenes:
        signature = bytes.fromhex(variant.make(scene))
        scene.keys.private_key.public_key().verify(signature, scene.message.encode(), ec.ECDSA(SHA256()))


def test_legal_variants_show_what_their_names_say(scene: Scene) -> None:
    high, upper, mixed = (variant.make(scene) for variant in LEGAL_VARIANTS)
    assert int(high[-64:], 16) > N // 2
    assert upper.isupper()
    assert not mixed.isupper()
    assert not mixed.islower()


@each_entry
def test_every_entry_fits_into_the_field_and_into_json(entry: Forgery, scenes: tuple[Scene, ...]) -> None:
    for scene in scenes:
        signature = entry.make(scene)
        assert 1 <= len(signature) <= 2048
        assert json.loads(json.dumps(signature).encode()) == signature


def test_every_name_is_a_unique_test_id() -> None:
    names = [entry.name for entry in EVERYTHING]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


def test_every_what_is_one_sentence_of_its_own() -> None:
    sentences = [entry.what for entry in EVERYTHING]
    assert [what for what, count in Counter(sentences).items() if count > 1] == []
    assert [what for what in sentences if not re.fullmatch(r"(?:[rs]|[A-Z0-9]\w*)\b.*[^.]\.", what)] == []


def test_the_catalogue_has_every_kind() -> None:
    assert {forgery.kind for forgery in FORGERIES} == set(Kind) - {Kind.LEGAL}
    assert {variant.kind for variant in LEGAL_VARIANTS} == {Kind.LEGAL}


def test_a_forgery_is_made_anew_each_time(scene: Scene) -> None:
    forgery = next(forgery for forgery in FORGERIES if forgery.name == "r-plus-n")
    assert forgery.make(scene) != forgery.make(scene)


def test_a_scene_needs_a_stranger_with_another_key(scene: Scene) -> None:
    with pytest.raises(ValueError, match="other_keys"):
        Scene(scene.keys, "212212", scene.keys, "835501")


def test_a_scene_needs_another_text(scene: Scene) -> None:
    with pytest.raises(ValueError, match="other_message"):
        Scene(scene.keys, "212212", scene.other_keys, "212212")


def test_a_scene_needs_a_text(scene: Scene) -> None:
    with pytest.raises(ValueError, match="empty"):
        Scene(scene.keys, "", scene.other_keys, "835501")


def test_a_scene_does_not_show_its_texts() -> None:
    scene = Scene(KeyPair.generate(), "secret-otp", KeyPair.generate(), "other-secret")
    assert "secret" not in repr(scene)


def test_a_forgery_that_would_be_valid_is_never_made(scene: Scene) -> None:
    for make in (
        malformed(lambda signature: signature.der),
        out_of_range(lambda r, s: (r, s)),
        in_range(lambda r, s: (r, s)),
        in_range(lambda r, s: (r, N - s)),
    ):
        with pytest.raises(RuntimeError, match="none of 128 signatures"):
            make(scene)
