"""Copy pairs with the exact denoiser: SER at every length and schedule (theory page D4).

A pair whose members share a step is drawn from two uniform laws, which agree with probability 1/V;
a token whose partner is revealed is drawn right. The reveal steps of all positions are independent,
so that the floor(L/2) pairs are, and each shares a step with probability c = sum_k a_k^2.
"""

import math

import numpy as np

from synthetic.languages import CopyPairs
from theory.bounds.cases import Generated
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

SYMBOLS = nonnegative("symbols", integer=True)
COLLISION = nonnegative("collision")
PAIRS = nonnegative("pairs", integer=True)

VOCABULARY = Parameter(SYMBOLS, "V, the number of symbols", 1, np.inf, whole=True)
SHARED = Parameter(COLLISION, "c = sum_k a_k^2, the probability that a pair shares a step", 0, 1)
COUNT = Parameter(PAIRS, "floor(L/2), the number of pairs", 0, np.inf, whole=True)


def copy_pairs_of(case: Generated) -> dict[str, float]:
    """symbols, collision and pairs of copy pairs under Bernoulli reveal, or a one-line error."""
    if not isinstance(case.language, CopyPairs):
        raise TypeError(f"this theorem is about CopyPairs, got {type(case.language).__name__}")
    return {
        "symbols": case.language.vocab_size,
        "collision": math.fsum(part * part for part in case.schedule),
        "pairs": case.length // 2,
    }


def _exact_denoiser(case: Generated) -> dict[str, float]:
    if case.denoiser is not None:
        raise TypeError(
            "this theorem is about the exact denoiser, got another one: "
            "use copy-pairs-largest-match"
        )
    return copy_pairs_of(case)


theorem = Theorem[Generated](
    id="copy-pairs-error",
    title="SER of copy pairs, exact denoiser",
    statement=(
        "For copy pairs (x_(2j) = x_(2j-1), the odd tokens uniform over V symbols) at any length L "
        "and any schedule (a_1..a_N) of Bernoulli reveal, the exact denoiser has "
        "SER = 1 - (1 - (1 - 1/V) c)^floor(L/2) with c = sum_k a_k^2 >= 1/N. For V = 16 and even L "
        "this is 1 - (1 - (15/16) c)^(L/2). It is a law of random order: revealing the odd "
        "positions first gives SER 0 in two steps."
    ),
    kind="identity",
    source=Source("ours", "independent pairs", "ours"),
    takes=(VOCABULARY, SHARED, COUNT),
    expression=1 - (1 - (1 - 1 / SYMBOLS) * COLLISION) ** PAIRS,
    formula=lambda symbols, collision, pairs: (
        -np.expm1(pairs * np.log1p(-(1 - 1 / symbols) * collision))
    ),
    parameters=_exact_denoiser,
    exact=lambda case: case.sequence_error_rate,
)
