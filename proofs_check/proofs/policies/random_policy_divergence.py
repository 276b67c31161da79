"""KL of a randomised policy: convexity of KL in its second argument, and when it is strict."""

import sympy

from proofs_check.certificates import Induction, Symbolic, factors, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import logarithm_step
from proofs_check.proofs.policies.policy_facts import DIVERGENCE, EXACT, IDENTITY, POLICY
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["random-policy-divergence"]
ODDS, FIRST, SECOND, SHARE, PLANS = sympy.symbols("u a b q P", positive=True)
WEIGHT = ODDS / (1 + ODDS)  # any weight between 0 and 1
ONE, TWO, GAP = sympy.symbols("C_1 C_2 g", nonnegative=True)


def _tossed(other: sympy.Expr) -> Induction:
    """A node more: the plans of mean P so far, each split by the coin of the node."""
    plans = terms(factors(WEIGHT, FIRST, PLANS), factors(other, SECOND, PLANS))
    return Induction(
        "the nodes", step=Symbolic(plans, PLANS * (WEIGHT * FIRST + (1 - WEIGHT) * SECOND))
    )


def _excess(weight: sympy.Expr) -> sympy.Expr:
    """w KL_1 + (1-w) KL_2 - KL, for one word of probability q that has a, b and the mixture."""
    mixture = weight * FIRST + (1 - weight) * SECOND
    each = weight * sympy.log(SHARE / FIRST) + (1 - weight) * sympy.log(SHARE / SECOND)
    return SHARE * each - SHARE * sympy.log(SHARE / mixture)


GAP_OF_LOGS = SHARE * (
    sympy.log(WEIGHT * FIRST + (1 - WEIGHT) * SECOND)
    - WEIGHT * sympy.log(FIRST)
    - (1 - WEIGHT) * sympy.log(SECOND)
)


def _slack(other: sympy.Expr) -> Symbolic:
    """The bound less KL(q || p), for two policies."""
    divergence = WEIGHT * ONE + (1 - WEIGHT) * TWO - GAP
    return Symbolic(as_stated(THEOREM, WEIGHT * ONE + other * TWO) - divergence, GAP)


proof = Proof(
    theorem="random-policy-divergence",
    hypotheses={
        "mixture": "p = sum_j w_j q_j over deterministic policies j, w_j > 0, sum_j w_j = 1",
        "policies": POLICY,
        "exact": EXACT,
        **IDENTITY,
    },
    steps=(
        Step(
            name="coins",
            premises=("mixture",),
            conclusion=(
                "coins tossed in the rounds are such a mixture too: no partial word is met twice "
                "on a path, so each may be tossed in advance; with a and b what the choices at a "
                "node make of a word, the mean over plans is the product over nodes"
            ),
            certificate=_tossed(1 - WEIGHT),
            change="both choices of weight w",
            twin=_tossed(WEIGHT),
        ),
        Step(
            name="one-word",
            premises=("coins",),
            conclusion=(
                "sum_j w_j KL(q || q_j) - KL(q || p) = sum_x q(x) (log sum_j w_j q_j(x) - "
                "sum_j w_j log q_j(x)), the words with q(x) > 0 alone, where q_j(x) > 0; two "
                "policies here, more by mixing one more at a time"
            ),
            certificate=Symbolic(_excess(WEIGHT), GAP_OF_LOGS),
            change="all policies weighed alike",
            twin=Symbolic(_excess(sympy.Rational(1, 2)), GAP_OF_LOGS),
        ),
        logarithm_step(
            "means",
            (),
            "log sum_j w_j a_j >= sum_j w_j log a_j for a_j > 0, with equality only where all a_j "
            "are equal: by y = a_j/A, A their mean, each log(a_j/A) is at most a_j/A - 1, of mean "
            "0, with equality at y = 1 alone",
        ),
        Step(
            name="same",
            premises=("one-word",),
            conclusion="where q_j(x) = a for all j, the difference at x is 0",
            certificate=Symbolic(GAP_OF_LOGS.subs(SECOND, FIRST), sympy.Integer(0)),
            change="where one is twice the other",
            twin=Symbolic(GAP_OF_LOGS.subs(SECOND, 2 * FIRST), sympy.Integer(0)),
        ),
        Step(
            name="bound",
            premises=("policies", "exact", DIVERGENCE, "one-word", "means", "same"),
            conclusion=THEOREM.statement,
            # each policy has its own C_j; the mean over words of the gap is g >= 0
            certificate=_slack(1 - WEIGHT),
            change="weights of sum 2",
            twin=_slack(2 - WEIGHT),
        ),
    ),
)
