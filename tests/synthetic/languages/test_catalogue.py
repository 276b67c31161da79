"""The catalogue: names, golden tables, and sequence error rates that say something."""

import math
import re

import pytest
import torch
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import AutomatonLanguage, CopyPairs, NGram, catalogue
from synthetic.metrics import sequence_error_rate
from synthetic.quantities import Estimate
from synthetic.sampling import Bernoulli, generate, linear

LENGTH = 32
FULL_SUPPORT = "ngram2-full-v8"

# Positive entries of the transition, and sums of all four tables weighted by cosines of the index.
# Compared at 1e-9: exponentials and sums differ in their last bits from processor to processor, so
# that fingerprint(), which sees each bit, holds for one machine and one build alone.
GOLDEN = {
    "ngram2-v8": (32, 0.137877656212, 0.245906769825, 1.01099268554, 1.47825407831),
    "ngram3-v8": (320, 0.206524212198, -1.38903915968, -0.0696639896554, 1.21593556865),
    "ngram4-v8": (2624, 0.183094354192, 6.21698116818, 0.485444698894, -0.273972004889),
    "ngram2-full-v8": (64, 0.228279629894, 0.0443502454629, 1.01099268554, 1.47825407831),
    "hmm32-v8": (96, 0.0274007094898, 9.80316779139, 4.48102950466, 0.587578204466),
    "hmm16-v8": (48, 0.0429354992873, 2.80924553095, 7.50302717801, 0.715327997064),
    "copy-pairs-16": (272, 0.0447079998165, 0.185237155576, -0.705065062271, 0.587578204466),
    "dyck2-depth3": (66, 0.513434101956, 0.177041139834, -0.427960114324, -0.622950694651),
    "running-sum-8": (128, 0.184781759789, 1.94911201681, -0.0696639896554, 1.21593556865),
    "addition-4": (84, 0.0335407431801, -2.31403786377, 0.169580353462, -1.5729854549),
    "derivation-4": (112, 0.0335407431801, 2.38705091669, -1.05999615777, 0.892613408708),
}


def summary(language: AutomatonLanguage) -> tuple[float, ...]:
    found = language.automaton
    tables = (found.initial, found.transition, found.emission, found.final)
    return int((found.transition > 0).sum()), *(weighted(table) for table in tables)


def weighted(table: Tensor) -> float:
    values = table.flatten().tolist()
    return math.fsum(value * math.cos(index) for index, value in enumerate(values))


@pytest.mark.parametrize("name", catalogue.names())
def test_golden_tables(name: str) -> None:
    found = summary(catalogue.load(name))
    assert found == pytest.approx(GOLDEN[name], abs=1e-9)


def test_golden_tables_reject_another_seed() -> None:
    other = NGram.random(2, 8, 4, 1.0, 1)
    assert summary(other) != pytest.approx(GOLDEN["ngram2-v8"], abs=1e-9)
    nudged = catalogue.load("ngram2-v8")
    nudged.automaton.transition[0, 0] += 1e-8
    assert summary(nudged) != pytest.approx(GOLDEN["ngram2-v8"], abs=1e-9)


def says_something(rate: Estimate) -> bool:
    """Whether the whole 95% interval lies in [0.1, 0.6]."""
    return rate.low >= 0.1 and rate.high <= 0.6


def greatest_length(language: AutomatonLanguage) -> int:
    """The greatest length up to 32 that has words."""
    return language.lengths(LENGTH)[-1]


def oracle_error(language: AutomatonLanguage, count: int, steps: int = LENGTH) -> Estimate:
    generator = torch.Generator().manual_seed(0)
    length = greatest_length(language)
    strategy = Bernoulli(linear(min(steps, length)))
    words = generate(
        Oracle(language), strategy, length=length, count=count, generator=generator
    ).tokens
    return sequence_error_rate(words, language)


@pytest.mark.parametrize("name", [name for name in catalogue.names() if name != FULL_SUPPORT])
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
    assert bool((language.automaton.transition > 0).all())
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
        with pytest.raises(ValueError, match=r"known: ngram2-v8, .*running-sum-8"):
            call("zzz")


def test_entries_build_what_they_say() -> None:
    assert len({catalogue.entry(name).digest() for name in catalogue.names()}) == 11
    for name in catalogue.names():
        entry = catalogue.entry(name)
        language = catalogue.load(name)
        assert isinstance(language, AutomatonLanguage)
        assert language.fingerprint() == entry.build(**entry.parameters).fingerprint()
        assert greatest_length(language) == (30 if name == "addition-4" else LENGTH)
        closed = ("dyck2-depth3", "addition-4", "derivation-4")
        assert language.automaton.stochastic == (name not in closed)
