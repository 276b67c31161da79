"""The best constant for copy pairs: the largest sum of squares, then independent pairs.

For 16 symbols and 1/128 nats the peak is bracketed by a sign change of a monotone equation, in
balls.
"""

from fractions import Fraction

import sympy
from flint import arb

from proofs_check.certificates import Certified, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions.copy_pairs_terms import (
    AGREE,
    EXPONENTIAL,
    GIVEN_STEPS,
    HYPOTHESES,
    LEAST_SHARE,
    MATCH,
    MEAN,
    SQUARES,
    UNIFORM,
)
from proofs_check.proofs.reveals import largest_sum_of_squares
from theory.bounds import THEOREMS
from theory.bounds.collisions.copy_pairs_error import PAIRS, SYMBOLS
from theory.bounds.collisions.copy_pairs_largest_match import PEAK

THEOREM = THEOREMS["copy-pairs-largest-match"]
OTHERS = sympy.Symbol("n", positive=True)  # V - 1
LOW, HIGH = Fraction(973, 10_000), Fraction(974, 10_000)


def _excess(peak: arb) -> arb:
    """The divergence of 16 symbols at a peak, above 1/128."""
    share = arb(1) / 16
    rest = (1 - share) * ((1 - share) / (1 - peak)).log()
    return share * (share / peak).log() + rest - arb(1) / 128


def _match(peak: arb) -> arb:
    return peak**2 + (1 - peak) ** 2 / 15


def _within(low: int, high: int) -> Certified:
    """b between two numbers of 10^-5 each."""
    return Certified(
        lambda peak: (_match(peak) - arb(low) / 10**5) * (arb(high) / 10**5 - _match(peak)),
        {"peak": (LOW, HIGH)},
        f"(b - {low}/10^5) ({high}/10^5 - b) > 0",
    )


def _halves(steps: Fraction) -> Certified:
    return Certified(
        lambda ratio: 1 - arb(639) / 10000 - 2 * ratio * arb(2).log(),
        {"N/L": (Fraction(0), steps)},
        "(1 - 0.0639) / 2 > (N/L) log 2",
    )


proof = Proof(
    theorem="copy-pairs-largest-match",
    hypotheses={
        **HYPOTHESES,
        "root": "peak >= 1/V has divergence d(1/V || peak) = epsilon",
    },
    steps=(
        UNIFORM,
        *largest_sum_of_squares.STEPS,
        GIVEN_STEPS,
        MEAN,
        SQUARES,
        LEAST_SHARE,
        EXPONENTIAL,
        Step(
            name="below",
            premises=("peak",),
            conclusion="V = 16, epsilon = 1/128: peak > 0.0973",
            certificate=Certified(
                lambda peak: -_excess(peak),
                {"peak": (Fraction(1, 16), LOW)},
                "d(1/16 || peak) < 1/128",
            ),
            change="up to 0.098",
            twin=Certified(
                lambda peak: -_excess(peak),
                {"peak": (Fraction(1, 16), Fraction(98, 1000))},
                "d(1/16 || peak) < 1/128",
            ),
        ),
        Step(
            name="above",
            premises=("peak",),
            conclusion="and peak < 0.0974",
            certificate=Certified(
                _excess, {"peak": (HIGH, Fraction(999, 1000))}, "d(1/16 || peak) > 1/128"
            ),
            change="from 0.095 on",
            twin=Certified(
                _excess,
                {"peak": (Fraction(95, 1000), Fraction(999, 1000))},
                "d(1/16 || peak) > 1/128",
            ),
        ),
        Step(
            name="constant",
            premises=("below", "above", "match"),
            conclusion="so 0.06379 < b < 0.0638, less than 0.0639",
            certificate=_within(6379, 6380),
            change="0.06378 < b < 0.06379",
            twin=_within(6378, 6379),
        ),
        Step(
            name="half",
            premises=("constant", "exponential", "least-share"),
            conclusion=(
                "for even L, SER >= 1 - exp(-(1 - b) L / (2 N)) > 1/2 where N/L < (1 - b) / (2 "
                "log 2), and so for all N <= 0.675 L"
            ),
            certificate=_halves(Fraction(675, 1000)),
            change="0.7",
            twin=_halves(Fraction(7, 10)),
        ),
        Step(
            name="reached",
            premises=("product", "match", "mean"),
            conclusion=(
                "the law of peak and V - 1 equal chances has this sum of squares: a denoiser that "
                "uses it for every token whose partner is masked has equality throughout"
            ),
            certificate=Symbolic(
                PEAK**2
                + sympy.Sum(
                    ((1 - PEAK) / OTHERS) ** 2, (sympy.Symbol("s", integer=True), 1, OTHERS)
                ),
                PEAK**2 + (1 - PEAK) ** 2 / OTHERS,
            ),
            change="the other V - 1 chances summed before squaring",
            twin=Symbolic(
                PEAK**2 + (OTHERS * (1 - PEAK) / OTHERS) ** 2, PEAK**2 + (1 - PEAK) ** 2 / OTHERS
            ),
        ),
        Step(
            name="error",
            premises=("mean", "half", "reached"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                THEOREM.expression,
                1 - at(AGREE, {MATCH: PEAK**2 + (1 - PEAK) ** 2 / (SYMBOLS - 1)}) ** PAIRS,
            ),
            change="peak^2 alone",
            twin=Symbolic(THEOREM.expression, 1 - AGREE.subs(MATCH, PEAK**2) ** PAIRS),
        ),
    ),
)
