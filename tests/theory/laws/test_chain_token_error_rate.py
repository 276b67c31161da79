"""Exact p(x) of a chain: against enumeration, high precision, simulation, and with wrong twins."""

import importlib
import itertools
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import HiddenMarkov, NGram, catalogue
from synthetic.languages.automaton_language import enumerate_sequences
from synthetic.sampling import Bernoulli, cosine, linear
from synthetic.sampling.path import path_log_prob
from tests.generators import SEEDS, SHAPES, random_rows, schedules
from theory.laws import interval_recursion
from theory.laws.chain_error_rate import chain_sequence_error_rate
from theory.laws.chain_token_error_rate import chain_log_prob, chain_token_error_rate
from theory.laws.information_curve import information_curve
from theory.laws.interval_recursion import Ordinary, Rate
from theory.laws.output_law import output_law
from theory.laws.scaled import Scaled

module = importlib.import_module("theory.laws.chain_token_error_rate")
LANGUAGE = NGram([0.2, 0.5, 0.3], [[0.5, 0.5, 0.0], [0.3, 0.3, 0.4], [0.6, 0.0, 0.4]])
TINY = NGram(
    [0.2, 0.8 - 1e-300, 1e-300],
    [[1e-300, 0.5, 0.5 - 1e-300], [1 - 1e-9, 0.0, 1e-9], [1e-200, 1e-300, 1.0]],
)


def words_of(language: NGram, length: int) -> tuple[Tensor, Tensor]:
    """All sequences, and which of them are words."""
    sequences = enumerate_sequences(language.vocab_size, length, "cpu")
    return sequences, language.contains(sequences)


def with_exponents(patch: pytest.MonkeyPatch) -> None:
    """No word is trusted to ordinary numbers."""

    def refuse(self: Ordinary, bits: float) -> None:
        self.safe &= False

    patch.setattr(Ordinary, "_check", refuse)


def in_small_pieces(patch: pytest.MonkeyPatch) -> None:
    """Several bands and blocks even in short words."""
    patch.setattr(interval_recursion, "BAND", 2)
    patch.setattr(interval_recursion, "BLOCK", 2)


def as_it_is(patch: pytest.MonkeyPatch) -> None:
    pass


ROUTES = (as_it_is, in_small_pieces, with_exponents)


@pytest.fixture(params=ROUTES, ids=lambda route: route.__name__)
def route(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        request.param(patch)
        yield


@contextmanager
def counted_scaled_steps() -> Iterator[list[int]]:
    """The numbers of words that take a step in numbers with exponents."""
    words: list[int] = []

    def counted(after: Scaled, reach: Scaled, rate: Rate) -> Scaled:
        words.append(len(after.mantissa))
        return interval_recursion.earlier_scaled(after, reach, rate)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "earlier_scaled", counted)
        yield words


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
            found = chain_log_prob(language, sequences[words], schedule).log_prob.exp()
        largest.append(float(((found - wanted).abs() / (wanted + 1e-290)).max()))
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


def forty_digits(language: NGram, word: list[int], schedule: tuple[float, ...]) -> mpf:
    """log p(x) as the sum over all assignments of reveal steps to positions."""
    size, length = language.vocab_size, len(word)
    ends = range(size + 1)
    step = [[mpf(float(p)) for p in row] for row in [*language.transition, language.initial]]
    power = {1: [[*row, mpf(1)] for row in step]}
    for d in range(2, length + 2):
        power[d] = [
            [sum(step[u][x] * power[d - 1][x][v] for x in range(size)) for v in ends] for u in ends
        ]
    tokens = [size, *word, size]

    @cache
    def marginal(left: int, at: int, right: int) -> mpf:
        u, x, v = tokens[left], tokens[at], tokens[right]
        return power[at - left][u][x] * power[right - at][x][v] / power[right - left][u][v]

    total = mpf(0)
    for steps in itertools.product(range(len(schedule)), repeat=length):
        term = mpf(1)
        for position, when in enumerate(steps, 1):
            term *= mpf(schedule[when]) / sum(mpf(part) for part in schedule)
            if term == 0:
                break
            earlier = [0, *(p for p, other in enumerate(steps, 1) if other < when), length + 1]
            left = max(p for p in earlier if p < position)
            right = min(p for p in earlier if p > position)
            term *= marginal(left, position, right)
        total += term
    return mp.log(total)


@pytest.mark.parametrize("schedule", [(1.0,), (0.5, 0.5), (0.25, 0.0, 0.7, 0.05)], ids=len)
@pytest.mark.parametrize("language", [LANGUAGE, TINY], ids=["ordinary", "tiny"])
def test_the_error_covers_the_distance_to_forty_digits(
    language: NGram, schedule: tuple[float, ...], route: None
) -> None:
    sequences, possible = words_of(language, 6)
    words = sequences[possible]
    chosen = words[torch.linspace(0, len(words) - 1, 4, device="cpu").long()]
    found = chain_log_prob(language, chosen, schedule)
    assert found.error < 1e-9
    with mp.workdps(40):
        for word, value in zip(chosen.tolist(), found.log_prob.tolist()):
            assert abs(forty_digits(language, word, schedule) - mpf(value)) <= found.error


def test_an_error_of_half_a_rounding_is_refused() -> None:
    """A broken twin: with an error of 2^-60 the distance to forty digits is not covered."""
    words = torch.tensor([[0, 1, 2, 0, 1, 2], [1, 0, 0, 1, 1, 0]], device="cpu")
    found = chain_log_prob(LANGUAGE, words, linear(3))
    with mp.workdps(40):
        distances = [
            abs(forty_digits(LANGUAGE, word, linear(3)) - mpf(value))
            for word, value in zip(words.tolist(), found.log_prob.tolist())
        ]
    assert max(distances) > 2.0**-60


def test_improbable_words_take_numbers_with_exponents() -> None:
    """p(x) below what float64 can hold, and q(x) e^10000 times below that."""
    word = torch.tensor([[2, 1, 2, 0, 0, 0] * 4], device="cpu")
    with counted_scaled_steps() as improbable:
        found = chain_log_prob(TINY, word, linear(5))
    assert improbable == [1] * 4
    assert -math.inf < float(found.log_prob) < -750
    assert math.inf > float(found.log_ratio) > 10000
    torch.testing.assert_close(
        found.log_prob - found.log_ratio, TINY.log_prob(word), rtol=1e-12, atol=0
    )


@pytest.mark.parametrize("length", [15, 16, 17, 40])
def test_both_kinds_of_numbers_agree(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Around the size of a band, and beyond several."""
    language = catalogue.load("ngram2-v8")
    assert isinstance(language, NGram)
    words = language.sample(3, length, torch.Generator("cpu").manual_seed(0))
    with counted_scaled_steps() as improbable:
        ordinary = chain_log_prob(language, words, cosine(6))
        assert improbable == []
        with_exponents(monkeypatch)
        scaled = chain_log_prob(language, words, cosine(6))
        assert sum(improbable) == 3 * 5
    assert float((ordinary.log_ratio - scaled.log_ratio).abs().max()) <= 2 * ordinary.error


def test_long_words_stay_in_ordinary_numbers() -> None:
    """Revealed all at once a word of 512 tokens is e^477 times less probable than in the language:
    with a step of (1/2)^512 that product would underflow but for the factors of two."""
    language = catalogue.load("ngram2-v8")
    assert isinstance(language, NGram)
    words = language.sample(1, 512, torch.Generator("cpu").manual_seed(0))
    chain = module.markov_chain(language)
    reach = module._reach(chain, module.powers(chain, 513), words)
    after = interval_recursion.reveal_everything(reach)
    whole = chain_log_prob(language, words, (1.0,)).log_ratio
    assert float(whole) < -470
    ordinary = Ordinary(after, reach)
    torch.testing.assert_close(ordinary.log_ratio(), whole, rtol=1e-13, atol=0)
    ordinary.step_back(interval_recursion.rates((0.5, 0.5))[0], only_first=True)
    assert bool(ordinary.safe.all())
    ordinary._check(-990.0)
    assert not bool(ordinary.safe.any())  # the twin: not everything is safe
    assert float(whole) < float(ordinary.log_ratio()) < 0


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
    found = chain_log_prob(LANGUAGE, sequences[words], schedule)
    rate = chain_sequence_error_rate(LANGUAGE, length=6, schedule=schedule)
    assert abs(1 - float(found.log_prob.exp().sum()) - rate.value) <= rate.error + 1e-11


def test_the_gap_is_that_of_all_words() -> None:
    """Five standard errors: a false alarm in about two million runs."""
    sequences, words = words_of(LANGUAGE, 5)
    log_word = LANGUAGE.log_prob(sequences[words])
    found = chain_log_prob(LANGUAGE, sequences[words], linear(3))
    wanted = float((log_word.exp() * (log_word - found.log_prob)).sum()) / 5
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
    assert sampled.path_excess.value == pytest.approx(paths - gap.value)
    assert abs(sampled.path_excess.value - (paths - wanted)) < 5 * gap.standard_error


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
        found = [chain_log_prob(LANGUAGE, words, linear(4))]
        with pytest.MonkeyPatch.context() as patch:
            with_exponents(patch)
            found.append(chain_log_prob(LANGUAGE, words, linear(4)))
    finally:
        torch.set_default_device(None)
    for one, other in zip(found, wanted):
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
    with pytest.raises(ValueError, match=r"^count is[^\n]*$"):
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


def test_steep_schedules_are_not_trusted_to_ordinary_numbers() -> None:
    """With all but 1e-300 revealed at the first step the rest is still counted."""
    words = LANGUAGE.sample(2, 6, torch.Generator("cpu").manual_seed(0))
    steep = chain_log_prob(LANGUAGE, words, (1 - 1e-300, 1e-300))
    whole = chain_log_prob(LANGUAGE, words, (1.0,))
    torch.testing.assert_close(steep.log_prob, whole.log_prob, rtol=1e-13, atol=0)
    reveal, stay = interval_recursion.rates((1 - 1e-300, 1e-300))[0]
    assert float(reveal.log()) == 0
    assert abs(float(stay.log()) + 300 * math.log(10)) < 1e-10
