"""Missing values in the mean: those that stay missing, and groups that lose their value."""

import math
import random
from fractions import Fraction

import sympy
from flint import arb

from proofs_check.certificates import Certified, Cited, Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.revision.fast_grids import DRAWS, FAST, NEAREST
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS
from theory.bounds.revision.permutations_revised import RATE

THEOREM = THEOREMS["permutations-revised"]
SHOWN, MISSING = (sympy.Symbol(name, integer=True, positive=True) for name in ("m", "K"))
LENGTH = sympy.Symbol("n", integer=True, positive=True)
N = sympy.Symbol("N", integer=True, nonnegative=True)
MEAN, OVER, BELOW = sympy.symbols("x d a", nonnegative=True)


def _groups(source: random.Random) -> list[int]:
    """How often each value that is shown twice or more is shown."""
    return [1 + source.randint(1, 6) for _ in range(source.randint(1, 8))]


def _missing(groups: list[int], most: float = math.exp(-1)) -> bool:
    """A missing value stays missing with chance at most `most`."""
    left = sum(group - 1 for group in groups)
    kept = math.prod((1 - (1 - 1 / group) / left) ** group for group in groups)
    return kept <= most * (1 + 1e-12)


def _vanishes(shown: int, parts: int = 4) -> bool:
    """(1 - 1/m)^m <= (m - 1)/parts."""
    return (1 - 1 / shown) ** shown <= (shown - 1) / parts


def _size(source: random.Random) -> int:
    return source.choice([2, 3, source.randint(2, 10**4)])


def _first(length: int, most: float = math.exp(-1)) -> bool:
    return (1 - 1 / length) ** length <= most


def _takes(left: sympy.Expr) -> Symbolic:
    """m - 1 of m positions do not keep it, and the others take the rest in `left` ways of K!."""
    ways = (SHOWN - 1) * left / (SHOWN * sympy.gamma(MISSING + 1))
    return Symbolic(ways, (1 - 1 / SHOWN) / MISSING)


def _rate(most: Fraction) -> Certified:
    quarter = Fraction(1, 4)
    return Certified(
        lambda x: arb(most.numerator) / most.denominator - x - arb(-1).exp(),
        {"x": (quarter, quarter)},
        f"1/e + 1/4 < {float(most)}",
    )


def _falls(rate: sympy.Expr) -> Induction:
    """What the bound leaves, where the mean is by a below it."""
    bound = LENGTH * sympy.exp(-1) * RATE**N
    return Induction(
        "the steps after the first",
        step=Symbolic(
            LENGTH * sympy.exp(-1) * RATE ** (N + 1) - at(MEAN * rate, {MEAN: bound - BELOW}),
            BELOW * RATE,
        ),
    )


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={**FAST, "permutations": "q is uniform over the permutations of n values"},
    steps=(
        DRAWS,
        NEAREST,
        Step(
            name="takes",
            premises=("nearest", "permutations"),
            conclusion=(
                "the nearest permutations keep one of the m positions of each value that is shown, "
                "in the product of the m ways, and give the K missing values to the others in K! "
                "ways: a position keeps its value with chance 1/m and takes each missing one with "
                "(1 - 1/m)/K; K is the sum of m - 1 over the values that are shown"
            ),
            certificate=_takes(sympy.gamma(MISSING)),
            change="K! ways left for the rest",
            twin=_takes(sympy.gamma(MISSING + 1)),
        ),
        Step(
            name="stays-missing",
            premises=("takes", "draws"),
            conclusion=(
                "a missing value stays missing with chance prod (1 - (1 - 1/m)/K)^m <= exp(-sum (m "
                "- 1)/K) = 1/e"
            ),
            certificate=Cited("log(1 - x) <= -x", "NIST DLMF, 4.5.1", _groups, _missing),
            change="1/3",
            twin=Cited("the same", "none: false", _groups, lambda drawn: _missing(drawn, 1 / 3)),
        ),
        Step(
            name="vanishes",
            premises=("takes", "draws"),
            conclusion=(
                "a value that is shown m times vanishes with chance (1 - 1/m)^m <= (m - 1)/4: 0 at "
                "m = 1, equality at m = 2, and at most 1/e < 1/2 from m = 3 on"
            ),
            certificate=Cited(
                "log(1 - x) <= -x, so (1 - 1/m)^m <= 1/e", "NIST DLMF, 4.5.1", _size, _vanishes
            ),
            change="(m - 1)/5",
            twin=Cited("the same", "none: false", _size, lambda shown: _vanishes(shown, 5)),
        ),
        Step(
            name="mean",
            premises=("stays-missing", "vanishes"),
            conclusion=(
                "given the word, at most K/e + sum (m - 1)/4 = (1/e + 1/4) K values are missing in "
                "the mean after the step"
            ),
            certificate=Symbolic(
                at(MISSING * sympy.exp(-1) + OVER / 4, {OVER: MISSING}), MISSING * RATE
            ),
            change="twice as many positions that are too many",
            twin=Symbolic(
                at(MISSING * sympy.exp(-1) + OVER / 4, {OVER: 2 * MISSING}), MISSING * RATE
            ),
        ),
        Step(
            name="first",
            premises=("draws", "permutations"),
            conclusion=(
                "the first step draws uniform values: n (1 - 1/n)^n <= n/e are missing in the mean"
            ),
            certificate=Cited(
                "log(1 - x) <= -x, so (1 - 1/n)^n <= 1/e", "NIST DLMF, 4.5.1", _size, _first
            ),
            change="n/3",
            twin=Cited("the same", "none: false", _size, lambda size: _first(size, 1 / 3)),
        ),
        Step(
            name="falls",
            premises=("first", "mean"),
            conclusion="after N + 1 steps at most (n/e) (1/e + 1/4)^N are missing in the mean",
            certificate=_falls(RATE),
            change="1/e + 1/2",
            twin=_falls(RATE + sympy.Rational(1, 4)),
        ),
        Step(
            name="rate",
            premises=(),
            conclusion="1/e + 1/4 < 0.618",
            certificate=_rate(Fraction(618, 1000)),
            change="0.6178",
            twin=_rate(Fraction(6178, 10000)),
        ),
        Step(
            name="bound",
            premises=("falls", "rate"),
            conclusion=THEOREM.statement,
            # a word that is no permutation lacks a value: SER is at most the mean of K
            certificate=Symbolic(
                as_stated(THEOREM, LENGTH, N + 1), at(MEAN * RATE**N, {MEAN: LENGTH / sympy.E})
            ),
            change="n for n/e",
            twin=Symbolic(as_stated(THEOREM, LENGTH, N + 1), at(MEAN * RATE**N, {MEAN: LENGTH})),
        ),
    ),
)
