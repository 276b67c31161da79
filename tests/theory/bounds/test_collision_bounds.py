"""The collision law: bounds with remainders at a fixed length, and limits."""

import math

import numpy as np
import pytest
from hypothesis import strategies as st

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs, Language, NGram
from synthetic.sampling import Bernoulli, linear
from tests.theory.bounds.checking import (
    check_asymptotic,
    check_expression,
    check_on_cases,
    check_tight,
)
from tests.theory.bounds.generated import LANGUAGES, bernoulli_cases
from theory.bounds import THEOREMS
from theory.bounds.cases import Generated
from theory.bounds.collisions.chain_collision_law import UniformChain

SHARED_ERROR = THEOREMS["error-from-shared-steps"]
SHARED_DIVERGENCE = THEOREMS["divergence-from-shared-steps"]
FIRST_ORDER = THEOREMS["collision-first-order"]
FIRST_ORDER_LOWER = THEOREMS["collision-first-order-lower"]
ONE_CONSTANT = THEOREMS["one-constant"]
REMAINDER = THEOREMS["one-constant-remainder"]
CHAIN = THEOREMS["chain-collision-law"]
MIXTURE = THEOREMS["mixture-collision-law"]

REPEATED_BIT = NGram([0.5, 0.5], np.eye(2))
GOLDEN = NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]])


@st.composite
def uniform_cases(
    draw: st.DrawFn,
    languages: st.SearchStrategy[Language] = LANGUAGES,
    least: int = 1,
    longest: int = 4,
) -> Generated:
    """A language, a length that has words, and the uniform schedule of 1..8 steps."""

    def lengths(language: Language) -> list[int]:
        return [length for length in language.lengths(longest) if length >= least]

    language = draw(languages.filter(lambda one: bool(lengths(one))))
    length = draw(st.sampled_from(lengths(language)))
    return Generated(language, length, Bernoulli(linear(draw(st.integers(1, 8)))))


def distinct_steps(case: Generated) -> bool:
    return sum(part > 0 for part in case.schedule) >= case.length


def test_error_from_shared_steps() -> None:
    check_on_cases(
        SHARED_ERROR,
        uniform_cases(),
        lambda length, steps: float(SHARED_ERROR.bound(length=length, steps=steps)) / 2,
        examples=100,
    )
    check_expression(SHARED_ERROR, {"length": [1, 2, 5, 23, 6], "steps": [1, 8, 2, 365, 10**9]})
    lengths, steps = np.meshgrid([1, 2, 7], [1, 4, 100])
    simple = lengths * (lengths - 1) / (2 * steps)
    assert (SHARED_ERROR.bound(length=lengths, steps=steps) <= simple + 1e-12).all()
    with pytest.raises(ValueError, match=r"steps .* is an integer in 1\.\.inf, got 0"):
        SHARED_ERROR.bound(length=2, steps=0)
    with pytest.raises(ValueError, match="the uniform schedule, got"):
        SHARED_ERROR.bound_of(Generated(GOLDEN, 2, Bernoulli((0.3, 0.7))))
    with pytest.raises(TypeError, match="the exact denoiser, got another one"):
        SHARED_ERROR.bound_of(Generated(GOLDEN, 2, Bernoulli(linear(2)), Oracle(GOLDEN)))


def test_divergence_from_shared_steps() -> None:
    check_on_cases(
        SHARED_DIVERGENCE,
        bernoulli_cases().filter(distinct_steps),
        lambda shared: -math.log1p(-shared) / 2,
    )
    check_expression(SHARED_DIVERGENCE, {"shared": [0.0, 0.125, 0.75]})
    with pytest.raises(ValueError, match=r"holds only for kappa < 1 \(N >= L\), got 1"):
        SHARED_DIVERGENCE.bound(shared=1.0)
    with pytest.raises(ValueError, match=r"holds only for kappa < 1"):
        SHARED_DIVERGENCE.bound_of(Generated(GOLDEN, 3, Bernoulli(linear(2))))


def test_the_two_ways_to_a_shared_step_agree() -> None:
    for length in range(1, 5):
        for steps in range(length, 9):
            case = Generated(GOLDEN, length, Bernoulli(linear(steps)))
            kappa = SHARED_DIVERGENCE.parameters(case)["shared"]
            birthday = SHARED_ERROR.bound(length=length, steps=steps)
            assert kappa == pytest.approx(float(birthday), abs=1e-12)


ORDERS = {"length": [2, 3, 4, 9], "steps": [1, 2, 5, 1000], "constant": [0.5, 0.25, 0.0, 3.0]}


def test_collision_to_first_order_from_above() -> None:
    check_on_cases(
        FIRST_ORDER,
        uniform_cases(least=2),
        lambda length, steps, constant: constant * length / steps / 2,
    )
    check_expression(FIRST_ORDER, ORDERS)
    check_tight(FIRST_ORDER, Generated(CopyPairs(3), 2, Bernoulli(linear(7))))
    with pytest.raises(
        ValueError, match=r"length \(L, the length\) is an integer in 2\.\.65536, g"
    ):
        FIRST_ORDER.bound(length=1, steps=4, constant=0.5)


def test_the_second_order_is_needed() -> None:
    """Broken twin: the first order alone is no bound; it is exceeded twofold by this language."""
    law = [[[1.0, 0.0], [0.25, 0.75]], [[0.5, 0.5], [0.0, 1.0]]]
    case = Generated(NGram(np.full((2, 2), 0.25), law), 4, Bernoulli(linear(1)))
    computed = FIRST_ORDER.parameters(case)
    first = computed["constant"] * computed["length"] / computed["steps"]
    assert 2 * first < case.sequence_error_rate <= FIRST_ORDER.bound_of(case)


def test_collision_to_first_order_from_below() -> None:
    check_on_cases(
        FIRST_ORDER_LOWER,
        uniform_cases(least=2),
        lambda length, steps, constant: constant * length / steps,  # the others may share too
    )
    check_expression(FIRST_ORDER_LOWER, ORDERS)
    case = Generated(CopyPairs(3), 2, Bernoulli(linear(7)))
    assert FIRST_ORDER_LOWER.bound_of(case) == pytest.approx(case.sequence_error_rate, rel=1e-9)
    with pytest.raises(ValueError, match=r"constant .* is a number in 0\.\.inf, got -1"):
        FIRST_ORDER_LOWER.bound(length=2, steps=4, constant=-1)


@pytest.mark.parametrize(
    ("language", "length"),
    [(REPEATED_BIT, 3), (GOLDEN, 4), (CopyPairs(2), 4)],
    ids=["repeated bit", "golden", "copy pairs"],
)
def test_one_constant(language: Language, length: int) -> None:
    cases = [Generated(language, length, Bernoulli(linear(4**power))) for power in range(1, 5)]
    check_asymptotic(ONE_CONSTANT, cases, lambda error: 1.02 * error, last=0.01)


def test_one_constant_as_a_formula() -> None:
    check_expression(ONE_CONSTANT, {"error": [0.125, 1.0]})
    with pytest.raises(ValueError, match="holds only for SER > 0, got 0: with full support"):
        ONE_CONSTANT.bound(error=0.0)


def normal_words(case: Generated) -> bool:
    law = case.language_law
    return float(law[law > 0].min()) > 1e-300


def test_one_constant_with_its_remainder() -> None:
    check_on_cases(
        REMAINDER,
        bernoulli_cases().filter(distinct_steps).filter(normal_words),
        lambda error, shared, least: error,
    )
    points = {"error": [0.0, 0.25], "shared": [0.5, 0.125], "least": [1.0, 0.0625]}
    check_expression(REMAINDER, points)
    with pytest.raises(ValueError, match=r"holds only for kappa < 1"):
        REMAINDER.bound(error=0.1, shared=1.0, least=0.5)
    with pytest.raises(ValueError, match=r"least \(q_min, .* got 0"):
        REMAINDER.bound(error=0.1, shared=0.5, least=0.0)


THREE = NGram([1, 0, 0], [[0.1, 0.9, 0.0], [0.0, 0.5, 0.5], [0.6, 0.0, 0.4]])


@pytest.mark.parametrize("language", [GOLDEN, THREE], ids=["golden", "three"])
@pytest.mark.parametrize("ratio", [1, 2])
def test_collision_law_of_chains(language: NGram, ratio: int) -> None:
    cases = [UniformChain(language, length, length // ratio) for length in (16, 32, 64)]
    check_asymptotic(CHAIN, cases, lambda constant, ratio: 1.1 * constant * ratio, last=0.04)


def test_collision_law_of_chains_as_a_formula() -> None:
    check_expression(CHAIN, {"constant": [0.25, 1.5], "ratio": [0.125, 4.0]})
    with pytest.raises(ValueError, match=r"constant .* without the ends, got 0"):
        CHAIN.bound(constant=0.0, ratio=1.0)
    with pytest.raises(ValueError, match="use collision_curve"):
        CHAIN.bound_of(UniformChain(REPEATED_BIT, 4, 4))


CLOCK = NGram([0.5, 0.5], [[0.0, 1.0], [1.0, 0.0]])
UNEQUAL_CLOCK = NGram([0.75, 0.25], [[0.0, 1.0], [1.0, 0.0]])
TWO_CLASSES = NGram(
    [0.4, 0.4, 0.1, 0.1],
    [[0.5, 0.5, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5], [0.0, 0.0, 0.5, 0.5]],
)


@pytest.mark.parametrize(
    "language",
    [CLOCK, UNEQUAL_CLOCK, TWO_CLASSES],
    ids=["clock", "unequal clock", "two classes"],
)
def test_collision_law_of_two_phases(language: NGram) -> None:
    cases = [UniformChain(language, length, length) for length in (16, 32, 64)]

    def one_class(weight: float, first: float, second: float, ratio: float) -> float:
        """The same constants without the first step's agreement on class and phase."""
        return max(0.01, 1 - math.exp(-ratio * (weight * first + (1 - weight) * second)))

    check_asymptotic(MIXTURE, cases, one_class, last=0.02)


def test_collision_law_of_two_phases_as_a_formula() -> None:
    check_expression(
        MIXTURE,
        {
            "weight": [0.5, 1.0, 0.25],
            "first": [0.0, 0.5, 1.0],
            "second": [0.0, 0.125, 0.25],
            "ratio": [1.0, 2.0, 8.0],
        },
    )
    clock = MIXTURE.bound(weight=0.5, first=0, second=0, ratio=1)
    assert float(clock) == pytest.approx(0.245, abs=5e-4)
    with pytest.raises(ValueError, match=r"ratio .* without the ends, got 0"):
        MIXTURE.bound(weight=0.5, first=0.0, second=0.0, ratio=0.0)
    with pytest.raises(ValueError, match="takes 2 classes or phases, got 1: use collision_curve"):
        MIXTURE.bound_of(UniformChain(GOLDEN, 4, 4))
