"""How a model is trained: everything but the language, the model and the objective."""

import math
from dataclasses import dataclass
from typing import Protocol

from synthetic.arguments import check_integer, check_method, checked


class Schedule(Protocol):
    """A learning rate, as a share of its peak, after the warm-up."""

    def factor(self, progress: float) -> float:
        """The share of the peak when `progress` in [0, 1) of the steps is done."""
        ...


@checked
@dataclass(frozen=True)
class Cosine:
    """Half a cosine from the peak down to `final` times the peak."""

    final: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.final <= 1:
            raise ValueError(f"final is a share in [0, 1], got {self.final}")

    def factor(self, progress: float) -> float:
        """The share of the peak when `progress` in [0, 1) of the steps is done."""
        return self.final + (1 - self.final) * (1 + math.cos(math.pi * progress)) / 2


@checked
@dataclass(frozen=True)
class WarmupStableDecay:
    """The peak until the last `decay` share of the steps, then linearly down to zero."""

    decay: float = 0.2

    def __post_init__(self) -> None:
        if not 0 < self.decay <= 1:
            raise ValueError(f"decay is a share in (0, 1], got {self.decay}")

    def factor(self, progress: float) -> float:
        """The share of the peak when `progress` in [0, 1) of the steps is done."""
        return min(1.0, (1 - progress) / self.decay)


@checked
@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Budget and optimiser of a run; together with the rest it fixes every weight on one machine.

    steps, batch_size: updates, and sequences in each.
    learning_rate: peak of AdamW's learning rate, reached linearly over `warmup_steps` and then
        following `schedule`.
    weight_decay: decoupled, on every weight.
    gradient_clip: largest norm of a gradient; None for no limit.
    seed: of the initial weights, the data and the masks.
    average_decay: decay of the exponential moving average of the weights, which is then what is
        evaluated and returned; None for no average.
    autocast: products in bfloat16, weights and optimiser in float32.
    compile: run the model through torch.compile (needs a C++ compiler; pays off on long runs).
    checkpoint_every: steps between checkpoints, where a directory is given; changes no number.
    """

    steps: int
    batch_size: int
    learning_rate: float
    warmup_steps: int = 100
    schedule: Schedule = Cosine()
    weight_decay: float = 0.0
    gradient_clip: float | None = 1.0
    seed: int = 0
    average_decay: float | None = None
    autocast: bool = False
    compile: bool = False
    checkpoint_every: int = 500

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "checkpoint_every"):
            object.__setattr__(self, name, check_integer(name, getattr(self, name)))
        for name in ("warmup_steps", "seed"):
            object.__setattr__(self, name, check_integer(name, getattr(self, name), least=0))
        check_method("schedule", self.schedule, "factor", "Cosine()")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"learning_rate is finite and > 0, got {self.learning_rate}")
        if not 0 <= self.weight_decay < math.inf:
            raise ValueError(f"weight_decay is finite and >= 0, got {self.weight_decay}")
        if self.gradient_clip is not None and not self.gradient_clip > 0:
            raise ValueError(f"gradient_clip is > 0 or None, got {self.gradient_clip}")
        if self.average_decay is not None and not 0 <= self.average_decay < 1:
            raise ValueError(f"average_decay is in [0, 1) or None, got {self.average_decay}")

    def learning_rate_at(self, step: int) -> float:
        """The learning rate of update `step` (0 first): a function of the step alone."""
        warmup = min(1.0, (step + 1) / (self.warmup_steps + 1))
        after = max(0, step - self.warmup_steps) / max(1, self.steps - self.warmup_steps)
        return self.learning_rate * warmup * self.schedule.factor(after)
