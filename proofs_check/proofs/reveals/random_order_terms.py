"""Steps that the proofs about training losses share: what masked tokens cost at random orders.

h_k = f_(L-k) is the mean of H(X_i | X_S) over positions i and sets S of L - k others: the mean cost
of a masked token where k are masked, at the true conditionals.
"""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Step
from proofs_check.proofs.reveals.sets_by_size import MEANS, binomial

# k = j + 1 positions are masked, r are not: L = j + r + 1
J, R = (sympy.Symbol(name, nonnegative=True, integer=True) for name in ("j", "r"))
MASKED, POSITIONS = J + 1, J + R + 1
TRUE = "the model is the true conditional: i in M costs H(X_i | X_(not M)) in the mean, in nats"
SETS = binomial(MASKED, R)  # C(L, k)
PAIRS = POSITIONS * binomial(J, R)  # L C(L-1, k-1), pairs of a position and k - 1 others with it

SIZES = Step(
    name="sizes",
    premises=("true",),
    conclusion=(
        "there are k C(L, k) = L C(L-1, k-1) pairs of a set M of k positions and i in M, one for "
        "each pair of i and the set S of L - k others that are not in M: they cost k C(L, k) h_k, "
        "h_k = f_(L-k), and h_1 + .. + h_L = f_0 + .. + f_(L-1)"
    ),
    certificate=Symbolic(MASKED * SETS, PAIRS),
    change="(k - 1) C(L, k)",
    twin=Symbolic(J * SETS, PAIRS),
)
COSTS = (*MEANS, SIZES)
