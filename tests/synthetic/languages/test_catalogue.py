"""The catalogue: names, golden tables, and sequence error rates that say something."""

import re

import pytest
import torch

from synthetic.denoisers import Oracle
from synthetic.languages import AutomatonLanguage, CopyPairs, Language, NGram, catalogue
from synthetic.metrics import sequence_error_rate
from synthetic.quantities import Estimate
from synthetic.sampling import Bernoulli, generate, linear

LENGTH = 32
FULL_SUPPORT = "ngram2-full-v8"
GREATEST = {
    "addition-4": 30, "addition-downwards-4": 30, "counted-blocks-3": 30,
    "expressions-2": 31, "latin-4": 16, "latin-5": 25,
}  # fmt: skip
SWEPT = (  # those that studies sweep in the number of steps
    "ngram2-v8", "ngram3-v8", "ngram4-v8", "hmm32-v8", "hmm16-v8", "copy-pairs-16", "dyck2-depth3",
    "running-sum-8", "addition-4", "derivation-4", "palindromes-4",
)  # fmt: skip


def says_something(rate: Estimate) -> bool:
    """Whether the whole 95% interval lies in [0.1, 0.6]."""
    return rate.low >= 0.1 and rate.high <= 0.6


def greatest_length(language: Language) -> int:
    """The greatest length up to 32 that has words."""
    return language.lengths(LENGTH)[-1]


def oracle_error(language: Language, count: int, steps: int = LENGTH) -> Estimate:
    generator = torch.Generator().manual_seed(0)
    length = greatest_length(language)
    strategy = Bernoulli(linear(min(steps, length)))
    words = generate(
        Oracle(language), strategy, length=length, count=count, generator=generator
    ).tokens
    return sequence_error_rate(words, language)


@pytest.mark.parametrize("name", SWEPT)
def test_exact_denoiser_errs_neither_rarely_nor_always(name: str) -> None:
    """SER at N = L = 32, 30 for addition, Bernoulli. False-alarm rate: 1e-4 each, at most.

    The rates lie between 0.27 and 0.41. With 400 samples the interval reaches out of [0.1, 0.6]
    when the estimate is off by more than 0.12, five standard errors; with 200 for ngram4-v8, whose
    rate is 0.28, when it is off by 0.12, four.
    """
    rate = oracle_error(catalogue.load(name), 200 if name == "ngram4-v8" else 400)
    assert says_something(rate), rate


def test_a_language_with_full_support_has_no_errors() -> None:
    language = catalogue.load(FULL_SUPPORT)
    assert isinstance(language, NGram)
    assert bool((language.transition > 0).all())
    assert oracle_error(language, 50, steps=2).value == 0


def test_rates_that_say_nothing_are_rejected() -> None:
    assert not says_something(oracle_error(CopyPairs(1), 400))
    assert not says_something(oracle_error(CopyPairs(16), 400, steps=1))
    assert not says_something(oracle_error(CopyPairs(16), 10))


def test_unknown_names_list_near_matches() -> None:
    for call in (catalogue.entry, catalogue.load):
        with pytest.raises(ValueError, match=re.escape("unknown language 'ngram2v8', near")) as got:
            call("ngram2v8")
        assert "ngram2-v8" in str(got.value)
        with pytest.raises(ValueError, match="steplab languages lists all"):
            call("zzz")


def test_entries_build_what_they_say() -> None:
    names = catalogue.names()
    assert len({catalogue.entry(name).digest() for name in names}) == len(names)
    for name in catalogue.names():
        entry = catalogue.entry(name)
        language = catalogue.load(name)
        assert isinstance(language, Language)
        twin = entry.build(**entry.parameters)
        words = language.sample(4, greatest_length(language), torch.Generator().manual_seed(0))
        assert torch.equal(twin.log_prob(words), language.log_prob(words))
        assert greatest_length(language) == GREATEST.get(name, LENGTH)
        if isinstance(language, AutomatonLanguage):
            closed = ("dyck2-depth3", "addition-4", "derivation-4")
            assert language.automaton.stochastic == (name not in closed)
