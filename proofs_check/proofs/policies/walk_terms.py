"""Scans of the Bernoulli walk: steps that both bounds share, entropies of binomials in balls."""

import math
import random

import sympy
from flint import arb

from proofs_check.certificates import Cited, Induction, Symbolic
from proofs_check.proof import Step
from proofs_check.proofs.random_laws import ROUNDING

TOKENS = sympy.Symbol("B", integer=True, positive=True)
LENGTH, ROUNDS = (sympy.Symbol(name, integer=True, positive=True) for name in ("n", "R"))
UP, DOWN = (sympy.Symbol(name, integer=True, nonnegative=True) for name in ("k", "l"))
J = sympy.Symbol("j", integer=True, positive=True)
TWO = sympy.log(2)
WALK = "x_i = x_(i-1) + Bern(1/2) with independent steps, x_0 = 0 known"
SCAN = "R rounds, each of the next B_t >= 1 tokens in order, sum_t B_t = n"


def log2(number: arb) -> arb:
    """The logarithm to base 2."""
    return number.log() / arb(2).log()


def binomial_entropy(steps: int) -> arb:
    """H(Bin(j, 1/2)) in bits."""
    counts = [arb(math.comb(steps, k)) for k in range(steps + 1)]
    return arb(steps) - sum((c * log2(c) for c in counts), arb(0)) / arb(2) ** steps


def _path(ways: sympy.Expr) -> Symbolic:
    """k + 1 ups and l downs: from one up fewer, or one down fewer."""
    # C(k + l, k) + C(k + l, k + 1), the last as C(k + l, k) l / (k + 1)
    before = sympy.gamma(UP + DOWN + 1) / (sympy.gamma(UP + 1) * sympy.gamma(DOWN + 1))
    after = sympy.gamma(UP + DOWN + 2) / (sympy.gamma(UP + 2) * sympy.gamma(DOWN + 1))
    return Symbolic((before + ways * before) / 2, after / 2)


def _tokens(outcomes: sympy.Expr) -> Symbolic:
    """Entropy in bits of as many equally likely words."""
    share = 1 / outcomes
    return Symbolic(sympy.Sum(-share * sympy.log(share) / TWO, (J, 1, outcomes)), TOKENS)


def _sizes(source: random.Random) -> list[int]:
    return [source.randint(1, 50) for _ in range(source.randint(1, 8))]


def _convex(sizes: list[int], rounds: int = 0) -> bool:
    """sum_t B_t log B_t >= n log(n / (R - rounds))."""
    total, count = sum(sizes), len(sizes) - rounds
    if count < 1:
        return True
    left = math.fsum(size * math.log(size) for size in sizes)
    return left >= total * math.log(total / count) - 1e3 * ROUNDING


def scan_steps() -> tuple[Step, ...]:
    """What a round loses as a sum of entropies, that losses add up, and the sum over rounds."""
    return (
        Step(
            name="binomial",
            premises=("walk",),
            conclusion=(
                "given x_s, x_(s+j) - x_s is binomial, Bin(j, 1/2), and depends on nothing before "
                "x_s: k + 1 ups and l downs come from k ups or from l - 1 downs"
            ),
            certificate=Induction("the steps j", step=_path(DOWN / (UP + 1))),
            change="ways with one down fewer counted as those with one up fewer",
            twin=Induction("the steps j", step=_path(sympy.Integer(1))),
        ),
        Step(
            name="round",
            premises=("binomial",),
            conclusion=(
                "the tokens of a round of B are one of 2^B equally likely words, B bits, so that "
                "its total correlation is sum_(j <= B) (H(Bin(j, 1/2)) - 1)"
            ),
            certificate=_tokens(2**TOKENS),
            change="B + 1 equally likely words",
            twin=_tokens(TOKENS + 1),
        ),
        Step(
            name="convex",
            premises=("scan",),
            conclusion="sum_t B_t log2 B_t >= n log2(n/R), as x log x is convex",
            certificate=Cited(
                "log sum inequality, or Jensen for x log x",
                "Cover and Thomas, Theorem 2.7.1",
                _sizes,
                _convex,
            ),
            change="R - 1 instead of R",
            twin=Cited("the same", "none: false", _sizes, lambda sizes: _convex(sizes, 1)),
        ),
    )
