"""Li and Cai's bound: the telescoped one with s_max rounded up to a power of two."""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.reveals.telescoped_sizes_bound import HYPOTHESES, LEMMAS
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["doubling-sizes-bound"]
TELESCOPED = THEOREMS["telescoped-sizes-bound"]
S, L = (sympy.Symbol(name, positive=True, integer=True) for name in ("s", "L"))
UP, LEFT, GAP, TOTAL = sympy.symbols("y c gap I", nonnegative=True)
DOUBLED = stated(THEOREM, S, L, TOTAL)
ROUNDED = 2 ** (sympy.log(S) / sympy.log(2) + UP)

proof = Proof(
    theorem="doubling-sizes-bound",
    hypotheses=HYPOTHESES,
    steps=(
        *LEMMAS,
        Step(
            name="telescoped",
            premises=("within", "between"),
            conclusion="the path average is at most ((s_max - 1) / L) sum_i I(X_i; X_-i)",
            # s_max - c for a step's size, c >= 0, over all rises, which sum to Z_L - gap, Z_L = I/L
            certificate=Symbolic(
                stated(TELESCOPED, S + LEFT, L, TOTAL) - (S - 1) * (TOTAL / L - GAP),
                LEFT * TOTAL / L + (S - 1) * GAP,
            ),
            change="constant halved",
            twin=Symbolic(
                stated(TELESCOPED, S + LEFT, L, TOTAL) / 2 - (S - 1) * (TOTAL / L - GAP),
                LEFT * TOTAL / L + (S - 1) * GAP,
            ),
        ),
        Step(
            name="power",
            premises=(),
            conclusion=(
                "s <= 2^ceil(log2 s): with ceil(log2 s) = log2 s + y, y >= 0, it is s 2^y, and "
                "2^y >= 1"
            ),
            certificate=Symbolic(ROUNDED - S, S * (2**UP - 1)),
            change="rounded down",
            twin=Symbolic(ROUNDED.subs(UP, -UP) - S, S * (2**UP - 1)),
        ),
        Step(
            name="bound",
            premises=("telescoped", "power"),
            conclusion=THEOREM.statement,
            # what the theorem has above the telescoped bound, never negative
            certificate=Symbolic(
                DOUBLED - stated(TELESCOPED, S, L, TOTAL),
                (2 ** sympy.ceiling(sympy.log(S) / sympy.log(2)) - S) * TOTAL / L,
            ),
            change="constant halved",
            twin=Symbolic(
                DOUBLED / 2 - stated(TELESCOPED, S, L, TOTAL),
                (2 ** sympy.ceiling(sympy.log(S) / sympy.log(2)) - S) * TOTAL / L,
            ),
        ),
    ),
)
