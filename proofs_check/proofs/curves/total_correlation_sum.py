"""TC = Z_1 + .. + Z_L: the chain rule in uniformly random order."""

import sympy

from proofs_check.certificates import Induction, Symbolic, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.reveals.sets_by_size import INFORMATION, KNOWN, UNITED
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

L = sympy.Symbol("L", positive=True, integer=True)
ALONE, CONDITIONAL, WHOLE = sympy.symbols("f_0 f_m H", nonnegative=True)
FIRST, MEAN, NEXT = sympy.symbols("g_0 g_m g_next", nonnegative=True)
THEOREM = THEOREMS["total-correlation-sum"]

# the sum so far is g_m - g_0, one more f_m = g_(m+1) - g_m is added
CHAIN = Step(
    name="chain",
    premises=("known",),
    conclusion="f_0 + .. + f_(L-1) = g_L - g_0 = H(X), as the entropy of no token is zero",
    certificate=Induction(
        "the known tokens m",
        step=Symbolic(terms(MEAN - FIRST, NEXT - MEAN), NEXT - FIRST),
    ),
    change="every f_m taken twice",
    twin=Induction(
        "the known tokens m",
        step=Symbolic((MEAN - FIRST) + 2 * (NEXT - MEAN), NEXT - FIRST),
    ),
)

proof = Proof(
    theorem="total-correlation-sum",
    hypotheses={"places": "i is a uniform position, S a uniform set of others of a fixed size"},
    steps=(
        INFORMATION,
        UNITED,
        KNOWN,
        CHAIN,
        Step(
            name="sum",
            premises=("information", "chain"),
            conclusion=THEOREM.statement,
            # Z has mean f_0 - H(X) / L, and L f_0 is the sum of H(X_i)
            certificate=Symbolic(stated(THEOREM, L, ALONE - WHOLE / L), L * ALONE - WHOLE),
            change="the mean over L + 1 values",
            twin=Symbolic(stated(THEOREM, L, (L * ALONE - WHOLE) / (L + 1)), L * ALONE - WHOLE),
        ),
    ),
)
