"""What the mean over masked tokens converges to when an empty mask becomes one masked token.

With t uniform on [0, 1] the number of masked positions is uniform on 0..L, and 0 becomes 1. The
mean over a uniform set of k has expectation h_k of `any_order_loss`: the loss is
(h_1 + h_1 + h_2 + .. + h_L) / (L + 1) = (h + H) / (L + 1).
"""

import math

import numpy as np

from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.bounds.training.any_order_loss import (
    ENTROPY,
    LENGTH,
    POSITIONS,
    SEQUENCE_ENTROPY,
    MaskedTraining,
)

ALONE = nonnegative("alone")


def unweighted_weight(length: int, count: int) -> float:
    """P(M) W(M) of `Unweighted` from time 0 for |M| = k >= 1."""
    times = 2 if count == 1 else 1  # no mask becomes one mask
    return times / ((length + 1) * math.comb(length, count) * count)


theorem = Theorem[MaskedTraining](
    id="unweighted-loss",
    title="The unweighted loss with a forced mask",
    statement=(
        "With t uniform on [0, 1], each position masked with probability t, one uniform position "
        "masked where none is, and the mean cross-entropy over the masked tokens, the expected "
        "loss at the true conditionals of any language is (H + h) / (L + 1) nats per token, h the "
        "mean of H(X_i | all other tokens). As h <= H/L, it is too low by the share "
        "(1 - h L/H) / (L + 1) of H/L: 0 for independent tokens, at most 1/(L + 1)."
    ),
    kind="identity",
    source=Source("ours", "the number of masked positions is uniform on 0..L", "ours"),
    takes=(
        SEQUENCE_ENTROPY,
        Parameter(ALONE, "h, the mean of H(X_i | all other tokens) in nats", 0, np.inf),
        POSITIONS,
    ),
    expression=(ENTROPY + ALONE) / (LENGTH + 1),
    formula=lambda entropy, alone, length: (entropy + alone) / (length + 1),
    parameters=lambda case: {
        "entropy": case.entropy,
        "alone": case.token_entropy,
        "length": case.length,
    },
    exact=lambda case: case.expected_loss(lambda count: unweighted_weight(case.length, count)),
)
