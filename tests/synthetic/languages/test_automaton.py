"""The forward-backward where float64 ends: tiny weights, long sequences, lost classes, memory."""

import copy
import math
import pickle
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from synthetic.languages import HiddenMarkov, NGram, WeightedAutomaton, automaton, scaled_pass
from synthetic.languages.linear_map import is_sparse
from tests.generators import SEEDS, automata, random_rows
from tests.synthetic.languages.referee import assert_close

EVERY = settings(max_examples=40, deadline=None, derandomize=True)
LONG = 1500  # a product of so many halves is below 5e-324
MEBIBYTE = 2**20


def table(values: Any) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


@dataclass(frozen=True)
class Wanted:
    """Log-weights and log-posteriors of rows in 200 bits, whose exponents have no limit."""

    tokens: Tensor
    weight: list[float]
    posterior: list[list[list[float]]]

    @staticmethod
    def of(weighted: WeightedAutomaton, tokens: Tensor) -> "Wanted":
        with mpmath.workprec(200):
            initial, final = _exact(weighted.initial), _exact(weighted.final)
            step, emission = _exact(weighted.transition), _exact(weighted.emission)
            seen = np.hstack([emission, emission.sum(1, keepdims=True)])
            weight, posterior, size = [], [], weighted.vocab_size
            for row in tokens.tolist():
                ahead = _messages(initial, step, seen, row)
                back = _messages(final, step.T, seen, row[::-1])[::-1]
                weight.append(_log((ahead[-1] * seen[:, row[-1]] * final).sum()))
                laws = [
                    _law(one * other @ emission)
                    if token == size
                    else [0.0 if symbol == token else -math.inf for symbol in range(size)]
                    for one, other, token in zip(ahead, back, row)
                ]
                posterior.append(laws)
        return Wanted(tokens, weight, posterior)

    def check_weight(self, weighted: WeightedAutomaton) -> None:
        assert_close(weighted.log_weight(self.tokens), self.weight)
        assert weighted.accepts(self.tokens).tolist() == [
            value > -math.inf for value in self.weight
        ]

    def check_posterior(self, weighted: WeightedAutomaton) -> None:
        assert_close(weighted.log_posterior(self.tokens), self.posterior)


def _exact(values: Tensor) -> np.ndarray:
    return np.vectorize(mpmath.mpf, otypes=[object])(values.numpy())


def _messages(
    start: np.ndarray, step: np.ndarray, seen: np.ndarray, row: list[int]
) -> list[np.ndarray]:
    """The weight of all that comes before each state, at each position."""
    messages = [start]
    for token in row[:-1]:
        messages.append(messages[-1] * seen[:, token] @ step)
    return messages


def _law(joint: np.ndarray) -> list[float]:
    if not joint.any():
        joint = joint + mpmath.mpf(1)
    return [_log(value / joint.sum()) for value in joint]


def _log(value: Any) -> float:
    return float(mpmath.log(value)) if value else -math.inf


def two_classes() -> tuple[WeightedAutomaton, Tensor]:
    """Two absorbing states; 1,498 zeros speak for the first, the last symbol rules it out."""
    computed = WeightedAutomaton(
        initial=table([0.5, 0.5]),
        transition=table([[1.0, 0.0], [0.0, 1.0]]),
        emission=table([[0.999, 0.001, 0.0], [0.001, 0.7, 0.299]]),
        final=table([1.0, 1.0]),
    )
    zeros = [0] * (LONG - 2)
    return computed, torch.tensor([[*zeros, 3, 2], [*zeros, 3, 3]])


class ScaledAlone(WeightedAutomaton):
    """Trusts the scaled pass everywhere."""

    def log_weight(self, tokens: Tensor) -> Tensor:
        return self._scaled.log_weight(tokens)[0]

    def log_posterior(self, tokens: Tensor) -> Tensor:
        result = torch.nn.functional.embedding(tokens, self._point_masses)
        self._scaled.log_posterior(tokens, result)
        return result


def scaled_alone(weighted: WeightedAutomaton) -> WeightedAutomaton:
    return ScaledAlone(weighted.initial, weighted.transition, weighted.emission, weighted.final)


def test_class_that_scaling_alone_loses() -> None:
    weighted, tokens = two_classes()
    wanted = Wanted.of(weighted, tokens)
    wanted.check_weight(weighted)
    wanted.check_posterior(weighted)
    evidence = math.log(0.5) + (LONG - 2) * math.log(0.001) + math.log(0.299)
    assert wanted.weight[0] == pytest.approx(evidence, rel=1e-13)
    law = weighted.log_posterior(tokens)[0, -2].exp()
    assert law.tolist() == pytest.approx([0.001, 0.7, 0.299], rel=1e-12)
    for check in (wanted.check_weight, wanted.check_posterior):
        with pytest.raises(AssertionError):
            check(scaled_alone(weighted))


@pytest.mark.parametrize("shape", ["dense", "tiny", "sparse"])
def test_long_sequences(shape: str) -> None:
    generator = np.random.default_rng(5)
    computed = WeightedAutomaton(
        table(random_rows(generator, 1, 3, shape)[0]),
        table(random_rows(generator, 3, 3, shape)),
        table(random_rows(generator, 3, 2, shape)),
        table([1.0, 1e-300, 0.5]),
    )
    wanted = Wanted.of(computed, torch.tensor(generator.integers(0, 3, size=(1, LONG))))
    wanted.check_weight(computed)
    wanted.check_posterior(computed)


@EVERY
@given(automata(), st.integers(1, 40), SEEDS)
def test_any_weights_down_to_subnormal_ones(
    weighted: WeightedAutomaton, length: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.randint(0, weighted.vocab_size + 1, (3, length), generator=generator)
    wanted = Wanted.of(weighted, tokens)
    wanted.check_weight(weighted)
    wanted.check_posterior(weighted)


def test_an_automaton_without_words_of_a_length_gives_no_warning() -> None:
    none = WeightedAutomaton(table([0.5]), table([[0.6]]), table([[0.0]]), table([0.1]))
    tokens = torch.tensor([[0], [1]])
    wanted = Wanted.of(none, tokens)
    wanted.check_weight(none)
    wanted.check_posterior(none)


def test_subnormal_weights() -> None:
    computed = WeightedAutomaton(
        table([1e-320, 1e-310]),
        table([[1e-320, 1e-318], [5e-324, 1e-322]]),
        table([[1e-321, 1e-310], [1e-310, 0.0]]),
        table([1e-320, 1e-323]),
    )
    tokens = torch.tensor([[0, 2, 1, 2, 0], [1, 1, 1, 1, 1], [2, 2, 2, 2, 2]])
    wanted = Wanted.of(computed, tokens)
    wanted.check_weight(computed)
    wanted.check_posterior(computed)
    for check in (wanted.check_weight, wanted.check_posterior):
        with pytest.raises(AssertionError):
            check(scaled_alone(computed))


@EVERY
@given(SEEDS, st.integers(1, 6), st.integers(1, 200), st.sampled_from(["dense", "sparse"]))
def test_both_passes_agree_where_both_are_right(
    seed: int, states: int, length: int, shape: str
) -> None:
    generator = np.random.default_rng(seed)
    weighted = HiddenMarkov(
        random_rows(generator, 1, states, shape)[0],
        random_rows(generator, states, states, shape),
        random_rows(generator, states, 3, shape),
    ).automaton
    tokens = torch.tensor(generator.integers(0, 4, size=(5, length)))
    weight, untrusted = weighted._scaled.log_weight(tokens)
    assert weighted._scaled.usable
    slow = weighted._extended_weight(tokens)
    assert_close(weight[~untrusted], slow[~untrusted].tolist())
    result = weighted._point_masses[tokens]
    untrusted = weighted._scaled.log_posterior(tokens, result)
    assert_close(result[~untrusted], weighted._extended_posterior(tokens)[~untrusted].tolist())


def test_sparse_and_dense_products_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    language = NGram.random(4, vocab_size=5, branching=2, temperature=1.0, seed=0)
    tokens = language.sample(9, 20, torch.Generator().manual_seed(0))
    tokens[torch.rand(tokens.shape, generator=torch.Generator().manual_seed(1)) < 0.5] = 5
    assert is_sparse(language.automaton.transition)
    sparse = language.posterior(tokens), language.log_evidence(tokens)
    monkeypatch.setattr("synthetic.languages.linear_map.SPARSE_STATES", 10**9)
    dense = pickle.loads(pickle.dumps(language))
    assert not is_sparse(dense.automaton.transition)
    assert_close(sparse[0], dense.posterior(tokens).tolist(), 1e-13)
    assert_close(sparse[1], dense.log_evidence(tokens).tolist(), 1e-13)
    words = language.sample(9, 20, torch.Generator().manual_seed(2))
    words[4, 7] = (words[4, 7] + 1) % 5
    assert torch.equal(language.contains(words), dense.contains(words))


def results(weighted: WeightedAutomaton, tokens: Tensor) -> list[Tensor]:
    return [
        weighted.log_weight(tokens),
        weighted.log_posterior(tokens),
        weighted.accepts(tokens).double(),
    ]


class OnePiece(WeightedAutomaton):
    """Forgets all pieces but the first."""

    def _pieces(self, tokens: Tensor, numbers: int) -> Iterator[tuple[slice, Tensor]]:
        yield next(super()._pieces(tokens, numbers))


@pytest.mark.parametrize("tiny", [False, True])
def test_chunking_changes_nothing(tiny: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    weighted = HiddenMarkov.random(6, 4, 3, 1.0, 0, symbols=2).automaton
    if tiny:
        weighted = WeightedAutomaton(
            weighted.initial, weighted.transition * 1e-300, weighted.emission, weighted.final
        )
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randint(0, 5, (37, 50), generator=generator)
    tokens[torch.rand(tokens.shape, generator=generator) < 0.7] = 4
    whole = results(weighted, tokens)
    monkeypatch.setattr(automaton, "MEMORY_BOUND", 40_000)
    monkeypatch.setattr(scaled_pass, "BLOCK", 64)

    def check(pieces: list[Tensor]) -> None:
        for one, other in zip(whole, pieces):
            assert_close(one, other.tolist(), 1e-13)

    in_pieces = results(weighted, tokens)  # kept, so that the twin's memory does not hold them
    check(in_pieces)
    broken = OnePiece(weighted.initial, weighted.transition, weighted.emission, weighted.final)
    with pytest.raises(AssertionError):
        check(results(broken, tokens))


class Peak(TorchDispatchMode):
    """The most bytes of tensors alive at once among those made inside it."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: dict[int, int] = {}
        self.most = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, tuple | list) else [result]:
            if isinstance(tensor, Tensor):
                self._count(tensor)
        return result

    def _count(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in self.alive:
            self.alive[storage.data_ptr()] = storage.nbytes()
            weakref.finalize(storage, self.alive.pop, storage.data_ptr(), None)
            self.most = max(self.most, sum(self.alive.values()))


def peak_bytes(call: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(scaled_pass, "_kept", threading.local())
    with Peak() as peak:
        call()
    return peak.most


@pytest.mark.parametrize("call", ["log_weight", "log_posterior", "accepts"])
@pytest.mark.parametrize(
    ("rows", "states", "symbols", "scale"),
    [(1500, 4, 24, 1.0), (1500, 24, 4, 1.0), (300, 140, 8, 1.0), (200, 12, 4, 1e-300)],
)
def test_working_memory_stays_in_its_bound(
    call: str, rows: int, states: int, symbols: int, scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MEMORY_BOUND bytes of tensors beside input and output, whatever the number of rows."""
    tables = HiddenMarkov.random(states, symbols, 3, 1.0, 0, symbols=2).automaton
    computed = WeightedAutomaton(
        tables.initial, tables.transition * scale, tables.emission, tables.final
    )
    tokens = torch.randint(0, symbols + 1, (rows, 64), generator=torch.Generator().manual_seed(0))
    results(computed, tokens[:1])  # what depends on the tables alone is made once
    monkeypatch.setattr(automaton, "MEMORY_BOUND", 2 * MEBIBYTE)
    monkeypatch.setattr(scaled_pass, "BLOCK", 2**12)
    given_and_returned = tokens.nbytes + getattr(computed, call)(tokens).nbytes

    def check(bound: int) -> None:
        peak = peak_bytes(lambda: getattr(computed, call)(tokens), monkeypatch)
        assert peak - given_and_returned <= bound, f"{peak / MEBIBYTE:.1f} MiB"

    check(2 * MEBIBYTE)
    monkeypatch.setattr(automaton, "MEMORY_BOUND", 10**12)  # a broken twin: one piece
    if call != "accepts":  # which keeps one position alone
        with pytest.raises(AssertionError):
            check(2 * MEBIBYTE)


def test_tables_alone_are_sent_to_other_processes() -> None:
    language = NGram.random(4, vocab_size=6, branching=2, temperature=1.0, seed=0)
    tokens = language.sample(3, 8, torch.Generator().manual_seed(0))
    tokens[:, ::2] = language.mask
    before = len(pickle.dumps(language))
    expected = language.posterior(tokens)
    assert len(pickle.dumps(language)) <= before + 100
    for twin in (pickle.loads(pickle.dumps(language)), copy.deepcopy(language)):
        assert torch.equal(twin.posterior(tokens), expected)


def test_inference_mode_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaled_pass, "_kept", threading.local())
    language = HiddenMarkov.random(4, 3, 2, 1.0, 0)
    tokens = language.sample(3, 8, torch.Generator().manual_seed(0))
    tokens[:, ::2] = language.mask
    with torch.inference_mode():
        inside = language.posterior(tokens)
    after = language.posterior(tokens)
    assert torch.equal(after, inside)
    assert not after.is_inference()
    assert not language.log_evidence(tokens).is_inference()
    after.mul_(2)


def test_threads_do_not_share_memory() -> None:
    language = HiddenMarkov.random(6, 4, 3, 1.0, 0)
    tokens = language.sample(64, 40, torch.Generator().manual_seed(0))
    tokens[:, ::2] = language.mask
    expected = language.posterior(tokens)
    collected: list[bool] = []

    def work() -> None:
        collected.append(all(torch.equal(language.posterior(tokens), expected) for _ in range(20)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert collected == [True] * 4
