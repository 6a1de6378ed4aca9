"""Every class of bug that Project Wycheproof tests for (ecdsa_secp256r1_sha256) has its operators."""

import pytest

from signer import FORGERIES, LEGAL_VARIANTS

# The flags of the vectors, and the operators that make such a signature over a live text.
OPERATORS: dict[str, tuple[str, ...]] = {
    "BerEncodedSignature": (
        "sequence-length-long-form",
        "sequence-length-leading-zero",
        "sequence-length-indefinite",
        "r-length-long-form",
        "r-length-leading-zero",
        "s-length-long-form",
        "s-length-leading-zero",
    ),
    "IntegerOverflow": ("r-plus-2-256", "r-plus-2-320", "s-plus-2-256", "s-minus-2-256", "s-plus-2-320"),
    "InvalidEncoding": (
        "sequence-length-one-more",
        "sequence-length-one-less",
        "sequence-length-over-32-bits",
        "sequence-length-over-64-bits",
        "sequence-length-2-31-minus-1",
        "sequence-length-2-31",
        "sequence-length-2-32-minus-1",
        "sequence-length-2-40-minus-1",
        "sequence-length-2-64-minus-1",
        "sequence-length-reserved",
        "sequence-length-truncated",
        "sequence-length-indefinite-unended",
        "sequence-length-indefinite-half-ended",
        "sequence-length-indefinite-ended-with-content",
        "sequence-length-indefinite-then-garbage",
        "sequence-tag-alone",
        "sequence-tag-3f10",
        "sequence-zeros-behind",
        "sequence-split",
        "sequence-in-itself-with-bad-garbage-in-front",
        "sequence-in-itself-with-garbage-behind",
        "sequence-in-itself-with-undefined-tags",
        "sequence-tag-missing",
        "der-indefinite-with-truncated-element",
        "der-padded",
        "der-cut-after-all-but-one-octet",
        "r-header-missing",
        "r-tag-1f02",
        "r-empty",
        "r-zeros-in-front",
        "r-split",
        "r-in-itself-indefinite",
        "r-in-itself-indefinite-wrong-tag",
        "r-in-itself-with-garbage-in-front",
        "r-undefined-tags-in-front",
        "s-tag-03",
        "s-length-one-less",
    ),
    "InvalidSignature": (
        "pair-zero-and-zero",
        "pair-zero-and-one",
        "pair-one-and-zero",
        "pair-one-and-one",
        "pair-minus-one-and-minus-one",
        "pair-n-and-n",
        "pair-n-minus-one-and-n-minus-one",
        "pair-n-plus-one-and-n-plus-one",
        "pair-p-and-p",
        "pair-p-plus-one-and-p-plus-one",
    ),
    "InvalidTypesInSignature": (
        "r-is-zero-s-is-real",
        "r-and-s-are-real",
        "r-and-s-are-nan",
        "r-and-s-are-true",
        "r-and-s-are-false",
        "r-and-s-are-null",
        "r-and-s-are-empty-text",
        "r-and-s-are-text-zero",
        "r-and-s-are-empty-list",
        "r-and-s-are-list-of-zero",
    ),
    "MissingZero": ("der-leading-zero-missing-in-r", "der-leading-zero-missing-in-s"),
    "ModifiedInteger": (
        "r-negated",
        "r-n-minus-r",
        "r-minus-n-negated",
        "s-negated",
        "s-minus-n-negated",
    ),
    "ModifiedSignature": (
        "sequence-empty",
        "sequence-zeros-in-front",
        "sequence-tag-31",
        "sequence-in-itself-indefinite",
        "sequence-in-itself-indefinite-wrong-tag",
        "sequence-undefined-tags-in-front",
        "der-null",
        "der-zeros-in-sequence",
        "der-null-behind",
        "der-indefinite-with-additional-element",
        "der-empty-sequence-in-front",
        "der-empty-sequence-behind",
        "der-zero-behind",
        "der-high-tag-number-behind",
        "der-explicit-null-behind",
        "der-implicit-null-behind",
        "der-in-sequence",
        "der-r-removed",
        "der-s-removed",
        "der-s-repeated",
        "r-zeros-behind",
        "r-is-null",
        "r-is-bad-real",
        "r-tag-00",
        "r-tag-04",
        "r-zero",
        "r-huge",
        "r-leading-ff",
        "r-zeros-appended",
        "r-null-appended",
        "r-flipped-bit-0",
        "r-flipped-bit-249",
        "r-without-last-octet",
        "r-without-first-octet",
        "s-zero",
        "s-huge",
    ),
    "RangeCheck": ("r-plus-n", "r-minus-n", "r-plus-256-n", "s-plus-n", "s-minus-n", "s-plus-256-n"),
    # Of these flags' vectors, what can be had over a text and by a key that are given.
    "ArithmeticError": ("s-zero", "r-n", "s-n-plus-one", "mix-sum-at-infinity"),
    "PointDuplication": ("mix-equal-summands", "mix-sum-at-infinity"),
    "ModularInverse": ("s-one", "s-n-minus-one", "s-inverted"),
    "SpecialCaseHash": ("signs-digest-zero", "signs-digest-ones"),
    # Valid signatures: the other half of s.
    "ValidSignature": ("s-high",),
}

# Flags of valid signatures alone, by keys or with nonces that were searched for or computed together with the text.
NEEDS_A_CHOSEN_KEY = {"EdgeCasePublicKey", "EdgeCaseShamirMultiplication", "SmallRandS"}

ALL_FLAGS = {
    "ArithmeticError",
    "BerEncodedSignature",
    "EdgeCasePublicKey",
    "EdgeCaseShamirMultiplication",
    "IntegerOverflow",
    "InvalidEncoding",
    "InvalidSignature",
    "InvalidTypesInSignature",
    "MissingZero",
    "ModifiedInteger",
    "ModifiedSignature",
    "ModularInverse",
    "PointDuplication",
    "RangeCheck",
    "SmallRandS",
    "SpecialCaseHash",
    "ValidSignature",
}


def test_every_flag_has_operators_or_a_reason_to_have_none() -> None:
    assert set(OPERATORS).isdisjoint(NEEDS_A_CHOSEN_KEY)
    assert set(OPERATORS) | NEEDS_A_CHOSEN_KEY == ALL_FLAGS


@pytest.mark.parametrize("flag", OPERATORS)
def test_every_operator_of_a_flag_is_in_the_catalogue(flag: str) -> None:
    catalogue = {entry.name for entry in FORGERIES + LEGAL_VARIANTS}
    assert set(OPERATORS[flag]) - catalogue == set()
