"""SER <= 1 - exp(-KL): the log sum inequality for the event that a word is possible."""

import math
import random

import sympy

from proofs_check.certificates import Cited, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.random_laws import ROUNDING, random_numbers
from theory.bounds import THEOREMS

S = sympy.Symbol("s", positive=True)  # p(support)
T = sympy.Symbol("t", nonnegative=True)  # KL + log s
U = sympy.Symbol("u", nonnegative=True)
LawPair = tuple[list[float], list[float]]


def _pair(source: random.Random) -> LawPair:
    """Two lists of positive numbers, not of the same sum."""
    count, scale = source.randint(1, 5), source.uniform(0.2, 5)
    return random_numbers(source, count), [scale * b for b in random_numbers(source, count)]


def _log_sum(pair: LawPair, factor: float = 1.0) -> bool:
    """sum a log(a/b) >= factor * A log(A/B)."""
    first, second = pair
    left = math.fsum(a * math.log(a / b) for a, b in zip(first, second, strict=True))
    total, other = math.fsum(first), math.fsum(second)
    return left >= factor * total * math.log(total / other) - ROUNDING


def _left_over(rate: int) -> Symbolic:
    return Symbolic(sympy.Integral(sympy.exp(-rate * U), (U, 0, T)), 1 - sympy.exp(-T))


proof = Proof(
    theorem="error-from-divergence",
    hypotheses={
        "support": "q(S) = 1, S the support of q",
        "finite": "KL(q || p) is finite; else there is nothing to show",
    },
    steps=(
        Step(
            name="log-sum",
            premises=("finite",),
            conclusion="sum_i a_i log(a_i / b_i) >= A log(A / B) for positive a, b of sums A, B",
            certificate=Cited(
                "log sum inequality", "Cover and Thomas, Theorem 2.7.1", _pair, _log_sum
            ),
            change="A log(A / B) doubled",
            twin=Cited(
                "log sum inequality, right side doubled",
                "none: false",
                _pair,
                lambda pair: _log_sum(pair, 2.0),
            ),
        ),
        Step(
            name="event",
            premises=("log-sum", "support"),
            conclusion="KL(q || p) >= -log s, s = p(S)",
            certificate=Symbolic(1 * sympy.log(1 / S), -sympy.log(S)),
            change="A = 1/2 instead of q(S) = 1",
            twin=Symbolic(sympy.Rational(1, 2) * sympy.log(1 / (2 * S)), -sympy.log(S)),
        ),
        Step(
            name="solve",
            premises=("event",),
            conclusion="with KL = -log s + t, t >= 0: (1 - exp(-KL)) - (1 - s) = s (1 - exp(-t))",
            certificate=Symbolic(
                (1 - sympy.exp(sympy.log(S) - T)) - (1 - S), S * (1 - sympy.exp(-T))
            ),
            change="KL = -log s - t",
            twin=Symbolic((1 - sympy.exp(sympy.log(S) + T)) - (1 - S), S * (1 - sympy.exp(-T))),
        ),
        Step(
            name="sign",
            premises=("solve",),
            conclusion=THEOREMS["error-from-divergence"].statement,
            # what is left, 1 - exp(-t), is an integral over numbers above 0, and 0 at t = 0
            certificate=_left_over(1),
            change="exp(-2 u) for exp(-u)",
            twin=_left_over(2),
        ),
    ),
)
