"""A step in log-odds: t' - u <= ((t' - t) / (t (1 - t))) u (1 - u), integrated against h'."""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.reveal_cost import HYPOTHESES, LEMMAS
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["log-odds-step"]
T = sympy.Symbol("t", positive=True)
X, Y, Z, GROWTH = sympy.symbols("x y z H", nonnegative=True)  # u = t + x, t' = u + y, 1 = t' + z
START, END = sympy.symbols("t t'", positive=True)
SLACK = sympy.Symbol("slack", nonnegative=True)
COST = ((END - START) * GROWTH - SLACK) / (START * (1 - START))

proof = Proof(
    theorem="log-odds-step",
    hypotheses=HYPOTHESES,
    steps=(
        *LEMMAS,
        Step(
            name="pointwise",
            premises=(),
            conclusion=(
                "(t' - t) u (1 - u) - (t' - u) t (1 - t) >= 0 for t <= u <= t' <= 1: with u = t + "
                "x, t' = u + y, 1 = t' + z it is x (t z + (x + y) (y + z)), no factor negative"
            ),
            certificate=Symbolic(
                (X + Y) * (T + X) * (Y + Z) - Y * T * (X + Y + Z),
                X * (T * Z + (X + Y) * (Y + Z)),
            ),
            change="factor halved",
            twin=Symbolic(
                (X + Y) * (T + X) * (Y + Z) / 2 - Y * T * (X + Y + Z),
                X * (T * Z + (X + Y) * (Y + Z)),
            ),
        ),
        Step(
            name="bound",
            premises=("cost", "rises", "pointwise"),
            conclusion=THEOREM.statement,
            # integrated against h' >= 0: (t' - t) H - t (1 - t) cost = slack >= 0
            certificate=Symbolic(
                stated(THEOREM, START, END, GROWTH) - COST, SLACK / (START * (1 - START))
            ),
            change="constant halved",
            twin=Symbolic(
                stated(THEOREM, START, END, GROWTH) / 2 - COST, SLACK / (START * (1 - START))
            ),
        ),
    ),
)
