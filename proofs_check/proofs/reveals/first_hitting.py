"""First hitting: which position comes next does not depend on when."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from theory.bounds import THEOREMS

THEOREM = THEOREMS["first-hitting"]
# masked positions, those of them revealed so far and left; times
M, LEFT = sympy.Symbol("m", positive=True, integer=True), sympy.Symbol("k", nonnegative=True)
DONE, REST = (sympy.Symbol(name, nonnegative=True, integer=True) for name in ("i", "r"))
X, TAU = sympy.symbols("x tau", positive=True)  # s/t, and a time in units of t
LAW = sympy.Symbol("P", nonnegative=True)
ORDERS = sympy.gamma(REST + 1) / sympy.gamma(DONE + REST + 1)  # (L - i)!/L!, L = i + r


def _first(others: sympy.Expr) -> sympy.Expr:
    """P(a position is the next, its time tau t at most x t): of density 1, `others` not later."""
    return sympy.Integral(TAU**others, (TAU, 0, X))


def _one_more(left: sympy.Expr) -> Symbolic:
    """One of `left` positions after i, as a share of what i + 1 positions have."""
    return Symbolic(
        ORDERS.subs(REST, REST + 1) / left / ORDERS.subs(DONE, DONE + 1), sympy.Integer(1)
    )


proof = Proof(
    theorem="first-hitting",
    hypotheses={
        "times": "the m tokens masked at t lose their masks at independent uniform times in [0, t]",
        "sampler": "first hitting draws t u^(1/m), u uniform, and one of the m uniformly",
        "blind": "the denoiser sees the tokens, no time; a token is drawn from it when revealed",
        "fixed": "fixed count with sizes (1, .., 1) draws one of the masked positions uniformly",
    },
    steps=(
        Step(
            name="next",
            premises=("times",),
            conclusion=(
                "back from t, a given position is the next to show its token, at a time of at most "
                "x t, with probability x^m / m"
            ),
            certificate=Symbolic(_first(M - 1), X**M / M),
            change="m others instead of m - 1",
            twin=Symbolic(_first(M), X**M / M),
        ),
        Step(
            name="time",
            premises=("sampler",),
            conclusion=(
                "t u^(1/m) is at most x t where u <= x^m, with that probability: at the end of "
                "this range of u it is x t"
            ),
            certificate=Symbolic(at(X ** (1 / M), {X: X**M}), X),
            change="t u^m",
            twin=Symbolic((X**M) ** M, X),
        ),
        Step(
            name="same",
            premises=("next", "time", "sampler"),
            conclusion=(
                "so the sampler draws what the process does: time and position have the joint law "
                "of the process, a product, positions being uniform at every time"
            ),
            # density of the time, times 1/m, against the density of both
            certificate=Symbolic(sympy.Derivative(X**M, X) / M, X ** (M - 1)),
            change="positions of weight 1/(m + 1)",
            twin=Symbolic(sympy.diff(X**M, X) / (M + 1), sympy.diff(_first(M - 1), X)),
        ),
        Step(
            name="forget",
            premises=("same", "blind"),
            conclusion=(
                "given the order the tokens do not depend on the times, whose law integrates to "
                "one: what has the law P with every time has it on average"
            ),
            certificate=Symbolic(sympy.Integral(LAW * sympy.Derivative(X**M, X), (X, 0, 1)), LAW),
            change="times up to t/2 only",
            twin=Symbolic(
                sympy.integrate(LAW * sympy.diff(X**M, X), (X, 0, sympy.Rational(1, 2))), LAW
            ),
        ),
        Step(
            name="orders",
            premises=("forget",),
            conclusion=(
                "the first i positions of an order come with probability (L - i)!/L!, each of the "
                "L! orders with 1/L!"
            ),
            certificate=Induction(
                "the positions i revealed, r = L - i left",
                base=Symbolic(at(ORDERS, {DONE: 0}), 1),
                step=_one_more(REST + 1),
            ),
            change="one of r positions where r + 1 are left",
            twin=Induction(
                "the positions i revealed, r = L - i left",
                base=Symbolic(at(ORDERS, {DONE: 0}), 1),
                step=_one_more(REST + 2),
            ),
        ),
        Step(
            name="fixed-orders",
            premises=("fixed", "blind"),
            conclusion="fixed count, sizes (1, .., 1), gives each order prod_(r=1..L) 1/r = 1/L!",
            certificate=Symbolic(
                sympy.Product(1 / LEFT, (LEFT, 1, M)),
                ORDERS.subs({DONE: M, REST: 0}),
            ),
            change="the last position for free with probability 1/2",
            twin=Symbolic(
                sympy.Product(1 / LEFT, (LEFT, 1, M)) / 2,
                ORDERS.subs({DONE: M, REST: 0}),
            ),
        ),
        Step(
            name="distance",
            premises=("orders", "fixed-orders"),
            conclusion=THEOREM.statement,
            # orders weigh the same in all three, L! times the difference of a law P by each
            certificate=Symbolic(
                THEOREM.expression,
                sympy.gamma(M + 1)
                * (at(ORDERS, {DONE: M, REST: 0}) - 1 / sympy.gamma(M + 1))
                * LAW
                / 2,
            ),
            change="L orders instead of L!",
            twin=Symbolic(
                THEOREM.expression,
                sympy.gamma(M + 1) * (ORDERS.subs({DONE: M, REST: 0}) - 1 / M) * LAW / 2,
            ),
        ),
    ),
)
