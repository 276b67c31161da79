"""The Frechet bound: the union bound, and intervals laid side by side that reach it."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at, terms
from proofs_check.proof import Proof, Step
from theory.bounds import THEOREMS
from theory.bounds.policies.frechet_bound import TOKENS, TOTAL

THEOREM = THEOREMS["frechet-bound"]
# sum of the first m of the c_i, one more; what inequalities leave over
SUM, MORE, OVER, NEITHER = sympy.symbols("C c s w", nonnegative=True)
M = sympy.Symbol("m", nonnegative=True, integer=True)
COVERED, LENGTH, GAP = sympy.symbols("D d g", nonnegative=True)


_COVERED, _START = sympy.symbols("D b", real=True)


def _one_more(known: sympy.Expr) -> Symbolic:
    """P(A and B) less the bound at m + 1, P(A) = C - (m - 1) + s, P(B) = `known`, w neither."""
    both = (SUM - (M - 1) + OVER) + known - 1 + NEITHER
    return Symbolic(terms(both, -(SUM + MORE - M)), OVER + NEITHER)


def _interval(covered: sympy.Expr, start: sympy.Expr) -> sympy.Expr:
    """Right end of what is covered after an interval of length d from `start` <= `covered`."""
    return at(sympy.Max(_COVERED, _START + LENGTH), {_COVERED: covered, _START: start})


proof = Proof(
    theorem="frechet-bound",
    hypotheses={"marginals": "n events of probabilities c_1..c_n in [0, 1], their sum C"},
    steps=(
        Step(
            name="union",
            premises=("marginals",),
            conclusion="all happen with probability at least c_1 + .. + c_n - (n - 1)",
            certificate=Induction(
                "the events m: P(the first m) >= c_1 + .. + c_m - (m - 1), P(none) = 1",
                step=_one_more(MORE),
            ),
            change="the next event has the probability c/2",
            twin=Induction(
                "the events m",
                step=_one_more(MORE / 2),
            ),
        ),
        Step(
            name="room",
            premises=("marginals",),
            conclusion=(
                "the failures as intervals in [0, 1] of lengths d_j = 1 - c_j: the next one begins "
                "at min(D, 1 - d), where D = min(1, d_1 + .. + d_m) is covered so far. Where D = "
                "1 - d - g, it begins at D and what is covered ends at D + d = 1 - g <= 1"
            ),
            certificate=Symbolic(
                _interval(1 - LENGTH - GAP, sympy.Min(1 - LENGTH - GAP, 1 - LENGTH)), 1 - GAP
            ),
            change="it begins at 1 - d",
            twin=Symbolic(_interval(1 - LENGTH - GAP, 1 - LENGTH), 1 - GAP),
        ),
        Step(
            name="no-room",
            premises=("marginals",),
            conclusion=(
                "where D = 1 - d + g it begins at 1 - d <= D, leaves no hole, and what is covered "
                "ends at 1, as D <= 1"
            ),
            # D = 1 - d + g <= 1: d = g + h
            certificate=Symbolic(
                at(
                    _interval(1 - LENGTH + GAP, sympy.Min(1 - LENGTH + GAP, 1 - LENGTH)),
                    {LENGTH: GAP + COVERED},
                ),
                sympy.Integer(1),
            ),
            change="it begins at D",
            twin=Symbolic(
                at(_interval(1 - LENGTH + GAP, 1 - LENGTH + GAP), {LENGTH: GAP + COVERED}),
                sympy.Integer(1),
            ),
        ),
        Step(
            name="covered",
            premises=("room", "no-room"),
            conclusion=(
                "so n intervals cover min(1, n - C): for n - C = 1 - g <= 1 none of them fails "
                "with probability g = C - (n - 1)"
            ),
            certificate=Symbolic(
                1 - at(sympy.Min(1, _COVERED), {_COVERED: 1 - GAP}),
                at(TOTAL - (TOKENS - 1), {TOTAL: TOKENS - 1 + GAP}),
            ),
            change="g = C - n",
            twin=Symbolic(
                1 - sympy.Min(1, 1 - GAP), (TOTAL - TOKENS).subs(TOTAL, TOKENS - 1 + GAP)
            ),
        ),
        Step(
            name="covered-all",
            premises=("room", "no-room"),
            conclusion="and for n - C = 1 + g none of them fails with probability zero",
            certificate=Symbolic(1 - at(sympy.Min(1, _COVERED), {_COVERED: 1 + GAP}), 0),
            change="what is covered is n - C, intervals that may leave [0, 1]",
            twin=Symbolic(1 - (1 + GAP), sympy.Integer(0)),
        ),
        Step(
            name="bound",
            premises=("union", "covered", "covered-all"),
            conclusion=THEOREM.statement,
            # max(0, x) = (x + |x|)/2, which is 1 - min(1, n - C), x = C - (n - 1)
            certificate=Symbolic(
                THEOREM.expression.rewrite(sympy.Abs),
                1 - at(sympy.Min(1, _COVERED).rewrite(sympy.Abs), {_COVERED: TOKENS - TOTAL}),
            ),
            change="n in the place of n - 1",
            twin=Symbolic(sympy.Max(0, TOTAL - TOKENS), 1 - sympy.Min(1, TOKENS - TOTAL)),
        ),
    ),
)
