"""Serial depth of laws without independence: dependent rounds lose, and independence is rare."""

import itertools
import random
from fractions import Fraction

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, at, factors
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.policy_facts import DEPENDENT_ROUND, DIVERGENCE, EXACT_POLICY
from proofs_check.proofs.random_laws import BITS
from proofs_check.proofs.reveals.sets_by_size import CHAIN_RULE
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["full-support-depth"]
ROWS = sympy.symbols("r_0 r_1", positive=True)
COLUMNS = sympy.symbols("c_0 c_1", positive=True)
JOINT = sympy.symbols("m_00 m_01 m_10 m_11", nonnegative=True)
LENGTH = sympy.Symbol("L", integer=True, positive=True)
T = sympy.Symbol("t", integer=True, positive=True)
MINOR = JOINT[0] * JOINT[3] - JOINT[1] * JOINT[2]
HALF = sympy.Rational(1, 2)
Chances = dict[tuple[int, ...], Fraction]


def _alone(factor: int) -> Symbolic:
    """What one token loses, with the chain rule put in."""
    known, grown, alone = sympy.symbols("H_C H_Ci h", nonnegative=True)
    return Symbolic(at(factor * alone - (grown - known), {alone: grown - known}), 0)


def _at(values: tuple[sympy.Expr, ...]) -> sympy.Expr:
    return at(MINOR, dict(zip(JOINT, values, strict=True)))


def _product(sign: int) -> Symbolic:
    """m_00 m_11 - m_01 m_10 where m_ab = r_a c_b."""
    (top, bottom), (left, right) = ROWS, COLUMNS
    return Symbolic(factors(top * left, bottom * right), sign * factors(top * right, bottom * left))


def _one_round(factor: int) -> Induction:
    """A token more of a product law: q and the product of marginals stay equal."""
    (chance, _), (column, _) = ROWS, COLUMNS
    joint, marginals = JOINT[0], JOINT[3]
    ratio = joint * column * factor / (marginals * column)
    return Induction(
        "the tokens", step=Symbolic(at(sympy.log(ratio), {joint: chance, marginals: chance}), 0)
    )


def _point(source: random.Random, steps: int) -> Chances:
    """Weights of the words of three bits, multiples of 1/steps in 0..1."""
    words = itertools.product((0, 1), repeat=BITS)
    return {word: Fraction(source.randint(0, steps), steps) for word in words}


def _no_minor_vanishes(point: Chances) -> bool:
    """Neither of two of the bits summed over the third, nor given its value."""
    for i, j in itertools.combinations(range(BITS), 2):
        (third,) = set(range(BITS)) - {i, j}
        for values in ((0, 1), (0,), (1,)):
            m = {
                (a, b): sum(
                    weight
                    for word, weight in point.items()
                    if (word[i], word[j]) == (a, b) and word[third] in values
                )
                for a in (0, 1)
                for b in (0, 1)
            }
            if m[0, 0] * m[1, 1] == m[0, 1] * m[1, 0]:
                return False
    return True


proof = Proof(
    theorem="full-support-depth",
    hypotheses={
        **EXACT_POLICY,
        "dependent": (
            "for i, j, every set C of other positions and every x_C with q(x_C) > 0, X_i and X_j "
            "are dependent given x_C; for the last claims q(x) > 0 for all x"
        ),
    },
    steps=(
        DEPENDENT_ROUND,
        CHAIN_RULE,
        Step(
            name="one-token",
            premises=("policy", "exact", DIVERGENCE, "dependent-round", "dependent", "chain-rule"),
            conclusion=(
                "KL, a sum of terms >= 0, is 0 only where each is, and rounds of two tokens or "
                "more lose something; one of a single token has TC = H(X_i | X_C) - (H(X_(C + i)) "
                "- H(X_C)) = 0 by the chain rule: KL = 0 exactly where every round taken has one"
            ),
            certificate=_alone(1),
            change="the token's entropy counted twice",
            twin=_alone(2),
        ),
        Step(
            name="depth",
            premises=("one-token",),
            conclusion="so every path of an exact policy takes L rounds, and D_0 = L",
            certificate=Symbolic(sympy.Sum(1, (T, 1, LENGTH)), stated(THEOREM, LENGTH, HALF)),
            change="two tokens a round",
            twin=Symbolic(sympy.Sum(1, (T, 1, LENGTH / 2)), stated(THEOREM, LENGTH, HALF)),
        ),
        Step(
            name="minor",
            premises=(),
            conclusion=(
                "if X_i and X_j are independent given x_C, then m_00 m_11 = m_01 m_10 for two "
                "values of each, m_ab = P(X_i = a, X_j = b, x_C) = r_a c_b, a sum of "
                "probabilities of words; a product law satisfies it everywhere"
            ),
            certificate=_product(1),
            change="m_00 m_11 = -m_01 m_10",
            twin=_product(-1),
        ),
        Step(
            name="not-zero",
            premises=("minor",),
            conclusion=(
                "this polynomial in the probabilities is 1/4 where m_00 = m_11 = 1/2, on a law: it "
                "is not zero everywhere, and there are finitely many i, j, C, x_C"
            ),
            certificate=Symbolic(_at((HALF, sympy.S.Zero, sympy.S.Zero, HALF)), HALF**2),
            change="at a product law",
            twin=Symbolic(_at((HALF**2,) * 4), HALF**2),
        ),
        Step(
            name="measure",
            premises=("not-zero",),
            conclusion=(
                "the zeros of finitely many polynomials that are not zero everywhere are a set of "
                "Lebesgue measure 0, in the laws too, as these polynomials are homogeneous"
            ),
            certificate=Cited(
                "zeros of a polynomial have measure 0",
                "Caron and Traynor, The zero set of a polynomial, WMSR 05-02 (2005); by induction "
                "and Fubini at math.stackexchange.com/q/1920302",
                lambda source: _point(source, 2**40),
                _no_minor_vanishes,
            ),
            change="points of a coarse grid",
            twin=Cited(
                "no zeros on a grid",
                "none: false",
                lambda source: _point(source, 2),
                _no_minor_vanishes,
            ),
        ),
        Step(
            name="almost-all",
            premises=("depth", "minor", "measure"),
            conclusion=THEOREM.statement,
            # product laws lose nothing in one round
            certificate=_one_round(1),
            change="the word twice as likely",
            twin=_one_round(2),
        ),
    ),
)
