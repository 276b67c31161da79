"""Left-to-right scan of the Bernoulli walk, nearly the best constant, for rounds of every size.

With d_j = H(Bin(j, 1/2)) - log2(j)/2, a round of B loses (B/2) log2 B - f(B), where
f(B) = (B/2) log2 B + B - log2(B!)/2 - sum_(j <= B) d_j. From j = 8 on d_j does not decrease, which
leaves f(B) < .675 B to 16 sizes and one inequality.
"""

import functools
import math
import random
from fractions import Fraction

import sympy
from flint import arb

from proofs_check.certificates import Certified, Cited, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.curves.binomial_growth import growth_steps
from proofs_check.proofs.policies.policy_facts import DIVERGENCE, EXACT, IDENTITY
from proofs_check.proofs.policies.shuffle_divergence import stirling
from proofs_check.proofs.policies.walk_terms import (
    LENGTH,
    ROUNDS,
    SCAN,
    TWO,
    WALK,
    binomial_entropy,
    log2,
    scan_steps,
)
from proofs_check.proofs.random_laws import random_numbers
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["walk-scan-cost-sharp"]
FROM = 16  # from here on d_j is bounded by its value here
MORE = sympy.Symbol("m", integer=True, nonnegative=True)
SLACK, FURTHER, GAP = sympy.symbols("s t g", nonnegative=True)
LAST, EARLY = sympy.symbols("d_16 S_16", positive=True)
BEST = 1 - sympy.log(sympy.pi / 2) / (2 * TWO)
NEEDED = sympy.Rational(27, 40)


def _large(size: sympy.Expr) -> Symbolic:
    """a B - K + (terms >= 0) = f(B), log B! = B log B - B + log(2 pi B)/2 + s, B = 16 + m.

    The d_j sum to S_16 + m d_16 + t at least, t >= 0; a = 1 + log2(e)/2 - d_16.
    """
    constant = 1 + 1 / (2 * TWO) - LAST
    factorial = size * sympy.log(size) - size + sympy.log(2 * sympy.pi * size) / 2 + SLACK
    needed = (
        size * sympy.log(size) / (2 * TWO)
        + size
        - factorial / (2 * TWO)
        - (EARLY + MORE * LAST + FURTHER)
    )
    kept = EARLY - 16 * LAST + sympy.log(2 * sympy.pi * (16 + MORE)) / (4 * TWO)
    return Symbolic(constant * (16 + MORE) - kept - needed, SLACK / (2 * TWO) + FURTHER)


def _constants(low: Fraction, sizes: int = FROM) -> Certified:
    """x B > f(B) for B <= 16, x > a and K > 0, the smallest of these differences."""

    def difference(x: arb) -> arb:
        entropies = [binomial_entropy(j) for j in range(1, FROM + 1)]
        excess = [entropy - log2(arb(j)) / 2 for j, entropy in enumerate(entropies, 1)]
        parts = [x - (1 + log2(arb(1).exp()) / 2 - excess[-1])]
        parts.append(sum(excess, arb(0)) - FROM * excess[-1] + log2(2 * arb.pi() * FROM) / 4)
        for size in range(1, sizes + 1):
            lost = sum(entropies[:size], arb(0)) - size
            parts.append(x * size - (arb(size) / 2 * log2(arb(size)) - lost))
        return functools.reduce(lambda one, two: one.min(two), parts)

    return Certified(
        difference,
        {"x": (low, Fraction(7, 10))},
        "x B > f(B) for B = 1..16, x > 1 + log2(e)/2 - d_16, "
        "and d_1 + .. + d_16 - 16 d_16 + log2(32 pi)/4 > 0",
    )


def _gaussian(weights: list[float], scale: float = 1.0) -> bool:
    """H <= log(2 pi e (var + 1/12))/2 + rounding, for a law on 0..k."""
    mean = math.fsum(k * p for k, p in enumerate(weights))
    variance = math.fsum((k - mean) ** 2 * p for k, p in enumerate(weights))
    entropy = -math.fsum(p * math.log(p) for p in weights)
    return entropy <= math.log(2 * math.pi * math.e * (scale * variance + 1 / 12)) / 2 + 1e-12


def _weights(source: random.Random) -> list[float]:
    return random_numbers(source, source.randint(1, 9))


def _needed(per_token: sympy.Expr) -> Symbolic:
    """Limit of log2(n)/2 - (most that one round loses)/n, log n! by Stirling with rest 1/(12 n)."""
    factorial = (
        LENGTH * sympy.log(LENGTH)
        - LENGTH
        + sympy.log(2 * sympy.pi * LENGTH) / 2
        + 1 / (12 * LENGTH)
    )
    entropies = factorial + LENGTH * sympy.log(sympy.pi * sympy.E / 2)
    # sum_(j <= n) log(1 + 1/(3 j)) <= (1 + log n)/3
    most = (entropies + (1 + sympy.log(LENGTH)) / 3) / (2 * TWO) - LENGTH * per_token
    needed = sympy.expand_log(sympy.log(LENGTH) / (2 * TWO) - most / LENGTH)
    return Symbolic(sympy.limit(sympy.expand(needed), LENGTH, sympy.oo), BEST)


def _scan(rounds: sympy.Expr) -> Symbolic:
    """The loss of the scan less the bound; f(B) = (.675 - g) B - s, sum = n log2(n/R) + t."""
    loss = (LENGTH * sympy.log(LENGTH / rounds) / TWO + FURTHER) / 2 - (NEEDED - GAP) * LENGTH
    return Symbolic(
        loss + SLACK - stated(THEOREM, LENGTH, ROUNDS), FURTHER / 2 + GAP * LENGTH + SLACK
    )


proof = Proof(
    theorem="walk-scan-cost-sharp",
    hypotheses={"walk": WALK, "scan": SCAN, "exact": EXACT, **IDENTITY},
    steps=(
        *scan_steps(),
        *growth_steps(),
        Step(
            name="stirling",
            premises=(),
            conclusion="log B! = B log B - B + log(2 pi B)/2 + s with 0 < s < 1/(12 B)",
            certificate=stirling(),
            change="1/(24 B)",
            twin=stirling(24),
        ),
        Step(
            name="large",
            premises=("round", "positive", "stirling"),
            conclusion=(
                "for B = 16 + m, m >= 0: f(B) <= a B - K with a = 1 + log2(e)/2 - d_16 and "
                "K = d_1 + .. + d_16 - 16 d_16 + log2(2 pi B)/4, which grows with B"
            ),
            certificate=_large(16 + MORE),
            change="B = 17 + m",
            twin=_large(17 + MORE),
        ),
        Step(
            name="constants",
            premises=("large",),
            conclusion="a < .675 and K > 0, and f(B) < .675 B for B <= 16: so for every B",
            certificate=_constants(Fraction(27, 40)),
            change="< .6",
            twin=_constants(Fraction(6, 10)),
        ),
        Step(
            name="gaussian",
            premises=(),
            conclusion="H <= log(2 pi e (var + 1/12))/2 nats for every law on the integers",
            certificate=Cited(
                "entropy of an integer with given variance",
                "Massey 1988, as arXiv 2102.04200, equation (1); Cover and Thomas, problem 8.7",
                _weights,
                _gaussian,
            ),
            change="half the variance",
            twin=Cited("the same", "none: false", _weights, lambda drawn: _gaussian(drawn, 0.5)),
        ),
        Step(
            name="best",
            premises=("round", "gaussian", "stirling"),
            conclusion=(
                "one round of n, var = j/4 at its tokens, needs a constant of at least "
                "1 - log2(pi/2)/2 - O(log(n)/n)"
            ),
            certificate=_needed(sympy.Integer(1)),
            change="a token of half a bit",
            twin=_needed(sympy.Rational(1, 2)),
        ),
        Step(
            name="scan-cost",
            premises=("scan", "exact", DIVERGENCE, "convex", "constants", "best"),
            conclusion=THEOREM.statement,
            # for every n, so for n <= 4096 as well
            certificate=_scan(ROUNDS),
            change="twice the rounds",
            twin=_scan(2 * ROUNDS),
        ),
    ),
)
