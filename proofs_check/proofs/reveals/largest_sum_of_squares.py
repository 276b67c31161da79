"""The largest sum of squares of a law within epsilon nats of the uniform one, as steps of a proof.

No Lagrangian: with p_s = y_s (1 - peak)/(V - 1) and r the value of y_s at peak, the function
G(y) = (y - 1)^2 / (y - 1 - log y) increases, so (y_s - 1)^2 <= G(r) (y_s - 1 - log y_s) for y_s <=
r, and the sum over s turns a bound on sum log p_s into one on sum p_s^2.
"""

import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic
from proofs_check.proof import Step
from proofs_check.proofs.random_laws import ROUNDING, random_numbers

V = sympy.Symbol("V", positive=True)
X, Y, RATIO, MORE = sympy.symbols("x y r n", positive=True)
FIRST, SECOND, PRODUCTS, SAME, OTHER = sympy.symbols("p p' S A A'", nonnegative=True)

LOGS = Y - 1 - sympy.log(Y)
G = (Y - 1) ** 2 / LOGS
SIGN = Y - 1 / Y - 2 * sympy.log(Y)


class DrawnLaw(NamedTuple):
    """A law p, as a list of the chances of its symbols."""

    drawn: list[float]


def divergence(symbols: sympy.Expr, chance: sympy.Expr) -> sympy.Expr:
    """The divergence of a symbol of chance 1/V under the uniform law and `chance` under p."""
    share = 1 / symbols
    return share * sympy.log(share / chance) + (1 - share) * sympy.log((1 - share) / (1 - chance))


def _one_symbol(laws: DrawnLaw, factor: float = 1.0) -> bool:
    """KL(uniform || p) is at least that of the most likely symbol against all others."""
    size, peak = len(laws.drawn), max(laws.drawn)
    whole = math.fsum(math.log(1 / (size * chance)) / size for chance in laws.drawn)
    parts = math.log(1 / (size * peak)) / size
    parts += (1 - 1 / size) * math.log((1 - 1 / size) / (1 - peak))
    return whole >= factor * parts - ROUNDING


def _laws(source: random.Random) -> DrawnLaw:
    return DrawnLaw(random_numbers(source, source.randint(2, 6)))


def _from_logs(others: sympy.Expr) -> sympy.Expr:
    """-log V - (1/V) sum log p_s for peak = 1/(1+x) and `others` symbols that share the rest."""
    logs = -sympy.log(1 + X) + others * sympy.log(X / (1 + X) / others)
    return -sympy.log(1 + MORE) - logs / (1 + MORE)


def _summed(logs: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """b^2 (G(r) sum (y - 1 - log y) + 2 sum y - V) against M, sum y = 1/b = r + V - 1."""
    total = RATIO + V - 1
    left = G.subs(Y, RATIO) * (total - V - logs) + 2 * total - V
    peak = RATIO / total
    return left / total**2, peak**2 + (1 - peak) ** 2 / (V - 1)


STEPS = (
    Step(
        name="same-law",
        premises=("uniform",),
        conclusion=(
            "sum_s p_s p'_s = (sum p_s^2 + sum p'_s^2 - sum (p_s - p'_s)^2) / 2: the largest "
            "agreement of two laws is the largest sum of squares of one"
        ),
        certificate=Induction(
            "the symbols",
            step=Symbolic(
                2 * (PRODUCTS + FIRST * SECOND),
                (SAME + FIRST**2)
                + (OTHER + SECOND**2)
                - ((SAME + OTHER - 2 * PRODUCTS) + (FIRST - SECOND) ** 2),
            ),
        ),
        change="(p_s + p'_s)^2",
        twin=Induction(
            "the symbols",
            step=Symbolic(
                2 * (PRODUCTS + FIRST * SECOND),
                (SAME + FIRST**2)
                + (OTHER + SECOND**2)
                - ((SAME + OTHER - 2 * PRODUCTS) + (FIRST + SECOND) ** 2),
            ),
        ),
    ),
    Step(
        name="one-symbol",
        premises=("learning", "uniform"),
        conclusion="d(1/V || p_s) <= KL(uniform || p) <= epsilon for every symbol s",
        certificate=Cited(
            "data processing: the divergence of an event is at most that of the laws",
            "Cover and Thomas, Theorem 2.7.1 (log sum inequality)",
            _laws,
            _one_symbol,
        ),
        change="the divergence of the event doubled",
        twin=Cited(
            "twice the divergence of an event is at most that of the laws",
            "none: false",
            _laws,
            lambda laws: _one_symbol(laws, 2.0),
        ),
    ),
    Step(
        name="peak",
        premises=("one-symbol", "root"),
        conclusion=(
            "d(1/V || x) has derivative (x - 1/V) / (x (1 - x)) and grows from 0 at 1/V without "
            "bound: there is one root, and p_s <= peak for every s"
        ),
        certificate=Symbolic(sympy.diff(divergence(V, X), X), (X - 1 / V) / (X * (1 - X))),
        change="derivative (x - 1/V) / x",
        twin=Symbolic(sympy.diff(divergence(V, X), X), (X - 1 / V) / X),
    ),
    Step(
        name="sign",
        premises=(),
        conclusion="y - 1/y - 2 log y has derivative (1 - 1/y)^2: it has the sign of y - 1",
        certificate=Symbolic(sympy.diff(SIGN, Y), (1 - 1 / Y) ** 2),
        change="y + 1/y - 2 log y",
        twin=Symbolic(sympy.diff(SIGN + 2 / Y, Y), (1 - 1 / Y) ** 2),
    ),
    Step(
        name="increasing",
        premises=("sign",),
        conclusion=(
            "G' (y - 1 - log y)^2 = (y - 1) (y - 1/y - 2 log y) >= 0, so G increases and "
            "(y - 1)^2 <= G(r) (y - 1 - log y) for 0 < y <= r, r > 1"
        ),
        certificate=Symbolic(sympy.diff(G, Y) * LOGS**2, (Y - 1) * SIGN),
        change="y - 1 squared",
        twin=Symbolic(sympy.diff(G, Y) * LOGS**2, (Y - 1) ** 2 * SIGN),
    ),
    Step(
        name="product",
        premises=("root", "learning"),
        conclusion=(
            "one symbol of chance peak and V - 1 of (1 - peak)/(V - 1) have divergence "
            "epsilon, and KL(uniform || p) = -log V - (1/V) sum log p_s <= epsilon: "
            "sum log p_s is at least theirs"
        ),
        # V = 1 + n, peak = 1 / (1 + x)
        certificate=Symbolic(divergence(1 + MORE, 1 / (1 + X)), _from_logs(MORE)),
        change="one further symbol",
        twin=Symbolic(divergence(1 + MORE, 1 / (1 + X)), _from_logs(MORE + 1)),
    ),
    Step(
        name="match",
        premises=("same-law", "peak", "increasing", "product"),
        conclusion=(
            "with p_s = b' y_s, b' = (1 - peak)/(V - 1), r = peak/b', 1/b' = r + V - 1 = sum "
            "y_s, sum log y_s >= log r: sum (p_s/b' - 1)^2 <= G(r) (1/b' - V - log r), that is "
            "sum p_s^2 <= peak^2 + (1 - peak)^2 / (V - 1) = b (epsilon = 0, r = 1: p is "
            "uniform)"
        ),
        certificate=Symbolic(*_summed(sympy.log(RATIO))),
        change="sum log y_s >= 0 only",
        twin=Symbolic(*_summed(sympy.Integer(0))),
    ),
)
