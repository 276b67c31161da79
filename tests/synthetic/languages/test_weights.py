"""Per-position weights: enumeration and 200-bit numbers as referees, masks as the special case."""

import copy
import math
import threading
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.languages import (
    AutomatonLanguage,
    CopyPairs,
    Dyck,
    HiddenMarkov,
    Language,
    NGram,
    WeightedAutomaton,
    automaton,
    catalogue,
    scaled_pass,
)
from synthetic.scaled import log_fraction
from tests.generators import SEEDS, Partial, automata, partials, random_rows
from tests.synthetic.languages.referee import Referee, assert_close
from tests.synthetic.languages.test_automaton import MEBIBYTE, Peak, scaled_alone

EVERY = settings(max_examples=60, deadline=None, derandomize=True)
LONG = 1500  # a product of so many halves is below 5e-324
SCALES = ((1.0,), (1.0, 0.0), (1.0, 1e-12, 0.0), (1e-300, 1.0), (1e300, 1e-300, 5e-324, 0.0))


def weights_of(tokens: Tensor, size: int) -> Tensor:
    """Partial sequences (B, L) as weights (B, L, V): ones where masked."""
    masks = torch.eye(size + 1, dtype=torch.float64, device=tokens.device)[:, :-1]
    masks[-1] = 1.0
    return masks[tokens]


def random_weights(shape: tuple[int, ...], scales: tuple[float, ...], seed: int) -> Tensor:
    """Weights (B, L, V) of any of the scales, at least one positive at each position."""
    generator = np.random.default_rng(seed)
    weights = generator.random(shape) * generator.choice(scales, size=shape)
    empty = weights.max(-1) == 0
    weights[empty, generator.integers(shape[-1], size=int(empty.sum()))] = max(scales)
    return torch.tensor(weights, dtype=torch.float64, device="cpu")


def check_weights(language: Language, weights: Tensor) -> None:
    """Evidence and posterior are those of the listed law."""
    referee = Referee(language, weights.shape[1])
    evidence = [log_fraction(referee.evidence_given(row)) for row in weights.tolist()]
    computed = language.log_evidence_given(weights)
    assert computed.shape == weights.shape[:1]
    assert computed.dtype == torch.float64
    assert_close(computed, evidence)
    computed = language.posterior_given(weights)
    assert computed.shape == weights.shape
    assert computed.dtype == torch.float64
    assert_close(computed, [referee.posterior_given(row) for row in weights.tolist()])


@EVERY
@given(partials(), st.sampled_from(SCALES), SEEDS)
def test_any_weights(case: Partial, scales: tuple[float, ...], seed: int) -> None:
    shape = (*case.tokens.shape, case.language.vocab_size)
    check_weights(case.language, random_weights(shape, scales, seed))


@EVERY
@given(partials(), st.sampled_from([1.0, 1e-300, 1e300]))
def test_masks_are_the_special_case(case: Partial, scale: float) -> None:
    language, tokens = case.language, case.tokens
    weights = weights_of(tokens, language.vocab_size)
    assert_close(language.posterior_given(weights * scale), language.posterior(tokens).tolist())
    evidence = language.log_evidence(tokens)
    assert_close(language.log_evidence_given(weights), evidence.tolist())
    check_weights(language, weights * scale)


@pytest.mark.parametrize("name", catalogue.names())
def test_masks_on_the_catalogue(name: str) -> None:
    entry = catalogue.entry(name)
    language = entry.build(**(entry.parameters | (entry.small or {})))
    length = max(language.lengths(24))
    generator = torch.Generator().manual_seed(0)
    tokens = language.sample(16, length, generator)
    tokens[torch.rand(tokens.shape, generator=generator) < 0.5] = language.mask
    tokens[0, :3] = torch.tensor([0, 1, 0])
    weights = weights_of(tokens, language.vocab_size)
    assert_close(language.posterior_given(weights), language.posterior(tokens).tolist())
    evidence = language.log_evidence(tokens)
    assert_close(language.log_evidence_given(weights), evidence.tolist())


class Exact:
    """Evidence and posterior of one row of weights (L, V) in 200 bits, exponents without limit."""

    def __init__(self, weighted: WeightedAutomaton, weights: Tensor) -> None:
        with mpmath.workprec(200):
            exact = np.vectorize(mpmath.mpf, otypes=[object])
            initial, step, emission, final, given = (
                exact(table.numpy())
                for table in (
                    weighted.initial,
                    weighted.transition,
                    weighted.emission,
                    weighted.final,
                    weights,
                )
            )
            seen = given @ emission.T
            ahead, back = [initial], [final]
            for some in seen[:-1]:
                ahead.append(ahead[-1] * some @ step)
            for some in seen[:0:-1]:
                back.append(step @ (some * back[-1]))
            joint = np.stack(
                [
                    (one * other) @ emission * some
                    for one, other, some in zip(ahead, back[::-1], given)
                ]
            )
            if not joint[0].any():
                joint = given
            self.weight = _log((ahead[-1] * seen[-1] * final).sum())
            self.posterior = [[_log(value / law.sum()) for value in law] for law in joint]


def _log(value: Any) -> float:
    return float(mpmath.log(value)) if value else -math.inf


def check_automaton(weighted: WeightedAutomaton, weights: Tensor) -> None:
    exact = [Exact(weighted, row) for row in weights]
    assert_close(weighted.log_weight_given(weights), [row.weight for row in exact])
    assert_close(weighted.log_posterior_given(weights), [row.posterior for row in exact])


@EVERY
@given(automata(), st.integers(1, 30), st.sampled_from(SCALES), SEEDS)
def test_any_automaton(
    weighted: WeightedAutomaton, length: int, scales: tuple[float, ...], seed: int
) -> None:
    check_automaton(weighted, random_weights((2, length, weighted.vocab_size), scales, seed))


@pytest.mark.parametrize(
    ("shape", "scales"),
    [
        ("dense", (1e-300,)),
        ("sparse", (1e-300, 1.0)),
        ("dense", (1.0, 1e-4)),
        ("sparse", (1.0, 0.0)),
    ],
)
def test_long_sequences(shape: str, scales: tuple[float, ...]) -> None:
    generator = np.random.default_rng(5)
    language = HiddenMarkov(
        random_rows(generator, 1, 3, shape)[0],
        random_rows(generator, 3, 3, shape),
        random_rows(generator, 3, 2, shape),
    )
    check_automaton(language.automaton, random_weights((1, LONG, 2), scales, seed=1))


def test_class_that_scaling_alone_loses() -> None:
    """599 weights speak for the first of two absorbing states, the last rules it out."""
    eye = torch.eye(2, dtype=torch.float64)
    computed = WeightedAutomaton(eye.sum(0) / 2, eye, eye, eye.sum(0))
    weights = torch.tensor([1.0, 0.25], dtype=torch.float64).repeat(1, 600, 1)
    weights[:, -1, 0] = 0.0
    check_automaton(computed, weights)
    broken = ScaledAlone(*(getattr(computed, name) for name in vars(scaled_alone(computed))))
    with pytest.raises(AssertionError):
        check_automaton(broken, weights)


class ScaledAlone(WeightedAutomaton):
    """Trusts the scaled pass everywhere."""

    def log_weight_given(self, weights: Tensor) -> Tensor:
        return self._scaled.log_weight_given(weights)[0]

    def log_posterior_given(self, weights: Tensor) -> Tensor:
        result = torch.empty_like(weights)
        self._scaled.log_posterior_given(weights, result)
        return result


@EVERY
@given(SEEDS, st.integers(1, 6), st.integers(1, 60), st.sampled_from(SCALES[:4]))
def test_both_passes_agree_where_both_are_right(
    seed: int, states: int, length: int, scales: tuple[float, ...]
) -> None:
    generator = np.random.default_rng(seed)
    weighted = HiddenMarkov(
        random_rows(generator, 1, states, "sparse")[0],
        random_rows(generator, states, states, "sparse"),
        random_rows(generator, states, 3, "dense"),
    ).automaton
    weights = random_weights((5, length, 3), scales, seed)
    weight, untrusted = weighted._scaled.log_weight_given(weights)
    slow = weighted._extended_weight_given(weights)
    assert_close(weight[~untrusted], slow[~untrusted].tolist())
    result = torch.empty_like(weights)
    untrusted = weighted._scaled.log_posterior_given(weights, result)
    assert_close(
        result[~untrusted], weighted._extended_posterior_given(weights)[~untrusted].tolist()
    )


def test_rows_beyond_the_scaled_pass_stand_beside_others() -> None:
    language = CopyPairs(3)
    weights = random_weights((6, 6, 3), (1.0, 1e-5), seed=0)
    weights[1, 2] = torch.tensor([1e-300, 1.0, 1e-200], dtype=torch.float64)
    weights[4, 4:] = torch.tensor([1e300, 1.0, 0.0], dtype=torch.float64)
    check_weights(language, weights)
    result = torch.empty_like(weights)
    untrusted = language.automaton._scaled.log_posterior_given(weights, result)
    assert untrusted.tolist() == [False, True, False, False, True, False]


def test_large_products_leave_numpy() -> None:
    language = HiddenMarkov.random(40, 30, 3, 1.0, 0, symbols=2)
    weights = random_weights((400, 5, 30), (1.0, 0.01), seed=0)
    some = language.posterior_given(weights[:7])
    assert_close(language.posterior_given(weights)[:7], some.tolist(), 1e-13)


@pytest.mark.parametrize("tiny", [False, True])
def test_chunking_changes_nothing(tiny: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    weighted = HiddenMarkov.random(6, 4, 3, 1.0, 0, symbols=2).automaton
    weights = random_weights((37, 50, 4), (1.0, 1e-200 if tiny else 0.1), seed=0)
    whole = weighted.log_weight_given(weights), weighted.log_posterior_given(weights)
    monkeypatch.setattr(automaton, "MEMORY_BOUND", 40_000)
    monkeypatch.setattr(scaled_pass, "SMALL_BLOCK", 64)
    assert_close(weighted.log_weight_given(weights), whole[0].tolist(), 1e-13)
    assert_close(weighted.log_posterior_given(weights), whole[1].tolist(), 1e-13)


@pytest.mark.parametrize("call", ["log_weight_given", "log_posterior_given"])
@pytest.mark.parametrize(
    ("rows", "states", "symbols", "low"),
    [(800, 4, 24, 0.1), (800, 24, 4, 0.1), (100, 140, 8, 0.0), (150, 12, 4, 1e-300)],
)
def test_working_memory_stays_in_its_bound(
    call: str, rows: int, states: int, symbols: int, low: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighted = HiddenMarkov.random(states, symbols, 3, 1.0, 0, symbols=2).automaton
    weights = random_weights((rows, 64, symbols), (1.0, low), seed=0)
    getattr(weighted, call)(weights[:1])  # what depends on the tables alone is made once
    monkeypatch.setattr(automaton, "MEMORY_BOUND", 2 * MEBIBYTE)
    monkeypatch.setattr(scaled_pass, "BLOCK", 2**12)
    monkeypatch.setattr(scaled_pass, "SMALL_BLOCK", 2**12)
    given_and_returned = weights.nbytes + getattr(weighted, call)(weights).nbytes

    def check(bound: int) -> None:
        monkeypatch.setattr(scaled_pass, "_kept", threading.local())
        with Peak() as peak:
            getattr(weighted, call)(weights)
        assert peak.most - given_and_returned <= bound, f"{peak.most / MEBIBYTE:.1f} MiB"

    check(2 * MEBIBYTE)
    monkeypatch.setattr(automaton, "MEMORY_BOUND", 10**12)  # a broken twin: one piece
    with pytest.raises(AssertionError):
        check(2 * MEBIBYTE)


def test_no_weights_are_changed() -> None:
    language = NGram.random(2, 3, 2, 1.0, 0)
    weights = random_weights((5, 6, 3), (1e300, 1.0), seed=0)
    before = weights.clone()
    language.posterior_given(weights)
    language.log_evidence_given(weights)
    assert torch.equal(weights, before)
    result = language.posterior_given(weights[:0])
    assert result.shape == (0, 6, 3)
    assert language.log_evidence_given(weights[:0]).shape == (0,)


class Ignorant(AutomatonLanguage):
    """Takes every positive weight for a mask."""

    def posterior_given(self, weights: Tensor) -> Tensor:
        return super().posterior_given((weights > 0).double())


class Prior(AutomatonLanguage):
    """Forgets the weights of the position itself."""

    def posterior_given(self, weights: Tensor) -> Tensor:
        columns = []
        for position in range(weights.shape[1]):
            others = weights.clone()
            others[:, position] = 1.0
            columns.append(super().posterior_given(others)[:, position])
        return torch.stack(columns, 1)


class Clipped(AutomatonLanguage):
    """Weights of at least 1e-15."""

    def log_evidence_given(self, weights: Tensor) -> Tensor:
        return super().log_evidence_given(weights.clamp(min=1e-15))


@pytest.mark.parametrize("broken", [Ignorant, Prior, Clipped])
@pytest.mark.parametrize("language", [CopyPairs(2), Dyck(1, 3)])
def test_broken_twins(broken: type[AutomatonLanguage], language: AutomatonLanguage) -> None:
    weights = random_weights((8, 4, 2), (1.0, 1e-20, 0.0), seed=3)
    check_weights(language, weights)
    twin = copy.copy(language)
    twin.__class__ = type(broken.__name__, (broken, type(language)), {})
    with pytest.raises(AssertionError):
        check_weights(twin, weights)


@pytest.mark.parametrize("call", ["posterior_given", "log_evidence_given"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w[0], r"weights have shape \(B, L, V\) with V = 3, got \(4, 3\)"),
        (lambda w: w[..., :2], r"weights have shape \(B, L, V\) with V = 3, got \(2, 4, 2\)"),
        (lambda w: w[:, :0], "length is an integer >= 1, got 0"),
        (lambda w: w.float(), r"weights are float64, got torch\.float32"),
        (lambda w: w.index_fill(2, torch.tensor(1), -0.5), "likelihoods >= 0, got -0.5"),
        (lambda w: w.index_fill(2, torch.tensor(1), math.inf), "likelihoods >= 0, got inf"),
        (lambda w: w.index_fill(2, torch.tensor(1), math.nan), "likelihoods >= 0, got nan"),
        (
            lambda w: w.index_fill(1, torch.tensor(2), 0.0),
            "at least one symbol at each position, got zeros alone in row 0 at position 2",
        ),
        (lambda w: w[:, :3], "no words of length 3"),
    ],
)
def test_refusals(change: Callable[[Tensor], Tensor], message: str, call: str) -> None:
    language = CopyPairs(3) if "V = 3" in message else Dyck(1, 2)
    weights = torch.ones((2, 4, language.vocab_size), dtype=torch.float64)
    with pytest.raises(ValueError, match=message) as error:
        getattr(language, call)(change(weights))
    assert "\n" not in str(error.value)


def test_weights_that_are_no_tensor() -> None:
    weights: Any = [[[1.0, 1.0]]]
    with pytest.raises(TypeError, match=r"weights are a tensor \(B, L, V\), got list"):
        CopyPairs(2).posterior_given(weights)
