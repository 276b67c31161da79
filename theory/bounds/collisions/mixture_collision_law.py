"""The collision law of a chain with two classes, or of period two: a mixture of exponentials.

Proof, for any number of classes and phases: docs/collision_law.md, theorem 4. The first step that
reveals anything reveals a Poisson number of tokens conditioned on at least one, which must agree on
class and phase.
"""

import numpy as np
import sympy

from theory.bounds.collisions.chain_collision_law import LENGTH_PER_STEP, RATIO, UniformChain
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative
from theory.laws import collision_curve

WEIGHT = nonnegative("weight")
FIRST = nonnegative("first")
SECOND = nonnegative("second")


def _parameters(case: UniformChain) -> dict[str, float]:
    curve = collision_curve(case.language)
    if len(curve.weights) != 2:
        raise ValueError(
            f"this form takes 2 classes or phases, got {len(curve.weights)}: use collision_curve"
        )
    return {
        "weight": curve.weights[0].value,
        "first": curve.constants[0].value,
        "second": curve.constants[1].value,
        "ratio": case.length / case.steps,
    }


theorem = Theorem[UniformChain](
    id="mixture-collision-law",
    title="Collision law for two classes or phases",
    statement=(
        "For every Markov chain, the exact denoiser and the uniform schedule of N steps of "
        "Bernoulli reveal: if L and N grow with r = L/N > 0 fixed, 1 - SER -> sum_k exp(-c_k r) "
        "(exp(r w_k) - 1) / (exp(r) - 1), over the pairs k of a closed class and a cyclic phase, "
        "w_k the probability that the chain ends up in it and c_k the collision constant inside "
        "the class. The function here is that of two: weights w and 1 - w, constants c_1 and c_2. "
        "The chain of period 2 on two states has c = 0, and at r = 1 an SER of 0.245 from its "
        "stationary law, 0.158 from (0.8, 0.2), 0 from one state."
    ),
    kind="asymptotic",
    source=Source("ours", "docs/collision_law.md, theorem 4", "ours"),
    takes=(
        Parameter(WEIGHT, "w, the probability of the first class or phase", 0, 1),
        Parameter(FIRST, "c_1, its collision constant", 0, np.inf),
        Parameter(SECOND, "c_2, that of the other", 0, np.inf),
        LENGTH_PER_STEP,
    ),
    expression=1
    - (
        sympy.exp(-FIRST * RATIO) * (sympy.exp(RATIO * WEIGHT) - 1)
        + sympy.exp(-SECOND * RATIO) * (sympy.exp(RATIO * (1 - WEIGHT)) - 1)
    )
    / (sympy.exp(RATIO) - 1),
    # times exp(-r) above and below, so that nothing overflows
    formula=lambda weight, first, second, ratio: (
        1
        - (
            np.exp(-ratio * (first + 1 - weight)) * np.expm1(-ratio * weight)
            + np.exp(-ratio * (second + weight)) * np.expm1(-ratio * (1 - weight))
        )
        / np.expm1(-ratio)
    ),
    parameters=_parameters,
    exact=lambda case: case.sequence_error_rate,
)
