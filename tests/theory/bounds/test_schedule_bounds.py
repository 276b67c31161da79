"""Bounds of schedules and curves: paths, information curves, n-grams, sizes, first hitting."""

import math

import numpy as np
import pytest
from hypothesis import strategies as st

from synthetic.denoisers import Denoiser, Oracle, Perturbed
from synthetic.denoisers.perturbed import ErrorDirection
from synthetic.languages import Language, NGram
from synthetic.sampling import Bernoulli, FirstHitting, FixedCount, LeftToRight, linear
from tests.generators import SEEDS, SHAPES, ngrams, random_rows
from tests.theory.bounds.checking import (
    check_expression,
    check_on_cases,
    check_tight,
)
from tests.theory.bounds.generated import (
    REPEATED,
    at_length,
    bernoulli_cases,
    fixed_count_cases,
)
from theory.bounds import THEOREMS
from theory.bounds.cases import Generated, stated_learning_error
from theory.bounds.curves.monotone_curve import RevealedMore
from theory.bounds.curves.total_correlation_sum import LanguageAtLength
from theory.bounds.policies.several_tokens import TokensAtOnce
from theory.bounds.reveals.first_hitting import distance_from_random_order
from theory.bounds.reveals.ngram_best_two_phase import best_first
from theory.bounds.reveals.ngram_token_error import enough_steps
from theory.bounds.reveals.ngram_two_phase import TwoPhase
from theory.bounds.reveals.sequence_error_enough_steps import ErrorTarget

INDEPENDENT = NGram([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]])
DIRECTIONS: tuple[ErrorDirection, ...] = ("uniform", "mode", "random")
KINDS = st.sampled_from(DIRECTIONS)


@st.composite
def tokens_at_once(draw: st.DrawFn) -> TokensAtOnce:
    """Any joint law of 1..3 tokens, or one symbol repeated; drawn from it or from other laws."""
    tokens, symbols = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    generator = np.random.default_rng(draw(SEEDS))
    joint = random_rows(generator, 1, symbols**tokens, draw(st.sampled_from(SHAPES[:4])))[0]
    if draw(st.booleans()):
        joint = np.zeros(symbols**tokens)
        joint[np.linspace(0, len(joint) - 1, symbols).astype(int)] = 1 / symbols
    joint = joint.reshape((symbols,) * tokens)
    marginals = [joint.sum(tuple({*range(tokens)} - {place})) for place in range(tokens)]
    share = draw(st.sampled_from([0.0, 1e-3, 0.5, 1.0]))
    other = random_rows(generator, tokens, symbols, "dense")
    return TokensAtOnce(joint, (1 - share) * np.stack(marginals) + share * other)


@st.composite
def denoisers(draw: st.DrawFn, language: Language) -> Denoiser:
    """The exact one, or one that is wrong by the same in every context."""
    epsilon = draw(st.sampled_from([0.0, 1e-3, 0.1, 1.0])) if language.vocab_size > 1 else 0.0
    return Perturbed(Oracle(language), epsilon, draw(KINDS), draw(st.integers(0, 9)))


def in_range(case: Generated) -> bool:
    """Whether products of marginals stay far from underflow, where KL would be infinite."""
    law = case.language_law
    return float(law[law > 0].min()) > 1e-60


@st.composite
def perturbed(draw: st.DrawFn, cases: st.SearchStrategy[Generated]) -> Generated:
    case = draw(cases.filter(in_range))
    return Generated(case.language, case.length, case.strategy, draw(denoisers(case.language)))


def test_several_tokens() -> None:
    lemma = THEOREMS["several-tokens"]
    check_on_cases(
        lemma, tokens_at_once(), lambda tokens, vocabulary, learning: (tokens - 1) * learning
    )
    check_on_cases(
        lemma,
        tokens_at_once(),
        lambda tokens, vocabulary, learning: (tokens - 1) * np.log(vocabulary) / 2 + learning,
    )
    repeated = np.zeros((2, 2, 2))
    repeated[0, 0, 0] = repeated[1, 1, 1] = 0.5
    check_tight(lemma, TokensAtOnce(repeated, np.full((3, 2), 0.5)))
    check_tight(lemma, TokensAtOnce(repeated, np.tile([0.9, 0.1], (3, 1))))
    points = {"tokens": [1, 3, 7], "vocabulary": [1, 2, 8], "learning": [0.0, 0.25, 2.0]}
    check_expression(lemma, points)
    with pytest.raises(ValueError, match=r"tokens \(tokens drawn at once, k\) is an integer"):
        lemma.bound(tokens=1.5, vocabulary=2, learning=0)


def test_path_decomposition() -> None:
    decomposition = THEOREMS["path-decomposition"]
    for cases in (bernoulli_cases(longest=3), fixed_count_cases(longest=3)):
        check_on_cases(
            decomposition,
            perturbed(cases),
            lambda path, length, learning: path + length * learning / 2,
        )
        check_on_cases(
            decomposition,
            perturbed(cases),
            lambda path, length, learning: path / 2 + length * learning,
            examples=60,
        )
    wrong = Perturbed(Oracle(REPEATED), 0.25, "mode")
    check_tight(decomposition, Generated(REPEATED, 4, Bernoulli(linear(1)), wrong))
    check_expression(
        decomposition, {"path": [0.0, 0.5], "length": [1, 8], "learning": [0.0, 0.125]}
    )
    with pytest.raises(ValueError, match=r"length .* is an integer"):
        decomposition.bound(path=0.0, length=0, learning=0.0)
    with pytest.raises(TypeError, match="the learning error is known for Perturbed, got NGram"):
        stated_learning_error(REPEATED)  # type: ignore[arg-type]


def test_the_left_riemann_identity() -> None:
    identity = THEOREMS["left-riemann-identity"]
    check_on_cases(
        identity,
        bernoulli_cases(),
        lambda riemann, entropy, length: riemann - entropy,
        examples=200,
    )
    check_expression(identity, {"riemann": [0.5, 2.0], "entropy": [0.25, 3.0], "length": [1, 4]})
    with pytest.raises(ValueError, match=r"entropy .* is a number in 0..inf, got -1"):
        identity.bound(riemann=0.0, entropy=-1.0, length=2)


def test_sums_of_the_curve() -> None:
    total, dual = THEOREMS["total-correlation-sum"], THEOREMS["dual-total-correlation-sum"]
    cases = at_length().map(lambda case: LanguageAtLength(*case))
    check_on_cases(total, cases, lambda length, mean: (length - 1) * mean)
    check_on_cases(dual, cases, lambda length, mean, last: (length - 1) * (last - mean))
    check_expression(total, {"length": [1, 5], "mean": [0.0, 0.75]})
    check_expression(dual, {"length": [1, 5], "mean": [0.0, 0.75], "last": [0.0, 1.5]})
    with pytest.raises(ValueError, match=r"mean .* is a number"):
        total.bound(length=2, mean=-0.5)
    with pytest.raises(ValueError, match=r"length .* is an integer"):
        dual.bound(length=0.5, mean=0.5, last=0.5)


def test_the_curve_falls() -> None:
    monotone = THEOREMS["monotone-curve"]
    cases = st.builds(
        lambda case, ends: RevealedMore(case[0], case[1], min(ends), max(ends)),
        at_length(),
        st.tuples(st.floats(0, 1), st.floats(0, 1)),
    )
    check_on_cases(monotone, cases, lambda earlier: earlier / 2)
    check_tight(monotone, RevealedMore(INDEPENDENT, 4, 0.25, 0.75))
    check_expression(monotone, {"earlier": [0.0, 0.5]})
    later = RevealedMore(REPEATED, 4, 0.75, 0.25)  # the hypothesis dropped
    assert monotone.exact(later) > monotone.bound_of(later) + 0.1
    with pytest.raises(ValueError, match=r"earlier .* is a number"):
        monotone.bound(earlier=-0.5)


@st.composite
def two_phases(draw: st.DrawFn, which: str) -> TwoPhase:
    """n-grams, n = 2, 3, under two-phase schedules of each of the three theorems."""
    language = draw(st.one_of(ngrams(orders=(2, 3)), st.just(REPEATED)))
    order, length = language.order, draw(st.integers(1, 4))
    first = draw(st.sampled_from([1.0, 0.9, 0.7, 0.5]))
    steps = draw(st.integers(2, 12))
    if which == "enough":
        steps = enough_steps(order, first)
    if which == "best":
        steps = max(steps, 1 + (order - 1) ** 2)
        first = best_first(order, steps)
    denoiser = draw(denoisers(language)) if draw(st.booleans()) else None
    return TwoPhase(language, length, steps, first, denoiser)


def test_ngrams_under_two_phases() -> None:
    theorem = THEOREMS["ngram-two-phase"]
    check_on_cases(
        theorem,
        two_phases("any").filter(lambda case: in_range(case.generated)),
        lambda first, steps, context, vocabulary, learning: (
            learning + context * (1 - first) ** 2 / (steps - 1) * np.log(vocabulary)
        ),
    )
    points = {
        "first": [1.0, 0.5, 0.125],
        "steps": [2, 9, 100],
        "context": [1, 2, 3],
        "vocabulary": [1, 2, 8],
        "learning": [0.5, 0.0, 0.25],
    }
    check_expression(theorem, points)
    with pytest.raises(ValueError, match=r"steps .* is an integer in 2..inf, got 1"):
        theorem.bound(first=0.5, steps=1, context=1, vocabulary=2, learning=0)


def test_ngrams_under_the_best_two_phases() -> None:
    theorem = THEOREMS["ngram-best-two-phase"]
    check_on_cases(
        theorem,
        two_phases("best").filter(lambda case: in_range(case.generated)),
        lambda steps, context, vocabulary, learning: (
            learning / 2 + np.log(vocabulary) * context / (steps - 1) / 8
        ),
    )
    points = {"steps": [2, 5, 50], "context": [1, 2, 3], "vocabulary": [3, 2, 8]}
    check_expression(theorem, points | {"learning": [0.5, 0.0, 0.25]})
    with pytest.raises(ValueError, match=r"only for N - 1 >= m\^2 steps: use universal-path-bound"):
        theorem.bound(steps=4, context=2, vocabulary=2, learning=0)
    with pytest.raises(ValueError, match=r"the schedule's first step is best_first = 1\.0, got"):
        theorem.exact(TwoPhase(REPEATED, 2, 2, 0.5))


def test_theorem_4_2() -> None:
    theorem = THEOREMS["ngram-token-error"]
    # (n - 1) / eps^n: one more or one less of it is refused, as is n in its place
    assert [enough_steps(order, 0.5) for order in (1, 2, 3, 4)] == [1, 5, 17, 49]
    check_on_cases(
        theorem,
        two_phases("enough").filter(lambda case: in_range(case.generated)),
        lambda first, steps, context, vocabulary, learning: (
            learning + first * (1 + (1 - first) ** 2) * np.log(vocabulary) / 2
        ),
    )
    points = {"first": [1.0, 0.5], "steps": [2, 17], "context": [1, 2], "vocabulary": [2, 8]}
    check_expression(theorem, points | {"learning": [0.5, 0.0]})
    with pytest.raises(ValueError, match=r"N >= 1 \+ \(n - 1\) / eps\^n steps: use ngram-two"):
        theorem.bound(first=0.5, steps=4, context=1, vocabulary=2, learning=0)


def test_sequence_error_under_any_schedule() -> None:
    theorem = THEOREMS["sequence-error-any-schedule"]
    check_on_cases(
        theorem,
        perturbed(bernoulli_cases(longest=3)),
        lambda length, largest, vocabulary, learning: (
            -np.expm1(-largest * np.log(vocabulary) / 2 - learning)
        ),
    )
    points = {"length": [1, 4, 64], "largest": [1.0, 0.5, 0.01], "vocabulary": [1, 2, 8]}
    check_expression(theorem, points | {"learning": [0.0, 0.25, 0.01]})
    with pytest.raises(ValueError, match=r"largest \(max_k a_k\) is a number in 0\.\.1"):
        theorem.bound(length=2, largest=2, vocabulary=2, learning=0)


def test_theorem_4_3() -> None:
    theorem = THEOREMS["sequence-error-enough-steps"]
    fixed = NGram([1.0, 0.0], [[1.0, 0.0], [1.0, 0.0]])  # one word: only the denoiser errs
    deltas = st.sampled_from([0.25, 0.5, 1.0, 2.0])
    cases = st.one_of(
        st.builds(lambda case, *rest: ErrorTarget(*case, *rest), at_length(3), deltas, KINDS),
        st.builds(ErrorTarget, st.just(fixed), st.integers(1, 4), deltas),
    )
    check_on_cases(theorem, cases, lambda delta, **_: -math.expm1(-delta) / 2)
    points = {"delta": [0.25, 1.0], "length": [4, 8], "vocabulary": [2, 8], "steps": [64, 64]}
    check_expression(theorem, points | {"learning": [0.0, 0.0625]})
    values = {"delta": 0.5, "length": 4, "vocabulary": 2, "steps": 64, "learning": 0.0}
    with pytest.raises(ValueError, match="N >= 2 L log V / delta steps: use sequence-error-any"):
        theorem.bound(**values | {"steps": 8})
    with pytest.raises(ValueError, match=r"eps_learning <= delta / \(2 L\): use sequence-error"):
        theorem.bound(**values | {"learning": 0.25})


@pytest.mark.parametrize("name", ["doubling-sizes-bound", "telescoped-sizes-bound"])
def test_sizes(name: str) -> None:
    theorem = {
        "doubling-sizes-bound": THEOREMS["doubling-sizes-bound"],
        "telescoped-sizes-bound": THEOREMS["telescoped-sizes-bound"],
    }[name]
    check_on_cases(
        theorem,
        fixed_count_cases(),
        lambda largest, length, information: (largest - 1) / length * information / 2,
    )
    check_tight(theorem, Generated(REPEATED, 4, FixedCount((4,))))
    points = {"largest": [1, 3, 4, 5, 64], "length": [2, 8, 8, 9, 64]}
    check_expression(theorem, points | {"information": [0.5, 1.0, 0.25, 2.0, 3.0]})
    with pytest.raises(ValueError, match=r"largest .* is an integer in 1..inf, got 0"):
        theorem.bound(largest=0, length=2, information=1)


def test_first_hitting() -> None:
    theorem = THEOREMS["first-hitting"]
    for strategy in (lambda _: FirstHitting(), lambda length: FixedCount((1,) * length)):
        cases = perturbed(
            st.builds(
                lambda case, rule=strategy: Generated(case[0], case[1], rule(case[1])),
                at_length(longest=3),
            )
        )
        check_on_cases(theorem, cases, lambda: 1e-9, examples=50)
    assert float(theorem.bound()) == float(theorem.expression) == 0.0
    wrong = Perturbed(Oracle(REPEATED), (0.5, 0.01, 0.0), "mode")
    first, other = (
        Generated(REPEATED, 3, rule, wrong) for rule in (FirstHitting(), FixedCount((2, 1)))
    )
    assert distance_from_random_order(first) < 1e-12
    assert distance_from_random_order(other) > 1e-3  # a broken twin: two tokens at once
    chain = NGram.random(order=2, vocab_size=3, branching=2, temperature=1.0, seed=1)
    ordered = Generated(chain, 3, LeftToRight(1), Perturbed(Oracle(chain), 0.5, "random"))
    assert distance_from_random_order(ordered) > 1e-3  # another: a fixed order
    with pytest.raises(TypeError, match="first-hitting speaks of one token a step, got Bernoulli"):
        theorem.exact(Generated(REPEATED, 3, Bernoulli(linear(2))))
