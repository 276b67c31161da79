"""Fixed-count reveal costs at most s_max - 1 times the rises of Z, which telescope to Z_L."""

import math
import random
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Induction, Symbolic, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.reveal_cost import BLOCK
from proofs_check.proofs.random_laws import BITS, ROUNDING, entropy, random_numbers
from proofs_check.proofs.reveals.sets_by_size import CHAIN_RULE, HAN, INFORMATION, KNOWN, UNITED
from proofs_check.proofs.stated import as_stated, stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["telescoped-sizes-bound"]
S, L = (sympy.Symbol(name, positive=True, integer=True) for name in ("s", "L"))
RISE, ABOVE, COST, GAP = sympy.symbols("D d T gap", nonnegative=True)
FIRST, NOW, MORE, LEFT, TOTAL = sympy.symbols("f_a f_m mu_m c I", nonnegative=True)
LAST, SO_FAR = sympy.symbols("Z_last R", nonnegative=True)
REPEATED = as_stated(THEOREM, L, L, L * sympy.Symbol("H_1", nonnegative=True))


class RepeatedSymbol(NamedTuple):
    """A law of one symbol that is repeated."""

    symbol: list[float]


def _repeated(source: random.Random) -> RepeatedSymbol:
    return RepeatedSymbol(random_numbers(source, source.randint(2, 5)))


def _tells(drawn: RepeatedSymbol, known: int = 1) -> bool:
    """I(X_i; others) = H(X_i) whatever number of others is known, from the joint law."""
    law = {(symbol,) * BITS: p for symbol, p in enumerate(drawn.symbol)}
    alone = -math.fsum(p * math.log(p) for p in drawn.symbol)
    told = alone + entropy(law, range(known)) - entropy(law, range(known + 1))
    return abs(told - alone) <= ROUNDING


UNIFORM_COST = Step(
    name="step-cost",
    premises=("block", "known", "information", "sizes"),
    conclusion=(
        "a step of s tokens after a others costs s f_a - (f_a + .. + f_(a+s-1)) = sum over its "
        "places j of Z_j - Z_first on average: its tokens see a uniform set of a others, and the "
        "entropy of what is known rises by g_(a+s) - g_a"
    ),
    # s places so far, of sum (s f_a - sum f); a further place m adds f_a - f_m = Z_(m+1) - Z_(a+1)
    certificate=Induction(
        "the tokens s",
        step=Symbolic((S + 1) * FIRST - (MORE + NOW), (S * FIRST - MORE) + (FIRST - NOW)),
    ),
    change="all s tokens but one see what is known",
    twin=Induction(
        "the tokens s",
        step=Symbolic(S * FIRST - (MORE + NOW), (S * FIRST - MORE) + (FIRST - NOW)),
    ),
)

# D: Z_last - Z_first of the step so far; T: the cost so far; the next place is higher by d
WITHIN = Step(
    name="within",
    premises=("step-cost", "han"),
    conclusion=(
        "a step of s tokens costs at most (s - 1) (Z_last - Z_first), as the excess (s - 1) D - T "
        "starts at zero and a further place that is d higher adds (s - 1) d >= 0 to it; a step of "
        "no token costs nothing"
    ),
    certificate=Induction(
        "the tokens s",
        step=Symbolic(
            S * (RISE + ABOVE) - (COST + RISE + ABOVE), (S - 1) * RISE - COST + (S - 1) * ABOVE
        ),
    ),
    change="(s - 2) instead of s - 1",
    twin=Induction(
        "the tokens s",
        base=Symbolic((S - 2).subs(S, 1) * RISE - 0, sympy.Integer(0)),
        step=Symbolic(
            (S - 1) * (RISE + ABOVE) - (COST + RISE + ABOVE),
            (S - 2) * RISE - COST + (S - 2) * ABOVE,
        ),
    ),
)

BETWEEN = Step(
    name="between",
    premises=("han", "information"),
    conclusion=(
        "the sum R of Z_last - Z_first over steps is at most Z_L - Z_1: Z_last - Z_1 - R is zero "
        "after the first step's first place, and grows by the gap to the next step's first place"
    ),
    certificate=Induction(
        "the steps",
        # the next step starts at Z_last + gap and ends at Z_last + gap + D
        step=Symbolic(terms(LAST + GAP + RISE, -(SO_FAR + RISE)), (LAST - SO_FAR) + GAP),
    ),
    change="a step's rise counted twice",
    twin=Induction(
        "the steps",
        step=Symbolic((LAST + GAP + RISE) - (SO_FAR + 2 * RISE), (LAST - SO_FAR) + GAP),
    ),
)

LEMMAS = (BLOCK, INFORMATION, CHAIN_RULE, UNITED, KNOWN, HAN, UNIFORM_COST, WITHIN, BETWEEN)
HYPOTHESES = {
    "places": "i is a uniform position, S a uniform set of others of a fixed size",
    "path": "the path-averaged divergence is E sum_k TC(X_(S_k) | X_(S_<k)), exact denoiser",
    "sizes": "step k draws a uniform set of s_k of the masked positions, whatever the symbols",
}

proof = Proof(
    theorem="telescoped-sizes-bound",
    hypotheses=HYPOTHESES,
    steps=(
        *LEMMAS,
        Step(
            name="repeated",
            premises=("information",),
            conclusion="for a repeated symbol Z_2 = .. = Z_L = H(X_1)",
            certificate=Cited(
                "H(X | X) = 0",
                "Cover and Thomas, Theorem 2.4.1",
                _repeated,
                lambda drawn: all(_tells(drawn, known) for known in range(1, BITS)),
            ),
            change="with nothing known as well",
            twin=Cited(
                "the same for Z_1",
                "none: false",
                _repeated,
                lambda drawn: all(_tells(drawn, known) for known in range(BITS)),
            ),
        ),
        Step(
            name="equality",
            premises=("repeated", "step-cost"),
            conclusion=(
                "a repeated symbol in one step costs (L - 1) H(X_1), which is the bound, as "
                "sum_i I(X_i; X_-i) = L H(X_1)"
            ),
            certificate=Symbolic(REPEATED, (L - 1) * sympy.Symbol("H_1", nonnegative=True)),
            change="sum_i I(X_i; X_-i) = H(X_1)",
            twin=Symbolic(REPEATED / L, (L - 1) * sympy.Symbol("H_1", nonnegative=True)),
        ),
        Step(
            name="bound",
            premises=("within", "between", "equality"),
            conclusion=THEOREM.statement,
            # s_max - c for a step's size, c >= 0, over all rises, which sum to Z_L - gap, Z_L = I/L
            certificate=Symbolic(
                stated(THEOREM, S + LEFT, L, TOTAL) - (S - 1) * (TOTAL / L - GAP),
                LEFT * TOTAL / L + (S - 1) * GAP,
            ),
            change="constant halved",
            twin=Symbolic(
                stated(THEOREM, S + LEFT, L, TOTAL) / 2 - (S - 1) * (TOTAL / L - GAP),
                LEFT * TOTAL / L + (S - 1) * GAP,
            ),
        ),
    ),
)
