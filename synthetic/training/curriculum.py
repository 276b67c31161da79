"""Little noise first: an order of presenting a loss, for rules that noise hides.

A token that follows from several others by a rule (a running sum, an addition with a carry) tells
nothing of the rule as long as one of the others is masked, and little as long as one may be wrong.
Under the whole loss from the first step such a rule can stay undiscovered for all of a training.
With few masks, or little noise, it shows at once, and is kept as they grow. The last part of a
training is on the whole loss, so that what is learned in the end is the same conditionals.
"""

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from synthetic.arguments import checked
from synthetic.noise import Noise
from synthetic.training.level_laws import ScaledLevels
from synthetic.training.noisy_objective import DenoisingCrossEntropy
from synthetic.training.objective import AnyOrder, Objective


@runtime_checkable
class Curriculum(Protocol):
    """An objective for each moment of a training."""

    @property
    def causal(self) -> bool:
        """Whether its objectives train a causal model."""
        ...

    def at(self, progress: float) -> Objective:
        """The objective when `progress` in [0, 1) of the updates is done."""
        ...


@checked
@dataclass(frozen=True)
class FewMasksFirst:
    """The any-order loss of up to a growing share of the positions masked.

    That share is `first` until `hold` of the updates is done, grows linearly until `full` of them
    is, and is 1 from then on. `first` is a share of the positions, `hold` and `full` are shares of
    the updates.
    """

    first: float
    hold: float = 0.25
    full: float = 0.7

    def __post_init__(self) -> None:
        if not 0 < self.first <= 1:
            raise ValueError(f"first is a share of the positions in (0, 1], got {self.first}")
        _check_shares(self.hold, self.full)

    @property
    def causal(self) -> bool:
        """Masks are for bidirectional models."""
        return False

    def at(self, progress: float) -> AnyOrder:
        """The objective when `progress` in [0, 1) of the updates is done."""
        return AnyOrder(largest_share=_grown(self.first, self.hold, self.full, progress))


@checked
@dataclass(frozen=True)
class LittleNoiseFirst:
    """A denoising cross-entropy at noise levels that grow.

    Its levels are drawn as those of `objective` and multiplied by a number that is `first` until
    `hold` of the updates is done, grows linearly until `full` of them is, and is 1 from then on.
    `first` is in (0, 1], `hold` and `full` are shares of the updates.
    """

    objective: DenoisingCrossEntropy
    first: float
    hold: float = 0.25
    full: float = 0.7

    def __post_init__(self) -> None:
        if not 0 < self.first <= 1:
            raise ValueError(f"first is a share of the noise levels in (0, 1], got {self.first}")
        _check_shares(self.hold, self.full)

    @property
    def causal(self) -> bool:
        """Noise is for bidirectional models."""
        return False

    @property
    def noise(self) -> Noise:
        """That of the objective."""
        return self.objective.noise

    def at(self, progress: float) -> DenoisingCrossEntropy:
        """The objective when `progress` in [0, 1) of the updates is done."""
        most = _grown(self.first, self.hold, self.full, progress)
        if most == 1:
            return self.objective
        return replace(self.objective, levels=ScaledLevels(self.objective.levels, most))


@dataclass(frozen=True)
class Constant:
    """The same objective all along."""

    objective: Objective

    @property
    def causal(self) -> bool:
        """That of the objective."""
        return self.objective.causal

    def at(self, progress: float) -> Objective:
        """The objective, whatever the progress."""
        return self.objective


def _check_shares(hold: float, full: float) -> None:
    if not 0 <= hold <= full <= 1:
        raise ValueError(
            f"hold and full are shares of the updates, 0 <= hold <= full <= 1, got {hold} and "
            f"{full}"
        )


def _grown(first: float, hold: float, full: float, progress: float) -> float:
    """`first` until `hold`, from there on linearly up to 1 at `full`."""
    if progress >= full:
        return 1.0
    if progress <= hold:
        return first
    return first + (1 - first) * (progress - hold) / (full - hold)
