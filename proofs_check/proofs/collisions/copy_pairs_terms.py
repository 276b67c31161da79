"""Steps shared by the lower bounds for copy pairs: masked pairs, pairs that share a step, c >= 1/N.

They speak of b, the largest probability with which two tokens drawn in one step agree; the step
"match" of each proof says what b is.
"""

import sympy

from proofs_check.certificates import Induction, Symbolic, at
from proofs_check.proof import Step
from proofs_check.proofs.elementary import logarithm_step
from theory.bounds.collisions.copy_pairs_error import COLLISION, PAIRS, SYMBOLS

MATCH = sympy.Symbol("b", nonnegative=True)  # sums of at most 1 in all
STEPS = sympy.Symbol("N", positive=True, integer=True)
AGREE = 1 - (1 - MATCH) * COLLISION  # at most, for a pair
_PART, _SHARED, _SUM = sympy.symbols("a c_n A_n", nonnegative=True)
_COUNT, _EARLIER, _NOW, _KNOWN = sympy.symbols("n M j k", nonnegative=True, integer=True)

HYPOTHESES = {
    "language": "x_(2j) = x_(2j-1), the odd tokens independent and uniform over V symbols",
    "bernoulli": "the reveal steps are independent of each other and of the tokens, step k with "
    "probability a_k, sum_k a_k = 1; tokens of one step are drawn independently",
    "learning": "KL(q(x_i | x_t) || p(x_i | x_t)) <= epsilon for all possible x_t and masked i",
}

UNIFORM = Step(
    name="uniform",
    premises=("language",),
    conclusion=(
        "given possible tokens of k other pairs, both tokens of a masked pair are uniform: "
        "V^(m-k-1) of the V^(m-k) words left have a given symbol there"
    ),
    certificate=Symbolic(
        SYMBOLS ** (PAIRS - _KNOWN - 1) / SYMBOLS ** (PAIRS - _KNOWN), 1 / SYMBOLS
    ),
    change="the partner revealed: the symbol is certain",
    twin=Symbolic(SYMBOLS ** (PAIRS - _KNOWN) / SYMBOLS ** (PAIRS - _KNOWN), 1 / SYMBOLS),
)

GIVEN_STEPS = Step(
    name="given-steps",
    premises=("match", "bernoulli"),
    conclusion=(
        "given all reveal steps, the M pairs that share a step all agree with probability at most "
        "b^M: once the M before agree, the j of the next step do with at most b^j, as their tokens "
        "are drawn independently; where a token before is impossible the word is wrong anyway"
    ),
    certificate=Induction(
        "the steps",
        step=Symbolic(MATCH**_EARLIER * MATCH**_NOW, MATCH ** (_EARLIER + _NOW)),
    ),
    change="one of the pairs of a step is left out",
    twin=Induction(
        "the steps",
        step=Symbolic(MATCH**_EARLIER * MATCH**_NOW, MATCH ** (_EARLIER + _NOW + 1)),
    ),
)

MEAN = Step(
    name="mean",
    premises=("given-steps", "bernoulli"),
    conclusion=(
        "m pairs share a step independently, each with probability sum_k a_k^2 = c: "
        "1 - SER <= E b^M = (1 - (1 - b) c)^m"
    ),
    # one more pair, which shares a step with probability c and then costs a factor b
    certificate=Induction(
        "the pairs m",
        step=Symbolic(
            AGREE**PAIRS * (1 - COLLISION) + AGREE**PAIRS * COLLISION * MATCH, AGREE ** (PAIRS + 1)
        ),
    ),
    change="a pair that shares a step always agrees",
    twin=Induction(
        "the pairs m",
        step=Symbolic(
            AGREE**PAIRS * (1 - COLLISION) + AGREE**PAIRS * COLLISION, AGREE ** (PAIRS + 1)
        ),
    ),
)


def _squares(shared: sympy.Expr, total: sympy.Expr, count: sympy.Expr) -> sympy.Expr:
    """sum_(k<=n) (a_k - 1/N)^2 from c_n = sum a_k^2 and A_n = sum a_k."""
    return shared - 2 * total / STEPS + count / STEPS**2


def _induction(of_square: int) -> Induction:
    before = _squares(_SHARED, _SUM, _COUNT)
    return Induction(
        "the steps n",
        step=Symbolic(
            _squares(_SHARED + of_square * _PART**2, _SUM + _PART, _COUNT + 1),
            before + (_PART - 1 / STEPS) ** 2,
        ),
    )


SQUARES = Step(
    name="squares",
    premises=("bernoulli",),
    conclusion="sum_(k<=n) (a_k - 1/N)^2 = c_n - 2 A_n / N + n / N^2, c_n and A_n the sums so far",
    certificate=_induction(1),
    change="a_k^2 counted twice",
    twin=_induction(2),
)

LEAST_SHARE = Step(
    name="least-share",
    premises=("squares", "bernoulli"),
    conclusion="at n = N and A_N = 1 the sum is c - 1/N, so c >= 1/N",
    certificate=Symbolic(
        at(_squares(COLLISION, _SUM, _COUNT), {_SUM: 1, _COUNT: STEPS}), COLLISION - 1 / STEPS
    ),
    change="sum of the a_k equal to 2",
    twin=Symbolic(
        at(_squares(COLLISION, _SUM, _COUNT), {_SUM: 2, _COUNT: STEPS}), COLLISION - 1 / STEPS
    ),
)


EXPONENTIAL = logarithm_step(
    "exponential",
    ("mean",),
    "1 - SER <= (1 - x)^m <= exp(-x m) at x = (1 - b) c by y = 1 - x, and 1 - x = 0 is plain",
)
