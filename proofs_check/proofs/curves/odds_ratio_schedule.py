"""Wainwright's schedule: steps of equal odds ratio, and rectangles for the first and the last."""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.curves.odds_ratio_step import STEPS as ONE_STEP
from proofs_check.proofs.policies.reveal_cost import HYPOTHESES
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["odds-ratio-schedule"]
FIRST, LAST = sympy.symbols("psi_0 psi_T", positive=True)  # odds
COUNT, DEGREE = (sympy.Symbol(name, positive=True, integer=True) for name in "nm")
START, END, AT = sympy.symbols("t t' u", positive=True)
GROWTH, EARLY, LATE, BELOW = sympy.symbols("H early late slack", nonnegative=True)
RATIO = (LAST / FIRST) ** (1 / COUNT)
RECTANGLE = (END - START) * (END**DEGREE - START**DEGREE)
AREA = sympy.integrate(AT**DEGREE - START**DEGREE, (AT, START, END))
RISING = sympy.integrate(sympy.expand((AT - START) * DEGREE * AT ** (DEGREE - 1)), (AT, START, END))
# t_0 = psi_0 / (1 + psi_0), 1 - T = 1 / (1 + psi_T)
TOTAL = (RATIO - 1) * GROWTH + FIRST / (1 + FIRST) * EARLY + LATE / (1 + LAST)
BOUND = stated(THEOREM, FIRST / (1 + FIRST), LAST / (1 + LAST), COUNT, GROWTH, EARLY, LATE)

K = sympy.Symbol("k", integer=True, positive=True)

proof = Proof(
    theorem="odds-ratio-schedule",
    hypotheses=HYPOTHESES,
    steps=(
        *ONE_STEP,
        Step(
            name="ratios",
            premises=(),
            conclusion=("n steps of odds ratio rho = (psi(T) / psi(t_0))^(1/n) lead from t_0 to T"),
            certificate=Symbolic(FIRST * sympy.Product(RATIO, (K, 1, COUNT)), LAST),
            change="n + 1 steps",
            twin=Symbolic(FIRST * sympy.Product(RATIO, (K, 1, COUNT + 1)), LAST),
        ),
        Step(
            name="rectangle",
            premises=("cost", "rises"),
            conclusion=(
                "a step from t to t' costs at most (t' - t) (h(t') - h(t)), as this less the cost "
                "is int_t^t' (u - t) h'(u) du >= 0 (here for h = u^m: both are linear): the first "
                "costs at most t_0 h(t_0), as h(0) = 0, the last one (1 - T) (h(1) - h(T))"
            ),
            certificate=Symbolic(RECTANGLE - AREA, RISING),
            change="rectangle halved",
            twin=Symbolic(RECTANGLE / 2 - AREA, RISING),
        ),
        Step(
            name="total",
            premises=("step", "ratios", "rectangle"),
            conclusion=THEOREM.statement,
            # the H of the steps add up to H(t_0, T), each with the factor rho - 1
            certificate=Symbolic(BOUND - (TOTAL - BELOW), BELOW),
            change="completion as wide as T instead of 1 - T",
            twin=Symbolic(BOUND - (TOTAL - LATE + LAST * LATE - BELOW), BELOW),
        ),
    ),
)
