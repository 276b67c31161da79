"""Bias of the 1/t-weighted loss: what is shown at the least time has at most the whole entropy."""

from fractions import Fraction

import sympy
from flint import arb

from proofs_check.certificates import Certified, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.reveals.random_order_terms import TRUE
from proofs_check.proofs.training.inverse_time_loss import BETWEEN_0_AND_1, BETWEEN_STEPS, RULE
from theory.bounds import THEOREMS
from theory.bounds.training.any_order_loss import ENTROPY, LENGTH
from theory.bounds.training.inverse_time_loss import TIME

THEOREM = THEOREMS["inverse-time-bias"]
# H(X | X_S), the entropy that is not shown, and how far E H(X_S) lies above (1-m) H
HIDDEN, OVER = sympy.symbols("h o", nonnegative=True)


def _loss(shown: sympy.Expr) -> sympy.Expr:
    return shown / ((1 - TIME) * LENGTH)


def _same(left: sympy.Expr, right: sympy.Expr) -> Symbolic:
    """For all m in (0, 1)."""
    return Symbolic(left.subs(BETWEEN_0_AND_1), right.subs(BETWEEN_0_AND_1))


def _share_below(share: Fraction, time: Fraction) -> Certified:
    """m/(1-m) is below a share for all m up to a time."""

    def difference(least: arb) -> arb:
        return arb(share.numerator) / share.denominator - least / (1 - least)

    return Certified(difference, {"m": (Fraction(0), time)}, f"m/(1-m) < {share}")


proof = Proof(
    theorem="inverse-time-bias",
    hypotheses={"true": TRUE, "rule": RULE},
    steps=(
        *BETWEEN_STEPS,
        Step(
            name="least",
            premises=("shown", "between"),
            conclusion="with E H(X_S) = (1-m) H + o the loss is H/L + o/((1-m) L) >= H/L",
            certificate=_same(
                _loss((1 - TIME) * ENTROPY + OVER), ENTROPY / LENGTH + OVER / ((1 - TIME) * LENGTH)
            ),
            change="E H(X_S) = (1-m)^2 H + o",
            twin=_same(
                _loss((1 - TIME) ** 2 * ENTROPY + OVER),
                ENTROPY / LENGTH + OVER / ((1 - TIME) * LENGTH),
            ),
        ),
        Step(
            name="share",
            premises=("shown", "between"),
            conclusion=(
                "with E H(X_S) = H - h the loss exceeds H/L by the share m/(1-m) of it less "
                "h/((1-m) L), h >= 0"
            ),
            certificate=_same(
                _loss(ENTROPY - HIDDEN) - ENTROPY / LENGTH,
                TIME / (1 - TIME) * ENTROPY / LENGTH - HIDDEN / ((1 - TIME) * LENGTH),
            ),
            change="the share m",
            twin=_same(
                _loss(ENTROPY - HIDDEN) - ENTROPY / LENGTH,
                TIME * ENTROPY / LENGTH - HIDDEN / ((1 - TIME) * LENGTH),
            ),
        ),
        Step(
            name="thousandth",
            premises=("share",),
            conclusion="off by less than 0.11% at m = 0.001",
            certificate=_share_below(Fraction(11, 10_000), Fraction(1, 1000)),
            change="0.1%",
            twin=_share_below(Fraction(1, 1000), Fraction(1, 1000)),
        ),
        Step(
            name="twentieth",
            premises=("share",),
            conclusion="off by less than 5.3% at m = 0.05",
            certificate=_share_below(Fraction(53, 1000), Fraction(1, 20)),
            change="5%",
            twin=_share_below(Fraction(1, 20), Fraction(1, 20)),
        ),
        Step(
            name="bias",
            premises=("least", "thousandth", "twentieth"),
            conclusion=THEOREM.statement,
            # the bound exceeds the loss by what is hidden
            certificate=_same(
                THEOREM.expression - _loss(ENTROPY - HIDDEN), HIDDEN / ((1 - TIME) * LENGTH)
            ),
            change="H/L as the bound",
            twin=_same(ENTROPY / LENGTH - _loss(ENTROPY - HIDDEN), HIDDEN / ((1 - TIME) * LENGTH)),
        ),
    ),
)
