"""Shuffling a list in one step: n! equally likely orders against a product of uniform marginals."""

import sympy
from flint import arb, ctx

from proofs_check.certificates import Cited, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["shuffle"]
N, J = (sympy.Symbol(name, positive=True, integer=True) for name in ("n", "j"))
REST = sympy.Symbol("t", positive=True)
ORDERS = sympy.factorial(N)
TWO = sympy.log(2)
BITS = 128


def _divergence(weight: sympy.Expr) -> sympy.Expr:
    """Sum over the orders of weight * log2 of 1/n! over n^-n."""
    term = weight * sympy.log((1 / ORDERS) / N ** (-N)) / TWO
    return sympy.Sum(term, (J, 1, ORDERS))


def robbins(size: int, upper: int = 12) -> bool:
    """1/(12 n + 1) < log n! - (n log n - n + log(2 pi n) / 2) < 1/(upper n), in balls."""
    with ctx.workprec(BITS):
        n = arb(size)
        rest = (n + 1).lgamma() - (n * n.log() - n + (2 * arb.pi() * n).log() / 2)
        return bool(1 / (12 * n + 1) < rest) and bool(rest < 1 / (upper * n))


def stirling(upper: int = 12) -> Cited:
    """Robbins' form of Stirling's formula."""
    return Cited(
        f"log n! = n log n - n + log(2 pi n)/2 + t, 1/(12 n + 1) < t < 1/({upper} n)",
        "Robbins, A remark on Stirling's formula, Amer. Math. Monthly 62 (1955) 26-29",
        lambda source: source.randint(1, 10 ** source.randint(1, 6)),
        lambda size: robbins(size, upper),
    )


proof = Proof(
    theorem="shuffle",
    hypotheses={
        "orders": "given the prompt all n! orders of its n distinct items are equally likely",
        "one-step": "all tokens are drawn independently from their exact marginals",
    },
    steps=(
        Step(
            name="marginals",
            premises=("orders",),
            conclusion="(n - 1)! orders have a given item at a given place: each has 1/n there",
            certificate=Symbolic(sympy.gamma(N) / sympy.gamma(N + 1), 1 / N),
            change="1/(n + 1)",
            twin=Symbolic(sympy.gamma(N) / sympy.gamma(N + 1), 1 / (N + 1)),
        ),
        Step(
            name="right",
            premises=("marginals", "one-step"),
            conclusion="an order is drawn with probability n^-n, some order with n!/n^n",
            certificate=Symbolic(sympy.Sum((1 / N) ** N, (J, 1, ORDERS)), ORDERS / N**N),
            change="the last item left over, drawn with certainty",
            twin=Symbolic(sympy.Sum((1 / N) ** (N - 1), (J, 1, ORDERS)), ORDERS / N**N),
        ),
        Step(
            name="divergence",
            premises=("right", "orders"),
            conclusion=(
                "KL(q || p) = the mean of log2(n^n / n!) over the orders = n log2 n - log2 n!"
            ),
            certificate=Symbolic(_divergence(1 / ORDERS), stated(THEOREM, N)),
            change="orders weighed by p, n^-n",
            twin=Symbolic(_divergence(N ** (-N)), stated(THEOREM, N)),
        ),
        Step(
            name="stirling",
            premises=(),
            conclusion="log n! = n log n - n + log(2 pi n)/2 + t with 1/(12 n + 1) < t < 1/(12 n)",
            certificate=stirling(),
            change="1/(24 n) on the right",
            twin=stirling(24),
        ),
        Step(
            name="shuffle",
            premises=("divergence", "stirling", "right"),
            conclusion=THEOREM.statement,
            # the rest t log2 e is O(1/n)
            certificate=Symbolic(
                N * sympy.log(N) / TWO
                - (N * sympy.log(N) - N + sympy.log(2 * sympy.pi * N) / 2 + REST) / TWO,
                N / TWO - sympy.log(2 * sympy.pi * N) / (2 * TWO) - REST / TWO,
            ),
            change="log2(2 pi n) not halved",
            twin=Symbolic(
                N * sympy.log(N) / TWO
                - (N * sympy.log(N) - N + sympy.log(2 * sympy.pi * N) / 2 + REST) / TWO,
                N / TWO - sympy.log(2 * sympy.pi * N) / TWO - REST / TWO,
            ),
        ),
    ),
)
