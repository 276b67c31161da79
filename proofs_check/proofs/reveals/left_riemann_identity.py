"""The path average is a left Riemann sum of the information curve less its integral."""

import sympy

from proofs_check.certificates import Induction, Symbolic, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.reveal_cost import BLOCK, DRAWN
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["left-riemann-identity"]
M, K, L = (sympy.Symbol(name, positive=True, integer=True) for name in ("m", "k", "L"))
DRAWS, KNOWN, TERM, AFTER = sympy.symbols("A H a H_after", real=True)
NONE = -1 * sympy.log(1)  # the entropy of no token
RIEMANN, WHOLE = sympy.symbols("R H", nonnegative=True)


def _beta(power: sympy.Expr, other: sympy.Expr) -> sympy.Expr:
    """int_0^1 r^power (1 - r)^other dr."""
    return sympy.gamma(power + 1) * sympy.gamma(other + 1) / sympy.gamma(power + other + 2)


proof = Proof(
    theorem="left-riemann-identity",
    hypotheses={
        "bernoulli": (
            "each token is known before step k with probability t = r_(k-1) and drawn by it with "
            "probability t' - t = a_k, independently of the others and of all symbols"
        ),
        "path": "the path-averaged divergence is E sum_k TC(X_(S_k) | X_(S_<k)), exact denoiser",
    },
    steps=(
        BLOCK,
        Step(
            name="telescope",
            premises=("block",),
            conclusion=(
                "on every path sum_k TC(X_(S_k) | X_(S_<k)) = A - H(X), A the sum over k and i in "
                "S_k of H(X_i | X_(S_<k))"
            ),
            # A - H of what is known; a step adds its own a - (H_after - H)
            certificate=Induction(
                "the steps",
                step=Symbolic(terms(DRAWS - KNOWN, TERM, KNOWN - AFTER), (DRAWS + TERM) - AFTER),
            ),
            change="the entropy of all that is known taken off at every step",
            twin=Induction(
                "the steps",
                step=Symbolic((DRAWS - KNOWN) + TERM - AFTER, (DRAWS + TERM) - AFTER),
            ),
        ),
        DRAWN,
        Step(
            name="inner",
            premises=(),
            conclusion=(
                "no entropy H(X_T), 0 < |T| < L, is in the integral of L f(r) = sum_i E "
                "(H(X_(R + i)) - H(X_R)): with m = |T|, k = L - m there are m ways with i in T, "
                "each int r^(m-1) (1-r)^k, and k ways with i not in T, each int r^m (1-r)^(k-1)"
            ),
            certificate=Symbolic(M * _beta(M - 1, K), K * _beta(M, K - 1)),
            change="k + 1 ways with i not in T",
            twin=Symbolic(M * _beta(M - 1, K), (K + 1) * _beta(M, K - 1)),
        ),
        Step(
            name="whole",
            premises=("inner",),
            conclusion=(
                "the integral of f over 0..1 is H(X) / L: H(X) has the weight L int r^(L-1) = 1 "
                "in L times it, and the entropy of no token is zero"
            ),
            certificate=Symbolic(L * _beta(L - 1, sympy.Integer(0)), sympy.Integer(1)),
            change="one way instead of L",
            twin=Symbolic(_beta(L - 1, sympy.Integer(0)), sympy.Integer(1)),
        ),
        Step(
            name="identity",
            premises=("telescope", "drawn", "whole"),
            conclusion=THEOREM.statement,
            # E A = sum_k a_k L f(r_(k-1)) = L R
            certificate=Symbolic((L * RIEMANN - WHOLE) / L, stated(THEOREM, RIEMANN, WHOLE, L)),
            change="H(X) not divided by L",
            twin=Symbolic((L * RIEMANN - WHOLE * L) / L, stated(THEOREM, RIEMANN, WHOLE, L)),
        ),
    ),
)
