"""Left-to-right scan of the Bernoulli walk: collision entropy of binomials, Wallis and Stirling."""

import math
import random
from fractions import Fraction

import sympy
from flint import arb, ctx

from proofs_check.certificates import Certified, Cited, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.policy_facts import DIVERGENCE, EXACT, IDENTITY
from proofs_check.proofs.policies.shuffle_divergence import BITS, stirling
from proofs_check.proofs.policies.walk_terms import (
    LENGTH,
    ROUNDS,
    SCAN,
    TOKENS,
    TWO,
    WALK,
    J,
    log2,
    scan_steps,
)
from proofs_check.proofs.random_laws import ROUNDING, random_numbers
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["walk-scan-cost"]
K = sympy.Symbol("k", integer=True, nonnegative=True)
SLACK, FURTHER, GAP = sympy.symbols("s t g", nonnegative=True)
CONSTANT = 1 + sympy.log(sympy.E / sympy.pi) / (2 * TWO)


def _collision(weights: list[float], scale: float = 1.0) -> bool:
    """H >= -scale log sum p^2."""
    entropy = -math.fsum(p * math.log(p) for p in weights)
    return entropy >= -scale * math.log(math.fsum(p * p for p in weights)) - ROUNDING


def _weights(source: random.Random) -> list[float]:
    return random_numbers(source, source.randint(1, 6))


def _vandermonde(power: int) -> Symbolic:
    squares = sympy.Sum(sympy.binomial(J, K) ** power, (K, 0, J))
    return Symbolic(squares / 4**J, sympy.binomial(2 * J, J) / 4**J)


def _grows(shift: int) -> Symbolic:
    """a_(j+1)/a_j where a_j = (j + shift) (C(2j, j)/4^j)^2."""

    def scaled(number: sympy.Expr) -> sympy.Expr:
        central = sympy.gamma(2 * number + 1) / sympy.gamma(number + 1) ** 2 / 4**number
        return (number + shift) * central**2

    return Symbolic(scaled(J + 1) / scaled(J), 1 + 1 / (4 * J * (J + 1)))


def _wallis(size: int, inverse: float = math.pi) -> bool:
    """|inverse * a_j - 1| <= 1/(3 j), whose limit is inverse * a = 1."""
    with ctx.workprec(BITS):
        exact = arb(size) * (arb(math.comb(2 * size, size)) / arb(4) ** size) ** 2
        factor = arb.pi() if inverse == math.pi else arb(inverse)
        return bool(abs(factor * exact - 1) <= 1 / (3 * arb(size)))


def _sizes(source: random.Random) -> int:
    return source.randint(1, 10 ** source.randint(1, 3))


def _round(base: sympy.Expr) -> Symbolic:
    """sum_(j <= B) log2(pi j)/2 - B where log B! = B log B - B log `base` + s, s >= 0."""
    factorial = TOKENS * sympy.log(TOKENS) - TOKENS * sympy.log(base) + SLACK
    loss = (TOKENS * sympy.log(sympy.pi) + factorial) / (2 * TWO) - TOKENS
    least = TOKENS * sympy.log(TOKENS) / (2 * TWO) - CONSTANT * TOKENS
    return Symbolic(loss - least, SLACK / (2 * TWO))


def _constant(low: Fraction) -> Certified:
    return Certified(
        lambda x: x - 1 - log2(arb(1).exp() / arb.pi()) / 2,
        {"x": (low, Fraction(13, 10))},
        "x > 1 + log2(e/pi)/2",
    )


def _scan(rounds: sympy.Expr) -> Symbolic:
    """The loss of the scan less the bound; c = 1.3 - g, sum B log2 B = n log2(n/R) + t."""
    constant = sympy.Rational(13, 10) - GAP
    loss = (LENGTH * sympy.log(LENGTH / rounds) / TWO + FURTHER) / 2 - constant * LENGTH + SLACK
    return Symbolic(loss - stated(THEOREM, LENGTH, ROUNDS), FURTHER / 2 + GAP * LENGTH + SLACK)


proof = Proof(
    theorem="walk-scan-cost",
    hypotheses={"walk": WALK, "scan": SCAN, "exact": EXACT, **IDENTITY},
    steps=(
        *scan_steps(),
        Step(
            name="collision",
            premises=(),
            conclusion="H(p) >= -log2 sum_k p_k^2",
            certificate=Cited(
                "entropy is at least collision entropy, by Jensen",
                "Cover and Thomas, Lemma 2.10.1",
                _weights,
                _collision,
            ),
            change="doubled",
            twin=Cited("the same", "none: false", _weights, lambda drawn: _collision(drawn, 2.0)),
        ),
        Step(
            name="vandermonde",
            premises=("binomial",),
            conclusion="for Bin(j, 1/2) the sum of p_k^2 is C(2j, j)/4^j",
            certificate=_vandermonde(2),
            change="p_k instead of p_k^2",
            twin=_vandermonde(1),
        ),
        Step(
            name="grows",
            premises=("vandermonde",),
            conclusion="a_j = j (C(2j, j)/4^j)^2 grows with j, by the factor 1 + 1/(4 j (j + 1))",
            certificate=_grows(0),
            change="(j + 1) (C(2j, j)/4^j)^2",
            twin=_grows(1),
        ),
        Step(
            name="wallis",
            premises=("grows",),
            conclusion="a_j -> 1/pi, so that C(2j, j)/4^j <= 1/sqrt(pi j)",
            certificate=Cited("Wallis' product", "NIST DLMF, 4.22.1 at z = pi/2", _sizes, _wallis),
            change="1/3 for 1/pi",
            twin=Cited("the same", "none: false", _sizes, lambda size: _wallis(size, 3.0)),
        ),
        Step(
            name="stirling",
            premises=(),
            conclusion="log B! = B log B - B + s with s >= 0",
            certificate=stirling(),
            change="with s < log(2 pi B)/2 + 1/(24 B)",
            twin=stirling(24),
        ),
        Step(
            name="one-round",
            premises=("round", "collision", "wallis", "stirling"),
            conclusion=(
                "a round of B loses at least sum_(j <= B) log2(pi j)/2 - B = (log2 B! + "
                "B log2 pi)/2 - B >= (B/2) log2 B - c B bits, c = 1 + log2(e/pi)/2"
            ),
            certificate=_round(sympy.E),
            change="log B! = B log B - B log 3 + s",
            twin=_round(sympy.Integer(3)),
        ),
        Step(
            name="constant",
            premises=(),
            conclusion="1 + log2(e/pi)/2 < .896 <= 1.3",
            certificate=_constant(Fraction(896, 1000)),
            change="< .89",
            twin=_constant(Fraction(89, 100)),
        ),
        Step(
            name="scan-cost",
            premises=("scan", "exact", DIVERGENCE, "one-round", "convex", "constant"),
            conclusion=THEOREM.statement,
            certificate=_scan(ROUNDS),
            change="twice the rounds",
            twin=_scan(2 * ROUNDS),
        ),
    ),
)
