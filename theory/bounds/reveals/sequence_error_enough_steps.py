"""Theorem 4.3 of 2502.09622, our statement, with constants: N >= 2 L log V / delta steps (D3).

`sequence_error_any_schedule` with a_k = 1/N: L log V / N <= delta / 2 and L eps_learning <= delta/2
leave SER <= 1 - exp(-delta) <= delta.
"""

import math
from dataclasses import dataclass

import numpy as np
import sympy

from synthetic.denoisers import Oracle, Perturbed
from synthetic.denoisers.perturbed import ErrorDirection
from synthetic.languages import Language
from synthetic.sampling import Bernoulli, linear
from theory.bounds.cases import Generated
from theory.bounds.reveals.path_decomposition import LEARNING, LENGTH
from theory.bounds.reveals.sequence_error_any_schedule import VOCABULARY
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

DELTA = sympy.Symbol("delta", positive=True)
STEPS = nonnegative("steps", integer=True)


@dataclass(frozen=True)
class ErrorTarget:
    """A language at a length and delta, with the fewest steps and the largest learning error."""

    language: Language
    length: int
    delta: float
    kind: ErrorDirection = "uniform"

    @property
    def steps(self) -> int:
        """N = ceil(2 L log V / delta), at least 1."""
        least = 2 * self.length * np.log(self.language.vocab_size) / self.delta
        return max(1, math.ceil(least))

    @property
    def learning(self) -> float:
        """eps_learning = delta / (2 L) in nats, 0 for one symbol, which cannot be mistaken."""
        return self.delta / (2 * self.length) if self.language.vocab_size > 1 else 0.0

    @property
    def sequence_error_rate(self) -> float:
        """SER, exact."""
        denoiser = Perturbed(Oracle(self.language), self.learning, self.kind)
        strategy = Bernoulli(linear(self.steps))
        return Generated(self.language, self.length, strategy, denoiser).sequence_error_rate


def _domain(
    delta: object, length: object, vocabulary: object, steps: object, learning: object
) -> str | None:
    half, tokens = np.asarray(delta) / 2, np.asarray(length)
    least = 2 * tokens * np.log(np.asarray(vocabulary)) / np.asarray(delta)
    # products and quotients of the same numbers differ in their last digits
    if not (np.asarray(steps) >= least * (1 - 1e-14)).all():
        return "N >= 2 L log V / delta steps: use sequence-error-any-schedule"
    if not (np.asarray(learning) * tokens <= half * (1 + 1e-14)).all():
        return "eps_learning <= delta / (2 L): use sequence-error-any-schedule"
    return None


theorem = Theorem[ErrorTarget](
    id="sequence-error-enough-steps",
    title="Theorem 4.3 with constants (our statement)",
    statement=(
        "Our statement of Theorem 4.3, for every language over V symbols and not only for HMMs: at "
        "length L, with eps_learning <= delta / (2 L) nats and N >= 2 L log V / delta uniform "
        "steps of Bernoulli reveal, SER is at most 1 - exp(-delta), hence at most delta. The "
        "constants are ours; the schedule must let max_k a_k fall."
    ),
    kind="upper",
    source=Source("2502.09622", "Theorem 4.3", "recalled"),
    takes=(
        Parameter(DELTA, "delta, the error aimed at", 0, np.inf, open=True),
        Parameter(LENGTH, "tokens, L", 1, np.inf, whole=True),
        Parameter(VOCABULARY, "symbols, V", 1, np.inf, whole=True),
        Parameter(STEPS, "uniform steps, N", 1, np.inf, whole=True),
        Parameter(LEARNING, "eps_learning in nats", 0, np.inf),
    ),
    expression=1 - sympy.exp(-DELTA),
    formula=lambda delta, length, vocabulary, steps, learning: (
        -np.expm1(-delta) + 0 * length * vocabulary * steps * learning
    ),
    domain=_domain,
    parameters=lambda case: {
        "delta": case.delta,
        "length": case.length,
        "vocabulary": case.language.vocab_size,
        "steps": case.steps,
        "learning": case.learning,
    },
    exact=lambda case: case.sequence_error_rate,
)
