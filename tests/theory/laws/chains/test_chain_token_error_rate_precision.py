"""Numbers behind exact p(x): their proved error, and words too improbable for float64."""

import itertools
import math
from collections.abc import Iterator
from functools import cache

import pytest
import torch
from mpmath import mp, mpf

from synthetic.languages import NGram, catalogue
from synthetic.sampling import cosine, linear
from tests.theory.laws.chain_words import (
    LANGUAGE,
    ROUTES,
    TINY,
    counted_scaled_steps,
    module,
    with_exponents,
    words_of,
)
from theory.laws.chains import interval_recursion
from theory.laws.chains.chain_token_error_rate import chain_log_prob
from theory.laws.chains.interval_recursion import Ordinary


@pytest.fixture(params=ROUTES, ids=lambda route: route.__name__)
def route(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        request.param(patch)
        yield


@cache
def forty_digits(language: NGram, word: tuple[int, ...], schedule: tuple[float, ...]) -> mpf:
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
    computed = chain_log_prob(language, chosen, schedule)
    assert computed.error < 1e-9
    with mp.workdps(40):
        for word, value in zip(chosen.tolist(), computed.log_prob.tolist()):
            assert abs(forty_digits(language, tuple(word), schedule) - mpf(value)) <= computed.error


def test_an_error_of_half_a_rounding_is_refused() -> None:
    """A broken twin: with an error of 2^-60 the distance to forty digits is not covered."""
    words = torch.tensor([[0, 1, 2, 0, 1, 2], [1, 0, 0, 1, 1, 0]], device="cpu")
    computed = chain_log_prob(LANGUAGE, words, linear(3))
    with mp.workdps(40):
        distances = [
            abs(forty_digits(LANGUAGE, tuple(word), linear(3)) - mpf(value))
            for word, value in zip(words.tolist(), computed.log_prob.tolist())
        ]
    assert max(distances) > 2.0**-60


def test_improbable_words_take_numbers_with_exponents() -> None:
    """p(x) below what float64 can hold, and q(x) e^10000 times below that."""
    word = torch.tensor([[2, 1, 2, 0, 0, 0] * 4], device="cpu")
    with counted_scaled_steps() as improbable:
        computed = chain_log_prob(TINY, word, linear(5))
    assert improbable == [1] * 4
    assert -math.inf < float(computed.log_prob) < -750
    assert math.inf > float(computed.log_ratio) > 10000
    torch.testing.assert_close(
        computed.log_prob - computed.log_ratio, TINY.log_prob(word), rtol=1e-12, atol=0
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


def test_steep_schedules_are_not_trusted_to_ordinary_numbers() -> None:
    """With all but 1e-300 revealed at the first step the rest is still counted."""
    words = LANGUAGE.sample(2, 6, torch.Generator("cpu").manual_seed(0))
    steep = chain_log_prob(LANGUAGE, words, (1 - 1e-300, 1e-300))
    whole = chain_log_prob(LANGUAGE, words, (1.0,))
    torch.testing.assert_close(steep.log_prob, whole.log_prob, rtol=1e-13, atol=0)
    reveal, stay = interval_recursion.rates((1 - 1e-300, 1e-300))[0]
    assert float(reveal.log()) == 0
    assert abs(float(stay.log()) + 300 * math.log(10)) < 1e-10
