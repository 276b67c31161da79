"""The 1/t-weighted loss with a forced mask: the empty mask adds a truncated logarithm."""

from fractions import Fraction

import sympy
from flint import arb

from proofs_check.certificates import Certified, Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.reveals.random_order_terms import TRUE
from proofs_check.proofs.training.inverse_time_loss import BETWEEN_0_AND_1, ODDS, RULE, SHOWN_STEPS
from theory.bounds import THEOREMS
from theory.bounds.training.any_order_loss import LENGTH
from theory.bounds.training.forced_mask_loss import ALONE, INDEX
from theory.bounds.training.inverse_time_loss import TIME, VISIBLE

THEOREM = THEOREMS["forced-mask-loss"]
L, PLACE = sympy.Symbol("L", positive=True, integer=True), sympy.Symbol("i", positive=True)
M, T = sympy.symbols("m t", positive=True)
K = sympy.Symbol("k", nonnegative=True, integer=True)
TOTAL = sympy.Symbol("H", positive=True)
LOGARITHM = sympy.Symbol("E", nonnegative=True)  # int_m^1 (1-t)^L / t dt
SUM = sympy.Sum((1 - TIME) ** INDEX / INDEX, (INDEX, 1, LENGTH))


def _same(left: sympy.Expr, right: sympy.Expr) -> Symbolic:
    """For all m and t in (0, 1)."""
    inside = {**BETWEEN_0_AND_1, M: 1 / (1 + ODDS), T: 1 / (1 + T)}
    return Symbolic(at(left, inside), at(right, inside))


def _slopes(less: sympy.Expr) -> Symbolic:
    """Slopes in m of E_(k+1) - E_k and of -`less`; both differences are zero at m = 1."""
    return _same(-((1 - M) ** (K + 1)) / M + (1 - M) ** K / M, -sympy.diff(less, M))


def _share(time: arb, length: int) -> arb:
    """(log(1/m) - sum_(j=1)^L (1-m)^j/j) / ((1-m) L)."""
    total = -time.log()
    for index in range(1, length + 1):
        total -= (1 - time) ** index / index
    return total / ((1 - time) * length)


def _about(percent: Fraction) -> Certified:
    """The share at L = 8, m = 0.001 is a number of percent to within 0.05."""

    def difference(time: arb) -> arb:
        wanted = arb(percent.numerator) / percent.denominator
        return arb(1) / 2000 - abs(_share(time, 8) - wanted / 100)

    time = Fraction(1, 1000)
    return Certified(difference, {"m": (time, time)}, f"|share - {float(percent)}%| < 0.05%, L = 8")


proof = Proof(
    theorem="forced-mask-loss",
    hypotheses={
        "true": TRUE,
        "rule": RULE,
        "forced": "one uniform position masked where none is, with the same weight 1/(t L)",
        "independent": "for the second claim H(X_S) = sum over S of H(X_i), h = H/L",
    },
    steps=(
        *SHOWN_STEPS,
        Step(
            name="empty",
            premises=("true", "forced", "rule"),
            conclusion=(
                "nothing is masked with probability (1-t)^L; then one of L positions costs "
                "H(X_i | all others)/(t L), h/(t L) in the mean: this adds h E / ((1-m) L), E = "
                "int_m^1 (1-t)^L / t dt"
            ),
            certificate=_same(
                sympy.Sum(1 / L * ALONE / (T * L), (PLACE, 1, L)) * (1 - T) ** L / (1 - M),
                (1 - T) ** L / T * ALONE / ((1 - M) * L),
            ),
            change="all L positions masked",
            twin=_same(
                sympy.Sum(ALONE / (T * L), (PLACE, 1, L)) * (1 - T) ** L / (1 - M),
                (1 - T) ** L / T * ALONE / ((1 - M) * L),
            ),
        ),
        Step(
            name="logarithm",
            premises=("empty",),
            conclusion=(
                "E = log(1/m) - sum_(j=1)^L (1-m)^j/j: both sides are 0 at m = 1 (L = 0: log 1), "
                "and from L = k to k + 1 both change by -(1-m)^(k+1)/(k+1)"
            ),
            certificate=Induction(
                "the length: slopes in m",
                base=_same(-((1 - M) ** 0) / M, sympy.Derivative(sympy.log(1 / M), M)),
                step=_slopes((1 - M) ** (K + 1) / (K + 1)),
            ),
            change="(1-m)^(k+1) without the denominator",
            twin=Induction(
                "the length: slopes in m",
                base=_same(-((1 - M) ** 0) / M, sympy.Derivative(sympy.log(1 / M), M)),
                step=_slopes((1 - M) ** (K + 1)),
            ),
        ),
        Step(
            name="loss",
            premises=("shown", "empty", "logarithm"),
            conclusion="the loss is (E H(X_S) + h E) / ((1-m) L)",
            certificate=_same(
                THEOREM.expression.subs(SUM, -sympy.log(TIME) - LOGARITHM),
                VISIBLE / ((1 - TIME) * LENGTH) + ALONE * LOGARITHM / ((1 - TIME) * LENGTH),
            ),
            change="the forced mask forgotten",
            twin=_same(
                THEOREM.expression.subs(SUM, -sympy.log(TIME) - LOGARITHM),
                VISIBLE / ((1 - TIME) * LENGTH),
            ),
        ),
        Step(
            name="independent-tokens",
            premises=("loss", "independent"),
            conclusion=(
                "for independent tokens E H(X_S) = (1-m) H and h = H/L: too high by the share "
                "E/((1-m) L) of H/L"
            ),
            certificate=_same(
                ((1 - M) * TOTAL + TOTAL / L * LOGARITHM) / ((1 - M) * L) / (TOTAL / L) - 1,
                LOGARITHM / ((1 - M) * L),
            ),
            change="E H(X_S) = H",
            twin=_same(
                (TOTAL + TOTAL / L * LOGARITHM) / ((1 - M) * L) / (TOTAL / L) - 1,
                LOGARITHM / ((1 - M) * L),
            ),
        ),
        Step(
            name="number",
            premises=("independent-tokens", "logarithm"),
            conclusion="which is 52.5% at L = 8 and m = 0.001",
            certificate=_about(Fraction(525, 10)),
            change="52.4%",
            twin=_about(Fraction(524, 10)),
        ),
        Step(
            name="forced-mask",
            premises=("loss", "number"),
            conclusion=THEOREM.statement,
            # written over the common denominator, E as its sum
            certificate=_same(
                THEOREM.expression * (1 - TIME) * LENGTH - VISIBLE,
                ALONE * (sympy.log(1 / TIME) - SUM),
            ),
            change="the sum from j = 0",
            twin=_same(
                THEOREM.expression * (1 - TIME) * LENGTH - VISIBLE,
                ALONE * (sympy.log(1 / TIME) - SUM - 1),
            ),
        ),
    ),
)
