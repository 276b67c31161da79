"""A step on a copy pair under uniform noise, in symbols and in balls: what two proofs share.

Noise eta falls to rho eta; v = 1/V. A clean symbol is drawn from the posterior, then a token at the
lower level given it and the present one: the kernel of ancestral sampling (predicted-token form).
"""

from typing import Any

import sympy

from proofs_check.certificates import Symbolic, factors, terms
from proofs_check.proof import Step

ETA, RHO = sympy.symbols("eta rho", positive=True)
SHARE = sympy.Symbol("v", positive=True)  # 1/V
LOWER = RHO * ETA
KEPT = (1 - ETA) / (1 - LOWER)  # r
SAME, OTHER = 1 - ETA + ETA * SHARE, ETA * SHARE  # l(y | x) at x = y and elsewhere
HYPOTHESES = {
    "language": "copy pairs: x_(2j) = x_(2j-1), the odd tokens independent and uniform",
    "noise": "at level eta a token is the clean one with probability 1 - eta, else uniform",
    "ancestral": (
        "a clean token is drawn from the exact posterior for each position by itself, and then the "
        "token at the next level given it and the present one, from q(z | y, x) = q(y | z) q(z | x)"
        " / l(y | x)"
    ),
}


def given(new_is_old: bool, new_is_clean: bool, old_is_clean: bool) -> sympy.Expr:
    """q(z | y, x) by which of the three symbols agree."""
    back = KEPT * int(new_is_old) + (1 - KEPT) * SHARE
    forth = (1 - LOWER) * int(new_is_clean) + LOWER * SHARE
    return factors(back, forth, 1 / (SAME if old_is_clean else OTHER))


WHOLE = 2 * SAME + (1 / SHARE - 2) * OTHER
OF_TWO, OF_REST = SAME / WHOLE, OTHER / WHOLE  # posterior of an unequal pair: its symbols, others
# the first of an unequal pair stays, becomes the other one's, becomes a third symbol
STAYS = terms(
    factors(OF_TWO, given(True, True, True)),
    factors(OF_TWO, given(True, False, False)),
    factors(1 / SHARE - 2, OF_REST, given(True, False, False)),
)
JOINS = terms(
    factors(OF_TWO, given(False, False, True)),
    factors(OF_TWO, given(False, True, False)),
    factors(1 / SHARE - 2, OF_REST, given(False, False, False)),
)
LEAVES = terms(
    factors(OF_TWO, given(False, False, True)),
    factors(OF_TWO, given(False, False, False)),
    factors(OF_REST, given(False, True, False)),
    factors(1 / SHARE - 3, OF_REST, given(False, False, False)),
)


def pair_step(eta: Any, share: Any, rho: Any) -> tuple[Any, Any, Any]:
    """s, t and G in closed form, for numbers, balls and symbols alike.

    An unequal pair stays at its symbol with chance s and takes the other one's with t; a token of
    an equal pair leaves it with chance eta^2 G. Nothing is divided by eta or v.
    """
    lower = rho * eta
    same, likely = 1 - eta + eta * share, 1 - lower + lower * share
    falls = (1 - rho) / (1 - lower)  # (1 - r) / eta
    kept = (1 - eta) / (1 - lower) + falls * eta * share
    of_two = same / (2 - eta)
    stays = kept * (likely / (2 - eta) + (1 - of_two) * rho)
    joins = falls * (of_two * likely + eta**2 * share * rho * ((1 - 2 * share) + share) / (2 - eta))
    total = same**2 + (1 - share) * share * eta**2
    leaves = (1 - share) * share * (same * falls * rho + 1 - kept * rho) / total
    return stays, joins, leaves


def kernel_step(index: int, name: str, conclusion: str, change: str) -> Step:
    """The mixture over clean symbols against one of the closed forms, or against another one."""
    closed = pair_step(ETA, SHARE, RHO)
    mixed = (STAYS, JOINS)[index]
    return Step(
        name=name,
        premises=("language", "noise", "ancestral"),
        conclusion=conclusion,
        certificate=Symbolic(mixed, closed[index]),
        change=change,
        twin=Symbolic(mixed, closed[1 - index]),
    )
