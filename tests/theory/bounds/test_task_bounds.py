"""What masking rules converge to at the true conditionals, and list operations in one step."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import CopyPairs, Language, NGram
from synthetic.training.objective import AnyOrder, InverseTime, Unweighted
from tests.theory.bounds.checking import check_expression, check_on_cases
from tests.theory.bounds.generated import LANGUAGES
from theory.bounds import THEOREMS
from theory.bounds.policies.deterministic_answer import (
    Answers,
    replace_index,
    replace_random,
    shuffle,
)
from theory.bounds.training.any_order_loss import MaskedTraining, any_order_weight
from theory.bounds.training.forced_mask_loss import forced_mask_weight
from theory.bounds.training.inverse_time_loss import inverse_time_weight
from theory.bounds.training.unweighted_loss import unweighted_weight

ANY_ORDER = THEOREMS["any-order-loss"]
INVERSE_TIME = THEOREMS["inverse-time-loss"]
INVERSE_TIME_BIAS = THEOREMS["inverse-time-bias"]
FORCED = THEOREMS["forced-mask-loss"]
UNWEIGHTED = THEOREMS["unweighted-loss"]
REPLACE_INDEX = THEOREMS["replace-index"]
REPLACE_RANDOM = THEOREMS["replace-random"]
SHUFFLE = THEOREMS["shuffle"]

INDEPENDENT = NGram([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]])


@st.composite
def trained(draw: st.DrawFn, languages: st.SearchStrategy[Language] = LANGUAGES) -> MaskedTraining:
    """A language, a length that has words, and a least time."""
    language = draw(languages.filter(lambda one: bool(one.lengths(4))))
    length = draw(st.sampled_from(language.lengths(4)))
    return MaskedTraining(language, length, draw(st.sampled_from([1e-3, 0.05, 0.3, 0.9])))


def test_the_any_order_loss() -> None:
    check_on_cases(ANY_ORDER, trained(), lambda entropy, length: entropy / (length + 1))
    check_expression(ANY_ORDER, {"entropy": [0.0, 2.5], "length": [1, 8]})
    with pytest.raises(ValueError, match=r"length \(L, the length\) is an integer in 1\.\.inf, go"):
        ANY_ORDER.bound(entropy=1.0, length=0)


def test_the_inverse_time_loss() -> None:
    check_on_cases(
        INVERSE_TIME,
        trained(),
        lambda visible, time, length: visible / length,  # as if t began at zero
    )
    points = {"visible": [0.0, 2.5], "time": [0.125, 0.001], "length": [1, 8]}
    check_expression(INVERSE_TIME, points)
    with pytest.raises(ValueError, match=r"time \(m, .* without the ends, got 0"):
        INVERSE_TIME.bound(visible=1.0, time=0.0, length=4)


def test_the_bias_of_the_inverse_time_loss() -> None:
    check_on_cases(INVERSE_TIME_BIAS, trained(), lambda entropy, time, length: entropy / length)
    points = {"entropy": [0.0, 2.5], "time": [0.125, 0.001], "length": [1, 8]}
    check_expression(INVERSE_TIME_BIAS, points)
    assert INVERSE_TIME_BIAS.bound(entropy=1, time=0.001, length=1) < 1.0011
    assert INVERSE_TIME_BIAS.bound(entropy=1, time=0.05, length=1) < 1.053
    with pytest.raises(ValueError, match=r"time \(m, .* without the ends, got 1"):
        INVERSE_TIME_BIAS.bound(entropy=1.0, time=1.0, length=4)


@settings(max_examples=40, deadline=None)
@given(trained())
def test_the_inverse_time_loss_is_never_too_low(case: MaskedTraining) -> None:
    assert INVERSE_TIME.exact(case) >= case.entropy / case.length - 1e-10


def test_the_inverse_time_loss_has_a_bias() -> None:
    """None for independent tokens; the twin "none ever" is refused by copy pairs."""
    for time in (1e-3, 0.05, 0.5):
        independent = MaskedTraining(INDEPENDENT, 4, time)
        assert INVERSE_TIME.exact(independent) == pytest.approx(math.log(2), rel=1e-10)
        case = MaskedTraining(CopyPairs(2), 4, time)
        assert INVERSE_TIME.exact(case) > case.entropy / 4 * (1 + time / 4)


def test_the_forced_mask_loss() -> None:
    check_on_cases(
        FORCED,
        trained(),
        lambda visible, alone, time, length: visible / ((1 - time) * length),  # no forced mask
    )
    check_expression(
        FORCED,
        {
            "visible": [0.0, 2.5, 4.0],
            "alone": [0.5, 0.25, 1.0],
            "time": [0.125, 0.001, 0.5],
            "length": [1, 8, 3],
        },
    )
    one, several = MaskedTraining(INDEPENDENT, 8, 1e-3), MaskedTraining(INDEPENDENT, 4, 1e-3)
    share = FORCED.bound_of(one) / math.log(2) - 1
    assert share == pytest.approx(0.525, abs=1e-3)
    assert FORCED.bound_of(several) > FORCED.bound_of(one)
    with pytest.raises(ValueError, match=r"alone \(h, .* got -1"):
        FORCED.bound(visible=1.0, alone=-1.0, time=0.5, length=4)


def test_the_unweighted_loss() -> None:
    check_on_cases(UNWEIGHTED, trained(), lambda entropy, alone, length: entropy / length)
    points = {"entropy": [0.0, 2.5], "alone": [0.0, 0.25], "length": [1, 8]}
    check_expression(UNWEIGHTED, points)
    # words that others tell: too low by 1/(L + 1), 11% at L = 8
    low = UNWEIGHTED.bound(entropy=1.0, alone=0.0, length=8) * 8
    assert 1 - low == pytest.approx(1 / 9)
    with pytest.raises(ValueError, match=r"entropy \(H\(X\) .* got -1"):
        UNWEIGHTED.bound(entropy=-1.0, alone=0.0, length=4)


RULES = {
    "any order": (AnyOrder(), any_order_weight),
    "inverse time": (InverseTime(0.05), lambda length, k: inverse_time_weight(length, k, 0.05)),
    "forced": (
        InverseTime(0.05, force_one=True),
        lambda length, k: forced_mask_weight(length, k, 0.05),
    ),
    "unweighted": (Unweighted(), unweighted_weight),
}


@pytest.mark.parametrize("name", RULES)
def test_the_weights_are_those_of_the_training_rules(name: str) -> None:
    """The mean weight of each size k against C(L, k) P(M) W(M), from 10^5 masks: six standard
    errors, so that a false alarm has probability below 10^-6 in all; another rule is refused."""
    length, count = 5, 100_000
    rule: Any = RULES[name][0]
    masked, weight = rule.mask(torch.Size((count, length)), torch.Generator("cpu").manual_seed(0))
    sizes = masked.sum(1)

    def agrees(weight_of_size: Any) -> bool:
        for k in range(1, length + 1):
            values = torch.where(sizes == k, weight, 0.0)
            error = float(values.std()) / math.sqrt(count)
            wanted = math.comb(length, k) * weight_of_size(length, k)
            if abs(float(values.mean()) - wanted) > 6 * error:
                return False
        return True

    assert agrees(RULES[name][1])
    assert not any(agrees(other[1]) for label, other in RULES.items() if label != name)


def test_replace_index() -> None:
    cases = st.integers(2, 9).flatmap(
        lambda items: st.builds(replace_index, st.just(items), st.integers(0, items - 1))
    )
    check_on_cases(REPLACE_INDEX, cases, lambda items: math.log2(items) - math.log2(items - 1))
    check_expression(REPLACE_INDEX, {"items": [2, 9]})
    with pytest.raises(ValueError, match=r"items .* is an integer in 2\.\.inf, got 1"):
        REPLACE_INDEX.bound(items=1)


def test_replace_random() -> None:
    check_on_cases(
        REPLACE_RANDOM,
        st.builds(replace_random, st.integers(2, 60)),
        lambda items: math.log2(math.e),
    )
    check_expression(REPLACE_RANDOM, {"items": [2, 9, 1000]})
    values = REPLACE_RANDOM.bound(items=np.arange(2, 2000))
    assert (np.diff(values) > 0).all()
    assert 0 < math.log2(math.e) - values[-1] < 1e-3
    with pytest.raises(ValueError, match=r"items .* is an integer in 2\.\.inf, got 2\.5"):
        REPLACE_RANDOM.bound(items=2.5)


def test_shuffle() -> None:
    cases = st.builds(shuffle, st.integers(2, 6))
    check_on_cases(SHUFFLE, cases, lambda items: items * math.log2(math.e))
    check_expression(SHUFFLE, {"items": [2, 9, 40]})
    stirling = 1000 * math.log2(math.e) - math.log2(2 * math.pi * 1000) / 2
    assert SHUFFLE.bound(items=1000) == pytest.approx(stirling, abs=1e-3)
    with pytest.raises(ValueError, match=r"items .* is an integer in 2\.\.inf, got 0"):
        SHUFFLE.bound(items=0)


def test_the_cost_of_a_list_is_that_of_its_error() -> None:
    """p given that the answer is right is uniform: KL = -log2 of the chance to be right."""
    for items in (2, 3, 5):
        for answers, right in (
            (replace_random(items), (1 - 1 / items) ** (items - 1)),
            (shuffle(items), math.factorial(items) / items**items),
        ):
            assert isinstance(answers, Answers)
            assert answers.one_step_divergence_bits == pytest.approx(-math.log2(right))
