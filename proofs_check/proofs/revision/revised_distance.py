"""One change agrees with a nearest word, every other one costs one at most."""

import sympy

from proofs_check.certificates import Symbolic, at, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import logarithm_step
from proofs_check.proofs.revision.pair_terms import ETA, OTHER, RHO, SAME, given
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["revised-distance"]
L, PLACE = (sympy.Symbol(name, integer=True, positive=True) for name in ("L", "i"))
D, CHANGED, MU, SPARE, SHARE = sympy.symbols("d C mu s p", nonnegative=True)


def _nearer(others: sympy.Expr) -> Symbolic:
    return Symbolic(D - 1 + sympy.Sum(1, (PLACE, 1, others)), D + CHANGED - 2)


def _mean(wrong: sympy.Expr) -> Symbolic:
    """p is the chance that a nearest word differs from y at a position, d/L on average."""
    changes = sympy.Sum((1 - RHO) * wrong, (PLACE, 1, L))
    return Symbolic(at(changes, {SHARE: D / L}), (1 - RHO) * D)


def _bound(agree: int) -> Symbolic:
    some = 1 - sympy.exp(-(1 - RHO) * D) + SPARE
    return Symbolic(
        terms(as_stated(THEOREM, D, RHO), -at(D + MU - agree * some, {MU: (1 - RHO) * D})),
        2 * SPARE,
    )


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "uniform": "at level eta a token is the clean one with probability 1 - eta, else uniform",
        "ancestral": (
            "a clean token is drawn from the exact posterior for each position by itself, and then "
            "the token at the next level given it and the present one"
        ),
        "small": "eta tends to 0, the next level is rho eta",
    },
    steps=(
        Step(
            name="nearest",
            premises=("uniform", "small"),
            conclusion=(
                "a word has in the posterior one factor l(y | x) at each position; one position "
                "more that differs costs the factor eta v/(1 - eta + eta v), which tends to 0: the "
                "posterior is that of q on the words at the least distance d"
            ),
            certificate=Symbolic(at(OTHER / SAME, {ETA: 0}), sympy.Integer(0)),
            change="eta = 1/2",
            twin=Symbolic(at(OTHER / SAME, {ETA: sympy.Rational(1, 2)}), sympy.Integer(0)),
        ),
        Step(
            name="moves",
            premises=("ancestral", "small"),
            conclusion=(
                "where the clean token is not the present one the next token is the clean one with "
                "a chance that tends to 1 - rho"
            ),
            certificate=Symbolic(sympy.Limit(given(False, True, False), ETA, 0), 1 - RHO),
            change="the next one is a third symbol",
            twin=Symbolic(sympy.Limit(given(False, False, False), ETA, 0), 1 - RHO),
        ),
        Step(
            name="stays",
            premises=("ancestral", "small"),
            conclusion=(
                "where it is the present one, the token stays with a chance that tends to 1: each "
                "position becomes what a nearest word has there, with 1 - rho of its share, by "
                "itself, else it stays"
            ),
            certificate=Symbolic(at(given(True, True, True), {ETA: 0}), sympy.Integer(1)),
            change="the clean token is another one",
            twin=Symbolic(at(given(True, False, False), {ETA: 0}), sympy.Integer(1)),
        ),
        Step(
            name="nearer",
            premises=("moves", "stays", "nearest"),
            conclusion=(
                "if C >= 1 positions change, a nearest word has the new symbol of one of them: by "
                "that change it is d - 1 away, and each of the C - 1 others moves away by one at "
                "most: d' <= d + C - 2"
            ),
            certificate=_nearer(CHANGED - 1),
            change="all C others",
            twin=_nearer(CHANGED),
        ),
        Step(
            name="mean",
            premises=("moves", "nearest"),
            conclusion=(
                "every nearest word differs from y at d positions: the mean of C is (1 - rho) d = "
                "mu"
            ),
            certificate=_mean(SHARE),
            change="two nearest words at once",
            twin=_mean(2 * SHARE),
        ),
        logarithm_step(
            "none",
            ("mean", "stays"),
            "no position changes with chance prod (1 - c_i) <= exp(-sum c_i) = e^-mu, y = 1 - c_i",
        ),
        Step(
            name="bound",
            premises=("nearer", "mean", "none"),
            conclusion=THEOREM.statement,
            # P(C >= 1) = 1 - e^-mu + s
            certificate=_bound(2),
            change="one for two",
            twin=_bound(1),
        ),
    ),
)
