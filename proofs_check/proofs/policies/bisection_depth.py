"""Serial depth of order-m chains: bisection with runs of m tokens, and when nothing is faster."""

import math

import sympy

from proofs_check.certificates import Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.policy_facts import DEPENDENT_ROUND, DIVERGENCE, EXACT_POLICY
from proofs_check.proofs.separated import separate_step
from proofs_check.proofs.stated import as_stated, stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["bisection-depth"]
MEMORY = sympy.Symbol("m", integer=True, positive=True)
K = sympy.Symbol("k", integer=True, positive=True)
POWER, SHOWN = (sympy.Symbol(name, integer=True, nonnegative=True) for name in ("k", "N"))
LONGER, ROUNDED = sympy.symbols("z w", nonnegative=True)
LEFT = sympy.symbols("a_0 a_1", positive=True)
RIGHT = sympy.symbols("b_0 b_1", positive=True)
POWERED = sympy.Matrix(2, 2, sympy.symbols("p_00 p_01 p_10 p_11", positive=True))
ROWS = sympy.Matrix(2, 2, sympy.symbols("t_00 t_01 t_10 t_11", positive=True))


def _halves(run: sympy.Expr) -> Induction:
    """Stretches of m 2^k - m tokens; (m 2^(k+1) - m - run)/2 tokens on each side of a run."""
    most = MEMORY * 2**K - MEMORY
    return Induction(
        "k, in k m rounds",
        base=Symbolic(at(most, {K: 1}), MEMORY),
        step=Symbolic((most.subs(K, K + 1) - run) / 2, most),
    )


def _enough(rounds: sympy.Expr) -> Symbolic:
    """2^k - 1 less L/m, for L/m = 1 + z and 2^(k-1) = (L/m)(1 + w), 2^k = `rounds` times that."""
    ratio = 1 + LONGER
    return Symbolic(rounds * ratio * (1 + ROUNDED) - 1 - ratio, LONGER + 2 * ROUNDED * (1 + LONGER))


def _spread(stretches: sympy.Expr) -> Induction:
    """N tokens leave N + 1 stretches at most, each of which may show one more: 2^(k+1) - 1."""
    most = 2**POWER - 1
    return Induction(
        "the rounds k",
        base=Symbolic(at(most, {POWER: 0}), 0),
        step=Symbolic((SHOWN + stretches).subs(SHOWN, most), most.subs(POWER, POWER + 1)),
    )


def _minor(sign: int) -> Symbolic:
    """m_00 m_11 - m_01 m_10 for m_xy = a_x (T^g)_xy b_y."""
    m = sympy.Matrix(2, 2, lambda x, y: LEFT[x] * POWERED[x, y] * RIGHT[y])
    return Symbolic(
        m[0, 0] * m[1, 1] - sign * m[0, 1] * m[1, 0], math.prod((*LEFT, *RIGHT)) * POWERED.det()
    )


def _determinant(step: sympy.Matrix) -> Induction:
    """det T^(g+1) = det T^g det T for two symbols."""
    return Induction(
        "the gap g",
        step=Symbolic((POWERED * step).det(), POWERED.det() * ROWS.det()),
    )


proof = Proof(
    theorem="bisection-depth",
    hypotheses={
        "memory": "a token depends on the m before it alone, and L >= m",
        **EXACT_POLICY,
        "dependent": (
            "for the second claim m = 1, L = 2^k, and any two tokens are dependent given any "
            "possible values of others none of which stands between them; for the third L = m, and "
            "they are, given any possible values of others"
        ),
    },
    steps=(
        separate_step(
            "separate",
            ("memory",),
            "so are all stretches between revealed runs: a round of one token from each has total "
            "correlation 0",
        ),
        Step(
            name="halves",
            premises=("policy", "exact", DIVERGENCE, "separate"),
            conclusion=(
                "a stretch of at most m 2^k - m tokens, between such runs or at an end, is done in "
                "k m rounds at KL 0, and all stretches at once: at k = 1 it has at most m tokens, "
                "shown one by one; its middle run takes m rounds and leaves two stretches, each of "
                "at most half of the others, rounded up"
            ),
            certificate=_halves(MEMORY),
            change="without a middle run",
            twin=_halves(sympy.S.Zero),
        ),
        Step(
            name="enough",
            premises=("halves",),
            conclusion=(
                "L <= m 2^k - m for k = ceil(log2(L/m)) + 1: 2^(k-1) = (L/m)(1 + w), w >= 0, and "
                "L/m = 1 + z, z >= 0, give 2^k - 1 - L/m = z + 2 w (1 + z); so k m rounds do"
            ),
            certificate=_enough(sympy.Integer(2)),
            change="k = ceil(log2(L/m))",
            twin=_enough(sympy.S.One),
        ),
        DEPENDENT_ROUND,
        Step(
            name="spread",
            premises=("dependent-round", "dependent"),
            conclusion=(
                "at m = 1 an exact policy shows at most one token of a stretch in a round, "
                "whatever the values: at most 2^k - 1 tokens in k rounds, and L = 2^k takes k + 1 "
                "on every path"
            ),
            certificate=_spread(SHOWN + 1),
            change="N + 2 stretches",
            twin=_spread(SHOWN + 2),
        ),
        Step(
            name="determinant",
            premises=(),
            conclusion="for two symbols det T^g = (det T)^g, not 0 where the rows of T differ",
            certificate=_determinant(ROWS),
            change="the rows of T exchanged in the last step",
            twin=_determinant(ROWS[::-1, :]),
        ),
        Step(
            name="chains",
            premises=("determinant", "memory"),
            conclusion=(
                "two symbols, positive initial and transition probabilities: two tokens at gap g "
                "have weights a_x (T^g)_xy b_y given others outside, a and b > 0, and m_00 m_11 - "
                "m_01 m_10 = a_0 a_1 b_0 b_1 det T^g is not 0: they are dependent"
            ),
            certificate=_minor(1),
            change="m_00 m_11 + m_01 m_10",
            twin=_minor(-1),
        ),
        Step(
            name="short",
            premises=("dependent-round", "dependent"),
            conclusion="at L = m an exact policy shows one token a round and takes m rounds",
            certificate=Symbolic(as_stated(THEOREM, MEMORY, MEMORY), MEMORY),
            change="L = 2 m",
            twin=Symbolic(as_stated(THEOREM, MEMORY, 2 * MEMORY), MEMORY),
        ),
        Step(
            name="depth",
            premises=("enough", "spread", "chains", "short"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(stated(THEOREM, sympy.S.One, 2**POWER), POWER + 1),
            change="one token more",
            twin=Symbolic(stated(THEOREM, sympy.S.One, 2**POWER + 1), POWER + 1),
        ),
    ),
)
