"""Entropy-bounded reveal: as many positions a step as a bound on their dependence allows."""

import sys
from dataclasses import dataclass, replace

from torch import Tensor

from synthetic.arguments import check_number, checked
from synthetic.sampling.strategies.named_strategy import NamedStrategy, one_step_a_position
from synthetic.sampling.strategies.prediction_order import PredictionOrder, marginal_entropies


@checked
@dataclass(frozen=True, repr=False)
class EntropyBounded(PredictionOrder):
    """Reveals the longest run of ascending entropies whose sum without its largest is <= gamma.

    gamma in nats; at least one position, so at most L steps; ties to the lowest index. The joint
    entropy of a set U is at least the largest marginal one, so with the exact denoiser the total
    correlation TC(U) <= sum of entropies - largest <= gamma given all that is revealed (up to
    |U| 2^-31 nats, since entropies are rounded), and by the chain rule the Kullback-Leibler
    divergence of the generated law from the language is at most gamma times the mean number of
    steps on words of the language.
    """

    gamma: float

    def __post_init__(self) -> None:
        gamma = check_number("gamma", self.gamma, 0, sys.float_info.max, allowed=">= 0, in nats")
        object.__setattr__(self, "gamma", gamma)

    def steps(self, tokens: Tensor) -> int:
        """L: each step reveals at least one position."""
        return tokens.shape[1]

    def doubt(self, log_probs: Tensor) -> Tensor:
        """Entropies in nats."""
        return marginal_entropies(log_probs)

    def take(self, doubts: Tensor, step: int) -> Tensor:
        """The most whose sum without the last is within gamma; the sums ascend with the number."""
        left = doubts.isfinite()
        finite = doubts.masked_fill(~left, 0.0)
        return (left & (finite.cumsum(dim=1) - finite <= self.gamma)).sum(dim=1)


def _bounded(gamma: float) -> NamedStrategy:
    """The strategy of `entropy bounded:gamma`; it takes as many steps as it needs."""
    strategy = EntropyBounded(gamma)
    return NamedStrategy(
        name=f"entropy bounded:{gamma:g}",
        build=lambda length, steps: strategy,
        most_steps=one_step_a_position,
        takes_steps=False,
        with_parameter=_bounded,
    )


named = (replace(_bounded(0.1), name="entropy bounded"),)
