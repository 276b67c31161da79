"""Bad input is a one-line error that names what was given and what is allowed."""

import math
import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from synthetic.languages import (
    Addition,
    AutomatonLanguage,
    CopyPairs,
    Derivation,
    Dyck,
    HiddenMarkov,
    NGram,
    RunningSum,
    WeightedAutomaton,
    enumerate_sequences,
)

HALF = [0.5, 0.5]
SQUARE = [HALF, HALF]


def refused(message: str, call: Callable[[], object], kind: type[Exception] = ValueError) -> None:
    with pytest.raises(kind, match=message) as error:
        call()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("initial", "transition", "message"),
    [
        ([0.5, 0.6], SQUARE, r"initial has entries that sum to 1 \(to 1e-6\), got a sum of 1.1$"),
        (
            HALF,
            [[0.5, 0.4], HALF],
            r"transition has rows that sum to 1 .* of 0.9 in row 0$",
        ),
        (HALF, [[0.5, 0.5 + 2e-6], HALF], r"rows that sum to 1 .* got a sum of 1.000002 in row 0$"),
        (HALF, [[1.5, -0.5], HALF], "transition holds probabilities >= 0, got -0.5$"),
        ([math.nan, 1.0], SQUARE, "initial holds probabilities >= 0, got nan$"),
        ([math.inf, 0.0], SQUARE, "initial holds probabilities >= 0, got inf$"),
        ([1.0], SQUARE, r"initial has shape \(2\), got \(1,\)$"),
        (HALF, [HALF], r"transition has shape \(1, 1\), got \(1, 2\)$"),
        (HALF, HALF, r"transition has shape \(V,\) \* n with n >= 2, got 1 dimensions$"),
        ([], [[]], r"transition has shape \(1, 1\), got \(1, 0\)$"),
    ],
)
def test_ngram_tables(initial: object, transition: object, message: str) -> None:
    refused(message, lambda: NGram(initial, transition))


@pytest.mark.parametrize(
    ("initial", "transition", "emission", "message"),
    [
        (HALF, SQUARE, [HALF, [0.5, 0.4]], "emission has rows that sum to 1"),
        (HALF, SQUARE, [HALF], r"emission has shape \(2, any\), got \(1, 2\)$"),
        (HALF, [HALF, HALF, HALF], SQUARE, r"transition has shape \(2, 2\), got \(3, 2\)$"),
        ([HALF], SQUARE, SQUARE, r"initial has shape \(any\), got \(1, 2\)$"),
        (HALF, SQUARE, [HALF, [math.nan, 1]], "emission holds probabilities >= 0, got nan$"),
    ],
)
def test_hidden_markov_tables(
    initial: object, transition: object, emission: object, message: str
) -> None:
    refused(message, lambda: HiddenMarkov(initial, transition, emission))


def test_tables_within_rounding_are_divided_by_their_sum() -> None:
    third = torch.tensor([1 / 3, 1 / 3, 1 / 3], dtype=torch.float32).double()
    language = HiddenMarkov([1.0], [[1.0 + 1e-10]], (third / third.sum() + 1e-11).unsqueeze(0))
    assert language.automaton.stochastic
    assert float(language.log_evidence(torch.tensor([[3] * 1000]))) == pytest.approx(0, abs=1e-12)


ONE = torch.ones(1, dtype=torch.float64)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("initial", ONE.float(), "initial is float64, got torch.float32"),
        ("initial", ONE * 2, "initial holds weights of row sums <= 1, got 2"),
        ("final", ONE * 2, "final holds weights of row sums <= 1, got 2"),
        ("transition", -ONE.unsqueeze(0), "transition holds weights >= 0, got -1.0"),
        ("emission", ONE.unsqueeze(0) * math.nan, "emission holds weights >= 0, got nan"),
        ("transition", ONE, r"transition has shape \(1, 1\), got \(1,\)"),
        ("emission", ONE, r"emission has shape \(S, V\), got \(1,\)"),
        ("emission", ONE.new_empty((0, 0)), r"emission has shape \(S, V\), got \(0, 0\)"),
    ],
)
def test_automaton_tables(name: str, value: Tensor, message: str) -> None:
    tables = {
        "initial": ONE, "transition": ONE.unsqueeze(0), "emission": ONE.unsqueeze(0), "final": ONE
    }  # fmt: skip
    refused(message, lambda: WeightedAutomaton(**{**tables, name: value}))


LANGUAGE = CopyPairs(3)
PARTIAL = (LANGUAGE.log_evidence, LANGUAGE.posterior)
COMPLETE = (LANGUAGE.log_prob, LANGUAGE.contains)


@pytest.mark.parametrize("call", [*PARTIAL, *COMPLETE])
@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([[0, 4]], r"tokens lie in 0\.\.2 .*, got 4$"),
        ([[-1, 4]], r"tokens lie in 0\.\.2 .*, got -1$"),
        ([0, 1], r"tokens have shape \(B, L\), got \(2,\)$"),
        ([[[0]]], r"tokens have shape \(B, L\), got \(1, 1, 1\)$"),
        ([[0.0, 1.0]], "tokens are integers, got torch.float32$"),
        ([[True, False]], "tokens are integers, got torch.bool$"),
        ([[]], "length is an integer >= 1, got 0$"),
    ],
)
def test_tokens(call: Callable[[Tensor], Tensor], tokens: object, message: str) -> None:
    given = torch.tensor(tokens)
    given = given.long() if given.numel() == 0 else given
    refused(message, lambda: call(given))


@pytest.mark.parametrize("call", COMPLETE)
def test_masks_where_none_is_allowed(call: Callable[[Tensor], Tensor]) -> None:
    refused(r"tokens lie in 0\.\.2 with no mask, got 3$", lambda: call(torch.tensor([[0, 3]])))


@pytest.mark.parametrize("call", [*PARTIAL, *COMPLETE])
def test_tokens_that_are_no_tensor(call: Callable[[object], object]) -> None:
    refused(
        r"tokens are a tensor \(B, L\) such as .*, got \[\[0, 1\]\]$",
        lambda: call([[0, 1]]),
        TypeError,
    )


@pytest.mark.parametrize("dtype", [torch.int32, torch.uint8, torch.int16])
def test_tokens_of_any_integer_type(dtype: torch.dtype) -> None:
    tokens = torch.tensor([[0, 0, 3]])
    assert torch.equal(LANGUAGE.posterior(tokens.to(dtype)), LANGUAGE.posterior(tokens))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: LANGUAGE.sample(0, 3, torch.Generator()), "count is an integer >= 1, got 0"),
        (lambda: LANGUAGE.sample(1, 0, torch.Generator()), "length is an integer >= 1, got 0"),
        (lambda: LANGUAGE.entropy(0), "length is an integer >= 1, got 0"),
        (lambda: LANGUAGE.entropy(True), "length is an integer >= 1, got True"),
        (lambda: LANGUAGE.estimate_entropy(2, 0, torch.Generator()), "samples is an integer >= 1"),
        (lambda: CopyPairs(0), "symbols is an integer >= 1, got 0"),
        (lambda: RunningSum(1.5), "modulus is an integer, got 1.5"),  # type: ignore[arg-type]
        (lambda: Addition(1), "base is an integer >= 2, got 1"),
        (lambda: Derivation(2), "modulus is an integer >= 3, got 2"),
        (lambda: Dyck(0, 1), "kinds is an integer >= 1, got 0"),
        (lambda: Dyck(1, 0), "depth is an integer >= 1, got 0"),
        (lambda: enumerate_sequences(3, 0), "length is an integer >= 1, got 0"),
        (
            lambda: enumerate_sequences(3, 20),
            r"vocab_size 3 and length 20 make too many .* 2\^26",
        ),
    ],
)
def test_sizes(call: Callable[[], object], message: str) -> None:
    refused(message, call)


def test_a_language_without_words() -> None:
    nothing = torch.zeros(1, dtype=torch.float64)
    tables = WeightedAutomaton(nothing, nothing.unsqueeze(0), nothing.unsqueeze(0), nothing)
    language = AutomatonLanguage(tables)
    assert language.lengths(9) == []
    refused(
        re.escape("this language has no words of length 3, near it are none"),
        lambda: language.posterior(torch.tensor([[0, 0, 1]])),
    )
