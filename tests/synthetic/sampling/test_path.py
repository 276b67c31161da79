"""Path probabilities: their mean is the law, their mean logarithm the identity D2'."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.denoisers import Denoiser, Oracle
from synthetic.languages import CopyPairs, Language, NGram, enumerate_sequences
from synthetic.metrics import (
    enumerated_law,
    kl_divergence,
    token_error_rate,
    token_error_rate_gap,
    token_error_rate_importance_weighted_bound,
    token_error_rate_path_bound,
)
from synthetic.sampling import (
    Bernoulli,
    FirstHitting,
    FixedCount,
    LeftToRight,
    Strategy,
    cosine,
    linear,
    two_phase,
)
from synthetic.sampling.path import path_log_prob
from synthetic.sampling.strategies.strategy import DrawOrder
from tests.generators import schedules
from tests.synthetic.sampling.small_cases import (
    CPU,
    Table,
    binomial_fits,
    brute_force_law,
    exact_path_gap,
    generator,
    index_of,
    law_by_outcomes,
    path_outcomes,
    random_table,
    tabulated,
)

LANGUAGES: dict[str, Language] = {
    "copy pairs": CopyPairs(2),
    "bigram": NGram.random(order=2, vocab_size=2, branching=2, temperature=0.5, seed=3),
    "trigram": NGram.random(order=3, vocab_size=3, branching=2, temperature=1.0, seed=4),
}
each_language = pytest.mark.parametrize("name", LANGUAGES)


def mean_over_paths(table: Denoiser, strategy: Strategy, word: list[int]) -> float:
    paths = path_outcomes(table, strategy, torch.tensor(word, device=CPU))
    assert math.fsum(probability for probability, _ in paths) == pytest.approx(1, abs=1e-12)
    return math.fsum(probability * math.exp(value) for probability, value in paths)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.data(), st.integers(2, 3), st.integers(1, 3), st.integers(0, 2**31))
def test_the_mean_over_paths_is_the_law(
    data: st.DataObject, vocab_size: int, length: int, seed: int
) -> None:
    table = random_table(vocab_size, length, seed, zeros=0.2)
    schedule = data.draw(schedules(3))
    strategy, vector = data.draw(
        st.sampled_from(
            [
                (Bernoulli(schedule), schedule),
                (FixedCount((1,) * length), (1,) * length),
                (FirstHitting(), ()),
                (LeftToRight(2), (2,)),
            ]
        )
    )
    law = brute_force_law(table, type(strategy).__name__, vector)
    word = data.draw(st.lists(st.integers(0, vocab_size - 1), min_size=length, max_size=length))
    index = int(index_of(torch.tensor([word], device=CPU), vocab_size))
    mean = mean_over_paths(table, strategy, word)
    assert mean == pytest.approx(float(law[index]), abs=1e-12)


def test_rows_that_sum_to_one_roughly_have_one_law_for_draws_and_paths() -> None:
    """As those of a float32 network; without normalising, the total is 1 + 1.5e-4 after three."""
    sound = random_table(2, 3, seed=1)
    coarse = Table(sound.log_probs + 5e-5)
    law = law_by_outcomes(coarse, FirstHitting(), 3)
    assert float(law.sum()) == pytest.approx(1, abs=1e-12)
    assert law.numpy() == pytest.approx(law_by_outcomes(sound, FirstHitting(), 3).numpy())
    means = [mean_over_paths(coarse, FirstHitting(), x) for x in enumerate_sequences(2, 3).tolist()]
    assert means == pytest.approx(law.tolist(), abs=1e-12)
    assert float(brute_force_law(coarse, "FirstHitting", ()).sum()) > 1 + 1e-4


def test_paths_are_drawn_as_often_as_they_should() -> None:
    """Exact binomial tests over the values of a path, false alarm 1e-6; equal shares fail."""
    table, schedule, paths = random_table(2, 2, seed=8), (0.5, 0.3, 0.2), 4000
    word = torch.tensor([1, 0], device=CPU)
    law: dict[float, float] = {}
    for probability, value in path_outcomes(table, Bernoulli(schedule), word):
        key = round(value, 9)
        law[key] = law.get(key, 0.0) + probability
    assert len(law) == 3  # together, one first, the other first
    g = generator(9)
    values = path_log_prob(table, Bernoulli(schedule), word.expand(paths, 2), g)[0].numpy().round(9)
    counts = {key: int((values == key).sum()) for key in law}
    assert sum(counts.values()) == paths
    assert all(binomial_fits(counts[key], paths, law[key], 1e-6 / 3) for key in law)
    assert not all(binomial_fits(counts[key], paths, 1 / 3, 1e-6 / 3) for key in law)


@each_language
@pytest.mark.parametrize("strategy", [LeftToRight(1), FirstHitting(), FixedCount((1,) * 5)])
def test_one_token_a_step_of_the_oracle_has_one_value_on_all_paths(
    name: str, strategy: Strategy
) -> None:
    """The chain rule in any order: every path gives log q(x)."""
    language = LANGUAGES[name]
    words = language.sample(20, 5, generator(0))
    values = path_log_prob(Oracle(language), strategy, words, generator(1), paths=3)
    assert values.shape == (3, 20)
    exact = language.log_prob(words).expand(3, -1)
    np.testing.assert_allclose(values.numpy(), exact.numpy(), rtol=0, atol=1e-12)
    if name != "copy pairs":
        off = path_log_prob(Oracle(language), LeftToRight(5), words, generator(1))
        assert not np.allclose(off.numpy(), exact[:1].numpy(), rtol=0, atol=1e-3)


def joint_entropies(language: Language, length: int) -> dict[frozenset[int], float]:
    """H(X_S) in nats of every set of positions, from the listed law."""
    law = enumerated_law(language, length).reshape((language.vocab_size,) * length).numpy()
    collected = {}
    for size in range(length + 1):
        for kept in itertools.combinations(range(length), size):
            others = tuple(set(range(length)) - set(kept))
            marginal = law.sum(axis=others) if others else law
            positive = marginal[marginal > 0]
            collected[frozenset(kept)] = float(-(positive * np.log(positive)).sum())
    return collected


def information_curve(entropies: dict[frozenset[int], float], length: int, r: float) -> float:
    """f(r) = (1/L) sum_i E H(X_i | X_R), every other token revealed with probability r."""
    total = 0.0
    for i in range(length):
        for size in range(length):
            for kept in itertools.combinations(set(range(length)) - {i}, size):
                revealed = frozenset(kept)
                conditional = entropies[revealed | {i}] - entropies[revealed]
                total += r**size * (1 - r) ** (length - 1 - size) * conditional
    return total / length


@each_language
@pytest.mark.parametrize(
    "schedule", [linear(3), cosine(2), two_phase(3, 0.5), (0.5, 0.0, 0.5, 0.0), (1.0,)], ids=str
)
def test_the_path_bound_is_the_left_riemann_sum(name: str, schedule: Sequence[float]) -> None:
    """D2': sum_k a_k f(r_(k-1)) - H(X)/L, exactly; with f(r_k) instead it is another number."""
    language, length = LANGUAGES[name], 3
    entropies = joint_entropies(language, length)
    reached = [0.0, *itertools.accumulate(schedule)]
    curve = [information_curve(entropies, length, r) for r in reached]
    rate = entropies[frozenset(range(length))] / length
    left = sum(a * f for a, f in zip(schedule, curve[:-1], strict=True)) - rate
    right = sum(a * f for a, f in zip(schedule, curve[1:], strict=True)) - rate
    gap = exact_path_gap(language, length, Bernoulli(schedule))
    assert gap == pytest.approx(left, abs=1e-12)
    assert gap != pytest.approx(right, abs=1e-3)
    assert -1e-12 <= gap <= max(schedule) * (curve[0] - curve[-1]) + 1e-12


@each_language
def test_the_path_bound_is_above_the_divergence(name: str) -> None:
    """D1 with the exact denoiser; the mixture over paths is closer than its paths are."""
    language, length, schedule = LANGUAGES[name], 3, linear(3)
    table = tabulated(Oracle(language), length)
    law = brute_force_law(table, "Bernoulli", schedule)
    divergence = kl_divergence(enumerated_law(language, length), law) / length
    assert divergence < exact_path_gap(language, length, Bernoulli(schedule)) - 1e-4


def test_the_identity_is_one_of_bernoulli_reveal_alone() -> None:
    """Fixed counts in random order have another gap: the broken twin."""
    language = LANGUAGES["trigram"]
    fixed = exact_path_gap(language, 3, FixedCount((1, 1, 1)))
    assert fixed == pytest.approx(0, abs=1e-12)
    assert exact_path_gap(language, 3, Bernoulli(linear(3))) > 0.01


def test_importance_weighting_lies_between_the_path_bound_and_the_rate() -> None:
    """Exactly: words and paths of copy pairs at L = 3 are uniform, so lists give means."""
    language, length = CopyPairs(2), 3
    table = random_table(2, length, seed=10)
    law = enumerated_law(language, length)
    words = enumerate_sequences(2, length)[law > 0]
    every = [path_outcomes(table, FirstHitting(), word) for word in words]
    assert {round(probability, 12) for paths in every for probability, _ in paths} == {
        round(1 / 6, 12)
    }
    values = torch.tensor([[value for _, value in paths] for paths in every], device=CPU).double()
    exact = token_error_rate(brute_force_law(table, "FirstHitting", ()), law, length).value
    bounds = [token_error_rate_path_bound(values.flatten(), length).value]
    for paths in (1, 2, 3):
        picks = list(itertools.product(range(6), repeat=paths))
        chosen = torch.cat([values[:, list(pick)].T for pick in picks], dim=1)
        estimate = token_error_rate_importance_weighted_bound(chosen, length)
        bounds.append(estimate.value)
        true = torch.full((chosen.shape[1],), math.log(1 / 4), dtype=torch.float64, device=CPU)
        gap = token_error_rate_gap(chosen, true, length)
        assert gap.value == pytest.approx(math.log(estimate.value) - math.log(4) / 3, abs=1e-12)
    assert bounds[0] == pytest.approx(bounds[1], rel=1e-12)
    assert bounds[1] - 1e-3 > bounds[2] > bounds[3] + 1e-5 > exact


def test_more_paths_of_the_sampler_come_closer() -> None:
    """By simulation: the bound of 16 paths a word is below that of one by Hoeffding.

    Values lie in a range of at most 9 nats a word, so each mean of 3,000 words is within
    9 sqrt(log(4e6) / 6000) = 0.46 of its expectation but for 5e-7: together at most 1e-6.
    """
    table = random_table(2, 4, seed=21)
    words = CopyPairs(2).sample(3000, 4, generator(0))
    values = path_log_prob(table, FirstHitting(), words, generator(1), paths=16)
    assert float(values.max() - values.min()) < 9
    one = -values[0].mean()
    many = -(values.logsumexp(0) - math.log(16)).mean()
    assert many < one


@dataclass(frozen=True)
class Remasking(FirstHitting):
    """Declared as remasking."""

    remasks: ClassVar[bool] = True


@dataclass(frozen=True)
class SampleThenChoose(FirstHitting):
    """Declared as choosing after sampling."""

    draw_order: ClassVar[DrawOrder] = "sample_then_choose"


def test_strategies_without_path_probabilities_are_refused() -> None:
    words = CopyPairs(2).sample(3, 4, generator(0))
    for strategy in (Remasking(), SampleThenChoose()):
        with pytest.raises(ValueError, match="chooses, then samples, and never remasks, got "):
            path_log_prob(Oracle(CopyPairs(2)), strategy, words, generator(0))


def test_incomplete_words_and_bad_counts_are_refused() -> None:
    oracle = Oracle(CopyPairs(2))
    words = torch.tensor([[0, 0, 2, 2]], device=CPU)
    with pytest.raises(ValueError, match=r"0\.\.1 with no mask, got 2"):
        path_log_prob(oracle, FirstHitting(), words, generator(0))
    for paths in (0, -1, True, 2.0):
        with pytest.raises(ValueError, match=f"paths is an integer >= 1, got {paths}"):
            path_log_prob(oracle, FirstHitting(), words % 2, generator(0), paths=paths)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="as_denoiser"):
        path_log_prob(lambda tokens: tokens, FirstHitting(), words % 2, generator(0))  # type: ignore[arg-type]


def test_words_that_cannot_be_generated_have_minus_infinity() -> None:
    oracle = Oracle(CopyPairs(2))
    words = torch.tensor([[0, 1, 0, 0], [0, 0, 1, 1]], device=CPU)
    values = path_log_prob(oracle, LeftToRight(1), words, generator(0))
    assert values[0].tolist() == pytest.approx([-math.inf, 2 * math.log(1 / 2)])
