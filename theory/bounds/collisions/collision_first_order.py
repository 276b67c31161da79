"""The collision law at a fixed length, with its remainder: an upper bound for every N.

Under the uniform schedule let A_0, A_1, A_2 be the events that all steps differ, that exactly one
pair of positions shares a step and the others have steps of their own, and the rest. On A_0 the
law is q. Given A_1 the pair is uniform, and so are the number of positions revealed before it and
their set, so that the error is the mean of D(i, j | x_R) in docs/collision_law.md, section 1, which
is 2 c_L / (L - 1). Hence exactly

    SER = c_L (L/N) prod_(i=1)^(L-2) (1 - i/N) + P(A_2) e,   0 <= e <= 1,

as P(A_1) = L(L-1)/(2N) prod_(i=1)^(L-2) (1 - i/N). On A_2 three positions share a step or two
disjoint pairs do: P(A_2) <= (C(L,3) + 3 C(L,4)) / N^2 = L(L-1)(L-2)(3L-5) / (24 N^2).
"""

import numpy as np

from theory.bounds.cases import Generated
from theory.bounds.collisions.error_from_shared_steps import (
    LENGTH,
    LONGEST,
    ROUNDS,
    STEPS,
    uniform_steps,
)
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.laws import finite_collision_constant

CONSTANT = nonnegative("constant")
FROM_TWO = Parameter(LENGTH, "L, the length", 2, LONGEST, whole=True)
FINITE = Parameter(CONSTANT, "c_L, the collision constant at this length", 0, np.inf)


def first_order_parameters(case: Generated) -> dict[str, float]:
    """length, steps and c_L by enumeration."""
    uniform = uniform_steps(case)
    return {
        **uniform,
        "constant": finite_collision_constant(case.language, length=case.length).value,
    }


theorem = Theorem[Generated](
    id="collision-first-order",
    title="Collision law at a fixed length, upper bound",
    statement=(
        "For every language with words of length L >= 2 and the uniform schedule of N >= 1 steps "
        "of Bernoulli reveal, the exact denoiser has SER <= c_L L/N + L(L-1)(L-2)(3L-5)/(24 N^2). "
        "Here c_L = ((L-1)/2) E D(i, j | x_R), over a uniform pair i, j, a uniform set R of "
        "uniform size 0..L-2 of the other positions and x ~ q, of the probability that independent "
        "draws at i and j from their posteriors given x_R cannot occur together with it. Equality "
        "at L = 2."
    ),
    kind="tight",
    source=Source("ours", "one shared step and the rest", "ours"),
    takes=(FROM_TWO, ROUNDS, FINITE),
    expression=CONSTANT * LENGTH / STEPS
    + LENGTH * (LENGTH - 1) * (LENGTH - 2) * (3 * LENGTH - 5) / (24 * STEPS**2),
    formula=lambda length, steps, constant: (
        constant * length / steps
        + length * (length - 1) * (length - 2) * (3 * length - 5) / (24 * steps**2)
    ),
    parameters=first_order_parameters,
    exact=lambda case: case.sequence_error_rate,
)
