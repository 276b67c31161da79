"""Least entropy: a given number of positions a step, the most certain ones first."""

from dataclasses import dataclass

from torch import Tensor

from synthetic.arguments import checked
from synthetic.sampling.schedules import equal_sizes
from synthetic.sampling.strategies.named_strategy import NamedStrategy, one_step_a_position
from synthetic.sampling.strategies.prediction_order import SurestFirst, marginal_entropies


@checked
@dataclass(frozen=True, repr=False)
class LeastEntropy(SurestFirst):
    """Step k reveals the s_k masked positions whose predicted laws have the least entropy.

    On copy pairs of even length the undetermined positions tie and the first two of them are a
    pair: no error needs one of them a step at most, so L/2 + 1 steps, as with sizes
    (1, 2, .., 2, 1); half at once and then the rest, which makes no error when the halves are the
    right ones, puts pair after pair in the same step.
    """

    def doubt(self, log_probs: Tensor) -> Tensor:
        """Entropies in nats."""
        return marginal_entropies(log_probs)


named = (
    NamedStrategy(
        name="least entropy",
        build=lambda length, steps: LeastEntropy(equal_sizes(length, steps)),
        most_steps=one_step_a_position,
        one_by_one=True,
    ),
)
