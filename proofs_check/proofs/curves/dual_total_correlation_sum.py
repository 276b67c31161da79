"""DTC = sum of Z_L - Z_j: total correlation subtracted from what all others tell of each token."""

import sympy

from proofs_check.certificates import Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.reveals.sets_by_size import INFORMATION, MEANS, binomial
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

L = sympy.Symbol("L", positive=True, integer=True)
ALONE, OTHERS, WHOLE = sympy.symbols("f_0 f_last H", nonnegative=True)
THEOREM = THEOREMS["dual-total-correlation-sum"]

K = sympy.Symbol("k", integer=True, nonnegative=True)

proof = Proof(
    theorem="dual-total-correlation-sum",
    hypotheses={"places": "i is a uniform position, S a uniform set of others of a fixed size"},
    steps=(
        INFORMATION,
        *MEANS,
        Step(
            name="others",
            premises=("places",),
            conclusion=(
                "each position has one set of L - 1 others, a share of 1/L of all pairs: "
                "L f_(L-1) = sum_i H(X_i | all others)"
            ),
            certificate=Symbolic(1 / (L * at(binomial(L - 1, K), {K: 0})), 1 / L),
            change="sets of L - 2 others",
            twin=Symbolic(1 / (L * at(binomial(L - 1, K), {K: 1})), 1 / L),
        ),
        Step(
            name="sum",
            premises=("information", "sums", "others"),
            conclusion=THEOREM.statement,
            # Z has mean f_0 - H(X) / L and last value f_0 - f_(L-1)
            certificate=Symbolic(
                stated(THEOREM, L, ALONE - WHOLE / L, ALONE - OTHERS), WHOLE - L * OTHERS
            ),
            change="Z_L = f_0, as if the others determined every token",
            twin=Symbolic(stated(THEOREM, L, ALONE - WHOLE / L, ALONE), WHOLE - L * OTHERS),
        ),
    ),
)
