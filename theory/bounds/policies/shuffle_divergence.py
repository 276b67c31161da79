"""The shuffle task of ParallelBench in one step: its cost grows linearly.

All n! orders are equally likely and each token is uniform over the n items: under the product of
the marginals an order has probability n^-n instead of 1/n!.
"""

import numpy as np
import sympy
from scipy.special import gammaln

from theory.bounds.policies.deterministic_answer import ITEMS, LIST, TASKS, Answers
from theory.bounds.theorem import Theorem

theorem = Theorem[Answers](
    id="shuffle",
    title="Shuffling a list in one step (our statement)",
    statement=(
        "Our statement of the task: the answer to a prompt is its list of n >= 2 distinct items in "
        "a uniformly random order. The exact denoiser in one step has KL(q || p) = "
        "n log2 n - log2 n! bits, which is n log2 e - (1/2) log2(2 pi n) + O(1/n); its answer is "
        "right with probability n!/n^n."
    ),
    kind="identity",
    source=TASKS,
    takes=(LIST,),
    expression=(ITEMS * sympy.log(ITEMS) - sympy.log(sympy.factorial(ITEMS))) / sympy.log(2),
    formula=lambda items: (items * np.log(items) - gammaln(items + 1)) / np.log(2),
    parameters=lambda case: {"items": case.items},
    exact=lambda case: case.one_step_divergence_bits,
)
