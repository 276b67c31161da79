"""Exact p(x) of a chain: against enumeration, simulation, and with wrong twins."""

import math
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import HiddenMarkov, NGram, catalogue
from synthetic.metrics import enumerated_law, kl_divergence
from synthetic.quantities import mean_estimate
from synthetic.sampling import Bernoulli, linear
from synthetic.sampling.path import path_log_prob
from synthetic.scaled import Scaled
from tests.generators import SEEDS, SHAPES, random_rows, schedules
from tests.theory.laws.chain_words import (
    LANGUAGE,
    ROUTES,
    counted_scaled_steps,
    module,
    with_exponents,
    words_of,
)
from theory.laws.chains import interval_recursion
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.chains.chain_token_error_rate import chain_log_prob, chain_token_error_rate
from theory.laws.chains.interval_recursion import Rate
from theory.laws.curves.information_curve import information_curve
from theory.laws.enumeration.output_law import output_law


def distances(language: NGram, length: int, schedule: tuple[float, ...]) -> list[float]:
    """The largest relative distance of p(x) from the enumerated law over all words, by each route.

    Where probabilities leave float64 the referee is zero: absolute below 1e-290.
    """
    law = output_law(Oracle(language), Bernoulli(schedule), length=length)
    sequences, words = words_of(language, length)
    wanted = law[words]
    largest = []
    for choose in ROUTES:
        with pytest.MonkeyPatch.context() as patch:
            choose(patch)
            computed = chain_log_prob(language, sequences[words], schedule).log_prob.exp()
        largest.append(float(((computed - wanted).abs() / (wanted + 1e-290)).max()))
    return largest


seen: Counter[str] = Counter()


@settings(max_examples=250, deadline=None, derandomize=True)
@given(SEEDS, st.integers(1, 3), st.sampled_from(SHAPES), st.integers(1, 5), schedules())
def check_against_enumeration(
    seed: int, size: int, shape: str, length: int, schedule: tuple[float, ...]
) -> None:
    generator = np.random.default_rng(seed)
    language = NGram(
        random_rows(generator, 1, size, "tiny" if shape == "tiny" else "sparse")[0],
        random_rows(generator, size, size, shape),
    )
    assert max(distances(language, length, schedule)) <= 1e-10
    sequences, words = words_of(language, length)
    with counted_scaled_steps() as improbable:
        chain_log_prob(language, sequences[words], schedule)
    seen["all"] += 1
    seen["improbable words"] += bool(improbable)
    seen[shape] += 1
    seen["one step"] += len(schedule) == 1
    seen["more steps than positions"] += len(schedule) > length
    seen["steps that reveal nothing"] += 0.0 in schedule
    seen["impossible sequences"] += not bool(words.all())


def test_the_law_is_that_of_enumeration() -> None:
    seen.clear()
    check_against_enumeration()
    shares = {name: count / seen["all"] for name, count in seen.items()}
    assert seen["all"] >= 200
    assert all(shares[shape] >= 0.05 for shape in SHAPES), shares
    assert shares["one step"] >= 0.05
    assert shares["more steps than positions"] >= 0.2
    assert shares["steps that reveal nothing"] >= 0.1
    assert shares["impossible sequences"] >= 0.3  # dead contexts of the sampler
    assert shares["improbable words"] >= 0.03


def test_a_wrong_reveal_probability_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = (0.5, 0.3, 0.2)
    assert max(distances(LANGUAGE, 5, schedule)) <= 1e-12

    def unconditional(parts: tuple[float, ...]) -> list[Rate]:
        one = [torch.tensor(part, dtype=torch.float64, device="cpu") for part in parts]
        return [Rate(Scaled.of(part), Scaled.of(1 - part)) for part in one]

    monkeypatch.setattr(module, "rates", unconditional)
    assert min(distances(LANGUAGE, 5, schedule)) > 1e-2


def test_marginals_that_forget_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = module._reach

    def blind(*arguments: object) -> Scaled:
        """Beyond the neighbours a token tells nothing."""
        reach = exact(*arguments)
        far = reach.at(slice(None), slice(0, 1)).mantissa.expand_as(reach.mantissa)
        exponent = reach.at(slice(None), slice(0, 1)).exponent.expand_as(reach.exponent)
        place = torch.arange(far.shape[-1], device="cpu")
        near = (place - place[:, None]) < 2
        return Scaled(
            torch.where(near, reach.mantissa, far), torch.where(near, reach.exponent, exponent)
        )

    monkeypatch.setattr(module, "_reach", blind)
    assert min(distances(LANGUAGE, 5, (0.5, 0.3, 0.2))) > 1e-2


def test_the_number_of_words_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    words = LANGUAGE.sample(5, 20, torch.Generator("cpu").manual_seed(0))
    together = chain_log_prob(LANGUAGE, words, linear(4)).log_prob
    monkeypatch.setattr(module, "ORDINARY_NUMBERS", 1)
    alone = chain_log_prob(LANGUAGE, words, linear(4)).log_prob
    torch.testing.assert_close(alone, together, rtol=1e-13, atol=0)
    with_exponents(monkeypatch)
    monkeypatch.setattr(module, "SCALED_NUMBERS", 1)
    monkeypatch.setattr(interval_recursion, "SCALED_NUMBERS", 4 * 22**2 * 3)  # bands of 3
    torch.testing.assert_close(
        chain_log_prob(LANGUAGE, words, linear(4)).log_prob, together, rtol=1e-12, atol=0
    )


def deviations(log_prob: Tensor, words: Tensor, schedule: tuple[float, ...]) -> Tensor:
    """Standard errors between p(x) and the mean over 3,000 simulated paths, word by word."""
    language = catalogue.load("ngram2-v8")
    paths = path_log_prob(
        Oracle(language),
        Bernoulli(schedule),
        words.repeat(3000, 1),
        torch.Generator("cpu").manual_seed(1),
    )
    ratios = (paths.reshape(3000, -1) - log_prob).exp()
    return (ratios.mean(0) - 1) / (ratios.std(0) / math.sqrt(3000))


def test_the_mean_over_simulated_paths_is_the_law() -> None:
    """Five standard errors for three words: a false alarm in about 600,000 runs."""
    language = catalogue.load("ngram2-v8")
    assert isinstance(language, NGram)
    words = language.sample(3, 24, torch.Generator("cpu").manual_seed(0))
    log_prob = chain_log_prob(language, words, linear(12)).log_prob
    assert float(deviations(log_prob, words, linear(12)).abs().max()) < 5
    wrong = chain_log_prob(language, words, linear(9)).log_prob
    assert float(deviations(wrong, words, linear(12)).abs().max()) > 5


@pytest.mark.parametrize("schedule", [(1.0,), (0.5, 0.3, 0.2), linear(8)], ids=len)
def test_all_words_together_have_one_minus_the_sequence_error_rate(
    schedule: tuple[float, ...],
) -> None:
    sequences, words = words_of(LANGUAGE, 6)
    computed = chain_log_prob(LANGUAGE, sequences[words], schedule)
    rate = chain_sequence_error_rate(LANGUAGE, length=6, schedule=schedule)
    assert abs(1 - float(computed.log_prob.exp().sum()) - rate.value) <= rate.error + 1e-11


def test_the_gap_is_that_of_all_words() -> None:
    """Five standard errors: a false alarm in about two million runs."""
    sequences, words = words_of(LANGUAGE, 5)
    log_word = LANGUAGE.log_prob(sequences[words])
    computed = chain_log_prob(LANGUAGE, sequences[words], linear(3))
    wanted = float((log_word.exp() * (log_word - computed.log_prob)).sum()) / 5
    sampled = chain_token_error_rate(
        LANGUAGE,
        length=5,
        schedule=linear(3),
        sequences=2000,
        generator=torch.Generator("cpu").manual_seed(0),
    )
    gap = sampled.gap
    assert abs(gap.value - wanted) < 5 * gap.standard_error
    assert gap.samples == 2000
    assert gap.estimator == "exact p(x), mean over words"
    assert abs(gap.value - 5 * wanted) > 5 * gap.standard_error  # the twin: not per token
    assert 0 < sampled.term_error < 1e-8
    paths = information_curve(LANGUAGE, 5).path_bound(linear(3))
    assert sampled.path_average.value == paths > wanted


def test_the_gap_times_the_steps_goes_to_a_constant() -> None:
    """Of order 1/N for a language with zeros; how near is not claimed here."""
    gaps = [
        steps
        * chain_token_error_rate(
            LANGUAGE,
            length=12,
            schedule=linear(steps),
            sequences=100,
            generator=torch.Generator("cpu").manual_seed(0),
        ).gap.value
        for steps in (32, 64, 128)
    ]
    assert abs(gaps[2] / gaps[1] - 1) < abs(gaps[1] / gaps[0] - 1) < 0.2


def test_nothing_is_made_on_the_default_device() -> None:
    words = LANGUAGE.sample(3, 9, torch.Generator("cpu").manual_seed(0))
    wanted = [chain_log_prob(language, words, linear(4)) for language in (LANGUAGE, LANGUAGE)]
    torch.set_default_device("meta")
    try:
        estimates = [chain_log_prob(LANGUAGE, words, linear(4))]
        with pytest.MonkeyPatch.context() as patch:
            with_exponents(patch)
            estimates.append(chain_log_prob(LANGUAGE, words, linear(4)))
    finally:
        torch.set_default_device(None)
    for one, other in zip(estimates, wanted):
        torch.testing.assert_close(one.log_prob, other.log_prob, rtol=1e-13, atol=0)


def test_no_words_have_no_probabilities() -> None:
    none = torch.zeros((0, 4), dtype=torch.int64, device="cpu")
    assert chain_log_prob(LANGUAGE, none, linear(4)).log_prob.shape == (0,)


def test_wrong_input_is_a_one_line_error() -> None:
    generator = torch.Generator("cpu").manual_seed(0)
    words = LANGUAGE.sample(1, 4, generator)
    trigram = NGram.random(3, 2, 2, 1.0, 0)
    hidden = HiddenMarkov([1.0], [[1.0]], [[1.0]])
    with pytest.raises(ValueError, match=r"^words are possible ones .* use output_law[^\n]*$"):
        chain_log_prob(LANGUAGE, torch.tensor([[0, 2]], device="cpu"), linear(2))
    with pytest.raises(ValueError, match=r"^tokens lie in[^\n]*$"):
        chain_log_prob(LANGUAGE, torch.tensor([[0, 3]], device="cpu"), linear(2))
    with pytest.raises(ValueError, match=r"^a schedule sums to 1[^\n]*$"):
        chain_log_prob(LANGUAGE, words, (0.5, 0.4))
    for other in (trigram, hidden):
        with pytest.raises(ValueError, match=r"^this law is exact for an NGram of order 2[^\n]*$"):
            chain_log_prob(other, words, linear(2))
        with pytest.raises(ValueError, match=r"^this law is exact for an NGram of order 2[^\n]*$"):
            chain_token_error_rate(
                other, length=4, schedule=linear(2), sequences=2, generator=generator
            )
    with pytest.raises(ValueError, match=r"^length is[^\n]*$"):
        chain_token_error_rate(
            LANGUAGE, length=0, schedule=linear(2), sequences=2, generator=generator
        )
    with pytest.raises(ValueError, match=r"^sequences is[^\n]*$"):
        chain_token_error_rate(
            LANGUAGE, length=4, schedule=linear(2), sequences=0, generator=generator
        )
    with pytest.raises(TypeError, match=r"^generator is a torch.Generator[^\n]*$"):
        chain_token_error_rate(
            LANGUAGE,
            length=4,
            schedule=linear(2),
            sequences=2,
            generator=0,  # type: ignore[arg-type]
        )


def smoothed(tiny: float) -> NGram:
    """A chain whose zeros have a probability: much of p lies on words that are never drawn."""
    base = NGram.random(2, 4, 2, 1.0, 0)
    table = base.transition.numpy()
    return NGram(base.initial.numpy(), table * (1 - tiny) + tiny / 4)


def test_a_control_variate_whose_mean_does_not_agree_is_not_used() -> None:
    """Four standard errors of ten gaps: a false alarm once in 1,000."""
    language = smoothed(1e-6)
    law = enumerated_law(language, 5)
    exact = kl_divergence(law, output_law(Oracle(language), Bernoulli(linear(2)), length=5)) / 5
    for seed in range(10):
        gap = chain_token_error_rate(
            language,
            length=5,
            schedule=linear(2),
            sequences=500,
            generator=torch.Generator("cpu").manual_seed(seed),
        ).gap
        assert "without control variate" in gap.estimator
        assert abs(gap.value - exact) < 4 * gap.standard_error


def test_the_upper_end_is_no_lower_than_that_of_the_plain_mean() -> None:
    language = catalogue.load("ngram2-v8")
    words = language.sample(200, 4, torch.Generator("cpu").manual_seed(0))
    plain = -chain_log_prob(language, words, linear(16)).log_ratio / 4
    gap = chain_token_error_rate(
        language,
        length=4,
        schedule=linear(16),
        sequences=200,
        generator=torch.Generator("cpu").manual_seed(0),
    ).gap
    assert gap.estimator == "exact p(x), mean over words"
    assert gap.high >= mean_estimate(plain, "plain").high > gap.value
    assert gap.standard_error < mean_estimate(plain, "plain").standard_error / 2
