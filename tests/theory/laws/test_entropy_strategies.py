"""The output law of strategies that go by entropy, and the certificate of the bounded one."""

import math
from collections import Counter
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Denoiser, Oracle
from synthetic.languages import CopyPairs, Derivation, Language, enumerate_sequences
from synthetic.metrics import enumerated_law, sequence_error_rate_of_law
from synthetic.sampling import EntropyBounded, FixedCount, LeastEntropy, Strategy, TablePolicy
from synthetic.sampling.chance import Draw
from synthetic.sampling.generate import run
from synthetic.sampling.path import path_log_prob
from tests.generators import SEEDS, hidden_markovs, ngrams, sizes_of
from tests.synthetic.sampling.entropy_referee import law_word_by_word
from tests.synthetic.sampling.small_cases import CPU, generator, random_table, tabulated
from theory.laws.enumeration.output_law import output_law

GAMMAS = st.sampled_from((0.0, 0.05, 0.2, 0.5, 1.0, 5.0))
ROUNDING = 1e-8  # of entropies, L steps of L 2^-31 nats


@st.composite
def cases(draw: st.DrawFn) -> tuple[Denoiser, int, Strategy]:
    """Oracles of small chains and HMMs, and unrelated predictions, under both strategies."""
    length = draw(st.sampled_from((3, 2, 4, 3, 1)))
    sizes: st.SearchStrategy[Strategy] = sizes_of(length, 4).map(LeastEntropy)
    strategy = draw(st.one_of(sizes, GAMMAS.map(EntropyBounded)))
    if draw(st.booleans()):
        table = random_table(draw(st.integers(2, 3)), length, draw(SEEDS), zeros=0.2)
        return table, length, strategy
    return Oracle(draw(st.one_of(ngrams(most=3), hidden_markovs(most=3)))), length, strategy


def test_the_output_law_is_that_of_the_definition() -> None:
    """The broken twin, a fixed count in random order, is refused where it is another law."""
    seen: Counter[str] = Counter()

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(cases())
    def check(case: tuple[Denoiser, int, Strategy]) -> None:
        denoiser, length, strategy = case
        law = output_law(denoiser, strategy, length=length)
        expected = law_word_by_word(tabulated(denoiser, length), strategy)
        assert abs(math.fsum(law.tolist()) - 1) < 1e-12
        assert float((law - expected).abs().max()) < 1e-12
        other = FixedCount(strategy.sizes if isinstance(strategy, LeastEntropy) else (length,))
        difference = (output_law(denoiser, other, length=length) - expected).abs()
        seen["all"] += 1
        seen["exact denoiser"] += isinstance(denoiser, Oracle)
        seen[type(strategy).__name__] += 1
        seen["twin refused"] += bool(difference.max() > 1e-6)

    check()
    assert seen["all"] >= 60
    for special in ("LeastEntropy", "EntropyBounded", "exact denoiser", "twin refused"):
        assert seen[special] >= 0.15 * seen["all"], (special, seen)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.one_of(ngrams(most=3), hidden_markovs(most=3)), st.integers(1, 4))
def test_one_at_a_time_and_no_dependence_are_exact(language: Language, length: int) -> None:
    expected = enumerated_law(language, length)
    for strategy in (LeastEntropy((1,) * length), EntropyBounded(0.0)):
        law = output_law(Oracle(language), strategy, length=length)
        assert float((law - expected).abs().max()) < ROUNDING


def log_evidence(language: Language, context: Tensor) -> float:
    return float(language.log_evidence(context.unsqueeze(0)))


def total_correlation(language: Language, context: Tensor, chosen: Tensor) -> float:
    """TC of the chosen positions given the context, from the listed joint law, in nats."""
    places = chosen.nonzero()[:, 0].tolist()
    words = enumerate_sequences(language.vocab_size, len(places))
    rows = context.repeat(len(words), 1)
    rows[:, places] = words
    joint = language.log_evidence(rows) - log_evidence(language, context)
    joint = joint.exp().reshape((language.vocab_size,) * len(places))
    marginals = [joint.movedim(axis, 0).flatten(1).sum(1) for axis in range(1, len(places))]
    marginals.append(joint.reshape(language.vocab_size, -1).sum(1))
    entropies = [float(torch.special.entr(law).sum()) for law in marginals]
    return math.fsum(entropies) - float(torch.special.entr(joint).sum())


def first_choice(strategy: Strategy, language: Language, context: Tensor) -> Tensor:
    """The positions (L,) revealed in the first step from a context."""
    made = run(Oracle(language), strategy, context.unsqueeze(0), Draw(generator(0)))
    return made.reveal_step[0] == 1


@dataclass(frozen=True)
class Threshold(EntropyBounded):
    """The broken twin: every position whose own entropy is within gamma, at least one."""

    def take(self, entropies: Tensor, step: int) -> Tensor:
        return (entropies <= self.gamma).sum(dim=1).clamp(min=1)


def check_certificate(strategy: EntropyBounded, language: Language, length: int) -> float:
    """TC(U) <= gamma in every possible context; returns the largest TC."""
    largest = 0.0
    for context in enumerate_sequences(language.vocab_size + 1, length):
        masked = context == language.mask
        if not bool(masked.any()) or log_evidence(language, context) == -math.inf:
            continue
        chosen = first_choice(strategy, language, context)
        assert bool(chosen.any())
        largest = max(largest, total_correlation(language, context, chosen))
        assert largest <= strategy.gamma + ROUNDING
    return largest


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.one_of(ngrams(most=2), hidden_markovs(most=2)), st.integers(1, 3), GAMMAS)
def test_total_correlation_of_a_step_is_within_gamma(
    language: Language, length: int, gamma: float
) -> None:
    check_certificate(EntropyBounded(gamma), language, length)


def test_the_certificate_is_tight_and_thresholds_have_none() -> None:
    """On copy pairs gamma = log V allows one pair at once, whose total correlation is log V."""
    pairs, gamma = CopyPairs(2), math.log(2) + 1e-8
    assert check_certificate(EntropyBounded(gamma), pairs, 4) == pytest.approx(math.log(2))
    with pytest.raises(AssertionError):
        check_certificate(Threshold(gamma), pairs, 4)


def steps_on_words(strategy: Strategy, language: Language, length: int) -> float:
    """Mean number of steps that words of the language are revealed in."""
    words = enumerate_sequences(language.vocab_size, length)
    law = enumerated_law(language, length)
    counts = [_steps_of(strategy, language, word) for word in words]
    return math.fsum(float(q) * n for q, n in zip(law, counts, strict=True) if q > 0)


def _steps_of(strategy: Strategy, language: Language, word: Tensor) -> int:
    context, steps = torch.full_like(word, language.mask), 0
    while bool((context == language.mask).any()):
        chosen = first_choice(strategy, language, context)
        context = torch.where(chosen, word, context)
        steps += 1
    return steps


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.one_of(ngrams(most=2), hidden_markovs(most=2)), st.integers(1, 4), GAMMAS)
def test_divergence_is_within_gamma_times_the_steps(
    language: Language, length: int, gamma: float
) -> None:
    """A word has one path, whose logarithm underflows nowhere."""
    strategy = EntropyBounded(gamma)
    words = enumerate_sequences(language.vocab_size, length)
    words = words[language.contains(words)]
    target = language.log_prob(words)
    path = path_log_prob(Oracle(language), strategy, words, generator(0))[0]
    divergence = float((target.exp() * (target - path)).sum())
    assert divergence <= gamma * steps_on_words(strategy, language, length) + ROUNDING


@pytest.mark.parametrize(("length", "sizes"), [(4, (1, 2, 1)), (6, (1, 2, 2, 1)), (6, (3, 3))])
def test_copy_pairs(length: int, sizes: tuple[int, ...]) -> None:
    """L / 2 + 1 steps make no error; two halves split one pair of three and tear two apart."""
    pairs = CopyPairs(2)
    target = enumerated_law(pairs, length)
    law = output_law(Oracle(pairs), LeastEntropy(sizes), length=length)
    wrong = sequence_error_rate_of_law(law, target)
    assert wrong == pytest.approx(0.0 if sizes[0] == 1 else 3 / 4, abs=1e-12)
    law = output_law(Oracle(pairs), EntropyBounded(0.1), length=length)
    assert float((law - target).abs().max()) < 1e-12
    codes = enumerate_sequences(3, 4)
    even = torch.tensor([1, 0, 4, 0], device=CPU)  # bits of the even positions
    masked = (codes == 2) * torch.tensor([1, 2, 4, 8], device=CPU)
    first = (masked * (even > 0)).sum(1)
    policy = TablePolicy(torch.where(first > 0, first, masked.sum(1)))
    policy_law = output_law(Oracle(pairs), policy, length=4)  # another two halves, no error
    assert sequence_error_rate_of_law(policy_law, enumerated_law(pairs, 4)) == 0


def test_a_derivation_of_two_moves() -> None:
    """The moves have the least entropy: with the start they are independent and decide the rest.

    So two steps are exact; with the target among the first, two of three targets are wrong.
    """
    language = Derivation(3)
    target = enumerated_law(language, 6)
    exact = output_law(Oracle(language), LeastEntropy((3, 3)), length=6)
    assert float((exact - target).abs().max()) < 1e-12
    late = output_law(Oracle(language), LeastEntropy((4, 2)), length=6)
    assert sequence_error_rate_of_law(late, target) == pytest.approx(2 / 3, abs=1e-12)
