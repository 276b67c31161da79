"""Two states of a pair and balls: from noise 1/16 on a contraction, before it the recursion itself.

e_k bounds the chance that a pair is unequal at noise 2^-k. Certified for all v = 1/V in [0, 1/2].
"""

import functools
from fractions import Fraction
from typing import Any

import sympy
from flint import arb

from proofs_check.certificates import Certified, Induction, Symbolic, factors, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.revision.pair_terms import (
    ETA,
    HYPOTHESES,
    OWN,
    RHO,
    SHARE,
    given,
    kernel_step,
    pair_step,
)
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS
from theory.bounds.revision.revised_pairs_halved_noise import RATE

THEOREM = THEOREMS["revised-pairs-halved-noise"]
V = sympy.Symbol("V", positive=True)
X, LEFT, PAIRS, Y = sympy.symbols("x s m h", nonnegative=True)
J = sympy.Symbol("j", integer=True, nonnegative=True)  # k = 4 + j, N = 5 + j
SMALL = Fraction(1, 16)
BOX = {"eta": (Fraction(0), SMALL), "v": (Fraction(0), Fraction(1, 2))}
SHARES = {"v": BOX["v"]}
MORE = sympy.Rational(11, 5)  # e_k <= 11/5 RATE^k for k >= 4
STAY, APART = sympy.Rational(6452, 10000), sympy.Rational(41, 100)
LAST_STAY, LAST_APART = sympy.Rational(532, 1000), sympy.Rational(54, 100)

# an equal pair: the posterior of its symbol has weight a^2, of any other one b^2
EQUAL = OWN**2 + (1 / SHARE - 1) * (ETA * SHARE) ** 2
LEAVES_ITS_OWN = terms(
    factors(1 / SHARE - 1, OWN**2 / EQUAL, given(False, False, True)),
    factors((1 / SHARE - 1) * (ETA * SHARE) ** 2 / EQUAL, 1 - given(True, False, False)),
)


def _number(value: sympy.Rational) -> arb:
    return arb(int(value.p)) / int(value.q)


def _unequal(share: Any, steps: int, last: bool) -> Any:
    """What bounds the chance that a pair is unequal after `steps`, the last one to zero or not."""
    found = 1 - share
    for step in range(1, steps):
        eta = arb(1) / 2**step
        ends = last and step == steps - 1
        s, t, out = pair_step(eta, share, arb(0) if ends else arb(1) / 2)
        leaves = eta**2 * out
        apart = 2 * leaves - leaves**2 / (1 - share)
        found = found * (1 - 2 * s * t - share * (1 - s - t) ** 2) + (1 - found) * apart
    return found


def _contracts(limit: sympy.Rational, ratio: Fraction) -> Certified:
    """1 - 2 s t < limit."""

    def room(eta: arb, share: arb) -> arb:
        s, t, _ = pair_step(eta, share, _number(sympy.Rational(ratio.numerator, ratio.denominator)))
        return _number(limit) - (1 - 2 * s * t)

    return Certified(room, BOX, f"1 - 2 s t < {limit} at rho = {ratio}")


def _comes_apart(limit: sympy.Rational, ratio: Fraction) -> Certified:
    """2 G < limit."""

    def room(eta: arb, share: arb) -> arb:
        rho = _number(sympy.Rational(ratio.numerator, ratio.denominator))
        return _number(limit) - 2 * pair_step(eta, share, rho)[2]

    return Certified(room, BOX, f"2 G < {limit} at rho = {ratio}")


def _early(constant: sympy.Rational, steps: tuple[int, ...], last: bool) -> Certified:
    """The recursion itself for few steps."""

    def room(share: arb) -> arb:
        rooms = [_number(constant * RATE**count) - _unequal(share, count, last) for count in steps]
        return functools.reduce(lambda one, other: one.min(other), rooms)

    name = "e_N" if last else "e_k"
    return Certified(room, SHARES, f"{name} < {constant} {RATE}^{name[-1]}, {name[-1]} in {steps}")


def _falls(stay: sympy.Rational) -> Induction:
    """What is left of the bound at k + 1 after both terms, k = 4 + j: two terms >= 0."""
    k = 4 + J
    quarter = sympy.Rational(1, 4)
    gained = RATE - stay
    return Induction(
        "k from 4 on",
        step=Symbolic(
            MORE * RATE ** (k + 1) - (STAY * MORE * RATE**k + APART * quarter**k),
            RATE**k * (MORE * gained - APART / (4 * RATE) ** 4)
            + APART * RATE**k * ((4 * RATE) ** -4 - (4 * RATE) ** (-k)),
        ),
    )


def _positive(most: Fraction) -> Certified:
    return Certified(
        lambda stay: _number(MORE) * (_number(RATE) - stay) - _number(APART / (4 * RATE) ** 4),
        {"p": (Fraction(0), most)},
        "2.2 (0.65 - p) - 0.41/2.6^4 > 0",
    )


def _last(constant: sympy.Rational) -> Symbolic:
    """The bound less both terms of the last step, N = 5 + j."""
    k = 4 + J
    kept = LAST_STAY * MORE * RATE**k + LAST_APART * sympy.Rational(1, 4) ** k
    room = THEOREM.expression / RATE ** THEOREM.takes[0].symbol * RATE - constant * MORE
    return Symbolic(
        as_stated(THEOREM, k + 1) - kept,
        RATE**k * (room - LAST_APART / (4 * RATE) ** 4)
        + LAST_APART * RATE**k * ((4 * RATE) ** -4 - (4 * RATE) ** (-k)),
    )


def _room(constant: sympy.Rational) -> Certified:
    return Certified(
        lambda stay: (
            _number(constant * RATE) - stay * _number(MORE) - _number(LAST_APART / (4 * RATE) ** 4)
        ),
        {"p": (Fraction(0), Fraction(532, 1000))},
        f"{constant} 0.65 - 2.2 p - 0.54/2.6^4 > 0",
    )


def _enough(factor: Fraction) -> Certified:
    most = Fraction(13, 20)
    return Certified(
        lambda rate: -arb(factor.numerator) / factor.denominator * rate.log() - 1,
        {"rate": (most, most)},
        f"{float(factor)} log(1/0.65) > 1",
    )


def _bernoulli(factor: int) -> Induction:
    """(1 - x)^m = 1 - m x + s; one factor more."""
    return Induction(
        "the pairs m",
        step=Symbolic(
            (1 - PAIRS * X + LEFT) * (1 - X),
            1 - (PAIRS + 1) * X + factor * LEFT * (1 - X) + PAIRS * X**2,
        ),
    )


HALF, NONE = Fraction(1, 2), Fraction(0)

proof = Proof(
    theorem=THEOREM.id,
    hypotheses={**HYPOTHESES, "halves": "rho = 1/2 in each step but the last, where rho = 0"},
    steps=(
        kernel_step(
            0,
            "stays",
            "the first token of an unequal pair stays with chance s, in closed form",
            "the chance t",
        ),
        kernel_step(
            1,
            "joins",
            "it takes the symbol of the other token with chance t, in closed form",
            "the chance s",
        ),
        Step(
            name="leaves",
            premises=("language", "noise", "ancestral"),
            conclusion="a token of an equal pair leaves its symbol with chance eta^2 G",
            certificate=Symbolic(LEAVES_ITS_OWN, ETA**2 * pair_step(ETA, SHARE, RHO)[2]),
            change="eta G",
            twin=Symbolic(LEAVES_ITS_OWN, ETA * pair_step(ETA, SHARE, RHO)[2]),
        ),
        Step(
            name="third",
            premises=("stays", "joins"),
            conclusion=(
                "with x = 1 - s - t on V - 2 others, an unequal pair agrees with chance 2 s t + "
                "x^2/(V - 2) (x = 0 at V = 2), which is at least 2 s t + x^2/V"
            ),
            certificate=Symbolic(X**2 / Y - X**2 / V.subs(V, Y + 2), 2 * X**2 / (Y * (Y + 2))),
            change="x^2/(V - 2)^2",
            twin=Symbolic(X**2 / Y**2 - X**2 / V.subs(V, Y + 2), 2 * X**2 / (Y * (Y + 2))),
        ),
        Step(
            name="apart",
            premises=("leaves",),
            conclusion=(
                "with h = eta^2 G for both tokens of an equal pair, it comes apart with chance 1 - "
                "(1 - h)^2 - h^2/(V - 1) = 2 h - h^2/(1 - v) <= 2 eta^2 G"
            ),
            certificate=Symbolic(
                1 - (1 - Y) ** 2 - Y**2 / (1 / SHARE - 1), 2 * Y - Y**2 / (1 - SHARE)
            ),
            change="they never meet at another symbol",
            twin=Symbolic(1 - (1 - Y) ** 2, 2 * Y - Y**2 / (1 - SHARE)),
        ),
        Step(
            name="contracts",
            premises=("third", "halves"),
            conclusion="for eta <= 1/16 an unequal pair stays so with chance at most p = 0.6452",
            certificate=_contracts(STAY, HALF),
            change="5/8",
            twin=_contracts(sympy.Rational(5, 8), HALF),
        ),
        Step(
            name="faults",
            premises=("apart", "halves"),
            conclusion="for eta <= 1/16 an equal pair comes apart with chance at most 0.41 eta^2",
            certificate=_comes_apart(APART, HALF),
            change="0.36 eta^2",
            twin=_comes_apart(sympy.Rational(36, 100), HALF),
        ),
        Step(
            name="early",
            premises=("third", "apart", "halves"),
            conclusion="e_4 <= 2.2 x 0.65^4, from e_1 = 1 - v by the recursion itself",
            certificate=_early(MORE, (4,), False),
            change="2.1",
            twin=_early(sympy.Rational(21, 10), (4,), False),
        ),
        Step(
            name="falls",
            premises=("contracts", "faults", "early"),
            conclusion=(
                "e_(k+1) <= p e_k + C 4^-k leaves 2.2 x 0.65^(k+1) untouched for k >= 4: what is "
                "left over is 0.65^k (2.2 (0.65 - p) - C/2.6^4) and a term >= 0, as 2.6 > 1"
            ),
            certificate=_falls(STAY),
            change="p = 0.66",
            twin=_falls(sympy.Rational(66, 100)),
        ),
        Step(
            name="positive",
            premises=("falls",),
            conclusion="2.2 (0.65 - p) - C/2.6^4 > 0: e_k <= 2.2 x 0.65^k for all k >= 4",
            certificate=_positive(Fraction(6452, 10000)),
            change="p = 0.648",
            twin=_positive(Fraction(648, 1000)),
        ),
        Step(
            name="last-contracts",
            premises=("third", "halves"),
            conclusion="in the last step, to level 0, p = 0.532 for eta <= 1/16",
            certificate=_contracts(LAST_STAY, NONE),
            change="1/2",
            twin=_contracts(sympy.Rational(1, 2), NONE),
        ),
        Step(
            name="last-faults",
            premises=("apart", "halves"),
            conclusion="and C = 0.54",
            certificate=_comes_apart(LAST_APART, NONE),
            change="C = 0.48",
            twin=_comes_apart(sympy.Rational(48, 100), NONE),
        ),
        Step(
            name="last",
            premises=("positive", "last-contracts", "last-faults"),
            conclusion=(
                "for N = k + 1 >= 5: 1.9 x 0.65^N less 0.532 e_k + 0.54 x 4^-k is 0.65^k (1.9 x "
                "0.65 - 0.532 x 2.2 - 0.54/2.6^4) and a term >= 0"
            ),
            certificate=_last(LAST_STAY),
            change="p = 0.5",
            twin=_last(sympy.Rational(1, 2)),
        ),
        Step(
            name="room",
            premises=("last",),
            conclusion="1.9 x 0.65 - 0.532 x 2.2 - 0.54/2.6^4 > 0",
            certificate=_room(sympy.Rational(19, 10)),
            change="1.8 for 1.9",
            twin=_room(sympy.Rational(18, 10)),
        ),
        Step(
            name="few",
            premises=("third", "apart", "halves"),
            conclusion="N = 1, 2, 3, 4 by the recursion itself",
            certificate=_early(sympy.Rational(19, 10), (1, 2, 3, 4), True),
            change="1.8",
            twin=_early(sympy.Rational(18, 10), (1, 2, 3, 4), True),
        ),
        Step(
            name="sequence",
            premises=("few", "room", "language"),
            conclusion="the m pairs are independent: SER = 1 - (1 - e_N)^m <= m e_N",
            certificate=_bernoulli(1),
            change="s counted twice",
            twin=_bernoulli(2),
        ),
        Step(
            name="bound",
            premises=("sequence",),
            conclusion=THEOREM.statement,
            # (L/2) 1.9 x 0.65^N <= delta from N = log(0.95 L/delta) / log(1/0.65) on
            certificate=_enough(Fraction(233, 100)),
            change="2.32 for 2.33",
            twin=_enough(Fraction(232, 100)),
        ),
    ),
)
