"""The any-order loss at the true conditionals: the chain rule in a uniformly random order."""

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.reveals.random_order_terms import (
    COSTS,
    MASKED,
    PAIRS,
    POSITIONS,
    SETS,
    TRUE,
)
from theory.bounds import THEOREMS
from theory.bounds.training.any_order_loss import ENTROPY, LENGTH

THEOREM = THEOREMS["any-order-loss"]

proof = Proof(
    theorem="any-order-loss",
    hypotheses={
        "true": TRUE,
        "rule": "k uniform on 1..L, a uniform set of k positions, the mean over its k tokens",
    },
    steps=(
        *COSTS,
        Step(
            name="weight",
            premises=("rule", "sizes"),
            conclusion=(
                "a set of k has the probability 1/(L C(L, k)) and each of its tokens the weight "
                "1/k: over all pairs h_k counts 1/L, whatever k"
            ),
            certificate=Symbolic(1 / (POSITIONS * SETS) / MASKED * PAIRS, 1 / POSITIONS),
            change="the sum over masked tokens instead of their mean",
            twin=Symbolic(1 / (POSITIONS * SETS) * PAIRS, 1 / POSITIONS),
        ),
        Step(
            name="loss",
            premises=("weight", "sums"),
            conclusion=THEOREM.statement,
            # all h_k count the same and add up to H
            certificate=Symbolic(
                ENTROPY * (1 / (POSITIONS * SETS) / MASKED * PAIRS),
                THEOREM.expression.subs(LENGTH, POSITIONS),
            ),
            change="k uniform on 0..L, no loss at 0",
            twin=Symbolic(
                ENTROPY * (1 / ((POSITIONS + 1) * SETS) / MASKED * PAIRS),
                THEOREM.expression.subs(LENGTH, POSITIONS),
            ),
        ),
    ),
)
