"""Permutations: every symbol exactly once.

The evidence is a permanent. Where each position has one weight a and at most one symbol with a
larger weight a + b, as for masks, revealed tokens and uniform noise, it expands by the positions
that take their large weight (rook polynomials): with alpha_v the product of a over the positions of
symbol v, and beta_v the sum of b times the other a's, it is

    integral over t > 0 of e^-t prod_v (alpha_v t + beta_v),

which Gauss-Laguerre quadrature with n // 2 + 1 nodes gives exactly, as a sum of positive terms. All
other weights are summed over subsets of symbols.
"""

import functools
import math
from collections.abc import Iterable

import mpmath
import torch
from scipy import special
from torch import Tensor

from synthetic.arguments import check_count, check_generator, check_integer, check_length, checked
from synthetic.languages.graph import CountedGraph

GENERAL_SIZE = 12  # 2^12 subsets


@checked
class Permutations(CountedGraph):
    """Uniform over the n! words of length n that hold each of the symbols 0..n-1 once.

    Weights with one special symbol a position take any n, others n <= 12.
    """

    chomsky = "finite"

    def __init__(self, size: int, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self.size = check_integer("size", size)

    @property
    def vocab_size(self) -> int:
        """V = n, the number of symbols 0..V-1."""
        return self.size

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether each symbol occurs once."""
        return sorted(word) == list(range(self.size))

    def lengths(self, maximum: int) -> list[int]:
        """n, where it is at most `maximum`."""
        return [self.size] if self.size <= maximum else []

    def count(self, length: int) -> int:
        """n!"""
        return math.factorial(self.size) if length == self.size else 0

    def start(self, length: int) -> int:
        """The set of symbols so far, as bits: none."""
        return 0

    def moves(self, state: int, place: int, length: int) -> Iterable[tuple[int, int]]:
        """Symbols that have not occurred."""
        return (
            (symbol, state | 1 << symbol) for symbol in range(self.size) if not state >> symbol & 1
        )

    def ends(self, state: int, length: int) -> bool:
        """With all symbols, as every path does."""
        return True

    def sample(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        """Independent words, (count, n) int64, drawn on the generator's device and moved."""
        count, length = check_count(count), check_length(length)
        check_generator(generator)
        self._check_words(length)
        keys = torch.rand(
            (count, length), dtype=torch.float64, generator=generator, device=generator.device
        )
        return keys.argsort(dim=1).to(self.device)

    def numbers(self, length: int) -> int:
        """Float64 numbers of working memory that one row needs."""
        special_weights = 4 * length**2 * (length // 2 + 8)
        return max(special_weights, super().numbers(length) if length <= GENERAL_SIZE else 0)

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the permanent of weights (B, n, n), as (B,)."""
        if not self._one_special(weights):
            return super().log_weight_given(weights)
        nodes, log_shares = _quadrature(self.size, weights.device)
        return (_Rooks(weights, nodes).log_products + log_shares).logsumexp(-1)

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, n, n) in nats."""
        if not self._one_special(weights):
            return super().log_joint_given(weights)
        nodes, log_shares = _quadrature(self.size, weights.device)
        rooks = _Rooks(weights, nodes)
        whole = rooks.log_products + log_shares
        dead = whole.amax(-1) == -math.inf
        # an observed symbol: its factor goes, the rest of its group keeps the weights a
        factors = rooks.factors.gather(1, rooks.symbol.unsqueeze(-1).expand(-1, -1, len(nodes)))
        hit = rooks.top.log() + rooks.others + (whole.unsqueeze(1) - factors).logsumexp(-1)
        # another one: its factor goes, and the position leaves its group
        left = whole.unsqueeze(1) - factors + rooks.factors_without
        minors = (left.unsqueeze(2) - rooks.factors.unsqueeze(1)).logsumexp(-1)
        joint = rooks.log_low.unsqueeze(-1) + rooks.alpha.unsqueeze(1) + minors
        joint = joint.scatter(2, rooks.symbol.unsqueeze(-1), hit.unsqueeze(-1))
        return torch.where(dead[:, None, None], -math.inf, joint)

    def _one_special(self, weights: Tensor) -> bool:
        """Whether all weights of a position are equal, but for one larger one at most."""
        if self.size == 1:
            return False
        second = weights.topk(2, dim=-1).values[..., 1]
        special_only = bool((second == weights.amin(-1)).all())
        if not special_only and self.size > GENERAL_SIZE:
            raise ValueError(
                f"permutations of n = {self.size} take weights with one special symbol a position "
                f"(masks, uniform noise), any weights up to n = {GENERAL_SIZE}"
            )
        return special_only


class _Rooks:
    """The factors alpha_v t + beta_v at the nodes t (Q,), in logarithms."""

    def __init__(self, weights: Tensor, nodes: Tensor) -> None:
        self.top, self.symbol = weights.max(-1)
        low = weights.amin(-1)
        self.log_low = low.log()
        rise = (self.top - low).log()
        size = weights.shape[1]
        same = self.symbol.unsqueeze(1) == self.symbol.unsqueeze(2)  # positions of one group
        apart = ~torch.eye(size, dtype=torch.bool, device=weights.device)
        here = self.symbol.unsqueeze(-1) == torch.arange(size, device=weights.device)
        columns = self.log_low.unsqueeze(-1)
        self.alpha = torch.where(here, columns, 0.0).sum(1)
        self.others = torch.where(same & apart, self.log_low.unsqueeze(1), 0.0).sum(-1)
        beta = torch.where(here, (rise + self.others).unsqueeze(-1), -math.inf).logsumexp(1)
        self.factors = _line(self.alpha, beta, nodes)
        self.log_products = self.factors.sum(1)
        # without position i: the others of its group, and of two the rest, zeros counted apart
        zero = low == 0
        logs = self.log_low.masked_fill(zero, 0.0)
        rest = torch.where(same, logs.unsqueeze(1), 0.0).sum(-1, keepdim=True)
        zeros = torch.where(same, zero.unsqueeze(1), False).sum(-1, keepdim=True)
        pair = rest - logs.unsqueeze(1) - logs.unsqueeze(2)
        pair_zeros = zeros - zero.long().unsqueeze(1) - zero.long().unsqueeze(2)
        pair = pair.masked_fill(pair_zeros > 0, -math.inf) + rise.unsqueeze(1)
        beta_without = pair.masked_fill(~(same & apart), -math.inf).logsumexp(-1)
        self.factors_without = _line(self.others, beta_without, nodes)


def _line(log_slope: Tensor, log_constant: Tensor, nodes: Tensor) -> Tensor:
    """Logs of slope * t + constant at all nodes, along a new last axis."""
    return torch.logaddexp(log_slope.unsqueeze(-1) + nodes.log(), log_constant.unsqueeze(-1))


def _quadrature(size: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Nodes and log-weights (Q,) that integrate e^-t times polynomials up to degree `size`."""
    nodes, log_shares = _laguerre(size // 2 + 1)
    table = torch.tensor([nodes, log_shares], dtype=torch.float64, device=device)
    return table[0], table[1]


@functools.cache
def _laguerre(count: int) -> tuple[list[float], list[float]]:
    """Nodes and logs of weights, right to their last digits: Newton's method in 60 of them."""
    nodes, log_shares = [], []
    with mpmath.workdps(60):
        for start in special.roots_laguerre(count)[0].tolist():
            node = mpmath.mpf(start)
            for _ in range(4):
                value, before = _polynomials(count, node)
                node -= value * node / (count * (value - before))
            following = _polynomials(count + 1, node)[0]
            nodes.append(float(node))
            log_shares.append(float(mpmath.log(node / ((count + 1) * following) ** 2)))
    return nodes, log_shares


def _polynomials(degree: int, node: mpmath.mpf) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Laguerre polynomials of a degree and of the one below, at a node."""
    before, value = mpmath.mpf(0), mpmath.mpf(1)
    for step in range(1, degree + 1):
        before, value = value, ((2 * step - 1 - node) * value - (step - 1) * before) / step
    return value, before
