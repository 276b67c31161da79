"""An unequal pair is mended with chance 1/2 at most: Cauchy's inequality with the third symbols."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at, factors, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.revision.pair_terms import (
    ETA,
    HYPOTHESES,
    JOINS,
    LEAVES,
    OTHER,
    RHO,
    SAME,
    SHARE,
    STAYS,
    pair_step,
)
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["revised-pairs-every-grid"]
S, T, W, THIRD, ABOVE = sympy.symbols("s t w m d", nonnegative=True)  # m = V - 2 third symbols
V = sympy.Symbol("V", positive=True)
DONE = sympy.Symbol("k", integer=True, nonnegative=True)


def _half(crossed: int) -> Symbolic:
    """(s + t + m w)^2 / 2 less the chance to agree."""
    agree = crossed * S * T + THIRD * W**2
    rest = (S - T) ** 2 / 2 + THIRD * W * (S + T - W) + THIRD**2 * W**2 / 2
    return Symbolic((S + T + THIRD * W) ** 2 / 2 - agree, rest)


def _first(level: int | sympy.Expr) -> Symbolic:
    """The chance to agree from an unequal pair at a level, any rho."""
    s, t, _ = pair_step(ETA, SHARE, RHO)
    w = (1 - s - t) / (1 / SHARE - 2)
    return Symbolic(at(2 * s * t + (1 / SHARE - 2) * w**2, {ETA: level}), SHARE)


def _halved(kept: int) -> Induction:
    """e_(k+1) = e_k P(unequal | unequal) + .. >= e_k / 2, where e_k = (1 - 1/V) 2^-(k-1) + d."""
    least = (1 - 1 / V) * sympy.Rational(1, 2) ** DONE
    return Induction(
        "the steps k after the first",
        step=Symbolic(
            terms((least + ABOVE) * sympy.Rational(kept, 2), -least.subs(DONE, DONE + 1)),
            ABOVE / 2,
        ),
    )


def _limit(ratio: sympy.Expr) -> Symbolic:
    s, t, _ = pair_step(ETA, SHARE, RHO)
    return Symbolic(at(2 * s * t, {ETA: 0, RHO: ratio}), sympy.Rational(1, 2))


proof = Proof(
    theorem=THEOREM.id,
    hypotheses=HYPOTHESES,
    steps=(
        Step(
            name="posterior",
            premises=("language", "noise"),
            conclusion=(
                "given u and v that differ, each of them is the clean symbol with weight a b, any "
                "other one with b^2, a = l(y | y), b = l(y | x): in all 2 a + (V - 2) b = 2 - eta "
                "after division by b"
            ),
            certificate=Symbolic(2 * SAME + (1 / SHARE - 2) * OTHER, 2 - ETA),
            change="V - 1 others",
            twin=Symbolic(2 * SAME + (1 / SHARE - 1) * OTHER, 2 - ETA),
        ),
        Step(
            name="kernel",
            premises=("posterior", "ancestral"),
            conclusion=(
                "the first token stays with chance s, takes the other's symbol with t, and any "
                "third one with w each: s + t + (V - 2) w = 1"
            ),
            certificate=Symbolic(
                terms(STAYS, JOINS, factors(1 / SHARE - 2, LEAVES)), sympy.Integer(1)
            ),
            change="V - 1 third symbols",
            twin=Symbolic(terms(STAYS, JOINS, factors(1 / SHARE - 1, LEAVES)), sympy.Integer(1)),
        ),
        Step(
            name="stays",
            premises=("kernel",),
            conclusion="s - w = (1 - eta) (1 + rho - rho eta) / ((2 - eta) (1 - rho eta)) >= 0",
            certificate=Symbolic(
                terms(STAYS, -LEAVES),
                (1 - ETA) * (1 + RHO - RHO * ETA) / ((2 - ETA) * (1 - RHO * ETA)),
            ),
            change="t - w",
            twin=Symbolic(
                terms(JOINS, -LEAVES),
                (1 - ETA) * (1 + RHO - RHO * ETA) / ((2 - ETA) * (1 - RHO * ETA)),
            ),
        ),
        Step(
            name="joins",
            premises=("kernel",),
            conclusion="t - w = (1 - eta) (1 - rho) / (2 - eta) >= 0",
            certificate=Symbolic(terms(JOINS, -LEAVES), (1 - ETA) * (1 - RHO) / (2 - ETA)),
            change="s - w",
            twin=Symbolic(terms(STAYS, -LEAVES), (1 - ETA) * (1 - RHO) / (2 - ETA)),
        ),
        Step(
            name="half",
            premises=("stays", "joins"),
            conclusion=(
                "the second token does the same with u and v exchanged, independently: they agree "
                "with chance 2 s t + (V - 2) w^2, which is 1/2 less terms that are not negative, "
                "as w <= s"
            ),
            certificate=_half(2),
            change="3 s t",
            twin=_half(3),
        ),
        Step(
            name="first",
            premises=("kernel",),
            conclusion=(
                "at eta = 1 nothing is known: an unequal pair agrees with chance 1/V after the "
                "step, and so does an equal one, as the kernel is uniform whatever the token; "
                "e_1 = 1 - 1/V"
            ),
            certificate=_first(1),
            change="eta = 1/2",
            twin=_first(sympy.Rational(1, 2)),
        ),
        Step(
            name="halved",
            premises=("first", "half"),
            conclusion="e_(k+1) >= e_k / 2, so e_N >= (1 - 1/V) 2^-(N-1)",
            certificate=_halved(1),
            change="e_(k+1) >= 3 e_k / 2 used",
            twin=_halved(3),
        ),
        Step(
            name="sharp",
            premises=("kernel",),
            conclusion=(
                "as eta and rho tend to zero an unequal pair agrees with chance 1/2 (third symbols "
                "not even counted), and an equal one stays: 1 - eta^2 G"
            ),
            certificate=_limit(sympy.Integer(0)),
            change="rho = 1/2",
            twin=_limit(sympy.Rational(1, 2)),
        ),
        Step(
            name="bound",
            premises=("halved", "sharp"),
            conclusion=THEOREM.statement,
            # N = k + 1
            certificate=Symbolic(
                as_stated(THEOREM, V, DONE + 1), (1 - 1 / V) * sympy.Rational(1, 2) ** DONE
            ),
            change="N = k",
            twin=Symbolic(as_stated(THEOREM, V, DONE), (1 - 1 / V) * sympy.Rational(1, 2) ** DONE),
        ),
    ),
)
