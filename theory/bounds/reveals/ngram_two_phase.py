"""n-grams under a first step of eps and N - 1 equal ones (D2, with a smaller constant).

With m = n - 1, per token, exact denoiser:

- First step. It draws a share eps of the tokens from their marginals; given the S_1 drawn,
  TC(X_(S_1)) <= |S_1| log V, eps log V per token.
- A later step, r known before it and a drawn. m known tokens in a row separate an n-gram into parts
  that are independent given what is known. A part with b drawn tokens costs at most (b - 1) log V
  (`several_tokens`), b - 1 the drawn tokens that have another drawn one before them in their part.
  Going back from a drawn token until m known ones in a row, one meets r^-m - 1 others in the mean
  (each attempt at a row succeeds with probability r^m and each failure is one token), fewer where
  the sequence begins, each of them drawn with probability a / (1 - r). So a step costs per token at
  most a * a / (1 - r) * (r^-m - 1) log V <= a^2 m r^-m log V, as
  (r^-m - 1) / (1 - r) = r^-m (1 + r + .. + r^(m-1)).
- All N - 1 of them with a = (1 - eps) / (N - 1) and r >= eps:
  m (1 - eps)^2 / (eps^m (N - 1)) log V.

There is no term in 1 / L, and eps_learning per token comes from `path_decomposition`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy

from synthetic.denoisers import Denoiser
from synthetic.languages import NGram
from synthetic.sampling import Bernoulli, two_phase
from theory.bounds.cases import Generated, stated_learning_error
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

FIRST = sympy.Symbol("first", positive=True)
STEPS = nonnegative("steps", integer=True)
CONTEXT = nonnegative("context", integer=True)
VOCABULARY = sympy.Symbol("vocabulary", positive=True, integer=True)
LEARNING = nonnegative("learning")

TAKES = (
    Parameter(FIRST, "eps, the first reveal probability", np.nextafter(0, 1), 1),
    Parameter(STEPS, "steps, N", 2, np.inf, whole=True),
    Parameter(CONTEXT, "m = n - 1", 1, np.inf, whole=True),
    Parameter(VOCABULARY, "symbols, V", 1, np.inf, whole=True),
    Parameter(LEARNING, "eps_learning in nats", 0, np.inf),
)


@dataclass(frozen=True)
class TwoPhase:
    """An n-gram under the schedule a_1 = `first`, the rest uniform over `steps` - 1 steps."""

    language: NGram
    length: int
    steps: int
    first: float
    denoiser: Denoiser | None = None

    @cached_property
    def generated(self) -> Generated:
        """The same with its schedule."""
        strategy = Bernoulli(two_phase(self.steps, self.first))
        return Generated(self.language, self.length, strategy, self.denoiser)

    @property
    def context(self) -> int:
        """m = n - 1."""
        return self.language.order - 1

    @property
    def learning(self) -> float:
        """eps_learning in nats."""
        return stated_learning_error(self.denoiser)

    @property
    def token_error_gap(self) -> float:
        """log TER(p) - log TER(q) = KL(q || p) / L in nats per token."""
        return self.generated.divergence / self.length


def two_phase_parameters(case: TwoPhase) -> dict[str, float]:
    """The parameters of `TAKES` by name."""
    return {
        "first": case.first,
        "steps": case.steps,
        "context": case.context,
        "vocabulary": case.language.vocab_size,
        "learning": case.learning,
    }


theorem = Theorem[TwoPhase](
    id="ngram-two-phase",
    title="n-grams under the two-phase schedule",
    statement=(
        "For every n-gram language over V symbols, m = n - 1, every length, every eps in (0, 1] "
        "and N >= 2 steps of Bernoulli reveal with a_1 = eps and the rest uniform, a denoiser with "
        "learning error at most eps_learning has log TER(p) - log TER(q) = KL(q || p) / L at most "
        "eps_learning + (eps + m (1 - eps)^2 / (eps^m (N - 1))) log V nats per token. The "
        "universal bound eps_learning + (eps + (1 - eps) / (N - 1)) log V of the same schedule is "
        "smaller wherever m (1 - eps) >= eps^m."
    ),
    kind="upper",
    source=Source("ours", "known rows of n - 1 tokens separate", "ours"),
    takes=TAKES,
    expression=LEARNING
    + (FIRST + CONTEXT * (1 - FIRST) ** 2 / (FIRST**CONTEXT * (STEPS - 1))) * sympy.log(VOCABULARY),
    formula=lambda first, steps, context, vocabulary, learning: (
        learning
        + (first + context * (1 - first) ** 2 / (first**context * (steps - 1))) * np.log(vocabulary)
    ),
    parameters=two_phase_parameters,
    exact=lambda case: case.token_error_gap,
)
