"""SER of copy pairs under a learning error: Pinsker for one symbol, then independent pairs."""

import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.collisions.copy_pairs_terms import (
    AGREE,
    GIVEN_STEPS,
    HYPOTHESES,
    MATCH,
    MEAN,
    UNIFORM,
)
from proofs_check.proofs.random_laws import ROUNDING, random_numbers
from theory.bounds import THEOREMS
from theory.bounds.collisions.copy_pairs_error import PAIRS, SYMBOLS
from theory.bounds.collisions.copy_pairs_pinsker import EPSILON

OTHER, BELOW, TOTAL, SUM = sympy.symbols("p' d P' M", nonnegative=True)
LARGEST = 1 / SYMBOLS + sympy.sqrt(EPSILON / 2)
THEOREM = THEOREMS["copy-pairs-pinsker"]


class UniformAndDrawn(NamedTuple):
    """The uniform law is on as many symbols as p, a law that may be close to it."""

    drawn: list[float]

    @property
    def divergence(self) -> float:
        """KL(uniform || p) in nats."""
        size = len(self.drawn)
        return math.fsum(math.log(1 / (size * chance)) / size for chance in self.drawn)


def _laws(source: random.Random) -> UniformAndDrawn:
    size, near = source.randint(2, 5), source.random() ** 2
    return UniformAndDrawn([near * p + (1 - near) / size for p in random_numbers(source, size)])


def _pinsker(laws: UniformAndDrawn, factor: float = 0.5) -> bool:
    """p_s - 1/V <= sqrt(factor KL(uniform || p)) for every symbol s."""
    most = max(laws.drawn) - 1 / len(laws.drawn)
    return most <= math.sqrt(factor * max(laws.divergence, 0.0)) + ROUNDING


def _agreement(below: sympy.Expr) -> Induction:
    """b P' - M grows by d p' with a symbol of p = b - d: never negative."""
    return Induction(
        "the symbols",
        step=Symbolic(
            MATCH * (TOTAL + OTHER) - (SUM + (MATCH - below) * OTHER),
            (MATCH * TOTAL - SUM) + BELOW * OTHER,
        ),
    )


proof = Proof(
    theorem="copy-pairs-pinsker",
    hypotheses=HYPOTHESES,
    steps=(
        UNIFORM,
        Step(
            name="pinsker",
            premises=("uniform", "learning"),
            conclusion="both tokens of a masked pair are drawn from laws p with p_s <= 1/V + "
            "sqrt(epsilon / 2) for every symbol s",
            certificate=Cited(
                "Pinsker: p(A) - q(A) <= sqrt(KL(q || p) / 2) for every event A",
                "Cover and Thomas, Lemma 11.6.1",
                _laws,
                _pinsker,
            ),
            change="KL / 4 instead of KL / 2",
            twin=Cited(
                "p(A) - q(A) <= sqrt(KL(q || p) / 4)",
                "none: false",
                _laws,
                lambda laws: _pinsker(laws, 0.25),
            ),
        ),
        Step(
            name="match",
            premises=("pinsker",),
            conclusion="two such tokens drawn in one step agree with probability sum_s p_s p'_s "
            "<= b sum_s p'_s = b, b = 1/V + sqrt(epsilon / 2)",
            certificate=_agreement(BELOW),
            change="a symbol with p = b + d",
            twin=_agreement(-BELOW),
        ),
        GIVEN_STEPS,
        MEAN,
        Step(
            name="sixteen",
            premises=("match",),
            conclusion="V = 16 and epsilon = 1/128 give b = 1/16 + 1/16, 1 - b = 7/8",
            certificate=Symbolic(
                1 - at(LARGEST, {SYMBOLS: 16, EPSILON: sympy.Rational(1, 128)}),
                sympy.Rational(7, 8),
            ),
            change="epsilon = 1/32",
            twin=Symbolic(
                1 - at(LARGEST, {SYMBOLS: 16, EPSILON: sympy.Rational(1, 32)}),
                sympy.Rational(7, 8),
            ),
        ),
        Step(
            name="error",
            premises=("mean", "sixteen"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(THEOREM.expression, 1 - at(AGREE, {MATCH: LARGEST}) ** PAIRS),
            change="sqrt(epsilon) for sqrt(epsilon / 2)",
            twin=Symbolic(
                THEOREM.expression,
                1 - AGREE.subs(MATCH, 1 / SYMBOLS + sympy.sqrt(EPSILON)) ** PAIRS,
            ),
        ),
    ),
)
