"""One alone out of k draws of chance 1/k has chance at least 1/e, in every step."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import logarithm_step, union_step
from proofs_check.proofs.revision.fast_grids import DRAWS, FAST, NEAREST
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["one-hot-revised"]
K, J = (sympy.Symbol(name, integer=True, positive=True) for name in ("k", "j"))
M, N = (sympy.Symbol(name, integer=True, nonnegative=True) for name in ("m", "N"))
BELOW, BETTER, WRONG = sympy.symbols("a d w", nonnegative=True)
RATE = 1 - sympy.exp(-1)


def _one(power: sympy.Expr) -> Symbolic:
    return Symbolic(sympy.Sum(1 / K * (1 - 1 / K) ** power, (J, 1, K)), (1 - 1 / K) ** (K - 1))


def _falls(rate: sympy.Expr) -> Induction:
    """What R^(k+1) leaves where w = R^k - a is wrong and stays so with chance R - d."""
    wrong = RATE**N - BELOW
    return Induction(
        "the steps",
        step=Symbolic(
            terms(RATE ** (N + 1), -wrong * (rate - BETTER)), BELOW * RATE + BETTER * wrong
        ),
    )


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        **FAST,
        "blocks": "m independent blocks of n symbols, one of each block a one at a uniform place",
    },
    steps=(
        DRAWS,
        NEAREST,
        Step(
            name="alone",
            premises=("draws", "nearest", "blocks"),
            conclusion=(
                "the nearest words of a block with j >= 2 ones keep one of them, those of one with "
                "none (and all of them at full noise) have one at any of n places: each of k "
                "places, k = j or n, is drawn with chance 1/k, the others not; exactly one is with "
                "chance (1 - 1/k)^(k-1)"
            ),
            certificate=_one(K - 1),
            change="(1 - 1/k)^k",
            twin=_one(K),
        ),
        logarithm_step(
            "chance",
            ("alone",),
            "(1 - 1/k)^(k-1) >= 1/e, as (k - 1) log(1 + 1/(k - 1)) <= 1 by y = 1 + 1/(k - 1)",
        ),
        Step(
            name="falls",
            premises=("chance", "nearest"),
            conclusion=(
                "a block with exactly one one is its own nearest word and stays; another one "
                "becomes right with chance 1/e + d: after N steps it is wrong with chance at most "
                "(1 - 1/e)^N"
            ),
            certificate=_falls(RATE),
            change="it stays wrong with chance 1 - d",
            twin=_falls(sympy.Integer(1)),
        ),
        union_step("union", ("falls", "blocks"), "SER of m blocks"),
        Step(
            name="bound",
            premises=("union",),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                terms(as_stated(THEOREM, M, N), -at(M * WRONG, {WRONG: RATE**N - BELOW})),
                M * BELOW,
            ),
            change="one step more",
            twin=Symbolic(
                terms(as_stated(THEOREM, M, N + 1), -at(M * WRONG, {WRONG: RATE**N - BELOW})),
                M * BELOW,
            ),
        ),
    ),
)
