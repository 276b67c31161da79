"""KL / SER -> 1: the remainder is of second order, SER of first."""

from fractions import Fraction

import sympy

from proofs_check.certificates import Certified, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions.collision_first_order import FIRST
from theory.bounds import THEOREMS
from theory.bounds.collisions.collision_first_order import CONSTANT
from theory.bounds.collisions.divergence_from_shared_steps import SHARED
from theory.bounds.collisions.error_from_shared_steps import LENGTH, STEPS
from theory.bounds.collisions.one_constant import ERROR
from theory.bounds.collisions.one_constant_remainder import LEAST

WANTED = sympy.Symbol("eta", positive=True)
BEYOND, PART = sympy.symbols("x s", nonnegative=True)
THEOREM, REMAINDER = THEOREMS["one-constant"], THEOREMS["one-constant-remainder"]
SHARES, LOST = LENGTH * (LENGTH - 1) / 2, (LENGTH - 1) * (LENGTH - 2) / 2
LEAST_ERROR = FIRST * (1 - LOST / STEPS)
SPREAD = SHARES**2 * (1 / LEAST - 1) / (2 * CONSTANT * LENGTH)  # over N: the ratio above one
ROOM = (1 - SHARES / STEPS) * (1 - LOST / STEPS)


def _room(factor: int) -> Certified:
    side = (Fraction(0), Fraction(1, 2))
    return Certified(
        lambda shared, lost: factor * (1 - shared) * (1 - lost) - 1,
        {"K/N": side, "B/N": side},
        f"{factor} (1 - K/N)(1 - B/N) > 1",
    )


def _enough(power: int) -> sympy.Expr:
    """The bound on the ratio above one at N^power = 5 (1 + x) SPREAD / eta."""
    steps = (5 * (1 + BEYOND) * SPREAD / WANTED) ** power
    return 5 * SPREAD / steps


proof = Proof(
    theorem="one-constant",
    hypotheses={
        "fixed": "L and the language are fixed, c_L > 0, and N grows",
        "one-constant-remainder": REMAINDER.statement,
        "collision-first-order": THEOREMS["collision-first-order"].statement,
        "collision-first-order-lower": THEOREMS["collision-first-order-lower"].statement,
    },
    steps=(
        Step(
            name="growing",
            premises=("one-constant-remainder",),
            conclusion=(
                "0 <= KL - SER <= kappa^2 (1/q_min - 1)/(2 (1 - kappa)), which grows with kappa: "
                "kappa may be replaced by K/N, K = L(L-1)/2"
            ),
            certificate=Symbolic(
                sympy.diff(REMAINDER.expression, SHARED),
                (1 / LEAST - 1) * SHARED * (2 - SHARED) / (2 * (1 - SHARED) ** 2),
            ),
            change="2 + kappa",
            twin=Symbolic(
                sympy.diff(REMAINDER.expression, SHARED),
                (1 / LEAST - 1) * SHARED * (2 + SHARED) / (2 * (1 - SHARED) ** 2),
            ),
        ),
        Step(
            name="ratio",
            premises=("growing", "collision-first-order-lower"),
            conclusion=(
                "SER >= c_L (L/N)(1 - B/N), B = (L-1)(L-2)/2, so KL/SER - 1 is between 0 and "
                "K^2 (1/q_min - 1) / (2 c_L L N (1 - K/N)(1 - B/N))"
            ),
            certificate=Symbolic(
                (REMAINDER.expression - ERROR).subs(SHARED, SHARES / STEPS) / LEAST_ERROR,
                SPREAD / STEPS / ROOM,
            ),
            change="kappa = 2 K/N",
            twin=Symbolic(
                (REMAINDER.expression - ERROR).subs(SHARED, 2 * SHARES / STEPS) / LEAST_ERROR,
                SPREAD / STEPS / ROOM,
            ),
        ),
        Step(
            name="room",
            premises=("ratio",),
            conclusion=(
                "B <= K, and for N >= 2 K: 1/((1 - K/N)(1 - B/N)) < 5, KL/SER - 1 <= 5 S/N with "
                "S = K^2 (1/q_min - 1)/(2 c_L L)"
            ),
            certificate=_room(5),
            change="3 for 5",
            twin=_room(3),
        ),
        Step(
            name="limit",
            premises=("room", "fixed"),
            conclusion=(
                "for every eta > 0, N = (1 + x) 5 S/eta makes it eta/(1 + x): from N >= 2 K and "
                "5 S/eta on, 1 <= KL/SER <= 1 + eta, that is KL/SER -> 1"
            ),
            certificate=Symbolic(_enough(1), WANTED / (1 + BEYOND)),
            change="N^2 of this size",
            twin=Symbolic(_enough(2), WANTED / (1 + BEYOND)),
        ),
        Step(
            name="per-token",
            premises=("limit", "collision-first-order", "collision-first-order-lower"),
            conclusion=THEOREM.statement,
            # |SER - c_L L/N| <= L^4/(4 N^2); s in -1..1
            certificate=Symbolic(
                STEPS / LENGTH * (FIRST + PART * LENGTH**4 / (4 * STEPS**2)),
                CONSTANT + PART * LENGTH**3 / (4 * STEPS),
            ),
            change="per sequence",
            twin=Symbolic(
                STEPS * (FIRST + PART * LENGTH**4 / (4 * STEPS**2)),
                CONSTANT + PART * LENGTH**3 / (4 * STEPS),
            ),
        ),
    ),
)
