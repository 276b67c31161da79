"""H^card = ((d + 1) / d) H: Beta integrals of the derivative of a Bernstein polynomial."""

import sympy

from proofs_check.certificates import Induction, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.reveals.sets_by_size import binomial
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["cardinality-growth"]
U, MASKED, T = sympy.symbols("u q t", positive=True)  # q = 1 - u
A, B, J, K, M = (sympy.Symbol(name, nonnegative=True, integer=True) for name in "abjkm")
P, D = (sympy.Symbol(name, positive=True, integer=True) for name in "jd")
RISE = sympy.Symbol("rise", nonnegative=True)


def _beta(power: sympy.Expr, other: sympy.Expr) -> sympy.Expr:
    return sympy.gamma(power + 1) * sympy.gamma(other + 1) / sympy.gamma(power + other + 2)


def _slope(expression: sympy.Expr) -> sympy.Expr:
    """Derivative in u of an expression in u and q = 1 - u."""
    return sympy.diff(expression, U) - sympy.diff(expression, MASKED)


WEIGHT = binomial(P, K) * U**P * MASKED**K
MIXED = Step(
    name="mixture",
    premises=("bernoulli",),
    conclusion=(
        "h(u) = sum_m C(d-1, m) u^m (1-u)^(d-1-m) h_m, as m of d - 1 others are in R so often; "
        "the weight of h_m has the derivative m C(d-1, m) u^(m-1) (1-u)^(d-1-m) less "
        "(d-1-m) C(d-1, m) u^m (1-u)^(d-2-m)"
    ),
    certificate=Symbolic(
        _slope(WEIGHT),
        binomial(P, K) * (P * U ** (P - 1) * MASKED**K - K * U**P * MASKED ** (K - 1)),
    ),
    change="1 - u taken for a constant",
    twin=Symbolic(
        sympy.diff(WEIGHT, U),
        binomial(P, K) * (P * U ** (P - 1) * MASKED**K - K * U**P * MASKED ** (K - 1)),
    ),
)

proof = Proof(
    theorem="cardinality-growth",
    hypotheses={
        "bernoulli": "every other token is in R with probability r, independently of the others",
        "rises": "H^card = sum_j (j/d) (1 - j/d) (h_j - h_(j-1)), j = 1..d-1: our definition",
    },
    steps=(
        MIXED,
        Step(
            name="by-parts",
            premises=("mixture",),
            conclusion=(
                "h'(u) = sum_j j C(d-1, j) u^(j-1) (1-u)^(d-1-j) (h_j - h_(j-1)): what h_(j-1) "
                "loses is what h_j gains, (d-j) C(d-1, j-1) = j C(d-1, j)"
            ),
            # m = j - 1 and d = j + k + 1
            certificate=Symbolic((K + 1) * binomial(M, K + 1), (M + 1) * binomial(M + 1, K)),
            change="d - 1 - j instead of d - j",
            twin=Symbolic(K * binomial(M, K + 1), (M + 1) * binomial(M + 1, K)),
        ),
        Step(
            name="parts",
            premises=(),
            conclusion=(
                "int_0^1 u^a (1-u)^(b+1) = ((b+1) / (a+1)) int_0^1 u^(a+1) (1-u)^b, as "
                "u^(a+1) (1-u)^(b+1) is zero at both ends"
            ),
            certificate=Symbolic(
                _slope(U ** (A + 1) * MASKED ** (B + 1)),
                (A + 1) * U**A * MASKED ** (B + 1) - (B + 1) * U ** (A + 1) * MASKED**B,
            ),
            change="both terms added",
            twin=Symbolic(
                _slope(U ** (A + 1) * MASKED ** (B + 1)),
                (A + 1) * U**A * MASKED ** (B + 1) + (B + 1) * U ** (A + 1) * MASKED**B,
            ),
        ),
        Step(
            name="beta",
            premises=("parts",),
            conclusion="int_0^1 u^a (1-u)^b = a! b! / (a + b + 1)!",
            certificate=Induction(
                "b, for all a",
                base=Symbolic(sympy.integrate(T**A, (T, 0, 1)), _beta(A, sympy.Integer(0))),
                step=Symbolic((B + 1) / (A + 1) * _beta(A + 1, B), _beta(A, B + 1)),
            ),
            change="(b+1) / (a+2) instead of (b+1) / (a+1)",
            twin=Induction(
                "b, for all a",
                base=Symbolic(sympy.integrate(T**A, (T, 0, 1)), _beta(A, sympy.Integer(0))),
                step=Symbolic((B + 1) / (A + 2) * _beta(A + 1, B), _beta(A, B + 1)),
            ),
        ),
        Step(
            name="growth",
            premises=("by-parts", "beta"),
            conclusion="H = sum_j (j (d-j) / (d (d+1))) (h_j - h_(j-1))",
            # d = j + k + 1: j C(d-1, j) int u^j (1-u)^(d-j)
            certificate=Symbolic(
                P * binomial(P, K) * _beta(P, K + 1),
                P * (K + 1) / ((P + K + 1) * (P + K + 2)),
            ),
            change="int u^j (1-u)^(d-1-j)",
            twin=Symbolic(
                P * binomial(P, K) * _beta(P, K),
                P * (K + 1) / ((P + K + 1) * (P + K + 2)),
            ),
        ),
        Step(
            name="ratio",
            premises=("growth", "rises"),
            conclusion=THEOREM.statement,
            # for every j: the theorem's factor times the weight in H is the weight in H^card
            certificate=Symbolic(
                stated(THEOREM, D, J * (D - J) / (D * (D + 1)) * RISE),
                J / D * (1 - J / D) * RISE,
            ),
            change="weights (j/d) (1 - j/(d+1))",
            twin=Symbolic(
                stated(THEOREM, D, J * (D - J) / (D * (D + 1)) * RISE),
                J / D * (1 - J / (D + 1)) * RISE,
            ),
        ),
    ),
)
