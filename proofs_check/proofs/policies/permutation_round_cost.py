"""Cost of a round of a permutation: completions are counted, and they are equally likely."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.permutation_terms import (
    COST,
    LEFT,
    ORDERED,
    PERMUTATIONS,
    REST,
    SIZE,
    factorial,
)
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["permutation-round-cost"]
COUNT, J = (sympy.Symbol(name, integer=True, positive=True) for name in ("K", "j"))


def _completions(choices: sympy.Expr) -> Induction:
    """M positions and M values: a position takes one of `choices`, the rest has one fewer."""
    return Induction(
        "the masked positions M",
        base=Symbolic(1, at(factorial(REST), {REST: 0})),
        step=Symbolic(choices * factorial(COUNT), factorial(COUNT + 1)),
    )


def _entropy(weight: sympy.Expr) -> sympy.Expr:
    """-sum over K outcomes of weight * log weight."""
    return sympy.Sum(-weight * sympy.log(weight), (J, 1, COUNT))


def _share(completed: sympy.Expr) -> Symbolic:
    """What B entries given in advance leave of the completions, as a share."""
    drawn = sympy.Symbol("j", integer=True, nonnegative=True)
    choices = sympy.Product(LEFT - drawn, (drawn, 0, SIZE - 1))
    return Symbolic(completed / factorial(LEFT), 1 / choices)


proof = Proof(
    theorem="permutation-round-cost",
    hypotheses={"permutations": PERMUTATIONS},
    steps=(
        Step(
            name="completions",
            premises=("permutations",),
            conclusion=(
                "whatever entries are known, the M masked positions take the M values left in each "
                "of M! ways, which are equally likely, as q is uniform"
            ),
            certificate=_completions(COUNT + 1),
            change="a position may not take the last value",
            twin=_completions(COUNT),
        ),
        Step(
            name="together",
            premises=("completions",),
            conclusion=(
                "B distinct values at the positions of the round leave (M - B)! completions: each "
                "of the (M)_B = M! / (M - B)! ordered choices has probability 1/(M)_B"
            ),
            certificate=_share(factorial(REST)),
            change="the order of the B entries forgotten",
            twin=_share(factorial(REST) * factorial(SIZE)),
        ),
        Step(
            name="alone",
            premises=("together",),
            conclusion="the case B = 1: each of the M values has probability 1/M at each position",
            certificate=Symbolic((1 / ORDERED).subs(SIZE, 1), 1 / LEFT.subs(SIZE, 1)),
            change="1/(M + 1)",
            twin=Symbolic((1 / ORDERED).subs(SIZE, 1), 1 / (LEFT.subs(SIZE, 1) + 1)),
        ),
        Step(
            name="entropy",
            premises=(),
            conclusion="K equally likely outcomes have entropy log K",
            certificate=Symbolic(_entropy(1 / COUNT), sympy.log(COUNT)),
            change="2 K outcomes",
            twin=Symbolic(_entropy(1 / COUNT), sympy.log(2 * COUNT)),
        ),
        Step(
            name="cost",
            premises=("together", "alone", "entropy"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                stated(THEOREM, LEFT, SIZE).rewrite(sympy.gamma) * sympy.log(2), COST
            ),
            change="(M)_B replaced by M^B / B!",
            twin=Symbolic(
                stated(THEOREM, LEFT, SIZE).rewrite(sympy.gamma) * sympy.log(2),
                SIZE * sympy.log(LEFT) - sympy.log(LEFT**SIZE / factorial(SIZE)),
            ),
        ),
    ),
)
