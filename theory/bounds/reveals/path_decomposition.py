"""KL of the generated law is at most its path average plus L times the learning error (D1).

The reveal steps are drawn without looking at symbols, so p is the mixture over paths w of laws p_w
that draw the sets S_1, S_2, .. in turn. KL is convex in p: KL(q || p) <= E_w KL(q || p_w). By the
chain rule KL(q || p_w) = sum_k E_q KL(q(X_(S_k) | X_(S_<k)) || the product that step k draws from),
and each term is TC(X_(S_k) | X_(S_<k)) + sum over i in S_k of the expected KL of the denoiser at i,
as in `several_tokens`. Every token is drawn once, which makes L learning errors at most. With one
step there is one path and nothing is lost: equality where all L errors are equal.
"""

import numpy as np

from theory.bounds.cases import Generated, stated_learning_error
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

PATH = nonnegative("path")
LENGTH = nonnegative("length", integer=True)
LEARNING = nonnegative("learning")


theorem = Theorem[Generated](
    id="path-decomposition",
    title="Path decomposition with learning error",
    statement=(
        "For every language, every length L and every Bernoulli or fixed-count reveal with a "
        "denoiser whose KL(q(x_i | x_t) || p(x_i | x_t)) is at most eps_learning nats at every "
        "masked i of every possible x_t, KL(q || p) is at most E_path sum_k "
        "TC(X_(S_k) | X_(S_<k)) + L eps_learning nats per sequence, S_k the tokens that step k "
        "reveals. Equality at N = 1 where every error is eps_learning."
    ),
    kind="tight",
    source=Source("ours", "convexity over paths and the chain rule", "ours"),
    takes=(
        Parameter(PATH, "E_path sum_k TC(X_(S_k) | X_(S_<k)) in nats", 0, np.inf),
        Parameter(LENGTH, "tokens, L", 1, np.inf, whole=True),
        Parameter(LEARNING, "eps_learning in nats", 0, np.inf),
    ),
    expression=PATH + LENGTH * LEARNING,
    formula=lambda path, length, learning: path + length * learning,
    parameters=lambda case: {
        # rounding can leave the path average of independent tokens just below zero
        "path": max(0.0, case.path_divergence),
        "length": case.length,
        "learning": stated_learning_error(case.denoiser),
    },
    exact=lambda case: case.divergence,
)
