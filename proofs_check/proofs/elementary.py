"""Elementary inequalities of several proofs: log y <= y - 1, Cauchy and Schwarz, means."""

import sympy

from proofs_check.certificates import Induction, Symbolic, factors, terms
from proofs_check.proof import Step

Y, S = sympy.symbols("y s", positive=True)
SUM, SQUARES, NEXT = sympy.symbols("S Q x", nonnegative=True)
COUNT = sympy.Symbol("n", integer=True, positive=True)
CHANCE, LEFT = sympy.symbols("w r", nonnegative=True)
WEIGHT, WEIGHTS, SLACK, SLACKS, END = sympy.symbols("w W s S_s m", real=True)


def _above_tangent(factor: int) -> Symbolic:
    """The integrand has the sign of s - 1, so its integral from 1 to y is not negative."""
    return Symbolic(sympy.Integral(1 - factor / S, (S, 1, Y)), Y - 1 - sympy.log(Y))


def logarithm_step(name: str, premises: tuple[str, ...], conclusion: str) -> Step:
    """What follows from log y <= y - 1, y > 0; the conclusion says at which y."""
    return Step(
        name=name,
        premises=premises,
        conclusion=f"{conclusion}; log y <= y - 1, as y - 1 - log y is int_1^y (1 - 1/s) ds >= 0",
        certificate=_above_tangent(1),
        change="1 - 2/s",
        twin=_above_tangent(2),
    )


def _squares(spread: int) -> Induction:
    """n Q - S^2 and its growth, a term of at least zero more for each number x."""
    rest = COUNT * SQUARES - SUM**2
    grown = (COUNT + 1) * (SQUARES + NEXT**2) - (SUM + NEXT) ** 2
    return Induction(
        "the numbers n",
        step=Symbolic(grown, rest + rest / COUNT + spread * COUNT * (NEXT - SUM / COUNT) ** 2),
    )


def cauchy_step(name: str, premises: tuple[str, ...], conclusion: str) -> Step:
    """What follows from Cauchy and Schwarz."""
    return Step(
        name=name,
        premises=premises,
        conclusion=(
            f"{conclusion}; n Q >= S^2 for n numbers of sum S and sum of squares Q: a further x "
            "adds the n-th part of n Q - S^2 and n (x - S/n)^2"
        ),
        certificate=_squares(1),
        change="twice the last square",
        twin=_squares(2),
    )


def _weighed(slack: int) -> Induction:
    """m W + sum of w s so far, and one number m + s more of weight w."""
    mean = terms(END * WEIGHTS + SLACKS, factors(WEIGHT, terms(END, SLACK)))
    return Induction(
        "the numbers",
        step=Symbolic(mean, END * (WEIGHTS + WEIGHT) + SLACKS + slack * WEIGHT * SLACK),
    )


def mean_step(name: str, premises: tuple[str, ...], conclusion: str) -> Step:
    """A mean lies between the least and the largest of what it averages."""
    return Step(
        name=name,
        premises=premises,
        conclusion=(
            f"{conclusion}: the mean of numbers m + s is m plus the mean of the s, all of one sign "
            "where m is the least or the largest"
        ),
        certificate=_weighed(1),
        change="s counted twice",
        twin=_weighed(2),
    )


def _parts(left: int) -> Induction:
    """(1 - w)^n = 1 - n w + r, one part more."""
    return Induction(
        "the parts n",
        step=Symbolic(
            (1 - COUNT * CHANCE + LEFT) * (1 - CHANCE),
            1 - (COUNT + 1) * CHANCE + left * LEFT * (1 - CHANCE) + COUNT * CHANCE**2,
        ),
    )


def union_step(name: str, premises: tuple[str, ...], conclusion: str) -> Step:
    """Independent parts, each wrong with chance w."""
    return Step(
        name=name,
        premises=premises,
        conclusion=f"{conclusion}: 1 - (1 - w)^n <= n w for n parts, each wrong with chance w",
        certificate=_parts(1),
        change="what is left over counted twice",
        twin=_parts(2),
    )
