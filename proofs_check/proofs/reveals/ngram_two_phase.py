"""n-grams under the two-phase schedule: known rows of m = n - 1 tokens separate the drawn ones."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.separated import separate_step
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
        separate_step(
            "separated",
            ("ngram", "several-tokens"),
            "so a step costs the sum over parts between such rows, (b - 1) log V at most for b "
            "drawn tokens in a part: log V for each drawn token that has another before it there",
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
