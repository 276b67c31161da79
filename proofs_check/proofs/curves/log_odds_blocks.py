"""Blocks of equal odds ratios: enough steps for a ratio of at most e, shared out by sqrt(S H)."""

import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.curves.odds_ratio_step import STEPS as ONE_STEP
from proofs_check.proofs.policies.reveal_cost import HYPOTHESES
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["log-odds-blocks"]
ODDS, SPAN, ROOT, WHOLE, STEPS = sympy.symbols("psi S root c N", positive=True)  # C = c^2
COUNT, BLOCKS = (sympy.Symbol(name, positive=True, integer=True) for name in ("n", "K"))
SPANS, SPARE, USED, SHARE = sympy.symbols("S_sum x used p", nonnegative=True)
FACTOR = sympy.E - 1


class Ceiling(NamedTuple):
    """Two non-negative numbers."""

    first: float
    second: float


def _two(source: random.Random) -> Ceiling:
    return Ceiling(source.expovariate(0.3), source.expovariate(0.3))


def _chord(point: float, factor: float = math.e - 1) -> bool:
    return math.expm1(point) <= factor * point * (1 + 1e-12)


K = sympy.Symbol("k", integer=True, positive=True)

proof = Proof(
    theorem="log-odds-blocks",
    hypotheses=HYPOTHESES,
    steps=(
        *ONE_STEP,
        Step(
            name="ratios",
            premises=(),
            conclusion="n steps of odds ratio e^(S/n) span a block of log odds ratio S",
            certificate=Symbolic(
                ODDS * sympy.Product(sympy.exp(SPAN / COUNT), (K, 1, COUNT)),
                ODDS * sympy.exp(SPAN),
            ),
            change="n + 1 steps",
            twin=Symbolic(
                ODDS * sympy.Product(sympy.exp(SPAN / COUNT), (K, 1, COUNT + 1)),
                ODDS * sympy.exp(SPAN),
            ),
        ),
        Step(
            name="chord",
            premises=("step", "ratios"),
            conclusion=(
                "a block in n >= S steps costs at most (e^(S/n) - 1) H <= (e - 1) S H / n, as the "
                "H of its steps add up"
            ),
            certificate=Cited(
                "e^x - 1 <= (e - 1) x on 0..1: a convex function is below its chord",
                "Cover and Thomas, Theorem 2.6.1",
                lambda source: source.random(),
                _chord,
            ),
            change="e - 1 replaced by 1",
            twin=Cited(
                "e^x - 1 <= x on 0..1",
                "none: false",
                lambda source: source.random(),
                lambda point: _chord(point, 1.0),
            ),
        ),
        Step(
            name="ceiling",
            premises=(),
            conclusion=(
                "n_k = ceil(max(S_k, (N/2) p_k)) >= S_k, and n_k < S_k + (N/2) p_k + 1, where p_k "
                "= sqrt(S_k H_k / C), of sum one (or p_k = 0 where C = 0)"
            ),
            certificate=Cited(
                "ceil(y) < y + 1 and max(a, b) <= a + b for a, b >= 0",
                "Graham, Knuth and Patashnik, Concrete Mathematics, section 3.1",
                _two,
                lambda two: math.ceil(max(two)) < sum(two) + 1,
            ),
            change="without the 1",
            twin=Cited(
                "ceil(max(a, b)) < a + b",
                "none: false",
                _two,
                lambda two: math.ceil(max(two)) < sum(two),
            ),
        ),
        Step(
            name="blocks",
            premises=("ceiling",),
            conclusion="the n_k add up to at most S + N/2 + K, S = log(psi(t_K) / psi(t_0))",
            # used: spans, N/2 times shares, and one for each block so far
            certificate=Induction(
                "the blocks K",
                step=Symbolic(
                    (SPANS + STEPS / 2 * USED + BLOCKS) + (SPAN + STEPS / 2 * SHARE + 1),
                    (SPANS + SPAN) + STEPS / 2 * (USED + SHARE) + (BLOCKS + 1),
                ),
            ),
            change="two steps more for each block",
            twin=Induction(
                "the blocks K",
                step=Symbolic(
                    (SPANS + STEPS / 2 * USED + BLOCKS) + (SPAN + STEPS / 2 * SHARE + 2),
                    (SPANS + SPAN) + STEPS / 2 * (USED + SHARE) + (BLOCKS + 1),
                ),
            ),
        ),
        Step(
            name="room",
            premises=("blocks",),
            conclusion="that is at most N for N = 2 (K + S) + x, x >= 0: x / 2 are left",
            certificate=Symbolic(
                at(STEPS - (SPANS + STEPS / 2 + BLOCKS), {STEPS: 2 * (BLOCKS + SPANS) + SPARE}),
                SPARE / 2,
            ),
            change="N = K + S + x",
            twin=Symbolic(
                (BLOCKS + SPANS + SPARE) - (SPANS + (BLOCKS + SPANS + SPARE) / 2 + BLOCKS),
                SPARE / 2,
            ),
        ),
        Step(
            name="share",
            premises=("chord", "ceiling"),
            conclusion=(
                "as n_k >= (N/2) p_k, block k costs at most 2 (e - 1) sqrt(C) sqrt(S_k H_k) / N; "
                "nothing where H_k = 0"
            ),
            certificate=Symbolic(
                FACTOR * ROOT**2 / (STEPS / 2 * ROOT / WHOLE), 2 * FACTOR * WHOLE * ROOT / STEPS
            ),
            change="n_k >= N p_k",
            twin=Symbolic(
                FACTOR * ROOT**2 / (STEPS * ROOT / WHOLE), 2 * FACTOR * WHOLE * ROOT / STEPS
            ),
        ),
        Step(
            name="total",
            premises=("share", "room"),
            conclusion=THEOREM.statement,
            # the sqrt(S_k H_k) add up to sqrt(C) = c
            certificate=Symbolic(
                as_stated(THEOREM, WHOLE**2, STEPS, BLOCKS, SPANS),
                2 * FACTOR * WHOLE * WHOLE / STEPS,
            ),
            change="e - 1 replaced by e",
            twin=Symbolic(
                as_stated(THEOREM, WHOLE**2, STEPS, BLOCKS, SPANS),
                2 * sympy.E * WHOLE * WHOLE / STEPS,
            ),
        ),
    ),
)
