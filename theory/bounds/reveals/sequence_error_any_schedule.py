"""SER of any language under any Bernoulli schedule, at a learning error: three bounds in a row.

SER <= 1 - exp(-KL) (`error_from_divergence`), KL <= path average + L eps_learning
(`path_decomposition`), path average <= L max_k a_k (f(0) - f(1)) <= L max_k a_k log V
(`universal_path_bound`).
"""

import numpy as np
import sympy

from theory.bounds.cases import Generated, stated_learning_error
from theory.bounds.reveals.path_decomposition import LEARNING, LENGTH
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

LARGEST = nonnegative("largest")
VOCABULARY = sympy.Symbol("vocabulary", positive=True, integer=True)

theorem = Theorem[Generated](
    id="sequence-error-any-schedule",
    title="SER of any language under any schedule",
    statement=(
        "For every language over V symbols, every length L, every schedule (a_1..a_N) of Bernoulli "
        "reveal and every denoiser with learning error at most eps_learning nats, SER is at most "
        "1 - exp(-L (max_k a_k log V + eps_learning)). So it vanishes, for every HMM, where "
        "max_k a_k -> 0 and L eps_learning -> 0; that N -> infinity alone is not enough shows a "
        "schedule that keeps a_1 = 1/2."
    ),
    kind="upper",
    source=Source("ours", "SER from KL, path decomposition, universal bound", "ours"),
    takes=(
        Parameter(LENGTH, "tokens, L", 1, np.inf, whole=True),
        Parameter(LARGEST, "max_k a_k", 0, 1),
        Parameter(VOCABULARY, "symbols, V", 1, np.inf, whole=True),
        Parameter(LEARNING, "eps_learning in nats", 0, np.inf),
    ),
    expression=1 - sympy.exp(-LENGTH * (LARGEST * sympy.log(VOCABULARY) + LEARNING)),
    formula=lambda length, largest, vocabulary, learning: (
        -np.expm1(-length * (largest * np.log(vocabulary) + learning))
    ),
    parameters=lambda case: {
        "length": case.length,
        "largest": max(case.schedule),
        "vocabulary": case.language.vocab_size,
        "learning": stated_learning_error(case.denoiser),
    },
    exact=lambda case: case.sequence_error_rate,
)
