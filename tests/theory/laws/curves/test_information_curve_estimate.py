"""Estimated information curves: unbiased, with honest errors, whatever the chunks."""

import math

import numpy as np
import pytest
import torch

import theory.laws.curves.information_curve_estimate as module
from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs, Dyck, Language, NGram
from synthetic.quantities import Estimate
from synthetic.sampling import Bernoulli, FixedCount
from synthetic.sampling.path import path_log_prob
from synthetic.sampling.strategies.strategy import NonAdaptive
from theory.laws.curves.information_curve import InformationCurve, information_curve
from theory.laws.curves.information_curve_estimate import (
    EstimatedInformationCurve,
    estimate_information_curve,
)

LANGUAGES: dict[str, tuple[Language, int]] = {
    "bigram": (NGram.random(order=2, vocab_size=4, branching=2, temperature=1.0, seed=1), 12),
    "trigram": (NGram.random(order=3, vocab_size=2, branching=2, temperature=0.5, seed=2), 6),
    "Dyck": (Dyck(2, 2), 6),
    "copy pairs": (CopyPairs(3), 5),
}
SIGMAS = 5.0  # 6e-7 two-sided for a normal mean; below 60 checks: under 4e-5 for this file
SCHEDULE, SAMPLES = (0.5, 0.3, 0.2), 1000


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator("cpu").manual_seed(seed)


def agrees(estimate: Estimate, value: float) -> bool:
    return abs(estimate.value - value) <= SIGMAS * estimate.standard_error + 1e-9


def agrees_throughout(estimate: EstimatedInformationCurve, exact: InformationCurve) -> bool:
    sizes = (exact.length // 2, exact.length - exact.length // 2)
    pairs = [
        *((estimate.information(j), exact.information[j - 1]) for j in range(1, exact.length + 1)),
        (estimate(0.3), exact(0.3)),
        (estimate(1.0), exact(1.0)),
        (estimate.path_bound(SCHEDULE), exact.path_bound(SCHEDULE)),
        (estimate.path_bound_of_sizes(sizes), exact.path_bound_of_sizes(sizes)),
        (estimate.total_correlation(), exact.total_correlation),
        (estimate.dual_total_correlation(), exact.dual_total_correlation),
    ]
    assert all(entropy.samples == estimate.samples for entropy, _ in pairs)
    return all(agrees(entropy, float(value)) for entropy, value in pairs)


@pytest.mark.parametrize("name", LANGUAGES)
def test_estimates_agree_with_the_exact_curve(name: str) -> None:
    language, length = LANGUAGES[name]
    exact = information_curve(language, length)
    curve = estimate_information_curve(language, length, SAMPLES, generator())
    assert curve.samples == SAMPLES
    assert agrees_throughout(curve, exact)
    mean = curve.mean()
    assert mean.path_bound(SCHEDULE) == pytest.approx(curve.path_bound(SCHEDULE).value, abs=1e-12)
    assert mean(0.3) == pytest.approx(curve(0.3).value, abs=1e-12)
    assert mean.rounding == math.inf


def test_a_biased_estimate_is_noticed() -> None:
    """A broken twin: one token more is known than is counted."""
    language, length = LANGUAGES["bigram"]
    entropies = estimate_information_curve(language, length, SAMPLES, generator()).entropies
    shifted = torch.cat([entropies[:, 1:], entropies[:, -1:]], dim=1)
    exact = information_curve(language, length)
    assert not agrees_throughout(EstimatedInformationCurve(shifted), exact)


def test_standard_errors_are_the_spread_of_estimates() -> None:
    """Of 200 estimates, 95% intervals miss at most 25 times: chance 4e-5 at least 26."""
    language, length = LANGUAGES["trigram"]
    exact = information_curve(language, length)
    whole = estimate_information_curve(language, length, 200 * 50, generator(3))
    missed = 0
    for part in whole.entropies.split(50):
        computed = EstimatedInformationCurve(part).path_bound(SCHEDULE)
        missed += not computed.low <= exact.path_bound(SCHEDULE) <= computed.high
    assert 0 < missed <= 25


def test_chunks_change_the_last_digits_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    language, length = LANGUAGES["trigram"]
    whole = estimate_information_curve(language, length, 20, generator())
    monkeypatch.setattr(module, "NUMBERS_AT_ONCE", 7 * length * language.vocab_size)
    parts = estimate_information_curve(language, length, 20, generator())
    assert float((whole.entropies - parts.entropies).abs().max()) < 1e-13


@pytest.mark.parametrize("name", ["bigram", "copy pairs"])
@pytest.mark.parametrize("strategy", [Bernoulli(SCHEDULE), "sizes"], ids=["Bernoulli", "sizes"])
def test_path_bounds_against_simulated_paths(name: str, strategy: NonAdaptive | str) -> None:
    """The mean of log q(x) - log p(x along a path), by the sampler itself: 5 sigma, 6e-7 each."""
    language, length = LANGUAGES[name]
    exact = information_curve(language, length)
    words = language.sample(3000, length, generator(5))
    sizes = (1, 2, length - 3)
    rule = FixedCount(sizes) if isinstance(strategy, str) else strategy
    if strategy == "sizes":
        expected = exact.path_bound_of_sizes(sizes)
    else:
        expected = exact.path_bound(SCHEDULE)
    along = path_log_prob(Oracle(language), rule, words, generator(6))[0]
    gap = (language.log_prob(words) - along) / length
    error = float(gap.std()) / math.sqrt(len(gap))
    assert abs(float(gap.mean()) - expected) <= SIGMAS * error + 1e-9
    # a broken twin: the bound with another schedule
    assert abs(float(gap.mean()) - exact.path_bound((0.8, 0.1, 0.1))) > SIGMAS * error


def test_one_line_refusals() -> None:
    language, length = LANGUAGES["trigram"]
    with pytest.raises(ValueError, match="samples is an integer"):
        estimate_information_curve(language, length, 0, generator())
    curve = estimate_information_curve(language, length, 1, generator())
    with pytest.raises(ValueError, match=r"lies in 0\.\.1"):
        curve(1.5)
    with pytest.raises(ValueError, match=r"j is an integer in 1\.\.6, got 7"):
        curve.information(7)
    one_word = curve(0.5)  # says nothing but what holds of every entropy
    assert one_word.low == 0
    assert one_word.high == pytest.approx(math.log(language.vocab_size))
    assert np.isfinite(one_word.value)
