"""The unweighted loss: the number of masked positions is uniform on 0..L, and 0 becomes 1."""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.reveals.random_order_terms import (
    COSTS,
    MASKED,
    PAIRS,
    POSITIONS,
    SETS,
    TRUE,
    J,
    R,
)
from proofs_check.proofs.reveals.sets_by_size import HAN, binomial
from theory.bounds import THEOREMS
from theory.bounds.training.any_order_loss import ENTROPY, LENGTH
from theory.bounds.training.unweighted_loss import ALONE

THEOREM = THEOREMS["unweighted-loss"]
TOTAL = sympy.Symbol("H", positive=True)
LOSS = THEOREM.expression.subs(ENTROPY, TOTAL)


def _probability(masked: sympy.Expr, shown: sympy.Expr) -> sympy.Expr:
    """C(L, j) int_0^1 t^j (1-t)^r dt, L = j + r, by the integral of Euler."""
    euler = sympy.gamma(masked + 1) * sympy.gamma(shown + 1) / sympy.gamma(masked + shown + 2)
    return binomial(masked, shown) * euler


def _share(loss: sympy.Expr) -> sympy.Expr:
    """By which share of H/L a loss is too low."""
    return 1 - loss / (TOTAL / LENGTH)


K = sympy.Symbol("k", integer=True, positive=True)

proof = Proof(
    theorem="unweighted-loss",
    hypotheses={
        "true": TRUE,
        "rule": "t uniform on [0, 1], each position masked with probability t",
        "forced": "one uniform position masked where none is; the mean over masked tokens",
        "independent": "for the claim on independent tokens H(X_i | all others) = H(X_i)",
    },
    steps=(
        Step(
            name="uniform-number",
            premises=("rule",),
            conclusion=(
                "j of L = j + r positions are masked with probability int C(L, j) t^j (1-t)^r dt = "
                "1/(L+1), for each j in 0..L"
            ),
            certificate=Symbolic(_probability(J, R), 1 / (J + R + 1)),
            change="1/L",
            twin=Symbolic(_probability(J, R), 1 / (J + R)),
        ),
        *COSTS,
        Step(
            name="weight",
            premises=("uniform-number", "sizes"),
            conclusion=(
                "given their number, sets of k are equally likely: over all pairs h_k counts "
                "1/(L+1) for each k in 1..L"
            ),
            certificate=Symbolic(1 / (POSITIONS + 1) / SETS / MASKED * PAIRS, 1 / (POSITIONS + 1)),
            change="the sum over masked tokens instead of their mean",
            twin=Symbolic(1 / (POSITIONS + 1) / SETS * PAIRS, 1 / (POSITIONS + 1)),
        ),
        Step(
            name="loss",
            premises=("weight", "sums", "forced"),
            conclusion=(
                "the empty mask becomes one of one token: h_1 = h counts 2/(L+1), L = r + 1, each "
                "other h_k once, and together they are (H + h)/(L + 1)"
            ),
            certificate=Symbolic(
                _probability(sympy.Integer(0), R + 1) + _probability(sympy.Integer(1), R),
                2 / (R + 2),
            ),
            change="no loss where nothing is masked",
            twin=Symbolic(_probability(sympy.Integer(1), R), 2 / (R + 2)),
        ),
        HAN,
        Step(
            name="too-low",
            premises=("loss", "han", "sums"),
            conclusion=(
                "it is below H/L by the share (1 - h L/H)/(L + 1) of it, not negative, as h = "
                "f_(L-1) is at most the mean H/L of f_0..f_(L-1)"
            ),
            certificate=Symbolic(_share(LOSS), (1 - ALONE * LENGTH / TOTAL) / (LENGTH + 1)),
            change="(1 - h/H)/(L + 1)",
            twin=Symbolic(_share(LOSS), (1 - ALONE / TOTAL) / (LENGTH + 1)),
        ),
        Step(
            name="ends",
            premises=("too-low", "independent"),
            conclusion="the share falls from 1/(L + 1) at h = 0 to 0 at H/L, independent tokens",
            certificate=Symbolic(
                _share(LOSS), (1 / (LENGTH + 1)) * (TOTAL / LENGTH - ALONE) / (TOTAL / LENGTH)
            ),
            change="it falls to 0 at h = H",
            twin=Symbolic(_share(LOSS), (1 / (LENGTH + 1)) * (TOTAL - ALONE) / TOTAL),
        ),
        Step(
            name="unweighted",
            premises=("loss", "ends"),
            conclusion=THEOREM.statement,
            # h/(L+1) as from an empty mask, and L times h_k/(L+1) of mean H/L
            certificate=Symbolic(
                THEOREM.expression,
                (ALONE + sympy.Sum(ENTROPY / LENGTH, (K, 1, LENGTH))) / (LENGTH + 1),
            ),
            change="L in the place of L + 1",
            twin=Symbolic(
                THEOREM.expression, (ALONE + sympy.Sum(ENTROPY / LENGTH, (K, 1, LENGTH))) / LENGTH
            ),
        ),
    ),
)
