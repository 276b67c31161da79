"""SER of the exact denoiser is at most the probability that two positions share a step.

Where all reveal steps differ, the positions are drawn one at a time in some order, each from its
true conditional law, and what comes out is a word. Under the uniform schedule the steps of the L
positions are independent and uniform on 1..N: the birthday problem.
"""

import numpy as np
import sympy
from numpy.typing import NDArray

from theory.bounds.cases import Generated
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

LENGTH = nonnegative("length", integer=True)
STEPS = nonnegative("steps", integer=True)
INDEX = sympy.Symbol("i", integer=True)
UNIFORM = 1e-12  # how far apart the entries of a uniform schedule may be
LONGEST = 2**16  # positions: the product takes as many numbers for each entry

POSITIONS = Parameter(LENGTH, "L, the length", 1, LONGEST, whole=True)
ROUNDS = Parameter(STEPS, "N, the number of steps", 1, np.inf, whole=True)


def log_of_distinct(last: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of prod_(i=1)^last (1 - i/N), broadcast; minus infinity from last = N on.

    With last = L - 1, the probability that L independent uniform steps differ. Memory: max(last)
    numbers for each entry.
    """
    last, steps = np.broadcast_arrays(last, steps)
    index = np.arange(1, int(last.max(initial=0)) + 1)
    counts = (index <= last[..., None]) & (index < steps[..., None])
    logs = np.log1p(-np.where(counts, index / steps[..., None], 0.0))
    return np.where(last >= steps, -np.inf, np.asarray(logs.sum(axis=-1)))


def uniform_steps(case: Generated) -> dict[str, float]:
    """length and steps of the exact denoiser under the uniform schedule, or a one-line error."""
    schedule = case.schedule
    if max(schedule) - min(schedule) > UNIFORM:
        raise ValueError(f"this theorem is about the uniform schedule, got {schedule}: use linear")
    if case.denoiser is not None:
        raise TypeError("this theorem is about the exact denoiser, got another one")
    return {"length": case.length, "steps": len(schedule)}


theorem = Theorem[Generated](
    id="error-from-shared-steps",
    title="SER is at most the chance that two positions share a step",
    statement=(
        "For every language, every length L and the uniform schedule of N steps of Bernoulli "
        "reveal, the exact denoiser has SER <= 1 - prod_(i=1)^(L-1) (1 - i/N), the probability "
        "that two positions share a step, which is at most L(L-1)/(2N)."
    ),
    kind="upper",
    source=Source("ours", "chain rule where all steps differ", "ours"),
    takes=(POSITIONS, ROUNDS),
    expression=1 - sympy.Product(1 - INDEX / STEPS, (INDEX, 1, LENGTH - 1)),
    formula=lambda length, steps: -np.expm1(log_of_distinct(length - 1, steps)),
    parameters=uniform_steps,
    exact=lambda case: case.sequence_error_rate,
)
