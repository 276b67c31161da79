"""Replacing a random item: n equally likely answers, and (1 - 1/n)^(n-1) between 1/e and 1/2."""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from theory.bounds import THEOREMS
from theory.bounds.policies.deterministic_answer import ITEMS

THEOREM = THEOREMS["replace-random"]
N, J = (sympy.Symbol(name, positive=True, integer=True) for name in ("n", "j"))
U = sympy.Symbol("u", positive=True)  # 1/(n - 1)
EXPRESSION = THEOREM.expression.subs(ITEMS, N)
PRODUCT = 1 / N * (1 - 1 / N) ** (N - 1)
NATS = sympy.log(1 + U) / U  # the divergence, log(1 + u)/u, n - 1 = 1/u


def _answers(value: sympy.Expr) -> sympy.Expr:
    return sympy.Sum(value, (J, 1, N))


proof = Proof(
    theorem="replace-random",
    hypotheses={
        "task": "one of n >= 2 places, uniformly, gets a new item that the list does not have",
        "one-step": "the exact denoiser in one step: independent tokens from their true laws",
    },
    steps=(
        Step(
            name="product",
            premises=("task", "one-step"),
            conclusion=(
                "a token is the new item with probability 1/n, so each answer, new at one place "
                "and old at n - 1, has (1/n)(1 - 1/n)^(n-1) under p; summed over answers this is "
                "the probability that exactly one place is new, C(n, 1) (1/n) (1 - 1/n)^(n-1)"
            ),
            certificate=Symbolic(
                _answers(PRODUCT), sympy.binomial(N, 1) / N * (1 - 1 / N) ** (N - 1)
            ),
            change="all n places old but one that is either",
            twin=Symbolic(_answers(PRODUCT), sympy.binomial(N, 1) / N * (1 - 1 / N) ** N),
        ),
        Step(
            name="divergence",
            premises=("product", "task"),
            conclusion="KL(q || p) = n (1/n) log2((1/n)/p(answer)) = (n-1) log2(n/(n-1)) bits",
            certificate=Symbolic(
                _answers(1 / N * sympy.log(1 / N / PRODUCT) / sympy.log(2)).subs(N, N + 1),
                EXPRESSION.subs(N, N + 1),
            ),
            change="n log2(n/(n-1))",
            twin=Symbolic(
                _answers(1 / N * sympy.log(1 / N / PRODUCT) / sympy.log(2)).subs(N, N + 1),
                (EXPRESSION * N / (N - 1)).subs(N, N + 1),
            ),
        ),
        Step(
            name="right",
            premises=("product", "divergence"),
            conclusion=(
                "an answer is right with probability (1 - 1/n)^(n-1) = exp(-KL in nats), as its "
                "log is -KL: what falls in one grows in the other"
            ),
            certificate=Symbolic(
                sympy.log((1 - 1 / N) ** (N - 1)).subs(N, N + 1),
                (-EXPRESSION * sympy.log(2)).subs(N, N + 1),
            ),
            change="(1 - 1/n)^n",
            twin=Symbolic(
                sympy.log((1 - 1 / N) ** N).subs(N, N + 1),
                (-EXPRESSION * sympy.log(2)).subs(N, N + 1),
            ),
        ),
        Step(
            name="slope",
            premises=("divergence",),
            conclusion=(
                "with u = 1/(n-1) the KL in nats is log(1+u)/u, whose slope in u is -D(u)/u^2, "
                "D(u) = log(1+u) - u/(1+u)"
            ),
            certificate=Symbolic(sympy.diff(NATS, U), -(sympy.log(1 + U) - U / (1 + U)) / U**2),
            change="log(1+u) u in the place of log(1+u)/u",
            twin=Symbolic(sympy.diff(NATS * U**2, U), -(sympy.log(1 + U) - U / (1 + U)) / U**2),
        ),
        Step(
            name="grows",
            premises=("slope",),
            conclusion=(
                "D(0) = 0 and D'(u) = u/(1+u)^2 > 0, so D > 0 and the KL grows where u falls, with "
                "n"
            ),
            certificate=Symbolic(
                sympy.Derivative(sympy.log(1 + U) - U / (1 + U), U), U / (1 + U) ** 2
            ),
            change="D(u) = log(1+u) - u",
            twin=Symbolic(sympy.diff(sympy.log(1 + U) - U, U), U / (1 + U) ** 2),
        ),
        Step(
            name="below",
            premises=("divergence",),
            conclusion=(
                "log(1+u) <= u: equal at 0, and the difference has the slope u/(1+u) > 0; so the "
                "KL is below 1 nat = log2 e bits"
            ),
            certificate=Symbolic(sympy.diff(U - sympy.log(1 + U), U), U / (1 + U)),
            change="log(1+u) <= u/2",
            twin=Symbolic(sympy.diff(U / 2 - sympy.log(1 + U), U), U / (1 + U)),
        ),
        Step(
            name="above",
            premises=("divergence",),
            conclusion=(
                "log(1+u) >= u - u^2/2: equal at 0, the difference has the slope u^2/(1+u) > 0; "
                "so the KL is above 1 - u/2 = 1 - 1/(2(n-1)) nats and tends to 1"
            ),
            certificate=Symbolic(sympy.diff(sympy.log(1 + U) - U + U**2 / 2, U), U**2 / (1 + U)),
            change="log(1+u) >= u - u^2/4",
            twin=Symbolic(sympy.diff(sympy.log(1 + U) - U + U**2 / 4, U), U**2 / (1 + U)),
        ),
        Step(
            name="cost",
            premises=("divergence", "right", "grows", "below", "above"),
            conclusion=THEOREM.statement,
            # the expression in bits is log(1+u)/u nats, and 1 nat is log2 e bits
            certificate=Symbolic(EXPRESSION.subs(N, 1 + 1 / U), NATS / sympy.log(2)),
            change="u = 1/(n-2)",
            twin=Symbolic(EXPRESSION.subs(N, 2 + 1 / U), NATS / sympy.log(2)),
        ),
    ),
)
