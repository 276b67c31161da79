"""The collision law for several classes or phases: the first tokens drawn must agree on it."""

import math
import random
from fractions import Fraction
from typing import NamedTuple

import sympy
from flint import arb

from proofs_check.certificates import AtSizes, Certified, Cited, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions.chain_limit_terms import convergence
from proofs_check.proofs.random_laws import ROUNDING, random_numbers
from synthetic.languages import NGram
from theory.bounds import THEOREMS
from theory.bounds.collisions.chain_collision_law import RATIO, UniformChain
from theory.bounds.collisions.mixture_collision_law import FIRST, SECOND, WEIGHT

U, T, SHARE, CHANCE, LAMBDA = sympy.symbols("u t w P lambda", positive=True)
TOKENS, STEP = (sympy.Symbol(name, positive=True, integer=True) for name in ("M", "k"))
THEOREM = THEOREMS["mixture-collision-law"]
PERIOD_TWO = NGram(
    [0.4, 0.1, 0.2, 0.3],
    [[0, 0, 0.5, 0.5], [0, 0, 1, 0], [0.5, 0.5, 0, 0], [1, 0, 0, 0]],
    device="cpu",
)


class Rare(NamedTuple):
    """Positions, each revealed by a step with a small probability."""

    positions: int
    chance: float


def _rare(source: random.Random) -> Rare:
    return Rare(source.randint(1, 30), source.random() / 4)


def _le_cam(drawn: Rare, factor: float = 1.0) -> bool:
    """The number revealed is Poisson up to a total variation of positions * chance^2."""
    count, chance = drawn
    mean, binomial, apart = count * chance, 1.0, 0.0
    poisson = math.exp(-mean)
    for number in range(count + 1):
        binomial = math.comb(count, number) * chance**number * (1 - chance) ** (count - number)
        apart += max(0.0, binomial - poisson)
        poisson *= mean / (number + 1)
    return apart <= factor * count * chance**2 + ROUNDING


class Cyclic(NamedTuple):
    """A chain of period two: from two states to two others, and back."""

    there: list[list[float]]
    back: list[list[float]]


def _cyclic(source: random.Random) -> Cyclic:
    there, back = ([random_numbers(source, 2) for _ in range(2)] for _ in range(2))
    return Cyclic(there, back)


def _round_trip(drawn: Cyclic) -> list[list[float]]:
    """Two steps, on the first two states."""
    return [
        [sum(drawn.there[x][z] * drawn.back[z][y] for z in range(2)) for y in range(2)]
        for x in range(2)
    ]


def _averages(drawn: Cyclic, positions: int = 2) -> bool:
    """Given the phase, the laws of two positions in a row average to the stationary one."""
    round_trip = _round_trip(drawn)
    away, home = round_trip[0][1], round_trip[1][0]
    first = [home / (away + home), away / (away + home)]  # on the first two states, given them
    second = [sum(first[x] * drawn.there[x][y] for x in range(2)) for y in range(2)]
    laws = [[*first, 0.0, 0.0], [0.0, 0.0, *second]]
    mean = [sum(law[state] for law in laws[:positions]) / positions for state in range(4)]
    onward = [
        *(sum(mean[2 + z] * drawn.back[z][y] for z in range(2)) for y in range(2)),
        *(sum(mean[x] * drawn.there[x][y] for x in range(2)) for y in range(2)),
    ]
    return max(abs(p - q) for p, q in zip(mean, onward, strict=True)) <= ROUNDING


def _agreeing(power: int) -> sympy.Expr:
    """E w^M for M Poisson of mean lambda, given M >= 1, as its series."""
    chance = sympy.exp(-LAMBDA) * LAMBDA**TOKENS / sympy.factorial(TOKENS)
    terms = chance / (1 - sympy.exp(-LAMBDA)) * SHARE ** (TOKENS - 1 + power)
    return sympy.Sum(terms, (TOKENS, 1, sympy.oo))


def _limit(parts: int) -> AtSizes:
    """SER of a chain of period two on four states against the formula, c in so many parts."""

    def formula(_: int) -> float:
        given = THEOREM.parameters(UniformChain(PERIOD_TWO, 1, 1))
        constants = {name: given[name] / parts for name in ("first", "second")}
        return float(THEOREM.bound(**{**given, **constants}))

    return AtSizes(
        "L = N",
        (8, 16, 32, 64),
        lambda size: UniformChain(PERIOD_TWO, size, size).sequence_error_rate,
        formula,
        0.004,
        "SER -> the mixture",
    )


def _one(weight: sympy.Expr, constant: sympy.Expr) -> sympy.Expr:
    """The part of one class or phase in 1 - SER."""
    return sympy.exp(-constant * RATIO) * (sympy.exp(RATIO * weight) - 1) / (sympy.exp(RATIO) - 1)


def _flip_error(low: int, high: int) -> Certified:
    """SER of the flip at r = 1 between two numbers of 10^-4 each."""

    def between(ratio: arb) -> arb:
        error = 1 - 2 * ((ratio / 2).exp() - 1) / (ratio.exp() - 1)
        return (error - arb(low) / 10**4) * (arb(high) / 10**4 - error)

    return Certified(
        between, {"r": (Fraction(1), Fraction(1))}, f"{low} < 10^4 SER < {high}, w = 1/2, c = 0"
    )


proof = Proof(
    theorem="mixture-collision-law",
    hypotheses={
        "chain": "a Markov chain; it ends up in kappa, a closed class and a cyclic phase of it, "
        "with probability w_kappa, after a number of positions with geometric tail",
        "uniform": "the reveal steps are independent and uniform on 1..N; L/N = lambda fixed",
        "exact": "each token is drawn from its true law given what earlier steps revealed",
        "chain-collision-law": THEOREMS["chain-collision-law"].statement,
    },
    steps=(
        Step(
            name="antiderivative",
            premises=("uniform",),
            conclusion=(
                "-log(1-u) - u = u^2 int_0^1 t/(1 - t u) dt, between 0 and u^2 for u <= 1/2: at u "
                "= 1/N a step reveals nothing of all L with probability (1-u)^L -> exp(-lambda)"
            ),
            certificate=Symbolic(
                sympy.diff(-T / U - sympy.log(1 - T * U) / U**2, T) * U**2,
                U**2 * T / (1 - T * U),
            ),
            change="t^2 for t",
            twin=Symbolic(
                sympy.diff(-T / U - sympy.log(1 - T * U) / U**2, T) * U**2,
                U**2 * T**2 / (1 - T * U),
            ),
        ),
        Step(
            name="first-step",
            premises=("antiderivative",),
            conclusion=(
                "the first step that reveals anything is one of the first k with probability "
                "tending to 1 - exp(-lambda k), so it is one of few"
            ),
            certificate=Symbolic(
                sympy.Sum(
                    sympy.exp(-LAMBDA * (TOKENS - 1)) * (1 - sympy.exp(-LAMBDA)), (TOKENS, 1, STEP)
                ),
                1 - sympy.exp(-LAMBDA * STEP),
            ),
            change="exp(-lambda (k+1))",
            twin=Symbolic(
                sympy.Sum(
                    sympy.exp(-LAMBDA * (TOKENS - 1)) * (1 - sympy.exp(-LAMBDA)), (TOKENS, 1, STEP)
                ),
                1 - sympy.exp(-LAMBDA * (STEP + 1)),
            ),
        ),
        Step(
            name="number",
            premises=("uniform", "first-step"),
            conclusion=(
                "it reveals M tokens, Poisson of mean lambda given M >= 1 up to L/N^2 -> 0, at "
                "positions farther apart than any fixed distance with probability tending to one"
            ),
            certificate=Cited(
                "a binomial number is Poisson up to a total variation of n p^2",
                "Le Cam, Pacific Journal of Mathematics 10 (1960), 1181-1197",
                _rare,
                _le_cam,
            ),
            change="half of n p^2",
            twin=Cited(
                "the same with n p^2 / 2", "none: false", _rare, lambda drawn: _le_cam(drawn, 0.5)
            ),
        ),
        Step(
            name="first-ratio",
            premises=("number", "exact", "chain"),
            conclusion=(
                "their marginals are w P(x_j|kappa), their joint law, far apart, w prod P(x_j|"
                "kappa)(1 + o(1)): rho = w^(M-1)(1 + o(1)); all later groups see a token that "
                "tells kappa"
            ),
            certificate=Symbolic(
                (SHARE * CHANCE) ** TOKENS / (SHARE * CHANCE**TOKENS), SHARE ** (TOKENS - 1)
            ),
            change="the joint law without its w",
            twin=Symbolic((SHARE * CHANCE) ** TOKENS / CHANCE**TOKENS, SHARE ** (TOKENS - 1)),
        ),
        Step(
            name="agree",
            premises=("number", "first-ratio"),
            conclusion="w E w^(M-1) = E w^M = (exp(lambda w) - 1)/(exp(lambda) - 1)",
            certificate=Symbolic(
                _agreeing(1), (sympy.exp(LAMBDA * SHARE) - 1) / (sympy.exp(LAMBDA) - 1)
            ),
            change="E w^(M-1) without the weight w of kappa",
            twin=Symbolic(_agreeing(0), (sympy.exp(LAMBDA * SHARE) - 1) / (sympy.exp(LAMBDA) - 1)),
        ),
        Step(
            name="phases",
            premises=("chain",),
            conclusion=(
                "given kappa, of period d, the laws of d positions in a row average to the "
                "stationary law of the class: c_kappa is the sum of the class, whatever the phase"
            ),
            certificate=Cited(
                "the average over a period is stationary",
                "Norris, Markov Chains (1997), Theorems 1.8.4 and 1.8.5; period 2 here",
                _cyclic,
                _averages,
            ),
            change="one position only",
            twin=Cited(
                "the law of one position is stationary",
                "none: false",
                _cyclic,
                lambda drawn: _averages(drawn, 1),
            ),
        ),
        Step(
            name="phase-mixing",
            premises=("chain",),
            conclusion=(
                "inside a class of period d, R_n = T^n(u,x)/(d pi(x)) is within C theta^n of one "
                "on the pairs that the phase allows: T^d is primitive on each phase"
            ),
            certificate=convergence(lambda source: _round_trip(_cyclic(source)), 1),
            change="the power doubled",
            twin=convergence(lambda source: _round_trip(_cyclic(source)), 1, 2),
        ),
        Step(
            name="given-kappa",
            premises=("phases", "phase-mixing", "first-ratio", "chain-collision-law", "agree"),
            conclusion=(
                "the proof of chain-collision-law takes from T only that R_n -> 1 at such a rate, "
                "so it holds for the mean given kappa, after the transient states and the first "
                "step, with factor exp(-c_kappa lambda), independent of M as one step of N does "
                "not count: 1 - SER -> sum over kappa. That argument stands in words; looked at on "
                "a chain of period 2 with zeros inside its phases"
            ),
            certificate=_limit(1),
            change="exp(-c lambda/2)",
            twin=_limit(2),
        ),
        Step(
            name="flip",
            premises=("given-kappa",),
            conclusion=(
                "the flip of two states has w = 1/2 twice and no clash, as x and T^g(x,y) > 0 "
                "follow from u: c = 0, and 0.2449 < SER < 0.2450 at r = 1"
            ),
            certificate=_flip_error(2449, 2450),
            change="0.2450 < SER < 0.2460",
            twin=_flip_error(2450, 2460),
        ),
        Step(
            name="law",
            premises=("given-kappa", "flip"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                THEOREM.expression, 1 - _one(WEIGHT, FIRST) - _one(1 - WEIGHT, SECOND)
            ),
            change="both of weight w",
            twin=Symbolic(THEOREM.expression, 1 - _one(WEIGHT, FIRST) - _one(WEIGHT, SECOND)),
        ),
    ),
)
