"""Blocks of equal odds ratios reach 2 (e - 1) C / N, C = (sum_k sqrt(S_k H_k))^2.

Block k has log odds ratio S_k and growth H_k. In n_k >= S_k steps of equal odds ratio it costs at
most (e^(S_k / n_k) - 1) H_k <= (e - 1) S_k H_k / n_k (`odds_ratio_step`; e^x - 1 <= (e - 1) x on
0..1 by convexity). Take n_k = ceil(max(S_k, (N / 2) sqrt(S_k H_k / C))): together at most
sum S_k + N / 2 + K <= N steps where N >= 2 (K + sum S_k), and at most (e - 1) C / (N / 2). With
2 (e - 1) = 3.44 and half the demand on N this is inside what 2608.13520 states, 4 C / N for
N >= 2 (K + 2 sum S_k).
"""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import sympy

from theory.bounds.curves.log_odds_step import log_odds_growth
from theory.bounds.curves.odds_ratio_schedule import log_odds
from theory.bounds.curves.total_correlation_sum import LanguageAtLength
from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

COMPLEXITY = nonnegative("complexity")
STEPS = sympy.Symbol("steps", positive=True, integer=True)
BLOCKS = sympy.Symbol("blocks", positive=True, integer=True)
SPAN = nonnegative("span")


@dataclass(frozen=True)
class OddsBlocks(LanguageAtLength):
    """Blocks between fractions t_0 < .. < t_K, revealed in at most `steps` steps."""

    ends: tuple[float, ...]
    steps: int

    @cached_property
    def spans(self) -> tuple[float, ...]:
        """S_1..S_K, the log odds ratios."""
        return tuple(log_odds(end) - log_odds(start) for start, end in pairwise(self.ends))

    @cached_property
    def roots(self) -> tuple[float, ...]:
        """sqrt(S_k H_k)."""
        return tuple(
            math.sqrt(span * log_odds_growth(self.curve, start, end))
            for span, (start, end) in zip(self.spans, pairwise(self.ends), strict=True)
        )

    @property
    def counts(self) -> tuple[int, ...]:
        """n_1..n_K, the steps of each block."""
        whole = math.fsum(self.roots)
        shares = [root / whole if whole else 0.0 for root in self.roots]
        return tuple(
            max(1, math.ceil(max(span, self.steps / 2 * share)))
            for span, share in zip(self.spans, shares, strict=True)
        )

    @property
    def cost(self) -> float:
        """E TC of all steps from t_0 to t_K, in nats per sequence, by enumeration."""
        if sum(self.counts) > self.steps:
            raise ValueError(f"blocks of {self.counts} steps do not fit into {self.steps}")
        odds = [
            np.linspace(log_odds(start), log_odds(end), count + 1)
            for count, (start, end) in zip(self.counts, pairwise(self.ends), strict=True)
        ]
        return math.fsum(
            self.entropies.reveal_cost(before, after)
            for block in odds
            for before, after in pairwise((1 / (1 + np.exp(-block))).tolist())
        )


def _domain(steps: object, blocks: object, span: object, **_: object) -> str | None:
    enough = np.asarray(steps) >= 2 * (np.asarray(blocks) + np.asarray(span))
    return None if enough.all() else "N >= 2 (K + log(psi(t_K) / psi(t_0))) steps"


theorem = Theorem[OddsBlocks](
    id="log-odds-blocks",
    title="Blocks of equal odds ratios",
    statement=(
        "For every language, every length, all fractions 0 < t_0 < .. < t_K < 1 and every "
        "N >= 2 (K + log(psi(t_K) / psi(t_0))), psi(t) = t / (1 - t), there are at most N steps of "
        "Bernoulli reveal from t_0 to t_K, of equal odds ratio within each block, whose expected "
        "total correlations add up to at most 2 (e - 1) C / N nats per sequence, "
        "C = (sum_k sqrt(S_k H_k))^2, S_k the log odds ratio of block k and H_k its growth "
        "int u (1 - u) h'(u) du. The constant is ours: it is below the source's 4 C / N, "
        "which asks for more steps."
    ),
    kind="upper",
    source=Source("2608.13520", "block schedules", "ours"),
    takes=(
        Parameter(COMPLEXITY, "C in nats", 0, np.inf),
        Parameter(STEPS, "steps, N", 1, np.inf, whole=True),
        Parameter(BLOCKS, "blocks, K", 1, np.inf, whole=True),
        Parameter(SPAN, "log(psi(t_K) / psi(t_0))", 0, np.inf),
    ),
    expression=2 * (sympy.E - 1) * COMPLEXITY / STEPS,
    formula=lambda complexity, steps, blocks, span: (
        2 * (math.e - 1) * complexity / steps + 0 * blocks * span
    ),
    domain=_domain,
    parameters=lambda case: {
        "complexity": math.fsum(case.roots) ** 2,
        "steps": case.steps,
        "blocks": len(case.spans),
        "span": math.fsum(case.spans),
    },
    exact=lambda case: case.cost,
)
