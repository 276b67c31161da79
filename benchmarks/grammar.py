"""Inside-outside of grammars: ours beside torch-struct and a plain chart in Python.

A random grammar of 10 nonterminals and 40 binary rules, 64 words of L = 32 half masked, float64,
one thread, all in the same process. Each is given the tokens and returns the log-probability of
each symbol at each position. torch-struct sums in logarithms and has the outside pass from
autograd; a symbol's probability at a position is the gradient of the evidence by its log-weight.
The chart is the textbook recursion over spans, cuts and rules for one row, times the rows.

    python -m benchmarks.grammar --device cpu
"""

import importlib.util
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import tyro
from torch import Tensor

from benchmarks.table import Row, median_seconds, show
from synthetic.device import exact_device
from synthetic.languages import Grammar, Language

ROWS, LENGTH = 64, 32
NONTERMINALS, BINARY, SYMBOLS = 10, 40, 8
RUNS = 5
LENGTHS = (16, 32, 64)


def run(device: str = "cpu") -> list[Row]:
    """Seconds of one call of ours and of each peer, and how they grow with the length."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [*_peers(device), *_growth(device), _largest(device)]
    finally:
        torch.set_num_threads(threads)


def _case(length: int, rows: int) -> tuple[Grammar, Tensor]:
    """The grammar and words of it, half of the positions masked."""
    language = Grammar.random(NONTERMINALS, BINARY, SYMBOLS, seed=0)
    generator = torch.Generator().manual_seed(0)
    words = language.sample(rows, length, generator)
    hide = torch.rand(words.shape, generator=generator) < 0.5
    return language, words.masked_fill(hide, language.mask)


def _peers(device: str) -> list[Row]:
    language, tokens = _case(LENGTH, ROWS)
    moved, moved_tokens = language.to(exact_device(device)), tokens.to(exact_device(device))
    expected = moved.posterior(moved_tokens).cpu()
    rows = []
    for name, build, given in PEERS:
        if name == "torch-struct" and importlib.util.find_spec("torch_struct") is None:
            continue
        peer, share = build(language, tokens)
        difference = (expected[: len(peer())].exp() - peer().exp()).abs().max()
        ours, other = median_seconds([lambda: moved.posterior(moved_tokens), peer], RUNS)
        rows.append(
            Row(
                name=f"(B, L, N, R) = {ROWS, LENGTH, NONTERMINALS, BINARY} beside {name}",
                ours=ours,
                peer=other / share,
                unit="s",
                note=f"{given}; largest difference {float(difference):.1e}",
            )
        )
    return rows


def _growth(device: str) -> list[Row]:
    """Seconds at growing lengths, with the exponent from each to the next."""
    seconds = [_seconds(*_case(length, ROWS), device) for length in LENGTHS]
    rows = [Row(name=f"posterior, L = {LENGTHS[0]}", ours=seconds[0], unit="s")]
    for length, before, after in zip(LENGTHS[1:], seconds, seconds[1:]):
        note = f"exponent {math.log2(after / before):.2f} from L = {length // 2}"
        rows.append(Row(name=f"posterior, L = {length}", ours=after, unit="s", note=note))
    return rows


def _largest(device: str) -> Row:
    """One posterior of the largest grammar that is meant to be used."""
    language = Grammar.random(50, 150, 20, seed=0)
    seconds = _seconds(language, torch.full((1, 64), language.mask), device)
    return Row(name="one posterior, N = 50, R = 150, L = 64", ours=seconds, unit="s")


def _seconds(language: Grammar, tokens: Tensor, device: str) -> float:
    moved, moved_tokens = language.to(exact_device(device)), tokens.to(exact_device(device))
    return median_seconds([lambda: moved.posterior(moved_tokens)], RUNS)[0]


def torch_struct(language: Grammar, tokens: Tensor) -> tuple[Callable[[], Tensor], float]:
    """SentCFG on log-weights; it wants symbols of one letter apart, so that each is there twice."""
    from torch_struct import SentCFG

    SentCFG.arg_constraints = {}  # torch warns where there are none

    tables = language._sums
    count = tables.symbols
    weights = _weights(language, tokens)
    low = -1e9  # its own zero
    rules = torch.full((count, 2 * count, 2 * count), low, dtype=torch.float64)
    for head, left, right, share in zip(tables.head, tables.left, tables.right, tables.log_share):
        for one in (left, left + count):
            for other in (right, right + count):
                rules[head, one, other] = share
    roots = torch.full((count,), low, dtype=torch.float64)
    roots[0] = 0.0
    lexical = tables.log_lexical.clamp(min=low)
    batch = len(tokens)

    def call() -> Tensor:
        log = weights.log().clamp(min=low).requires_grad_()
        terms = (log.unsqueeze(-1) + lexical).logsumexp(2)
        log_total = SentCFG(
            (terms, rules.expand(batch, *rules.shape), roots.expand(batch, count)),
            lengths=torch.full((batch,), tokens.shape[1]),
        ).partition
        (law,) = torch.autograd.grad(log_total.sum(), log)
        return law.log()

    return call, 1.0


def chart(language: Grammar, tokens: Tensor) -> tuple[Callable[[], Tensor], float]:
    """One of the rows, in plain Python: the same sums as loops."""
    tables = language._sums
    rules = list(
        zip(
            tables.head.tolist(),
            tables.left.tolist(),
            tables.right.tolist(),
            tables.log_share.exp().tolist(),
        )
    )
    lexical = tables.log_lexical.exp().numpy()
    weights = _weights(language, tokens[:1])[0].numpy()
    count, length = tables.symbols, tokens.shape[1]

    def call() -> Tensor:
        inside = {(i, i + 1): list(weights[i] @ lexical) for i in range(length)}
        for size in range(2, length + 1):
            for start in range(length - size + 1):
                sums = [0.0] * count
                for cut in range(start + 1, start + size):
                    left, right = inside[start, cut], inside[cut, start + size]
                    for head, one, other, share in rules:
                        sums[head] += share * left[one] * right[other]
                inside[start, start + size] = sums
        outside = {span: [0.0] * count for span in inside}
        outside[0, length][0] = 1.0
        for size in range(length, 1, -1):
            for start in range(length - size + 1):
                above = outside[start, start + size]
                for cut in range(start + 1, start + size):
                    first, second = (start, cut), (cut, start + size)
                    for head, one, other, share in rules:
                        outside[first][one] += share * above[head] * inside[second][other]
                        outside[second][other] += share * above[head] * inside[first][one]
        leaves = np.array([outside[i, i + 1] for i in range(length)])
        joint = (leaves @ lexical.T) * weights
        with np.errstate(divide="ignore"):
            return torch.from_numpy(np.log(joint / joint.sum(-1, keepdims=True))[None])

    return call, 1 / len(tokens)


def _weights(language: Language, tokens: Tensor) -> Tensor:
    masks = torch.eye(language.mask + 1, language.vocab_size, dtype=torch.float64)
    masks[-1] = 1.0
    return masks[tokens]


PEERS = (
    ("torch-struct", torch_struct, "SentCFG and its gradient"),
    ("a plain chart", chart, "loops over spans, cuts and rules, one row times 64"),
)


@dataclass(frozen=True)
class Options:
    """Grammars beside peers."""

    device: str = "cpu"
    """Where ours runs: cpu, cuda, cuda:N; peers stay on the CPU."""


if __name__ == "__main__":
    started = time.perf_counter()
    show(run(tyro.cli(Options).device), "inside-outside of grammars, seconds of one call")
    print(f"{time.perf_counter() - started:.0f} s")
