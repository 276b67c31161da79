"""Theorem 4.2 of arXiv 2502.09622 as recalled, with the constants of its O(.) put to one.

The reading is a theorem. By the universal bound the two-phase schedule has a gap of at most
log V (eps + (1 - eps)/(N - 1)) for every language. N >= (n-1)/eps^n >= eps^-2 gives eps >=
N^(-1/2), and (1 - eps)/(eps (N - 1)) <= (N^(1/2) - 1)/(N - 1) = 1/(N^(1/2) + 1), so the ratio to
4 eps log V is at most (1 + 1/(2^(1/2) + 1))/4 = 2^(1/2)/4 for N >= 2, and 1/4 for N = 1. No length
is asked for. (For n > 2: eps >= ((n-1)/N)^(1/n) >= N^(-1/2).)
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor

from proofs_check.search.ascent import ascend
from proofs_check.search.repeated_symbol import repeated_symbol_gap
from proofs_check.search.reveal_law import bernoulli_law, divergence
from proofs_check.search.search import Search, worst
from synthetic.sampling import two_phase

RESTARTS, ROUNDS, RATE = 4, 30, 0.3
LONGEST_BY_GRADIENT = 4
FIRST = (0.95, 0.85, 0.7072, 0.6, 0.5)  # 0.7072: the least with N = 2
LONG = (8, 16, 32, 64)  # lengths at which the repeated symbol is tried
AT_ONCE = 2**21  # numbers of a table of pairs and words


@dataclass(frozen=True)
class Parameters:
    """n, V, eps and L of the theorem."""

    order: int
    vocab_size: int
    eps: float
    length: int

    @property
    def steps(self) -> int:
        """N = ceil((n-1) / eps^n)."""
        return math.ceil((self.order - 1) / self.eps**self.order)

    @property
    def least_length(self) -> int:
        """The least L > (n-1) / eps^(n + 1/2)."""
        return math.floor((self.order - 1) / self.eps ** (self.order + 0.5)) + 1

    @property
    def contexts(self) -> int:
        """V^(n-1)."""
        return int(self.vocab_size ** (self.order - 1))


@dataclass(frozen=True)
class NGramExample:
    """A setting, and the n-gram language: `initial` (V^(n-1),), `transition` (V^(n-1), V)."""

    setting: Parameters
    initial: tuple[float, ...]
    transition: tuple[tuple[float, ...], ...]


def settings() -> Iterator[Parameters]:
    """Lengths from the least allowed on, as far as all words can be listed."""
    for order, vocab_size, longest in ((2, 2, 6), (2, 3, 4), (2, 4, 3), (3, 2, 6)):
        for eps in FIRST:
            least = Parameters(order, vocab_size, eps, 0).least_length
            for length in range(max(least, order), longest + 1):
                yield Parameters(order, vocab_size, eps, length)


def language_law(setting: Parameters, initial: Tensor, transition: Tensor) -> Tensor:
    """(B, V^L) from initial laws (B, V^(n-1)) and transitions (B, V^(n-1), V)."""
    law = initial
    for _ in range(setting.length - setting.order + 1):
        rest = law.view(len(law), -1, setting.contexts, 1)
        law = (rest * transition[:, None]).reshape(len(law), -1)
    return law


def ratios(setting: Parameters, initial: Tensor, transition: Tensor) -> Tensor:
    """(B,): the gap in log TER per token, over eps log V."""
    law = language_law(setting, initial, transition)
    schedule = two_phase(setting.steps, setting.eps)
    sampled = bernoulli_law(law, setting.vocab_size, setting.length, schedule)
    unit = setting.eps * math.log(setting.vocab_size)
    return divergence(law, sampled) / setting.length / unit


def _supports(vocab_size: int) -> Tensor:
    """(2^V - 1, V): uniform laws over non-empty sets of symbols."""
    rows = torch.tensor(list(itertools.product((0.0, 1.0), repeat=vocab_size))[1:], device="cpu")
    return rows.double() / rows.double().sum(1, keepdim=True)


def _enumerated(setting: Parameters) -> Search:
    """All transitions whose rows are uniform over a set, from the uniform law (V <= 3)."""
    rows = _supports(setting.vocab_size)
    every = torch.cartesian_prod(*[torch.arange(len(rows), device="cpu")] * setting.contexts)
    transition = rows[every.view(-1, setting.contexts)]
    share = 1 / setting.contexts
    initial = torch.full((1, setting.contexts), share, dtype=torch.float64, device="cpu")
    batch = max(1, AT_ONCE // (3 * setting.vocab_size) ** setting.length)
    gaps = torch.cat(
        [ratios(setting, initial.expand(len(some), -1), some) for some in transition.split(batch)]
    )
    best = int(gaps.argmax())
    return _record(setting, float(gaps[best]), initial[0], transition[best], len(gaps))


def _by_gradient(setting: Parameters) -> Search:
    """Ascent in the logits of initial law and transitions."""
    best = ascend(
        (RESTARTS, setting.contexts, setting.vocab_size + 1),
        lambda logits: ratios(setting, *_tables(logits)),
        spread=2.0,
        rate=RATE,
        rounds=ROUNDS,
    )
    initial, transition = _tables(best.point)
    return _record(setting, best.value, initial[0], transition[0], best.cases)


def _repeated(setting: Parameters) -> Search:
    """The symbol that is repeated for ever, n = 2."""
    size = setting.vocab_size
    gap = repeated_symbol_gap(size, setting.length, two_phase(setting.steps, setting.eps))
    initial = torch.full((size,), 1 / size, dtype=torch.float64, device="cpu")
    same = torch.eye(size, dtype=torch.float64, device="cpu")
    ratio = gap / (setting.eps * math.log(size))
    return _record(setting, ratio, initial, same, 1)


def _tables(logits: Tensor) -> tuple[Tensor, Tensor]:
    return logits[:, :, -1].softmax(1), logits[:, :, :-1].softmax(2)


def _record(
    setting: Parameters,
    ratio: float,
    initial: Tensor,
    transition: Tensor,
    cases: int,
) -> Search:
    rows = tuple(tuple(row) for row in transition.tolist())
    return Search(
        id="theorem-4.2-as-recalled",
        statement=_statement(1.0),
        reading=(
            "constants of O(.) equal to one, two-phase Bernoulli schedule a_1 = eps, the rest "
            "uniform, exact denoiser; ratio: gap / (4 eps log V)"
        ),
        family=(
            "n = 2, V = 2, 3, 4 and n = 3, V = 2, eps in 0.5..0.95, L <= 6: all transitions with "
            "rows uniform over a set of symbols (V <= 3), random ones improved by gradient (L <= "
            "4), and the repeated symbol up to L = 64"
        ),
        cases=cases,
        worst=ratio,
        example=NGramExample(setting, tuple(initial.tolist()), rows),
        nearest=(
            "4 can be 2^(1/2), a ratio of 2^(1/2)/4 = 0.3536, for every language and length, by "
            "the universal bound"
        ),
    )


def _statement(constant: float) -> str:
    return (
        "for any n-gram language and eps > 0, L > O((n-1)/eps^(n+0.5)), a schedule with N = "
        "O((n-1)/eps^n) steps has log TER(p) <= log TER(q) + eps_learning + "
        f"{constant:g} eps log V"
    )


@cache
def _largest_gap() -> Search:
    """The worst case in units of eps log V."""
    cases = [
        _repeated(Parameters(2, size, eps, length))
        for size in (2, 3, 4)
        for eps in FIRST
        for length in LONG
    ]
    for setting in settings():
        if setting.length <= LONGEST_BY_GRADIENT:
            cases.append(_by_gradient(setting))
        if setting.vocab_size <= 3:
            cases.append(_enumerated(setting))
    return worst(cases)


def search_token_error(constant: float = 4.0) -> Search:
    """The worst n-gram language found for the statement with `constant` in the place of 4."""
    largest = _largest_gap()
    return replace(largest, statement=_statement(constant), worst=largest.worst / constant)
