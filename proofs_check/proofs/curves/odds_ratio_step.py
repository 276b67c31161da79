"""Wainwright's step: t' - u <= ((t' - t) / (t (1 - t'))) u (1 - u), integrated against h'."""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.reveal_cost import HYPOTHESES, LEMMAS
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["odds-ratio-step"]
T = sympy.Symbol("t", positive=True)
X, Y, Z, GROWTH, SLACK = sympy.symbols("x y z H slack", nonnegative=True)
START, END = sympy.symbols("t t'", positive=True)

POINTWISE = Step(
    name="pointwise",
    premises=(),
    conclusion=(
        "(t' - t) u (1 - u) - (t' - u) t (1 - t') >= 0 for t <= u <= t' < 1: with u = t + x, "
        "t' = u + y, 1 = t' + z it is t y^2 + t x (y + z) + x (x + y) (y + z)"
    ),
    certificate=Symbolic(
        (X + Y) * (T + X) * (Y + Z) - Y * T * Z, T * Y**2 + T * X * (Y + Z) + X * (X + Y) * (Y + Z)
    ),
    change="factor halved",
    twin=Symbolic(
        (X + Y) * (T + X) * (Y + Z) / 2 - Y * T * Z,
        T * Y**2 + T * X * (Y + Z) + X * (X + Y) * (Y + Z),
    ),
)

RATIO = Step(
    name="odds",
    premises=(),
    conclusion="(t' - t) / (t (1 - t')) = psi(t') / psi(t) - 1",
    certificate=Symbolic(
        (END - START) / (START * (1 - END)), END / (1 - END) / (START / (1 - START)) - 1
    ),
    change="psi(t) = t",
    twin=Symbolic((END - START) / (START * (1 - END)), END / START - 1),
)

# integrated against h' >= 0: (t' - t) H - t (1 - t') cost = slack >= 0
COST = ((END - START) * GROWTH - SLACK) / (START * (1 - END))
BOUND = stated(THEOREM, START, END, GROWTH)

STEP = Step(
    name="step",
    premises=("cost", "rises", "pointwise", "odds"),
    conclusion=THEOREM.statement,
    certificate=Symbolic(BOUND - COST, SLACK / (START * (1 - END))),
    change="constant halved",
    twin=Symbolic(BOUND / 2 - COST, SLACK / (START * (1 - END))),
)
STEPS = (*LEMMAS, POINTWISE, RATIO, STEP)

proof = Proof(theorem="odds-ratio-step", hypotheses=HYPOTHESES, steps=STEPS)
