"""The replace-random task of ParallelBench in one step: its cost tends to log2 e bits.

All n answers are equally likely, and each token is the new item with probability 1/n. An answer has
probability (1/n) (1 - 1/n)^(n-1) under the product of the marginals instead of 1/n, so that
KL(q || p) = -(n-1) log2(1 - 1/n), the same for every answer, and an answer is right with
probability (1 - 1/n)^(n-1) -> 1/e.
"""

import numpy as np
import sympy

from theory.bounds.policies.deterministic_answer import ITEMS, LIST, TASKS, Answers
from theory.bounds.theorem import Theorem

theorem = Theorem[Answers](
    id="replace-random",
    title="Replacing a random item in one step (our statement)",
    statement=(
        "Our statement of the task: the answer to a prompt is its list of n >= 2 items with one, "
        "at a uniformly random place, replaced by a given new item. The exact denoiser in one step "
        "has KL(q || p) = (n-1) log2(n/(n-1)) bits, which grows to log2 e = 1.4427 bits; its "
        "answer is right with probability (1 - 1/n)^(n-1), which falls to 1/e."
    ),
    kind="identity",
    source=TASKS,
    takes=(LIST,),
    expression=(ITEMS - 1) * sympy.log(ITEMS / (ITEMS - 1)) / sympy.log(2),
    formula=lambda items: -(items - 1) * np.log1p(-1 / items) / np.log(2),
    parameters=lambda case: {"items": case.items},
    exact=lambda case: case.one_step_divergence_bits,
)
