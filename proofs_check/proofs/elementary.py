"""log y <= y - 1, from which the inequalities between powers and exponentials of proofs follow."""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Step

Y, S = sympy.symbols("y s", positive=True)


def _above_tangent(factor: int) -> Symbolic:
    """The integrand has the sign of s - 1, so its integral from 1 to y is not negative."""
    return Symbolic(sympy.Integral(1 - factor / S, (S, 1, Y)), Y - 1 - sympy.log(Y))


def logarithm_step(name: str, premises: tuple[str, ...], conclusion: str) -> Step:
    """What follows from log y <= y - 1, y > 0; the conclusion says at which y."""
    return Step(
        name=name,
        premises=premises,
        conclusion=f"{conclusion}; log y <= y - 1, as y - 1 - log y is int_1^y (1 - 1/s) ds >= 0",
        certificate=_above_tangent(1),
        change="1 - 2/s",
        twin=_above_tangent(2),
    )
