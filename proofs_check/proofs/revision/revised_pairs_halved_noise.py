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
from proofs_check.proofs.elementary import union_step
from proofs_check.proofs.revision.pair_terms import (
    ETA,
    HYPOTHESES,
    RHO,
    SAME,
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
X, Y = sympy.symbols("x h", nonnegative=True)
J = sympy.Symbol("j", integer=True, nonnegative=True)  # k = 4 + j, N = 5 + j
SMALL = Fraction(1, 16)
HALF, NONE = sympy.Rational(1, 2), sympy.Integer(0)
BOX = {"eta": (Fraction(0), SMALL), "v": (Fraction(0), Fraction(1, 2))}
SHARES = {"v": BOX["v"]}
MORE, CONSTANT = sympy.Rational(11, 5), sympy.Rational(19, 10)  # e_k <= 11/5 RATE^k for k >= 4
STAY, APART = sympy.Rational(6452, 10000), sympy.Rational(41, 100)
LAST_STAY, LAST_APART = sympy.Rational(532, 1000), sympy.Rational(54, 100)

# an equal pair: the posterior of its symbol has weight a^2, of any other one b^2
EQUAL = SAME**2 + (1 / SHARE - 1) * (ETA * SHARE) ** 2
LEAVES_ITS_OWN = terms(
    factors(1 / SHARE - 1, SAME**2 / EQUAL, given(False, False, True)),
    factors((1 / SHARE - 1) * (ETA * SHARE) ** 2 / EQUAL, 1 - given(True, False, False)),
)


def _number(value: sympy.Rational) -> arb:
    return arb(int(value.p)) / int(value.q)


def _unequal(share: Any, steps: int, last: bool) -> Any:
    """What bounds the chance that a pair is unequal after `steps`, the last one to zero or not."""
    unequal = 1 - share
    for step in range(1, steps):
        eta = arb(1) / 2**step
        ends = last and step == steps - 1
        s, t, out = pair_step(eta, share, arb(0) if ends else arb(1) / 2)
        leaves = eta**2 * out
        apart = 2 * leaves - leaves**2 / (1 - share)
        stays = 1 - 2 * s * t - share * (1 - s - t) ** 2
        unequal = unequal * stays + (1 - unequal) * apart
    return unequal


def _at_most(limit: sympy.Rational, ratio: sympy.Rational, stays: bool) -> Certified:
    """The chance that an unequal pair stays so, or that an equal one comes apart, over eta^2."""

    def room(eta: arb, share: arb) -> arb:
        s, t, out = pair_step(eta, share, _number(ratio))
        return _number(limit) - (1 - 2 * s * t if stays else 2 * out)

    return Certified(room, BOX, f"{'1 - 2 s t' if stays else '2 G'} < {limit} at rho = {ratio}")


def _step_bounds(
    prefix: str,
    ratio: sympy.Rational,
    stay: tuple[sympy.Rational, sympy.Rational],
    apart: tuple[sympy.Rational, sympy.Rational],
) -> tuple[Step, Step]:
    """Bounds p and C of one step at small noise, each with one that is too small."""
    contracts = Step(
        name=f"{prefix}contracts",
        premises=("third", "halves"),
        conclusion=(
            f"for eta <= 1/16 and rho = {ratio} an unequal pair stays so with chance at most p = "
            f"{float(stay[0])}"
        ),
        certificate=_at_most(stay[0], ratio, True),
        change=str(stay[1]),
        twin=_at_most(stay[1], ratio, True),
    )
    faults = Step(
        name=f"{prefix}faults",
        premises=("apart", "halves"),
        conclusion=f"and an equal pair comes apart with chance C eta^2, C = {float(apart[0])}",
        certificate=_at_most(apart[0], ratio, False),
        change=f"C = {float(apart[1])}",
        twin=_at_most(apart[1], ratio, False),
    )
    return contracts, faults


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


def _left(rate: sympy.Rational, stay: sympy.Rational, apart: sympy.Rational) -> Certified:
    """What `_falls` and `_last` leave of a bound before the power of the rate."""
    room = rate - stay * MORE - apart / (4 * RATE) ** 4
    return Certified(lambda: _number(room), {}, f"{rate} - 11/5 {stay} - {apart}/2.6^4 > 0")


def _enough(factor: sympy.Rational) -> Certified:
    return Certified(
        lambda: -_number(factor) * _number(RATE).log() - 1, {}, f"{float(factor)} log(1/0.65) > 1"
    )


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
        *_step_bounds("", HALF, (STAY, sympy.Rational(5, 8)), (APART, sympy.Rational(36, 100))),
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
            certificate=_left(MORE * RATE, STAY, APART),
            change="p = 0.648",
            twin=_left(MORE * RATE, sympy.Rational(648, 1000), APART),
        ),
        *_step_bounds(
            "last-",
            NONE,
            (LAST_STAY, sympy.Rational(1, 2)),
            (LAST_APART, sympy.Rational(48, 100)),
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
            certificate=_left(CONSTANT * RATE, LAST_STAY, LAST_APART),
            change="1.8 for 1.9",
            twin=_left(sympy.Rational(18, 10) * RATE, LAST_STAY, LAST_APART),
        ),
        Step(
            name="few",
            premises=("third", "apart", "halves"),
            conclusion="N = 1, 2, 3, 4 by the recursion itself",
            certificate=_early(CONSTANT, (1, 2, 3, 4), True),
            change="1.8",
            twin=_early(sympy.Rational(18, 10), (1, 2, 3, 4), True),
        ),
        union_step(
            "sequence", ("few", "room", "language"), "the m pairs are independent, SER <= m e_N"
        ),
        Step(
            name="bound",
            premises=("sequence",),
            conclusion=THEOREM.statement,
            # (L/2) 1.9 x 0.65^N <= delta from N = log(0.95 L/delta) / log(1/0.65) on
            certificate=_enough(sympy.Rational(233, 100)),
            change="2.32 for 2.33",
            twin=_enough(sympy.Rational(232, 100)),
        ),
    ),
)
