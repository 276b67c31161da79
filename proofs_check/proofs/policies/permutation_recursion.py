"""Permutations in R rounds: costs of rounds telescope, and the first round is a minimum."""

import itertools
import random
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import mean_step
from proofs_check.proofs.policies.permutation_terms import (
    COST,
    LEFT,
    LENGTH,
    PERMUTATIONS,
    REST,
    ROUND_COST,
    SIZE,
    cost_step,
    factorial,
)
from proofs_check.proofs.policies.policy_facts import DIVERGENCE, EXACT_POLICY
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS
from theory.bounds.policies.permutation_recursion import F

THEOREM = THEOREMS["permutation-recursion"]
ROUNDS = sympy.Symbol("R", integer=True, positive=True)
SUM, LEAST = sympy.symbols("A F", real=True)
SLACK = sympy.Symbol("s", nonnegative=True)
MOST = 7


class Stages(NamedTuple):
    """A cost for each round from n left to m < n, and a number of rounds."""

    costs: dict[tuple[int, int], int]
    rounds: int


def _stages(source: random.Random) -> Stages:
    pairs = itertools.combinations(range(MOST + 1), 2)
    return Stages({(n, m): source.randint(0, 99) for m, n in pairs}, source.randint(1, MOST))


def _listed(stages: Stages) -> int:
    """The least sum of costs over all ways down in at most so many rounds."""
    return min(
        sum(stages.costs[pair] for pair in itertools.pairwise((MOST, *stops, 0)))
        for count in range(stages.rounds)
        for stops in itertools.combinations(range(MOST - 1, 0, -1), count)
    )


def _recursion(stages: Stages, best: Callable[..., int] = min) -> int:
    """The same by the first round."""

    @cache
    def least(left: int, rounds: int) -> int:
        if left == 0:
            return 0
        if rounds == 1:
            return stages.costs[left, 0]
        return best(stages.costs[left, m] + least(m, rounds - 1) for m in range(left))

    return least(MOST, stages.rounds)


def _telescope(cost: sympy.Expr) -> Induction:
    """With A = sum of B_s log M_s so far and M left, the rounds so far cost A - log(n!/M!)."""
    return Induction(
        "the rounds",
        step=Symbolic(
            SUM - sympy.log(factorial(LENGTH)) + sympy.log(factorial(LEFT)) + cost,
            SUM
            + SIZE * sympy.log(LEFT)
            - sympy.log(factorial(LENGTH))
            + sympy.log(factorial(REST)),
        ),
    )


def _policies(rest: sympy.Expr) -> Induction:
    """What a policy of R rounds costs from M left on is at least F_(M,R) - log M!.

    By averaging over x_S the later rounds cost F_(k,R-1) - log k! + s, s >= 0, with the fixed
    first size B; F is what the recursion minimises, B log M + F_(k,R-1) = F_(M,R) + a slack.
    """
    return Induction(
        "the rounds R",
        base=Symbolic(at(COST, {REST: 0}), SIZE * sympy.log(SIZE) - sympy.log(factorial(SIZE))),
        step=Symbolic(
            COST + (LEAST - sympy.log(rest) + SLACK),
            (SIZE * sympy.log(LEFT) + LEAST) - sympy.log(factorial(LEFT)) + SLACK,
        ),
    )


def _reached(values: sympy.Expr) -> Symbolic:
    """A - log(n!) of step profile, A in nats, at the sizes that give F."""
    cost = SUM / sympy.log(2) - sympy.log(sympy.factorial(values)) / sympy.log(2)
    least = F(LENGTH, ROUNDS) * sympy.log(2)
    return Symbolic(at(cost, {SUM: least}), as_stated(THEOREM, LENGTH, ROUNDS))


proof = Proof(
    theorem="permutation-recursion",
    hypotheses={
        "permutations": PERMUTATIONS,
        **EXACT_POLICY,
        **ROUND_COST,
    },
    steps=(
        cost_step("policy", "exact", DIVERGENCE, "permutations"),
        Step(
            name="profile",
            premises=("cost",),
            conclusion=(
                "rounds B_1..B_R with M_t left before round t cost sum_t B_t log M_t - log n!, as "
                "(M)_B = M!/(M - B)! telescopes down to 0 left"
            ),
            certificate=_telescope(COST),
            change="a round costs B log M",
            twin=_telescope(SIZE * sympy.log(LEFT)),
        ),
        Step(
            name="first-round",
            premises=(),
            conclusion=(
                "the least sum of costs c(n, m) of rounds over all profiles of at most R rounds is "
                "the least over m < n of c(n, m) + the least from m in at most R - 1"
            ),
            certificate=Cited(
                "principle of optimality, costs of stages arbitrary",
                "Bellman, Dynamic Programming (1957), section III.3",
                _stages,
                lambda stages: _listed(stages) == _recursion(stages),
                count=200,
            ),
            change="the largest first round instead of the least",
            twin=Cited(
                "the same with a maximum",
                "none: false",
                _stages,
                lambda stages: _listed(stages) == _recursion(stages, max),
                count=200,
            ),
        ),
        mean_step("average", (), "an average is at least the least of what it averages"),
        Step(
            name="policies",
            premises=("cost", "average", "first-round"),
            conclusion=(
                "from M left in at most R rounds every policy costs at least F_(M,R) - log M!: the "
                "size B of its round is fixed by what is known, and so is its cost; what follows "
                "is an average over x_S of policies of at most R - 1 rounds from M - B"
            ),
            certificate=_policies(factorial(REST)),
            change="the later rounds cost F_(k,R-1) - log M!",
            twin=_policies(factorial(LEFT)),
        ),
        Step(
            name="least",
            premises=("policies", "profile", "first-round"),
            conclusion=THEOREM.statement,
            # the best profile, in a fixed order, reaches it: its sum is what the recursion gives
            certificate=_reached(LENGTH),
            change="one value fewer",
            twin=_reached(LENGTH - 1),
        ),
    ),
)
