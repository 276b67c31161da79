"""What a terminal and a notebook show of languages, strategies, generations and numbers."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pytest
import torch

from synthetic.denoisers import Oracle
from synthetic.experiments import Context, Input, Result, Unit
from synthetic.languages import HiddenMarkov, NGram, catalogue
from synthetic.quantities import Estimate
from synthetic.sampling import (
    Bernoulli,
    FixedCount,
    cosine,
    equal_sizes,
    generate,
    linear,
    two_phase,
)
from synthetic.sampling.named import STRATEGIES
from theory.laws import chain_sequence_error_rate, collision_constant

CHAIN = [[0.5, 0.5], [1.0, 0.0]]


@dataclass(frozen=True)
class Scheduled(Unit):
    """A unit that holds a vector."""

    kind = "scheduled"
    version = 1

    schedule: tuple[float, ...]

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        return Result([])


def is_short(shown: object) -> bool:
    text = repr(shown)
    return len(text) <= 120 and " at 0x" not in text and "\n" not in text


def test_every_language_and_strategy_is_one_short_line() -> None:
    languages = [catalogue.load(name) for name in catalogue.names()]
    strategies = [one.build(512, 128) for one in STRATEGIES.values()]
    wrong = [repr(one) for one in [*languages, *strategies] if not is_short(one)]
    assert wrong == []
    for one in languages:
        assert repr(one) in one._repr_html_()
        assert is_short(Oracle(one))
    assert not is_short(object())
    assert not is_short((0.0078125,) * 128)


def test_a_schedule_is_a_tuple_on_one_short_line() -> None:
    for schedule in (linear(128), cosine(128), two_phase(128, 0.5), equal_sizes(512, 128)):
        plain = tuple(schedule)
        assert is_short(schedule)
        assert repr(schedule) in schedule._repr_html_()  # type: ignore[union-attr]
        assert schedule == plain
        assert hash(schedule) == hash(plain)
        assert pickle.loads(pickle.dumps(schedule)) == plain
        assert Scheduled(schedule=schedule).hash == Scheduled(schedule=plain).hash
    assert repr(linear(2)) == "(0.5, 0.5)"


def test_what_is_shown() -> None:
    language = NGram([0.5, 0.5], CHAIN)
    assert repr(language) == "NGram(order 2, 2 symbols, regular)"
    assert repr(catalogue.load("tomita-3")) == "Regular(4 states, 2 symbols)"
    assert repr(Bernoulli(linear(2))) == "Bernoulli(schedule=(0.5, 0.5))"
    assert repr(FixedCount(equal_sizes(32, 16))) == "FixedCount(sizes=(2, 2, 2, ..., 2: 16 in all))"
    chance = torch.Generator().manual_seed(0)
    drawn = generate(Oracle(language), FixedCount((4, 4)), length=8, count=1000, generator=chance)
    assert repr(drawn) == "Generation(1,000 sequences of 8 tokens, 2 evaluations each)"
    assert repr(drawn) in drawn._repr_html_()


def test_an_estimate_is_a_number_where_one_is_wanted() -> None:
    half = Estimate(0.5, 0.4, 0.6, 100, "mean")
    assert f"{half:.2f}, {half:>6.1%}" == "0.50,  50.0%"
    assert f"{half}" == repr(half)
    assert float(half) == 0.5
    assert half < 0.6
    assert half != Estimate(0.5, 0.4, 0.7, 100, "mean")


def test_a_hidden_markov_language_is_told_which_law_answers() -> None:
    language = HiddenMarkov([0.5, 0.5], CHAIN, CHAIN)
    said = r"got language HiddenMarkov\(2 states, .*\): output_law is exact for any language"
    with pytest.raises(ValueError, match=said):
        chain_sequence_error_rate(language, length=4, schedule=linear(2))
    with pytest.raises(ValueError, match=said):
        collision_constant(language)


def test_a_table_of_pandas_is_a_table() -> None:
    assert torch.equal(NGram(pd.DataFrame(CHAIN)).transition, NGram(CHAIN).transition)
    with pytest.raises(ValueError, match=r"^transition is an array of numbers, got "):
        NGram(pd.DataFrame([["a", "b"], ["c", "d"]]))
    with pytest.raises(
        TypeError, match=r"such as torch\.tensor\(\[\[0, 1, 1\]\]\), got \[\[0, 1\]\]"
    ):
        NGram(CHAIN).log_prob([[0, 1]])  # type: ignore[arg-type]


def test_a_wrong_schedule_is_told_what_one_is() -> None:
    with pytest.raises(ValueError, match=r"sequence of numbers such as linear\(16\), got 16"):
        Bernoulli(16)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"such as equal_sizes\(64, 16\), got 16"):
        FixedCount(16)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"in 0\.\.1 \(FixedCount takes sizes\), got 4"):
        Bernoulli((4, 4))
    with pytest.raises(ValueError, match=r"such as catalogue\.load\('ngram2-v8'\), got 'x'"):
        Oracle("x")  # type: ignore[arg-type]
