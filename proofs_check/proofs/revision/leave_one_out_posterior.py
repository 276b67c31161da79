"""Bayes' rule for one position: the likelihood of its own token is divided out."""

import sympy

from proofs_check.certificates import Symbolic, factors, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["leave-one-out-posterior"]
V, ODDS, NOISE, ETA = sympy.symbols("V o n eta", positive=True)
OTHERS = sympy.Symbol("q", positive=True)  # q(x_i = y_i | y_-i), of odds o
SAME, APART = 1 - ETA + ETA / V, ETA / V  # l(y | x) at x = y and elsewhere
# P by its odds, at eta = 1/(1 + n)
POSTERIOR = (1 + V * NOISE) * ODDS / ((1 + V * NOISE) * ODDS + 1)


def _odds(factor: sympy.Expr) -> Symbolic:
    """The weights of x_i = y_i and of all others in the posterior."""
    return Symbolic(
        factors(OTHERS * SAME, 1 / ((1 - OTHERS) * APART)), factors(OTHERS / (1 - OTHERS), factor)
    )


def _inverse(symbols: sympy.Expr) -> Symbolic:
    return Symbolic(as_stated(THEOREM, POSTERIOR, symbols, 1 / (1 + NOISE)), ODDS / (1 + ODDS))


def _noisy(apart: sympy.Expr) -> Symbolic:
    """sum_x l(y_i | x) q(x | y_-i)."""
    return Symbolic(
        terms(factors(OTHERS, SAME), factors(1 - OTHERS, apart)), (1 - ETA) * OTHERS + ETA / V
    )


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "noise": "each token by itself: l(y | x) = (1 - eta) 1[y = x] + eta/V",
        "posterior": "q(x_i | y) is in proportion to q(x_i | y_-i) l(y_i | x_i)",
    },
    steps=(
        Step(
            name="logit",
            premises=("noise", "posterior"),
            conclusion=(
                "the odds of P are those of q(x_i = y_i | y_-i) times l(y | y)/l(y | x) = 1 + V (1 "
                "- eta)/eta"
            ),
            certificate=_odds(1 + V * (1 - ETA) / ETA),
            change="V (1 - eta)/eta",
            twin=_odds(V * (1 - ETA) / ETA),
        ),
        Step(
            name="noisy",
            premises=("noise",),
            conclusion=(
                "q(y_i | y_-i) = sum_x l(y_i | x) q(x | y_-i), so (1 - eta) q(x_i = y_i | y_-i)"
                " + eta/V"
            ),
            certificate=_noisy(APART),
            change="eta for eta/V at the others",
            twin=_noisy(ETA),
        ),
        Step(
            name="inverse",
            premises=("logit", "noisy"),
            conclusion=THEOREM.statement,
            certificate=_inverse(V),
            change="2 V symbols",
            twin=_inverse(2 * V),
        ),
    ),
)
