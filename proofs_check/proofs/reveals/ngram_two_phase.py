"""n-grams under the two-phase schedule: known rows of m = n - 1 tokens separate the drawn ones."""

import itertools
import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.random_laws import ROUNDING, random_numbers
from theory.bounds import THEOREMS
from theory.bounds.reveals.ngram_two_phase import CONTEXT, FIRST, LEARNING, STEPS, VOCABULARY

_STEP = sympy.Symbol("k", integer=True, positive=True)
_LATER_RATE = (1 - FIRST) / (STEPS - 1)
KNOWN = sympy.Symbol("r", positive=True)
SUM, RATE = sympy.symbols("S a", nonnegative=True)
ROW = KNOWN**CONTEXT  # the chance that m tokens in a row are known
FAILURES = 1 / ROW - 1
THEOREM = THEOREMS["ngram-two-phase"]
UNIVERSAL = FIRST + (1 - FIRST) / (STEPS - 1)


class Bigram(NamedTuple):
    """Five bits of a Markov chain: its initial law and the two rows of its matrix."""

    initial: list[float]
    rows: list[list[float]]

    def law(self) -> dict[tuple[int, ...], float]:
        """The law of the five bits."""
        return {
            word: self.initial[word[0]]
            * math.prod(self.rows[one][other] for one, other in itertools.pairwise(word))
            for word in itertools.product((0, 1), repeat=5)
        }


def _bigram(source: random.Random) -> Bigram:
    return Bigram(random_numbers(source, 2), [random_numbers(source, 2) for _ in range(2)])


def _entropy(law: dict[tuple[int, ...], float], places: tuple[int, ...]) -> float:
    marginal: dict[tuple[int, ...], float] = {}
    for word, chance in law.items():
        seen = tuple(word[place] for place in places)
        marginal[seen] = marginal.get(seen, 0.0) + chance
    return -math.fsum(chance * math.log(chance) for chance in marginal.values())


def _separates(bigram: Bigram, known: tuple[int, ...] = (2,)) -> bool:
    """H(X_0 X_1 X_3 X_4 | known) = H(X_0 X_1 | known) + H(X_3 X_4 | known)."""
    law = bigram.law()
    base = _entropy(law, known)
    left, right = ((0, 1), (3, 4))
    parts = _entropy(law, left + known) + _entropy(law, right + known) - 2 * base
    return abs(_entropy(law, left + right + known) - base - parts) <= ROUNDING


def _rows(step: sympy.Expr) -> Induction:
    """m (1-r) - (1 - r^m) grows by (1-r)(1-r^m) with m: never negative."""

    def above(context: sympy.Expr) -> sympy.Expr:
        return context * (1 - KNOWN) - (1 - KNOWN**context)

    return Induction(
        "m",
        base=Symbolic(at(above(CONTEXT), {CONTEXT: 1}), 0),
        step=Symbolic(above(CONTEXT + 1), above(CONTEXT) + step),
    )


proof = Proof(
    theorem="ngram-two-phase",
    hypotheses={
        "ngram": "the language is a Markov chain of order m = n - 1 over V symbols",
        "bernoulli": "the reveal steps are independent: a_1 = eps, then N - 1 of "
        "a = (1 - eps)/(N - 1); r >= eps is the share known before a later step",
        "path-decomposition": THEOREMS["path-decomposition"].statement,
        "several-tokens": THEOREMS["several-tokens"].statement,
        "universal-path-bound": THEOREMS["universal-path-bound"].statement,
    },
    steps=(
        Step(
            name="separated",
            premises=("ngram", "several-tokens"),
            conclusion=(
                "m known tokens in a row make the tokens on their two sides independent, so a step "
                "costs the sum over parts between such rows, (b - 1) log V at most for b drawn "
                "tokens in a part: log V for each drawn token that has another before it there"
            ),
            certificate=Cited(
                "Markov property: past and future are independent given the m tokens between them",
                "Cover and Thomas, section 2.8; m = 1 here, entropies add up",
                _bigram,
                _separates,
            ),
            change="nothing known between them",
            twin=Cited(
                "past and future are independent",
                "none: false",
                _bigram,
                lambda bigram: _separates(bigram, ()),
            ),
        ),
        Step(
            name="met",
            premises=("bernoulli", "separated"),
            conclusion=(
                "going back from a token until m known ones in a row, one meets in the mean "
                "E = (1 - r^m) (1 + E), so E = r^-m - 1, others: a try at a row succeeds with "
                "probability r^m and ends at one other token else; fewer where the word begins"
            ),
            certificate=Symbolic(FAILURES, (1 - ROW) * (1 + FAILURES)),
            change="a try succeeds with probability r^(m+1)",
            twin=Symbolic(FAILURES, (1 - ROW * KNOWN) * (1 + FAILURES)),
        ),
        Step(
            name="rows",
            premises=("bernoulli",),
            conclusion="1 - r^m <= m (1 - r)",
            certificate=_rows((1 - KNOWN) * (1 - KNOWN**CONTEXT)),
            change="the difference grows by 1 - r^m",
            twin=_rows(1 - KNOWN**CONTEXT),
        ),
        Step(
            name="later-step",
            premises=("met", "rows"),
            conclusion=(
                "each of them is drawn in this step with probability a / (1 - r): per token the "
                "step costs at most a E a / (1 - r) log V, which is a^2 m r^-m log V less "
                "a^2 r^-m (m (1 - r) - (1 - r^m)) / (1 - r) log V"
            ),
            certificate=Symbolic(
                RATE * FAILURES * RATE / (1 - KNOWN),
                RATE**2 * CONTEXT / ROW
                - RATE**2 / ROW * (CONTEXT * (1 - KNOWN) - (1 - ROW)) / (1 - KNOWN),
            ),
            change="drawn with probability a",
            twin=Symbolic(
                RATE * FAILURES * RATE,
                RATE**2 * CONTEXT / ROW
                - RATE**2 / ROW * (CONTEXT * (1 - KNOWN) - (1 - ROW)) / (1 - KNOWN),
            ),
        ),
        Step(
            name="later-steps",
            premises=("later-step", "bernoulli"),
            conclusion=(
                "all N - 1 of them, with r^-m <= eps^-m: m (1 - eps)^2 / (eps^m (N - 1)) log V"
            ),
            certificate=Symbolic(
                sympy.Sum(_LATER_RATE**2 * CONTEXT / FIRST**CONTEXT, (_STEP, 2, STEPS)),
                CONTEXT * (1 - FIRST) ** 2 / (FIRST**CONTEXT * (STEPS - 1)),
            ),
            change="N of them",
            twin=Symbolic(
                sympy.Sum(_LATER_RATE**2 * CONTEXT / FIRST**CONTEXT, (_STEP, 1, STEPS)),
                CONTEXT * (1 - FIRST) ** 2 / (FIRST**CONTEXT * (STEPS - 1)),
            ),
        ),
        Step(
            name="universal",
            premises=("universal-path-bound", "bernoulli"),
            conclusion=(
                "the largest a_k is at most eps + a, which is less than the bound here by "
                "(1 - eps) (m (1 - eps) - eps^m) / (eps^m (N - 1))"
            ),
            certificate=Symbolic(
                (THEOREM.expression - LEARNING) / sympy.log(VOCABULARY) - UNIVERSAL,
                (1 - FIRST)
                * (CONTEXT * (1 - FIRST) - FIRST**CONTEXT)
                / (FIRST**CONTEXT * (STEPS - 1)),
            ),
            change="m (1 - eps) + eps^m",
            twin=Symbolic(
                (THEOREM.expression - LEARNING) / sympy.log(VOCABULARY) - UNIVERSAL,
                (1 - FIRST)
                * (CONTEXT * (1 - FIRST) + FIRST**CONTEXT)
                / (FIRST**CONTEXT * (STEPS - 1)),
            ),
        ),
        Step(
            name="bound",
            premises=("later-steps", "universal", "path-decomposition", "several-tokens"),
            conclusion=THEOREM.statement,
            # the first step draws eps L tokens in the mean, log V each at most
            certificate=Symbolic(
                LEARNING
                + FIRST * sympy.log(VOCABULARY)
                + CONTEXT
                * (1 - FIRST) ** 2
                / (FIRST**CONTEXT * (STEPS - 1))
                * sympy.log(VOCABULARY),
                THEOREM.expression,
            ),
            change="the first step left out",
            twin=Symbolic(
                LEARNING
                + CONTEXT
                * (1 - FIRST) ** 2
                / (FIRST**CONTEXT * (STEPS - 1))
                * sympy.log(VOCABULARY),
                THEOREM.expression,
            ),
        ),
    ),
)
