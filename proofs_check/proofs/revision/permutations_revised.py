"""Missing values in the mean: those that stay missing, and groups that lose their value."""

import sympy
from flint import arb

from proofs_check.certificates import Certified, Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import logarithm_step
from proofs_check.proofs.revision.fast_grids import DRAWS, FAST, NEAREST
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS
from theory.bounds.revision.permutations_revised import RATE

THEOREM = THEOREMS["permutations-revised"]
SHOWN, MISSING = (sympy.Symbol(name, integer=True, positive=True) for name in ("m", "K"))
LENGTH = sympy.Symbol("n", integer=True, positive=True)
N = sympy.Symbol("N", integer=True, nonnegative=True)
MEAN, OVER, BELOW, X = sympy.symbols("x d a x", nonnegative=True)


def _takes(left: sympy.Expr) -> Symbolic:
    """m - 1 of m positions do not keep it, and the others take the rest in `left` ways of K!."""
    ways = (SHOWN - 1) * left / (SHOWN * sympy.gamma(MISSING + 1))
    return Symbolic(ways, (1 - 1 / SHOWN) / MISSING)


def _rate(most: int) -> Certified:
    return Certified(
        lambda: arb(most) / 10**4 - arb(1) / 4 - arb(-1).exp(), {}, f"1/e + 1/4 < {most / 10**4}"
    )


def _below(parts: int) -> Certified:
    return Certified(lambda: arb(2) / parts - arb(-1).exp(), {}, f"1/e < 2/{parts}")


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
        logarithm_step("logarithm", (), "(1 - x)^m <= exp(-x m) for 0 <= x < 1 by y = 1 - x"),
        Step(
            name="stays-missing",
            premises=("takes", "draws", "logarithm"),
            conclusion=(
                "a missing value stays missing with chance prod (1 - (1 - 1/m)/K)^m <= exp(-sum (m "
                "- 1)/K) = 1/e"
            ),
            certificate=Symbolic(SHOWN * ((1 - 1 / SHOWN) / MISSING), (SHOWN - 1) / MISSING),
            change="one of the m positions alone",
            twin=Symbolic((1 - 1 / SHOWN) / MISSING, (SHOWN - 1) / MISSING),
        ),
        Step(
            name="vanishes",
            premises=("takes", "draws", "logarithm"),
            conclusion=(
                "a value that is shown m times vanishes with chance (1 - 1/m)^m <= (m - 1)/4: 0 at "
                "m = 1, equality at m = 2, and at most 1/e < 2/4 from m = 3 on"
            ),
            certificate=_below(4),
            change="(m - 1)/6",
            twin=_below(6),
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
            premises=("draws", "permutations", "logarithm"),
            conclusion=(
                "the first step draws uniform values: n (1 - 1/n)^n <= n/e are missing in the mean"
            ),
            certificate=Symbolic(at(-X * LENGTH, {X: 1 / LENGTH}), -1),
            change="each value drawn twice",
            twin=Symbolic(at(-X * LENGTH, {X: 2 / LENGTH}), -1),
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
            certificate=_rate(6180),
            change="0.6178",
            twin=_rate(6178),
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
