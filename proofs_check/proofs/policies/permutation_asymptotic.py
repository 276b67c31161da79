"""Permutations in few rounds, large n: F_(n,R) within O(1/n) of n log n - n rho_R, then Stirling.

The recursion of `permutation-recursion` is bounded on both sides by induction on R, in nats. Below,
over real sizes; above, by the integer next to the best real size, where
C_1 = 0, C_R = e/4 + 2 e C_(R-1), for n >= (2 e)^(R-1).
"""

import sympy

from proofs_check.certificates import Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.permutation_terms import LENGTH, ROUNDS
from proofs_check.proofs.policies.shuffle_divergence import stirling
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS
from theory.bounds.policies.permutation_asymptotic import Share

THEOREM = THEOREMS["permutation-asymptotic"]
QUOTIENT, TURN = sympy.symbols("s x", positive=True)
BEFORE = sympy.Symbol("v", real=True)  # rho_(R-1)
OVER, MORE, WITHIN, SPARE, CONSTANT, REST = sympy.symbols("t a b g C r", nonnegative=True)
NEAR = sympy.Symbol("d", real=True)  # m - rho n
SHARE = sympy.exp(BEFORE - 1)
LEFT = QUOTIENT * SHARE * LENGTH  # m, which the first round leaves
E = sympy.E
EXCESS = 1 - QUOTIENT + QUOTIENT * sympy.log(QUOTIENT)


def _first_round(share: sympy.Expr) -> Symbolic:
    """(n - m) log n + F_(m,R-1) less n log n - rho n, where F_(m,R-1) = m log m - m v + t."""
    left = QUOTIENT * share * LENGTH
    later = left * sympy.log(left) - left * BEFORE + OVER
    whole = (LENGTH - left) * sympy.log(LENGTH) + later
    return Symbolic(
        whole - (LENGTH * sympy.log(LENGTH) - share * LENGTH), SHARE * LENGTH * EXCESS + OVER
    )


BASE = Symbolic(  # F_(n,1) = n log n and rho_1 = 0
    LENGTH * sympy.log(LENGTH) - LENGTH * at(Share(ROUNDS), {ROUNDS: 1}), LENGTH * sympy.log(LENGTH)
)


def _below(share: sympy.Expr) -> Induction:
    return Induction("the rounds R", base=BASE, step=_first_round(share))


def _integral(upper: sympy.Expr, power: int) -> Symbolic:
    """(s - 1)^power less the excess, by the integral of 1 - 1/x over 1..s."""
    gained = sympy.integrate(1 - 1 / TURN, (TURN, 1, QUOTIENT))
    return Symbolic((QUOTIENT - 1) ** power - upper, QUOTIENT * gained)


def _nearest(square: sympy.Expr) -> Symbolic:
    """e/(4 n) less rho n (s - 1)^2 = d^2/(rho n), where rho = 1/e + a and d^2 = 1/4 - b."""
    share = 1 / E + MORE
    return Symbolic(
        E / (4 * LENGTH) - square / (share * LENGTH),
        (E * MORE + 4 * WITHIN) / (4 * share * LENGTH),
    )


def _left(least: sympy.Expr) -> Symbolic:
    """m - n/(2 e), where m = rho n + d, rho = 1/e + a, d = b - 1/2 and n = e + g."""
    length = E + SPARE
    left = (1 / E + MORE) * length + (WITHIN - least)
    return Symbolic(left - length / (2 * E), MORE * length + WITHIN + SPARE / (2 * E))


def _above(carried: sympy.Expr) -> Induction:
    """C_R/n less e/(4 n) + C_(R-1)/m, where m = n/(2 e) + h."""
    left = LENGTH / (2 * E) + SPARE
    constant = E / 4 + carried * CONSTANT
    return Induction(
        "the rounds R",
        base=BASE,
        step=Symbolic(
            constant / LENGTH - E / (4 * LENGTH) - CONSTANT / left,
            2 * E * CONSTANT * SPARE / (LENGTH * left),
        ),
    )


def _remainder(half: sympy.Expr) -> Symbolic:
    """(F_(n,R) - log n!) / log 2 less the formula, where F = n log n - n rho + t."""
    least = LENGTH * sympy.log(LENGTH) - LENGTH * Share(ROUNDS) + OVER
    factorial = LENGTH * sympy.log(LENGTH) - LENGTH + half * sympy.log(2 * sympy.pi * LENGTH) + REST
    return Symbolic(
        (least - factorial) / sympy.log(2) - stated(THEOREM, LENGTH, ROUNDS),
        (OVER - REST) / sympy.log(2),
    )


proof = Proof(
    theorem="permutation-asymptotic",
    hypotheses={
        "recursion": (
            "the least KL is F_(n,R) - log n! nats, F_(n,1) = n log n and F_(n,R) = min over m < n "
            "of (n - m) log n + F_(m,R-1) (permutation-recursion)"
        ),
        "large": "R is fixed and n >= (2 e)^(R-1)",
    },
    steps=(
        Step(
            name="convex",
            premises=(),
            conclusion="1 - s + s log s is the integral of log x over 1..s, >= 0 for s > 0",
            certificate=Symbolic(sympy.Integral(sympy.log(TURN), (TURN, 1, QUOTIENT)), EXCESS),
            change="integrated from 1/2",
            twin=Symbolic(
                sympy.Integral(sympy.log(TURN), (TURN, sympy.Rational(1, 2), QUOTIENT)), EXCESS
            ),
        ),
        Step(
            name="lower",
            premises=("recursion", "convex"),
            conclusion=(
                "F_(n,R) >= n log n - n rho_R: with m = s rho_R n and F_(m,R-1) = m log m - "
                "m rho_(R-1) + t, t >= 0, a first round gives n log n - n rho_R + rho_R n "
                "(1 - s + s log s) + t; m = 0 gives n log n"
            ),
            certificate=_below(SHARE),
            change="rho_R = exp(rho_(R-1) - 2)",
            twin=_below(sympy.exp(BEFORE - 2)),
        ),
        Step(
            name="quadratic",
            premises=(),
            conclusion=(
                "(s - 1)^2 - (1 - s + s log s) = s times the integral of 1 - 1/x over 1..s >= 0"
            ),
            certificate=_integral(EXCESS, 2),
            change="s - 1 instead of its square",
            twin=_integral(EXCESS, 1),
        ),
        Step(
            name="nearest",
            premises=("quadratic",),
            conclusion=(
                "rho_R = exp(rho_(R-1) - 1) >= 1/e for R >= 2, and the integer m next to rho_R n, "
                "at a distance |d| <= 1/2, has an excess rho_R n (s - 1)^2 = d^2/(rho_R n) <= "
                "e/(4 n)"
            ),
            certificate=_nearest(sympy.Rational(1, 4) - WITHIN),
            change="m at a distance up to 1",
            twin=_nearest(1 - WITHIN),
        ),
        Step(
            name="large-enough",
            premises=("large", "nearest"),
            conclusion=(
                "m >= rho_R n - 1/2 >= n/(2 e) as n >= e, so that m >= (2 e)^(R-2) and the case "
                "R - 1 applies to it; where m = n, fewer rounds do no better"
            ),
            certificate=_left(sympy.Rational(1, 2)),
            change="m >= rho_R n - 1",
            twin=_left(sympy.Integer(1)),
        ),
        Step(
            name="upper",
            premises=("recursion", "lower", "nearest", "large-enough"),
            conclusion=(
                "F_(n,R) <= n log n - n rho_R + C_R/n with C_1 = 0, C_R = e/4 + 2 e C_(R-1): "
                "e/(4 n) + C_(R-1)/m <= C_R/n, the excess being that of step lower"
            ),
            certificate=_above(2 * E),
            change="C_R = e/4 + C_(R-1)",
            twin=_above(sympy.Integer(1)),
        ),
        Step(
            name="stirling",
            premises=(),
            conclusion="log n! = n log n - n + log(2 pi n)/2 + r with 0 < r < 1/(12 n)",
            certificate=stirling(),
            change="1/(24 n) on the right",
            twin=stirling(24),
        ),
        Step(
            name="remainder",
            premises=("lower", "upper", "stirling"),
            conclusion=THEOREM.statement,
            # 0 <= t <= C_R/n: the remainder (t - r)/log 2 lies between -1/(12 n log 2) and O(1/n)
            certificate=_remainder(sympy.Rational(1, 2)),
            change="log n! without the half before log(2 pi n)",
            twin=_remainder(sympy.Integer(1)),
        ),
    ),
)
