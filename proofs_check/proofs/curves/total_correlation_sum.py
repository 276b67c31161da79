"""TC = Z_1 + .. + Z_L: the chain rule in uniformly random order."""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.reveals.sets_by_size import INFORMATION, MEANS
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

L = sympy.Symbol("L", positive=True, integer=True)
ALONE, CONDITIONAL, WHOLE = sympy.symbols("f_0 f_m H", nonnegative=True)
THEOREM = THEOREMS["total-correlation-sum"]

proof = Proof(
    theorem="total-correlation-sum",
    hypotheses={"places": "i is a uniform position, S a uniform set of others of a fixed size"},
    steps=(
        INFORMATION,
        *MEANS,
        Step(
            name="sum",
            premises=("information", "sums"),
            conclusion=THEOREM.statement,
            # Z has mean f_0 - H(X) / L, and L f_0 is the sum of H(X_i)
            certificate=Symbolic(stated(THEOREM, L, ALONE - WHOLE / L), L * ALONE - WHOLE),
            change="the mean over L + 1 values",
            twin=Symbolic(stated(THEOREM, L, (L * ALONE - WHOLE) / (L + 1)), L * ALONE - WHOLE),
        ),
    ),
)
