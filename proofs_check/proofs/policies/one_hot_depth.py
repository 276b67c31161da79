"""Serial depth of one-hot blocks: each block waits for its one, and the slowest block counts."""

import random

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, at, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import logarithm_step
from proofs_check.proofs.policies.balanced_depth import tail_sum
from proofs_check.proofs.policies.policy_facts import (
    DEPENDENT_ROUND,
    EXACT_POLICY,
    total_correlation,
)
from proofs_check.proofs.random_laws import BITS, ROUNDING, Law, random_law
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS
from theory.bounds.policies.one_hot_depth import MISSED

THEOREM = THEOREMS["one-hot-depth"]
SIZE, BLOCKS, MASKED, UPPER, J, S = (
    sympy.Symbol(name, integer=True, positive=True) for name in ("m", "b", "M", "u", "j", "s")
)
K = sympy.Symbol("k", integer=True, nonnegative=True)
SHOWN, AFTER = (sympy.Symbol(name, integer=True, nonnegative=True) for name in ("t", "l"))
TAILS = sympy.Symbol("A", positive=True)
SLOW = sympy.Symbol("P", positive=True)  # P(a block is done by t), (t - 1)/m for 1 <= t < m


def _pair(zeros: sympy.Expr) -> Symbolic:
    """P(0, 0) - P(0)^2 for two of M masked symbols, one of which is the one."""
    return Symbolic((MASKED - zeros) / MASKED - ((MASKED - 1) / MASKED) ** 2, -1 / MASKED**2)


def _two(source: random.Random) -> tuple[Law, Law]:
    return random_law(source), random_law(source)


def _adds(laws: tuple[Law, Law], count: int = 2) -> bool:
    """TC of two independent blocks of three bits is the sum of their own."""
    together = {
        (*first, *second): p * q for first, p in laws[0].items() for second, q in laws[1].items()
    }
    alone = sum(total_correlation(law, tuple(range(BITS))) for law in laws[:count])
    return abs(total_correlation(together, tuple(range(2 * BITS))) - alone) <= 1e3 * ROUNDING


def _hazard(left: sympy.Expr) -> Induction:
    """P(J > t) = (m - t)/m for m = t + 1 + l, as the next of m - t symbols is the one by chance."""
    size = SHOWN + 1 + AFTER
    return Induction(
        "the symbols t shown",
        base=Symbolic(at((size - SHOWN) / size, {SHOWN: 0}), 1),
        step=Symbolic((size - SHOWN) / size * (1 - 1 / left), (size - SHOWN - 1) / size),
    )


def _block(last: sympy.Expr) -> Symbolic:
    """Mean of min(J + 1, m) over J = 1..m, for m = l + 2, against the formula at b = 1."""
    size = AFTER + 2
    mean = (sympy.Sum(J + 1, (J, 1, size - 1)) + last) / size
    formula = size - sympy.Sum(S / size, (S, 1, size - 2))
    return Symbolic(mean, formula)


def _power(further: sympy.Expr) -> Induction:
    return Induction(
        "the blocks b",
        step=Symbolic(SLOW**BLOCKS * further, SLOW ** (BLOCKS + 1)),
    )


def _sum(missed: sympy.Expr) -> Induction:
    """1 + sum_(t = 1..u) (1 - ((t - 1)/m)^b) = u + 1 - A, A the sum of (s/m)^b over s = 1..u-1."""
    return Induction(
        "the upper end u",
        base=Symbolic(1 + (1 - at((SHOWN / SIZE) ** BLOCKS, {SHOWN: 0})), 2),
        step=Symbolic(
            terms(UPPER + 1 - TAILS, 1 - (missed / SIZE) ** BLOCKS),
            (UPPER + 2) - (TAILS + (UPPER / SIZE) ** BLOCKS),
        ),
    )


def _geometric(first: int) -> Symbolic:
    whole = sympy.Sum(sympy.exp(-K), (K, first, sympy.oo))
    return Symbolic(whole, 1 / (sympy.E * (sympy.E - 1)))


def _stated(least: int) -> Symbolic:
    """What step sum gives at u = m - 1."""
    passed = sympy.Sum((MISSED / SIZE) ** BLOCKS, (MISSED, least, UPPER - 1))
    return Symbolic(as_stated(THEOREM, BLOCKS, SIZE), at(UPPER + 1 - passed, {UPPER: SIZE - 1}))


proof = Proof(
    theorem="one-hot-depth",
    hypotheses={
        "blocks": "b independent blocks of m symbols, one of each block a one at a uniform place",
        **EXACT_POLICY,
    },
    steps=(
        DEPENDENT_ROUND,
        Step(
            name="pair",
            premises=("blocks",),
            conclusion=(
                "in a block whose one is not shown, M masked symbols have it at a uniform place; "
                "two of them have P(0, 0) - P(0)^2 = -1/M^2: they are dependent for M >= 2"
            ),
            certificate=_pair(sympy.Integer(2)),
            change="(M - 1)/M for P(0, 0)",
            twin=_pair(sympy.Integer(1)),
        ),
        Step(
            name="together",
            premises=("blocks",),
            conclusion=(
                "blocks stay independent given what is revealed, and total correlations of "
                "independent blocks add up: one symbol of each block costs nothing"
            ),
            certificate=Cited(
                "entropies of independent blocks add up",
                "Cover and Thomas, Theorem 2.6.6",
                _two,
                _adds,
                count=200,
            ),
            change="the second block left out",
            twin=Cited("the same", "none: false", _two, lambda laws: _adds(laws, 1), count=200),
        ),
        Step(
            name="waiting",
            premises=("blocks", "policy"),
            conclusion=(
                "the one of a block is its J-th symbol to be shown, P(J > t) = (m - t)/m: whatever "
                "was seen anywhere and whichever is next, it is the one of m - t masked symbols "
                "with probability 1/(m - t); so J is uniform on 1..m, independently over the "
                "blocks, for every policy"
            ),
            certificate=_hazard(1 + AFTER),
            change="1/m each time",
            twin=_hazard(SHOWN + 1 + AFTER),
        ),
        Step(
            name="block",
            premises=("dependent-round", "pair", "waiting"),
            conclusion=(
                "an exact policy shows at most one symbol of a block in a round until its one is "
                "found or one is left; a further round shows the rest, so it takes min(J + 1, m) "
                "rounds at least, m - sum_(s = 1..m-2) s/m on average"
            ),
            certificate=_block(AFTER + 2),
            change="J = m takes m + 1 rounds",
            twin=_block(AFTER + 3),
        ),
        Step(
            name="blocks-done",
            premises=("block", "together", "waiting"),
            conclusion=(
                "all blocks at once take the largest of these, which no policy beats on any path: "
                "they are done by t < m with probability ((t - 1)/m)^b, t >= 1, and by m for sure"
            ),
            certificate=_power(SLOW),
            change="a further block is done for sure",
            twin=_power(sympy.S.One),
        ),
        Step(
            name="tails",
            premises=(),
            conclusion="E K = sum over t >= 0 of P(K > t)",
            certificate=tail_sum(1),
            change="from t = -1",
            twin=tail_sum(0),
        ),
        Step(
            name="sum",
            premises=("blocks-done", "tails"),
            conclusion=(
                "D_0 = 1 + sum_(t = 1..m-1) (1 - ((t - 1)/m)^b) = m - sum_(s = 1..m-2) (s/m)^b for "
                "m >= 2, and 1 for m = 1"
            ),
            certificate=_sum(UPPER),
            change="(t/m)^b for ((t - 1)/m)^b",
            twin=_sum(UPPER + 1),
        ),
        logarithm_step("logarithm", (), "(1 - k/m)^m <= exp(-k) by y = 1 - k/m > 0"),
        Step(
            name="geometric",
            premises=("logarithm", "sum"),
            conclusion=(
                "for b = m the sum over s = m - k, k >= 2, is at most that of exp(-k), "
                "1/(e (e - 1))"
            ),
            certificate=_geometric(2),
            change="from k = 1",
            twin=_geometric(1),
        ),
        Step(
            name="depth",
            premises=("sum", "geometric"),
            conclusion=THEOREM.statement,
            # the formula as it is stated, against the sum at u = m - 1
            certificate=_stated(1),
            change="without the tail of t = 2",
            twin=_stated(3),
        ),
    ),
)
