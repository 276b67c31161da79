"""The information curve does not rise: sets at r lie inside sets at s >= r."""

import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.random_laws import BITS, ROUNDING, Law, conditional_entropy, entropy
from proofs_check.proofs.reveals.sets_by_size import CONDITIONING, MORE_UNCERTAIN
from theory.bounds import THEOREMS

THEOREM = THEOREMS["monotone-curve"]
R, S = sympy.symbols("r s", positive=True)
N = sympy.Symbol("n", nonnegative=True, integer=True)


class Bits(NamedTuple):
    """Independent bits, by the probability of one; the last is tied to the first if `tied`."""

    chances: list[float]
    tied: bool


def _bits(source: random.Random) -> Bits:
    return Bits([source.uniform(0.05, 0.95) for _ in range(BITS)], False)


def _law(bits: Bits) -> Law:
    law: dict[tuple[int, ...], float] = {}
    for word in range(2**BITS):
        symbols = [word >> place & 1 for place in range(BITS)]
        chance = math.prod(
            p if symbol else 1 - p for p, symbol in zip(bits.chances, symbols, strict=True)
        )
        last = symbols[0] if bits.tied else symbols[-1]
        seen = (*symbols[:-1], last)
        law[seen] = law.get(seen, 0.0) + chance
    return law


def _same_whatever_is_known(bits: Bits) -> bool:
    """H(X_i | X_R) = H(X_i) for all sets of others."""
    law = _law(bits)
    return all(
        abs(conditional_entropy(law, i, given) - entropy(law, [i])) <= ROUNDING
        for i in range(BITS)
        for known in range(2**BITS)
        if not known >> i & 1
        for given in [[j for j in range(BITS) if known >> j & 1]]
    )


WHOLE = sympy.Symbol("P", positive=True)  # of all pairs of sets of the others so far

proof = Proof(
    theorem="monotone-curve",
    hypotheses={
        "coupled": (
            "0 <= r <= s <= 1; independently of the others a token is in R and R' with probability "
            "r, only in R' with probability s - r, else in neither"
        ),
    },
    steps=(
        Step(
            name="smaller",
            premises=("coupled",),
            conclusion=(
                "summed over R', a set R of the others has probability r^|R| (1 - r)^n, n those "
                "not in R: each of the n is in R' or not"
            ),
            certificate=Induction(
                "the others not in R",
                step=Symbolic((1 - R) ** N * ((S - R) + (1 - S)), (1 - R) ** (N + 1)),
            ),
            change="in R' - R with probability s",
            twin=Induction(
                "the others not in R",
                step=Symbolic((1 - R) ** N * (S + (1 - S)), (1 - R) ** (N + 1)),
            ),
        ),
        Step(
            name="larger",
            premises=("coupled",),
            conclusion=(
                "summed over R, a set R' has probability s^n (1 - s)^(rest), n its size: each of "
                "the n is in R or not"
            ),
            certificate=Induction(
                "the others in R'",
                step=Symbolic(S**N * (R + (S - R)), S ** (N + 1)),
            ),
            change="in R' - R with probability s",
            twin=Induction(
                "the others in R'",
                step=Symbolic(S**N * (R + S), S ** (N + 1)),
            ),
        ),
        Step(
            name="conditioning",
            premises=("coupled",),
            conclusion="H(X_i | X_R') <= H(X_i | X_R) for R inside R'",
            certificate=CONDITIONING,
            change="does not decrease it",
            twin=MORE_UNCERTAIN,
        ),
        Step(
            name="difference",
            premises=("smaller", "larger", "conditioning"),
            conclusion=(
                "L (f(r) - f(s)) is the sum over i and R inside R' of r^|R| (s - r)^|R' - R| "
                "(1 - s)^(rest) times H(X_i | X_R) - H(X_i | X_R'), no factor negative: so "
                "f(s) <= f(r)"
            ),
            # the probabilities of all pairs of R inside R' sum to one
            certificate=Induction(
                "the others",
                step=Symbolic(WHOLE * terms(R, S - R, 1 - S), WHOLE),
            ),
            change="in R' - R with probability s",
            twin=Induction(
                "the others",
                step=Symbolic(WHOLE * terms(R, S, 1 - S), WHOLE),
            ),
        ),
        Step(
            name="independent",
            premises=("difference",),
            conclusion=THEOREM.statement,
            certificate=Cited(
                "equality: for independent tokens H(X_i | X_R) = H(X_i) whatever R",
                "Cover and Thomas, Theorem 2.6.5",
                _bits,
                _same_whatever_is_known,
                count=200,
            ),
            change="the last bit a copy of the first",
            twin=Cited(
                "the same for a copy",
                "none: false",
                lambda source: Bits(_bits(source).chances, True),
                _same_whatever_is_known,
                count=200,
            ),
        ),
    ),
)
