"""What tests of independence certify: against all earlier tokens together, not against parts.

TC(U) = sum_(j >= 2) I(X_j; X_1..X_(j-1)) by the chain rule, and each term is the mean over the
values of the earlier tokens of KL(q(x_j | x_1..x_(j-1)) || q(x_j)): of what a test observes that
reveals the earlier tokens and looks at how far the marginal of X_j moves. So if none moves by more
than eps, whatever the values, TC(U) <= (n - 1) eps.

PUNT saves calls by testing against parts of the earlier tokens only: for each bit of the rank, the
tokens with that bit zero are revealed, those with it one are tested. Its step from the parts to the
whole is independence stability, in our statement, for tests at eps = 0: if X_j is independent of
X_A and of X_B, given what is revealed, it is independent of X_A and X_B together. Where that holds
tests against parts, whose union is all earlier tokens, give TC(U) = 0. It fails for exclusive or:
with x_3 = x_1 xor x_2 at ranks 1, 2, 3 and an independent token at rank 0, bit 0 tests ranks 1 and
3 against 0 and 2, bit 1 tests 2 and 3 against 0 and 1, nothing moves, and TC(U) = log 2.
"""

import numpy as np
import sympy

from theory.bounds.policies.entropy_bounded_certificate import Joint
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

TOKENS = sympy.Symbol("tokens", integer=True, positive=True)
MOVE = nonnegative("move")


def largest_move(joint: Joint, token: int, others: tuple[int, ...]) -> float:
    """Largest KL in nats of a token's law given possible values of others, from its own law.

    Others come before the token.
    """
    gone = tuple(axis for axis in range(joint.tokens) if axis not in (*others, token))
    table = joint.law.sum(gone).reshape(-1, joint.law.shape[token])
    evidence = table.sum(1, keepdims=True)
    given = table[evidence[:, 0] > 0] / evidence[evidence[:, 0] > 0]
    ratio = np.where(given > 0, given, 1.0) / np.where(given > 0, joint.marginals[token], 1.0)
    return float((given * np.log(ratio)).sum(1).max())


def largest_move_of_all(joint: Joint) -> float:
    """Largest KL in nats by which earlier tokens, all revealed, move a later one; 0 if n = 1."""
    moves = [largest_move(joint, token, tuple(range(token))) for token in range(1, joint.tokens)]
    return max(moves, default=0.0)


theorem = Theorem[Joint](
    id="independence-test",
    title="Tests of independence against earlier tokens",
    statement=(
        "If revealing all earlier ones of n tokens moves the law of each token by at most eps nats "
        "in KL, whatever their values, the total correlation of the n tokens is at most "
        "(n - 1) eps nats. Tests against parts of the earlier tokens, as PUNT makes for each bit "
        "of the rank, need independence stability besides, in our statement: independence of X_j "
        "from X_A and from X_B gives independence from both together. Exclusive or is not stable: "
        "nothing moves there while TC = log 2."
    ),
    kind="tight",
    source=Source("ours", "chain rule; PUNT is 2510.21961", "ours"),
    takes=(
        Parameter(TOKENS, "n", 1, 2**52, whole=True),
        Parameter(MOVE, "eps, the largest move of a marginal in nats", 0, np.inf),
    ),
    expression=(TOKENS - 1) * MOVE,
    formula=lambda tokens, move: (tokens - 1) * move,
    parameters=lambda case: {
        "tokens": case.tokens,
        # rounding can leave the divergence of equal laws just below zero
        "move": max(0.0, largest_move_of_all(case)),
    },
    exact=lambda case: case.total_correlation,
)
