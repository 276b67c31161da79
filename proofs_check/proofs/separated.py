"""Chains of order m: m known tokens in a row separate what is before them from what is after."""

import sympy

from proofs_check.certificates import Symbolic, factors
from proofs_check.proof import Step

# at a word, given the row: weights of what is before and after, and their sums
BEFORE, AFTER, ALL_BEFORE, ALL_AFTER = sympy.symbols("a b A B", positive=True)


def _product(row: sympy.Expr) -> Symbolic:
    """q(before, after | row) and q(before | row) q(after | row), of weights a b in all."""
    both = factors(BEFORE, AFTER) / row
    return Symbolic(both, factors(BEFORE * ALL_AFTER / row, ALL_BEFORE * AFTER / row))


def separate_step(name: str, premises: tuple[str, ...], conclusion: str) -> Step:
    """Independence of both sides, and what follows from it."""
    return Step(
        name=name,
        premises=premises,
        conclusion=(
            "q(word) is a product of conditional probabilities, each of which sees the m tokens "
            "before its own, so with a row of m tokens known it is a(before) b(after) and both "
            f"sides are independent given the row; {conclusion}"
        ),
        certificate=_product(ALL_BEFORE * ALL_AFTER),
        change="a row of m - 1 tokens: a weight that sees both sides",
        twin=_product(ALL_BEFORE * ALL_AFTER + BEFORE * AFTER),
    )
