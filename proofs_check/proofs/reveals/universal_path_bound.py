"""The universal bound: a left Riemann sum of the non-increasing information curve."""

import itertools
import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.random_laws import (
    BITS,
    ROUNDING,
    Law,
    conditional_entropy,
    curve,
    entropy,
    random_law,
    random_numbers,
)
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

CONDITIONAL, KNOWN, OWN, BLOCK = sympy.symbols("A H a h", real=True)
FIRST, PART, BEFORE, AFTER = sympy.symbols("f_0 a_k f_before f_after", real=True)
DROPS, LARGEST = sympy.symbols("d m", real=True)
SIZE, REST = (
    sympy.Symbol(name, nonnegative=True, integer=True) for name in ("m", "k")
)  # n = m + k


class Generation(NamedTuple):
    """A law of three bits, an order of its positions, and a schedule of two steps."""

    law: Law
    order: tuple[int, ...]
    schedule: list[float]


def _generation(source: random.Random) -> Generation:
    order = tuple(source.sample(range(BITS), BITS))
    return Generation(random_law(source), order, random_numbers(source, 2))


def _chain_rule(drawn: Generation, given: int = BITS) -> bool:
    """H(X) = sum_i H(X_i | up to `given` of those before it in the order)."""
    order = drawn.order
    total = math.fsum(
        conditional_entropy(drawn.law, position, order[max(0, rank - given) : rank])
        for rank, position in enumerate(order)
    )
    return abs(total - entropy(drawn.law, range(BITS))) <= ROUNDING


def _mean_over_steps(drawn: Generation, shift: int = 0) -> bool:
    """E sum_i H(X_i | X_(S_<k(i))) = L sum_k a_k f(r_(k-1)), over all assignments of steps."""
    law, schedule = drawn.law, drawn.schedule
    mean = 0.0
    for steps in itertools.product(range(len(schedule)), repeat=BITS):
        weight = math.prod(schedule[step] for step in steps)
        mean += weight * math.fsum(
            conditional_entropy(law, i, [j for j in range(BITS) if steps[j] < steps[i]])
            for i in range(BITS)
        )
    known = [0.0, *itertools.accumulate(schedule)]
    riemann = math.fsum(
        part * curve(law, known[step + shift]) for step, part in enumerate(schedule)
    )
    return abs(mean - BITS * riemann) <= ROUNDING


def _falls(drawn: Generation, sign: int = 1) -> bool:
    """f(r) >= f(r') for r < r'."""
    low, high = sorted((drawn.schedule[0], drawn.schedule[0] ** 2))
    return sign * (curve(drawn.law, low) - curve(drawn.law, high)) >= -ROUNDING


def _integral(law: Law) -> float:
    """L times the integral of f, by Simpson's rule, exact for a polynomial of degree L - 1 <= 3."""
    return BITS * (curve(law, 0.0) + 4 * curve(law, 0.5) + curve(law, 1.0)) / 6


THEOREM = THEOREMS["universal-path-bound"]
EXPRESSION = as_stated(THEOREM, LARGEST, DROPS)
# m of the n other positions are revealed: binomial(n, m) r^m (1-r)^(n-m), integrated over r
BETA = sympy.gamma(SIZE + 1) * sympy.gamma(REST + 1) / sympy.gamma(SIZE + REST + 2)
BINOMIAL = sympy.gamma(SIZE + REST + 1) / (sympy.gamma(SIZE + 1) * sympy.gamma(REST + 1))

proof = Proof(
    theorem="universal-path-bound",
    hypotheses={
        "bernoulli": "the reveal steps are independent, step k with probability a_k, sum_k a_k = 1",
        "path": "the path-averaged divergence is E sum_k TC(X_(S_k) | X_(S_<k)), exact denoiser",
    },
    steps=(
        Step(
            name="chain-rule",
            premises=(),
            conclusion="H(X) = sum_i H(X_i | those before it), in every order of the positions",
            certificate=Cited(
                "chain rule of entropy", "Cover and Thomas, Theorem 2.5.1", _generation, _chain_rule
            ),
            change="given only the one before it",
            twin=Cited(
                "chain rule given only the one before",
                "none: false",
                _generation,
                lambda drawn: _chain_rule(drawn, 1),
            ),
        ),
        Step(
            name="telescope",
            premises=("chain-rule", "path"),
            conclusion=(
                "sum_k TC(X_(S_k) | X_(S_<k)) = sum_i H(X_i | X_(S_<k(i))) - H(X), on every path"
            ),
            # T = A - H so far; a step adds the entropies of its tokens less that of their block,
            # which is what H gains
            certificate=Induction(
                "the steps",
                step=Symbolic(
                    terms(CONDITIONAL - KNOWN, OWN - BLOCK), CONDITIONAL + OWN - KNOWN - BLOCK
                ),
            ),
            change="the block's entropy added",
            twin=Induction(
                "the steps",
                step=Symbolic(
                    (CONDITIONAL - KNOWN) + (OWN + BLOCK), CONDITIONAL + OWN - KNOWN - BLOCK
                ),
            ),
        ),
        Step(
            name="mean",
            premises=("bernoulli",),
            conclusion="E sum_i H(X_i | X_(S_<k(i))) = L sum_k a_k f(r_(k-1))",
            certificate=Cited(
                "the mean of means given k(i) = k, where others are known with probability r_(k-1)",
                "Billingsley, Probability and Measure, Theorem 34.4",
                _generation,
                _mean_over_steps,
                count=100,
            ),
            change="f(r_k) instead of f(r_(k-1))",
            twin=Cited(
                "the same at the right ends",
                "none: false",
                _generation,
                lambda drawn: _mean_over_steps(drawn, 1),
                count=100,
            ),
        ),
        Step(
            name="uniform-size",
            premises=(),
            conclusion="a set revealed at a uniform r has each size m in 0..n with the same weight",
            certificate=Symbolic(BINOMIAL * BETA, 1 / (SIZE + REST + 1)),
            change="weight 1/(n + 2)",
            twin=Symbolic(BINOMIAL * BETA, 1 / (SIZE + REST + 2)),
        ),
        Step(
            name="integral",
            premises=("uniform-size", "chain-rule"),
            conclusion="L times the integral of f over 0..1 is H(X)",
            certificate=Cited(
                "the mean is linear: the chain rule over all orders, each rank equally likely",
                "Billingsley, Probability and Measure, Theorem 16.1(ii)",
                _generation,
                lambda drawn: abs(_integral(drawn.law) - entropy(drawn.law, range(BITS))) <= 1e-9,
                count=100,
            ),
            change="without the factor L",
            twin=Cited(
                "the integral itself",
                "none: false",
                _generation,
                lambda drawn: (
                    abs(_integral(drawn.law) / BITS - entropy(drawn.law, range(BITS))) <= 1e-9
                ),
                count=100,
            ),
        ),
        Step(
            name="falls",
            premises=(),
            conclusion="f does not increase",
            certificate=Cited(
                "conditioning does not increase entropy; a larger r reveals a larger set",
                "Cover and Thomas, Theorem 2.6.5",
                _generation,
                _falls,
            ),
            change="f does not decrease",
            twin=Cited(
                "f does not decrease", "none: false", _generation, lambda drawn: _falls(drawn, -1)
            ),
        ),
        Step(
            name="one-step",
            premises=("falls",),
            conclusion=(
                "a_k f(r_(k-1)) - (integral over the step) <= a_k (f(r_(k-1)) - f(r_k)), as f >= "
                "f(r_k) on it"
            ),
            certificate=Symbolic(PART * BEFORE - PART * AFTER, PART * (BEFORE - AFTER)),
            change="f at the left end on both sides",
            twin=Symbolic(PART * BEFORE - PART * BEFORE, PART * (BEFORE - AFTER)),
        ),
        Step(
            name="drops",
            premises=("one-step",),
            conclusion=(
                "sum_k (f(r_(k-1)) - f(r_k)) = f(0) - f(1), so the whole is at most max_k a_k of it"
            ),
            certificate=Induction(
                "the steps",
                step=Symbolic(terms(FIRST - BEFORE, BEFORE - AFTER), FIRST - AFTER),
            ),
            change="a drop counted twice",
            twin=Induction(
                "the steps",
                step=Symbolic((FIRST - BEFORE) + 2 * (BEFORE - AFTER), FIRST - AFTER),
            ),
        ),
        Step(
            name="range",
            premises=(),
            conclusion="0 <= f(1) and f(0) <= log V, so f(0) - f(1) <= log V",
            certificate=Cited(
                "0 <= H <= log V",
                "Cover and Thomas, Theorem 2.6.4",
                random_law,
                lambda law: curve(law, 0.0) - curve(law, 1.0) <= math.log(2) + ROUNDING,
            ),
            change="log V halved",
            twin=Cited(
                "0 <= H <= log(V) / 2",
                "none: false",
                random_law,
                lambda law: curve(law, 0.0) - curve(law, 1.0) <= math.log(2) / 2,
            ),
        ),
        Step(
            name="bound",
            premises=("telescope", "mean", "integral", "drops", "range"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(EXPRESSION, LARGEST * DROPS),
            change="constant halved",
            twin=Symbolic(EXPRESSION, LARGEST * DROPS / 2),
        ),
    ),
)
