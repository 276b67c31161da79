"""One fault in first order, two in second; the posterior is nearly that of the nearest words."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import union_step
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["last-step-repair"]
STEP = THEOREMS["revised-distance-any-noise"]
L, PLACE = (sympy.Symbol(name, integer=True, positive=True) for name in ("L", "i"))
ETA, B = sympy.symbols("eta B", positive=True)
GAPS, ONE, OTHER, GAP, MORE, LONGER = sympy.symbols("S p q e a c", nonnegative=True)


def _word(factor: int) -> Symbolic:
    """The bound at d = 0 and u = 1."""
    return Symbolic(
        as_stated(STEP, sympy.Integer(0), sympy.Integer(1), ETA, L, 1 / B),
        factor * L * B * ETA**2 + sympy.Rational(25, 4) * (L * B * ETA) ** 2,
    )


def _two(first: int) -> Symbolic:
    return Symbolic(sympy.Sum((PLACE - first) * ETA**2, (PLACE, 1, L)), L * (L - 1) / 2 * ETA**2)


def _apart(sides: int) -> Induction:
    """p q, p a product so far and q one more factor, against those S and e lower."""
    return Induction(
        "the positions",
        step=Symbolic(
            terms(ONE * OTHER, -(ONE - GAPS) * (OTHER - GAP)),
            ONE * GAP + sides * GAPS * (OTHER - GAP),
        ),
    )


def _bound(new: int) -> Symbolic:
    """What is stated less all parts, over eta^2, at L = 1 + c and B = 1 + a."""
    parts = (
        4 * L * B
        + sympy.Rational(25, 4) * (L * B) ** 2
        + L**2 * (B + new)
        + sympy.Rational(1, 2) * L**2
    )
    value = as_stated(THEOREM, L, ETA, 1 / B) / ETA**2
    left = (
        (1 + 34 * MORE + 27 * MORE**2)
        + LONGER * (18 + 84 * MORE + 54 * MORE**2)
        + LONGER**2 * (17 + 50 * MORE + 27 * MORE**2)
    ) / 4
    return Symbolic(at(terms(value, -parts), {L: 1 + LONGER, B: 1 + MORE}), left)


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "uniform": "at level eta a token is the clean one with probability 1 - eta, else uniform",
        "words": "each word has probability q_min = 1/B or more",
        "revised-distance-any-noise": STEP.statement,
    },
    steps=(
        Step(
            name="word",
            premises=("revised-distance-any-noise",),
            conclusion=(
                "from a noisy word that is a word the last step, u = 1 and h = eta, leaves none "
                "with chance 4 L B eta^2 + (25/4) (L B eta)^2 at most"
            ),
            certificate=_word(4),
            change="3 for 4",
            twin=_word(3),
        ),
        Step(
            name="two",
            premises=("uniform",),
            conclusion="two tokens or more are wrong with chance eta^2 a pair at most, (L eta)^2/2",
            certificate=_two(1),
            change="a position with itself",
            twin=_two(0),
        ),
        union_step(
            "one",
            ("uniform",),
            "no other of the n < L tokens is wrong, each with chance w <= eta, so that one place "
            "alone has the symbol w of a wrong draw with chance eta/V, less L eta of it at most",
        ),
        Step(
            name="apart",
            premises=("words",),
            conclusion=(
                "words that are not nearest have B eta of the posterior at most (farther, in "
                "revised-distance-any-noise): each marginal is off by at most e = B eta from that "
                "of the nearest, and a product of laws by at most the sum of what its factors are "
                "off by, p e + S (q - e) <= e + S: the chance to miss by L B eta"
            ),
            certificate=_apart(1),
            change="S counted twice",
            twin=_apart(2),
        ),
        Step(
            name="bound",
            premises=("word", "two", "one", "apart"),
            conclusion=THEOREM.statement,
            # one fault: kappa L eta, off by L eta (L B eta) and L eta (L eta)
            certificate=_bound(1),
            change="one fault off twice as much",
            twin=_bound(2),
        ),
    ),
)
