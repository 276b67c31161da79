"""The mixture over predicted tokens sums to one and is in proportion to the posterior kernel."""

import sympy

from proofs_check.certificates import Symbolic, factors, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.revision.pair_terms import ETA, KEPT, LOWER, OTHER, SAME, SHARE, given
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["predicted-token-kernel"]
P = sympy.Symbol("P", positive=True)
BACK_OWN, BACK = KEPT + (1 - KEPT) * SHARE, (1 - KEPT) * SHARE  # q(y | z) at z = y, elsewhere


def _sums(others: sympy.Expr) -> Symbolic:
    """sum_z q(z | y, x) at x different from y: z = y, z = x, and so many others."""
    return Symbolic(
        terms(
            given(True, False, False),
            given(False, True, False),
            factors(others, given(False, False, False)),
        ),
        sympy.Integer(1),
    )


def _kernel(scale: sympy.Expr) -> Symbolic:
    """The chance to stay in the predicted-token form against the product of both brackets."""
    mixed = terms(factors(P, given(True, True, True)), factors(1 - P, given(True, False, False)))
    weights = terms((1 - LOWER) * P / SAME, LOWER * SHARE * (P / SAME + (1 - P) / OTHER))
    return Symbolic(mixed, factors(scale, weights))


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "uniform": "from a level to a higher one a token is kept with probability r, else uniform",
        "bayes": "q(z | y, x) = q(y | z) q(z | x) / l(y | x)",
        "kernel": (
            "the posterior kernel is in proportion to q(y | z) sum_x q(z | x) m(x) / l(y | x)"
        ),
    },
    steps=(
        Step(
            name="sums",
            premises=("uniform", "bayes"),
            conclusion="sum_z q(z | y, x) = 1: l is q(y | z) q(z | x) summed over z",
            certificate=_sums(1 / SHARE - 2),
            change="V - 1 others",
            twin=_sums(1 / SHARE - 1),
        ),
        Step(
            name="kernel-at-y",
            premises=("sums", "kernel"),
            conclusion=(
                "sum_x m(x) q(z | y, x) is the product of both brackets itself (here z = y), and "
                "sums to sum_x m(x) = 1 over z: it is the posterior kernel"
            ),
            certificate=_kernel(BACK_OWN),
            change="q(y | z) as elsewhere",
            twin=_kernel(BACK),
        ),
        Step(
            name="stays",
            premises=("kernel-at-y",),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                as_stated(THEOREM, P, 1 / SHARE, ETA, LOWER),
                terms(
                    factors(P, given(True, True, True)), factors(1 - P, given(True, False, False))
                ),
            ),
            change="the clean token is always y",
            twin=Symbolic(
                as_stated(THEOREM, P, 1 / SHARE, ETA, LOWER), factors(P, given(True, True, True))
            ),
        ),
    ),
)
