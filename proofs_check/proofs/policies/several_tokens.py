"""Several tokens at once: the divergence splits at the product of the marginals."""

import math
import random

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.random_laws import BITS, ROUNDING, Law, entropy, random_law
from theory.bounds import THEOREMS
from theory.bounds.policies.several_tokens import LEARNING, TOKENS, VOCABULARY

WORD, MARGINALS, DRAWN, ONE, ITS = sympy.symbols("q Q P q_i p_i", positive=True)
MORE, MISSING, LESS = sympy.symbols("e D s", nonnegative=True)
SYMBOL = sympy.Symbol("j", positive=True, integer=True)
RANGE = sympy.log(VOCABULARY)
THEOREM = THEOREMS["several-tokens"]


def _split(after: sympy.Expr) -> Induction:
    """log(q/P) = log(q/Q) + sum_i log(q_i/p_i), one more token in both products."""
    logs = sympy.log(WORD / DRAWN) - sympy.log(WORD / MARGINALS)
    return Induction(
        "the tokens",
        base=Symbolic(sympy.log(WORD / ITS), sympy.log(WORD / ONE) + sympy.log(ONE / ITS)),
        step=Symbolic(
            sympy.log(WORD / (DRAWN * ITS)),
            sympy.log(WORD / (MARGINALS * ONE)) + logs + sympy.log(after / ITS),
        ),
    )


def _part(law: Law, factor: float = 1.0) -> bool:
    """H(X) >= factor H(X_i) for every i."""
    whole = entropy(law, range(BITS))
    return all(whole >= factor * entropy(law, (i,)) - ROUNDING for i in range(BITS))


def _range(law: Law, factor: float = 1.0) -> bool:
    """H(X_i) <= factor log 2 for every i."""
    return all(entropy(law, (i,)) <= factor * math.log(2) + ROUNDING for i in range(BITS))


def _law(source: random.Random) -> Law:
    return random_law(source)


def _repeated(tokens: sympy.Expr) -> sympy.Expr:
    """TC of a uniform symbol repeated: each of V words of chance 1/V against (1/V)^tokens."""
    chance = 1 / VOCABULARY
    return sympy.Sum(chance * sympy.log(chance / chance**tokens), (SYMBOL, 1, VOCABULARY))


proof = Proof(
    theorem="several-tokens",
    hypotheses={
        "law": "q is a law of k tokens out of V symbols with marginals q_i",
        "learning": "KL(q_i || p_i) <= delta for every i, so they are finite",
    },
    steps=(
        Step(
            name="split",
            premises=("law", "learning"),
            conclusion=(
                "log(q/prod p_i) = log(q/prod q_i) + sum_i log(q_i/p_i) at every word; the mean "
                "under q of a function of x_i is that under q_i: KL(q || prod p_i) = TC(q) + "
                "sum_i KL(q_i || p_i)"
            ),
            certificate=_split(ONE),
            change="one q_i squared",
            twin=_split(ONE**2),
        ),
        Step(
            name="part",
            premises=("law",),
            conclusion="H(q) = H(q_1) + e with e >= 0, q_1 the marginal of the largest entropy",
            certificate=Cited(
                "the entropy of a part is at most that of the whole",
                "Cover and Thomas, Theorem 2.2.1 (chain rule, discrete entropies)",
                _law,
                _part,
            ),
            change="twice the entropy of a part",
            twin=Cited(
                "twice the entropy of a part is at most that of the whole",
                "none: false",
                _law,
                lambda law: _part(law, 2.0),
            ),
        ),
        Step(
            name="range",
            premises=("law",),
            conclusion="the k - 1 other marginals have entropies (k - 1) log V - D in all, D >= 0",
            certificate=Cited("H <= log V", "Cover and Thomas, Theorem 2.6.4", _law, _range),
            change="log V halved",
            twin=Cited("H <= log(V) / 2", "none: false", _law, lambda law: _range(law, 0.5)),
        ),
        Step(
            name="correlation",
            premises=("part", "range"),
            conclusion="TC(q) = sum_i H(q_i) - H(q) = (k - 1) log V - D - e",
            certificate=Symbolic(
                terms(ONE, (TOKENS - 1) * RANGE - MISSING, -(ONE + MORE)),
                (TOKENS - 1) * RANGE - MISSING - MORE,
            ),
            change="H(q) = e alone",
            twin=Symbolic(
                ONE + ((TOKENS - 1) * RANGE - MISSING) - MORE,
                (TOKENS - 1) * RANGE - MISSING - MORE,
            ),
        ),
        Step(
            name="repeated",
            premises=("law",),
            conclusion="one uniform symbol repeated k times has TC = (k - 1) log V",
            certificate=Symbolic(_repeated(TOKENS), (TOKENS - 1) * RANGE),
            change="repeated k + 1 times",
            twin=Symbolic(_repeated(TOKENS + 1), (TOKENS - 1) * RANGE),
        ),
        Step(
            name="bound",
            premises=("split", "correlation", "repeated", "learning"),
            conclusion=THEOREM.statement,
            # with sum_i KL(q_i || p_i) = k delta - s: below by D + e + s, all of them zero for the
            # repeated symbol with equal errors
            certificate=Symbolic(
                terms((TOKENS - 1) * RANGE - MISSING - MORE, TOKENS * LEARNING - LESS),
                THEOREM.expression - (MISSING + MORE + LESS),
            ),
            change="the learning errors of k - 1 tokens",
            twin=Symbolic(
                terms((TOKENS - 1) * RANGE - MISSING - MORE, TOKENS * LEARNING - LESS),
                THEOREM.expression - LEARNING - (MISSING + MORE + LESS),
            ),
        ),
    ),
)
