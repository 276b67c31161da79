"""Few masks first: an order of presenting the any-order loss, for rules that masks hide.

A token that follows from several others by a rule (a running sum, an addition with a carry) tells
nothing of the rule as long as one of the others is masked. Under the any-order loss from the first
step such a rule can stay undiscovered for all of a training. With few masks it shows at once, and
is kept as their number grows. The last part of a training is on the any-order loss itself, so that
what is learned in the end is the same conditionals.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from synthetic.arguments import checked
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
        if not 0 <= self.hold <= self.full <= 1:
            raise ValueError(
                f"hold and full are shares of the updates, 0 <= hold <= full <= 1, got {self.hold} "
                f"and {self.full}"
            )

    @property
    def causal(self) -> bool:
        """Masks are for bidirectional models."""
        return False

    def at(self, progress: float) -> AnyOrder:
        """The objective when `progress` in [0, 1) of the updates is done."""
        if progress >= self.full:
            return AnyOrder()
        if progress <= self.hold:
            return AnyOrder(largest_share=self.first)
        grown = (progress - self.hold) / (self.full - self.hold)
        return AnyOrder(largest_share=self.first + (1 - self.first) * grown)


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
