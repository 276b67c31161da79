"""Confident marginals make the product's argmax the joint's argmax.

Let x* be a word with P(X_i = x*_i) >= 1 - eps at each of n tokens. By the union bound P(x*) >=
1 - n eps. Any other word differs from x* somewhere, so that it has probability at most eps. Hence
x* leads by at least 1 - (n + 1) eps. If the inequality is strict at every token and
(n + 1) eps <= 1, the lead is positive, and x* is the argmax of the joint as well as, since
eps <= 1/2, of the product. The law that gives eps to each word that differs from x* at the first
symbol of one token, and the rest to x*, reaches the bound: beyond eps = 1 / (n + 1) the argmax
flips, and for n >= 2 the marginals are still led by x*.
"""

import numpy as np
import sympy
from numpy.typing import NDArray

from theory.bounds.policies.entropy_bounded_certificate import Joint
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

TOKENS = sympy.Symbol("tokens", integer=True, positive=True)
DOUBT = nonnegative("doubt")


def lead(law: NDArray[np.float64], word: tuple[int, ...]) -> float:
    """How much likelier a word is than the likeliest other one."""
    others = law.copy()
    others[word] = -np.inf
    return float(law[word] - others.max())


theorem = Theorem[Joint](
    id="confident-argmax",
    title="Confident marginals and the argmax",
    statement=(
        "If each of n tokens takes its likeliest symbol with probability at least 1 - eps, then "
        "the word of these symbols is likelier under their joint law than any other word by at "
        "least 1 - (n + 1) eps. So with marginals strictly above 1 - eps and (n + 1) eps <= 1 the "
        "argmax of the product is the only argmax of the joint law. For n >= 2 and eps <= 1 / n "
        "some joint law has exactly that lead, which changes its sign at eps = 1 / (n + 1): the "
        "condition cannot be relaxed. For n = 1 a likeliest symbol always leads."
    ),
    kind="lower",
    source=Source("2505.22618", "Theorem 1", "second-hand"),
    takes=(
        Parameter(TOKENS, "n", 1, 2**52, whole=True),
        Parameter(DOUBT, "eps, the largest 1 - max-probability", 0, 1),
    ),
    expression=1 - (TOKENS + 1) * DOUBT,
    formula=lambda tokens, doubt: 1 - (tokens + 1) * doubt,
    parameters=lambda case: {
        "tokens": case.tokens,
        # rounding can leave a largest probability just above one
        "doubt": max(0.0, 1 - min(case.confidences)),
    },
    exact=lambda case: lead(case.law, case.likeliest),
)
