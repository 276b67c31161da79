"""Top-k by confidence: a given number of positions a step, the most probable guesses first."""

from dataclasses import dataclass

from torch import Tensor

from synthetic.sampling.schedules import equal_sizes
from synthetic.sampling.strategies.named_strategy import NamedStrategy, one_step_a_position
from synthetic.sampling.strategies.prediction_order import SurestFirst, rounded


@dataclass(frozen=True, repr=False)
class MostConfident(SurestFirst):
    """Step k reveals the s_k masked positions whose most probable symbol is the most probable."""

    def doubt(self, log_probs: Tensor) -> Tensor:
        """One minus the largest probability."""
        return rounded(1 - log_probs.double().exp().amax(-1))


named = (
    NamedStrategy(
        name="most confident",
        build=lambda length, steps: MostConfident(equal_sizes(length, steps)),
        most_steps=one_step_a_position,
        one_by_one=True,
    ),
)
