"""KL <= -log(1 - kappa): where all reveal steps differ, the exact denoiser draws from q."""

import sympy

from proofs_check.certificates import Induction, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions.shared_steps import (
    BIRTHDAY,
    DISTINCT_STEPS,
    HYPOTHESES,
    ONE_BY_ONE,
    UNION,
)
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["divergence-from-shared-steps"]
M = sympy.Symbol("m", positive=True, integer=True)
N, L = (sympy.Symbol(name, positive=True, integer=True) for name in "NL")
PART, SUM, FEWER = sympy.symbols("a e_m e_(m-1)", nonnegative=True)
TRUE = sympy.Symbol("q", positive=True)
OTHER, ODDS = sympy.symbols("r x", nonnegative=True)
KAPPA = ODDS / (1 + ODDS)  # every number from 0 on below 1
MIXED = (1 - KAPPA) * TRUE + KAPPA * OTHER

proof = Proof(
    theorem="divergence-from-shared-steps",
    hypotheses=HYPOTHESES,
    steps=(
        ONE_BY_ONE,
        DISTINCT_STEPS,
        Step(
            name="symmetric",
            premises=("bernoulli",),
            conclusion=(
                "m positions take different steps among the first n with probability "
                "m! e_m(a_1..a_n): a further step takes none of them, or one of m, and e_m grows "
                "by a e_(m-1); so 1 - kappa = L! e_L(a_1..a_N)"
            ),
            # base: no step, no position
            certificate=Induction(
                "the steps n, for all m",
                step=Symbolic(
                    sympy.gamma(M + 1) * SUM + M * PART * sympy.gamma(M) * FEWER,
                    sympy.gamma(M + 1) * (SUM + PART * FEWER),
                ),
            ),
            change="the further step takes one given position",
            twin=Induction(
                "the steps n, for all m",
                step=Symbolic(
                    sympy.gamma(M + 1) * SUM + PART * sympy.gamma(M) * FEWER,
                    sympy.gamma(M + 1) * (SUM + PART * FEWER),
                ),
            ),
        ),
        BIRTHDAY,
        UNION,
        Step(
            name="bound",
            premises=("distinct", "symmetric", "birthday", "union"),
            conclusion=THEOREM.statement,
            # p / q = (1 - kappa) (1 + x r / q), x = kappa / (1 - kappa): the last factor is >= 1
            certificate=Symbolic(
                stated(THEOREM, KAPPA) - sympy.log(TRUE / MIXED),
                sympy.log(1 + ODDS * OTHER / TRUE),
            ),
            change="kappa in the place of 1 - kappa",
            twin=Symbolic(
                stated(THEOREM, 1 - KAPPA) - sympy.log(TRUE / MIXED),
                sympy.log(1 + ODDS * OTHER / TRUE),
            ),
        ),
    ),
)
