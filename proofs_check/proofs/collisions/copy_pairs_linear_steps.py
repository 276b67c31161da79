"""Steps in proportion to L: the bound by Pinsker at V >= 16, epsilon <= 1/128, and c >= 1/N."""

from fractions import Fraction

import sympy
from flint import arb

from proofs_check.certificates import Certified, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions import copy_pairs_pinsker
from proofs_check.proofs.collisions.copy_pairs_terms import (
    EXPONENTIAL,
    HYPOTHESES,
    LEAST_SHARE,
    SQUARES,
    STEPS,
)
from theory.bounds import THEOREMS
from theory.bounds.collisions import copy_pairs_linear_steps as theorem_file
from theory.bounds.collisions.copy_pairs_error import PAIRS, SYMBOLS
from theory.bounds.collisions.copy_pairs_pinsker import EPSILON

PAIR = sympy.Symbol("j", integer=True, positive=True)
BELOW = sympy.Symbol("b", nonnegative=True)
FURTHER, ROOT, ABOVE = sympy.symbols("v s d", nonnegative=True)
THEOREM = THEOREMS["copy-pairs-linear-steps"]
EXPRESSION = THEOREM.expression.subs(theorem_file.STEPS, STEPS)
PINSKER = copy_pairs_pinsker.LARGEST.subs({SYMBOLS: 16 + FURTHER, EPSILON: 2 * ROOT**2})
EIGHTH, SIXTEENTH = sympy.Rational(1, 8), sympy.Rational(1, 16)


def _ratio(most: Fraction) -> Certified:
    return Certified(
        lambda ratio: 7 - 16 * ratio * arb(2).log(),
        {"N/L": (Fraction(0), most)},
        "7 - 16 (N/L) log 2 > 0",
    )


proof = Proof(
    theorem="copy-pairs-linear-steps",
    hypotheses={
        **HYPOTHESES,
        "size": "V = 16 + v >= 16 and epsilon = 2 s^2 <= 1/128, so s <= 1/16",
    },
    steps=(
        *copy_pairs_pinsker.proof.steps[:5],  # up to 1 - SER <= (1 - (1 - b) c)^m
        Step(
            name="eighth",
            premises=("match", "size"),
            conclusion="1/8 - b = v / (16 V) + (1/16 - s) >= 0",
            certificate=Symbolic(
                EIGHTH - PINSKER, FURTHER / (16 * (16 + FURTHER)) + (SIXTEENTH - ROOT)
            ),
            change="1/8 replaced by 1/10",
            twin=Symbolic(
                sympy.Rational(1, 10) - PINSKER,
                FURTHER / (16 * (16 + FURTHER)) + (SIXTEENTH - ROOT),
            ),
        ),
        SQUARES,
        LEAST_SHARE,
        EXPONENTIAL,
        Step(
            name="steps",
            premises=("exponential", "eighth", "least-share"),
            conclusion=(
                "with b = 1/8 - u, c = 1/N + d: (1 - b) c m = 7 m / (8 N) + u c m + (7/8) d m, "
                "so SER >= 1 - exp(-7 m / (8 N)) at m = floor(L/2)"
            ),
            certificate=Symbolic(
                (1 - (EIGHTH - ROOT)) * (1 / STEPS + ABOVE) * PAIRS,
                7 * PAIRS / (8 * STEPS)
                + ROOT * (1 / STEPS + ABOVE) * PAIRS
                + sympy.Rational(7, 8) * ABOVE * PAIRS,
            ),
            change="b = 1/8 + u",
            twin=Symbolic(
                (1 - (EIGHTH + ROOT)) * (1 / STEPS + ABOVE) * PAIRS,
                7 * PAIRS / (8 * STEPS)
                + ROOT * (1 / STEPS + ABOVE) * PAIRS
                + sympy.Rational(7, 8) * ABOVE * PAIRS,
            ),
        ),
        Step(
            name="half",
            premises=("steps",),
            conclusion="at m = L/2 and N = 7 L / (16 log 2) the bound is 1/2, and it falls with N",
            certificate=Symbolic(
                at(EXPRESSION, {STEPS: 7 * 2 * PAIRS / (16 * sympy.log(2))}), sympy.Rational(1, 2)
            ),
            change="N = 7 L / (8 log 2)",
            twin=Symbolic(
                at(EXPRESSION, {STEPS: 7 * 2 * PAIRS / (8 * sympy.log(2))}), sympy.Rational(1, 2)
            ),
        ),
        Step(
            name="ratio",
            premises=("half",),
            conclusion="0.631 < 7 / (16 log 2)",
            certificate=_ratio(Fraction(631, 1000)),
            change="0.631 replaced by 0.64",
            twin=_ratio(Fraction(64, 100)),
        ),
        Step(
            name="odd-first",
            premises=("language",),
            conclusion=(
                "with the exact denoiser the odd positions first, then the even ones, which are "
                "certain, give each of the V^m words its probability V^-m: SER 0 in two steps "
                "(states of the HMM: a symbol and whether its copy is due, 2 V)"
            ),
            certificate=Symbolic(
                sympy.Product(1 / SYMBOLS * 1, (PAIR, 1, PAIRS)), SYMBOLS ** (-PAIRS)
            ),
            change="the even tokens in the first step as well",
            twin=Symbolic(sympy.Product(1 / SYMBOLS**2, (PAIR, 1, PAIRS)), SYMBOLS ** (-PAIRS)),
        ),
        Step(
            name="error",
            premises=("steps", "ratio", "odd-first"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                EXPRESSION, 1 - at(sympy.exp(-(1 - BELOW) / STEPS * PAIRS), {BELOW: EIGHTH})
            ),
            change="1/8 replaced by 1/16",
            twin=Symbolic(
                EXPRESSION, 1 - at(sympy.exp(-(1 - BELOW) / STEPS * PAIRS), {BELOW: SIXTEENTH})
            ),
        ),
    ),
)
