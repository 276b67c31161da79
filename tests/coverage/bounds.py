"""Cells of bounds on the token error rate, whose laws over words and paths are listed."""

import math
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import torch

from synthetic.languages import CopyPairs, Language, catalogue, enumerate_sequences
from synthetic.mean_interval import Array, Ends
from synthetic.metrics import (
    token_error_rate_gap,
    token_error_rate_importance_weighted_bound,
    token_error_rate_path_bound,
)
from synthetic.sampling import linear
from tests.coverage.cell import Cell, ends
from theory.laws import information_curve

PATHS = 4
MANY = 2**17  # draws that give the mean over several paths to a tenth of an interval


def cells() -> Iterator[Cell]:
    """Path bounds, importance-weighted bounds, and words of which one is rare."""
    pairs, chain = CopyPairs(16), catalogue.load("ngram2-v8")
    name = "ngram2-v8, L = 4"
    for steps, counts in ((8, (200, 2000)), (500, (30, 500, 2000))):
        for count in counts:
            yield _gap(pairs, "copy pairs, L = 2", 2, steps, count, 1)
    for count in (200, 1000):
        for steps in (2, 16):
            yield _gap(chain, name, 4, steps, count, 1)
        yield _gap(chain, name, 4, 4, count, PATHS)
        yield _perplexity(chain, name, 4, 2, count)
        yield _two_words(count)
    yield _two_words(4000)


@cache
def _paths(language: Language, length: int, steps: int) -> tuple[Array, Array, Array]:
    """Probabilities of the words (W,), log q(x) (W,), and log p(x along a path) (W, paths) by the
    order in which positions are revealed, in nats: only who comes before whom matters."""
    words = enumerate_sequences(language.vocab_size, length)
    words = words[language.contains(words)]
    true = language.log_prob(words)
    table = np.zeros((len(words), (length + 1) ** length))
    rng = np.random.default_rng(0)
    orders = {tuple(row) for row in _orders(rng.integers(steps, size=(20_000, length)))}
    for order in orders:
        rank = torch.tensor(order, device="cpu")
        total = torch.zeros_like(true)
        for level in sorted(set(order)):
            law = language.posterior(words.masked_fill(rank >= level, language.mask))
            chosen = law.gather(-1, words.unsqueeze(-1)).squeeze(-1)
            total += (chosen * (rank == level)).sum(-1)
        table[:, _code(np.array(order), length)] = total.numpy()
    return true.exp().numpy(), true.numpy(), table


def _orders(steps: np.ndarray) -> np.ndarray:
    """How many positions come before each one (.., L), of steps (.., L)."""
    return (steps[..., :, None] > steps[..., None, :]).sum(-1)


def _code(orders: np.ndarray, length: int) -> np.ndarray:
    return np.asarray(orders @ (length + 1) ** np.arange(length))


def _drawn(
    language: Language, length: int, steps: int, paths: int
) -> Callable[[np.random.Generator, tuple[int, ...]], tuple[Array, Array]]:
    """Draws log p along paths (paths, ...) and log q (...) of words; Bernoulli reveal, N steps."""

    def draw(chance: np.random.Generator, shape: tuple[int, ...]) -> tuple[Array, Array]:
        share, true, table = _paths(language, length, steps)
        word = chance.choice(len(share), size=shape, p=share / share.sum())
        at = chance.integers(steps, size=(paths, *shape, length), dtype=np.int16)
        return table[word, _code(_orders(at), length)], true[word]

    return draw


def _gap(language: Language, name: str, length: int, steps: int, count: int, paths: int) -> Cell:
    draw = _drawn(language, length, steps, paths)

    def intervals(chance: np.random.Generator, repeats: int) -> Ends:
        gaps = []
        for _ in range(repeats):
            path, true = (torch.from_numpy(each) for each in draw(chance, (count,)))
            gaps.append(token_error_rate_gap(path, true, length))
        return ends(gaps)

    kind = (
        "path bound on the TER gap" if paths == 1 else f"importance-weighted bound, {paths} paths"
    )
    if paths == 1:
        truth = information_curve(language, length).path_bound(linear(steps))
    else:
        path, true = draw(np.random.default_rng(1), (MANY,))
        truth = float((true - np.logaddexp.reduce(path, axis=0)).mean() + math.log(paths)) / length
    return Cell(kind, f"{name}, N = {steps}", count, truth, intervals, repeats=500)


def _perplexity(language: Language, name: str, length: int, steps: int, count: int) -> Cell:
    draw = _drawn(language, length, steps, PATHS)

    def intervals(chance: np.random.Generator, repeats: int) -> Ends:
        return ends(
            token_error_rate_importance_weighted_bound(
                torch.from_numpy(draw(chance, (count,))[0]), length
            )
            for _ in range(repeats)
        )

    path, _ = draw(np.random.default_rng(1), (MANY,))
    several = np.logaddexp.reduce(path, axis=0) - math.log(PATHS)
    truth = math.exp(-float(several.mean()) / length)
    kind = f"token error rate, {PATHS} paths"
    return Cell(kind, f"{name}, N = {steps}", count, truth, intervals, repeats=500)


def _two_words(count: int, length: int = 16, steps: int = 16, rare: float = 1e-3) -> Cell:
    """Two words of one repeated symbol each, .999 and .001: what is revealed in the first step that
    reveals anything is drawn token by token, and the rest follows."""
    law = np.array([1 - rare, rare])

    def draw(chance: np.random.Generator, size: int) -> tuple[Array, Array]:
        word = (chance.random(size) < rare).astype(int)
        at = chance.integers(steps, size=(size, length), dtype=np.int16)
        first = (at == at.min(1, keepdims=True)).sum(1)
        return first * np.log(law)[word], np.log(law)[word]

    def intervals(chance: np.random.Generator, repeats: int) -> Ends:
        bounds = []
        for _ in range(repeats):
            path, true = (torch.from_numpy(each) for each in draw(chance, count))
            bounds.append(token_error_rate_path_bound(path, length, language_log_prob=true))
        return ends(bounds)

    # E of the number revealed first: L/N times the chance that no other position comes before
    first = sum(length / steps * (1 - step / steps) ** (length - 1) for step in range(steps))
    truth = math.exp(-first * float(law @ np.log(law)) / length)
    return Cell("path bound on the TER", "two repeated words", count, truth, intervals, 500)
