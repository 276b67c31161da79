"""KL above SER by a second-order term: z - 1 - log z for z = p/q, which is close to one."""

import sympy

from proofs_check.certificates import Induction, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions.shared_steps import (
    BIRTHDAY,
    DISTINCT_STEPS,
    HYPOTHESES,
    ONE_BY_ONE,
    UNION,
)
from proofs_check.proofs.elementary import logarithm_step
from theory.bounds import THEOREMS
from theory.bounds.collisions.divergence_from_shared_steps import SHARED
from theory.bounds.collisions.one_constant import ERROR
from theory.bounds.collisions.one_constant_remainder import LEAST

Z, LOWEST, CHANCE, GIVEN = sympy.symbols("z z_0 q r", positive=True)
DIVERGENCE, INSIDE, TOTAL, WORDS = sympy.symbols("K P Q T", nonnegative=True)
SQUARES, ON_SUPPORT = sympy.symbols("X R", nonnegative=True)
THEOREM = THEOREMS["one-constant-remainder"]
REST = Z - 1 - sympy.log(Z)


def _terms(one: int) -> Induction:
    """sum q (z - 1 - log z) = K + P - Q so far: KL, p and q of the words so far."""
    return Induction(
        "the words",
        step=Symbolic(
            (DIVERGENCE + INSIDE - TOTAL) + CHANCE * (Z - one - sympy.log(Z)),
            (DIVERGENCE + CHANCE * sympy.log(CHANCE / (Z * CHANCE)))
            + (INSIDE + Z * CHANCE)
            - (TOTAL + CHANCE),
        ),
    )


def _spread(cross: int) -> Induction:
    """sum q (r/q - 1)^2 = X - 2 R + Q so far: X the sum of r^2/q, R of r, Q of q."""
    return Induction(
        "the words",
        step=Symbolic(
            (SQUARES - 2 * ON_SUPPORT + TOTAL) + CHANCE * (GIVEN / CHANCE - 1) ** 2,
            (SQUARES + GIVEN**2 / CHANCE) - cross * GIVEN - 2 * ON_SUPPORT + (TOTAL + CHANCE),
        ),
    )


proof = Proof(
    theorem="one-constant-remainder",
    hypotheses={
        **HYPOTHESES,
        "error-from-divergence": THEOREMS["error-from-divergence"].statement,
    },
    steps=(
        ONE_BY_ONE,
        DISTINCT_STEPS,
        Step(
            name="mixture",
            premises=("distinct",),
            conclusion=(
                "p = (1 - kappa) q + kappa r, r the law given that two positions share a step: "
                "z = p/q on the words of q has z - 1 = kappa (r/q - 1), so z >= 1 - kappa"
            ),
            certificate=Symbolic(
                ((1 - SHARED) * CHANCE + SHARED * GIVEN) / CHANCE - 1,
                SHARED * (GIVEN / CHANCE - 1),
            ),
            change="z - 1 = kappa r/q",
            twin=Symbolic(
                ((1 - SHARED) * CHANCE + SHARED * GIVEN) / CHANCE - 1, SHARED * GIVEN / CHANCE
            ),
        ),
        Step(
            name="rest",
            premises=(),
            conclusion=(
                "sum over the words of q (z - 1 - log z) = KL + p(S) - 1 = KL - SER, S the support"
            ),
            certificate=_terms(1),
            change="z - 2 - log z",
            twin=_terms(2),
        ),
        Step(
            name="second-order",
            premises=("mixture",),
            conclusion=(
                "(z-1)^2 / (2 z_0) - (z - 1 - log z) is 0 at z = 1 with derivative (z - 1)(z - "
                "z_0)/(z z_0): not negative for z >= z_0, z_0 = 1 - kappa <= 1"
            ),
            certificate=Symbolic(
                sympy.diff((Z - 1) ** 2 / (2 * LOWEST) - REST, Z),
                (Z - 1) * (Z - LOWEST) / (Z * LOWEST),
            ),
            change="(z-1)^2 / (4 z_0)",
            twin=Symbolic(
                sympy.diff((Z - 1) ** 2 / (4 * LOWEST) - REST, Z),
                (Z - 1) * (Z - LOWEST) / (Z * LOWEST),
            ),
        ),
        Step(
            name="spread",
            premises=(),
            conclusion="sum_S q (r/q - 1)^2 = sum_S r^2/q - 2 r(S) + 1",
            certificate=_spread(2),
            change="the cross term once",
            twin=_spread(1),
        ),
        Step(
            name="chi-square",
            premises=("spread",),
            conclusion=(
                "sum_S r^2/q <= r(S) / q_min as r <= 1; with T = 1/q_min >= 2 (two words) the sum "
                "is at most (T - 2) r(S) + 1 = T - 1 - (T - 2)(1 - r(S)) <= T - 1; one word: p = q"
            ),
            certificate=Symbolic(
                WORDS * ON_SUPPORT - 2 * ON_SUPPORT + 1,
                WORDS - 1 - (WORDS - 2) * (1 - ON_SUPPORT),
            ),
            change="- r(S) for - 2 r(S)",
            twin=Symbolic(
                WORDS * ON_SUPPORT - ON_SUPPORT + 1,
                WORDS - 1 - (WORDS - 2) * (1 - ON_SUPPORT),
            ),
        ),
        BIRTHDAY,
        UNION,
        logarithm_step(
            "below",
            ("error-from-divergence",),
            "KL >= -log(1 - SER) >= SER by y = 1 - SER",
        ),
        Step(
            name="bound",
            premises=("rest", "mixture", "second-order", "chi-square", "union", "below"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                THEOREM.expression,
                ERROR
                + (SHARED**2 * (WORDS - 1) / (2 * LOWEST)).subs(
                    {WORDS: 1 / LEAST, LOWEST: 1 - SHARED}
                ),
            ),
            change="kappa for kappa^2",
            twin=Symbolic(
                THEOREM.expression,
                ERROR
                + (SHARED * (WORDS - 1) / (2 * LOWEST)).subs(
                    {WORDS: 1 / LEAST, LOWEST: 1 - SHARED}
                ),
            ),
        ),
    ),
)
