"""The smallest training that leaves a model: what tests of units train."""

from synthetic.experiments.kinds import Architecture, Budget, Training
from synthetic.languages import catalogue


def small_training(
    name: str, *, causal: bool = False, steps: int = 3, batch_size: int = 8
) -> Training:
    """A model of width 16 and depth 1 on sequences of eight tokens of a catalogue language."""
    return Training(
        **catalogue.named(name),
        length=8,
        causal=causal,
        architecture=Architecture(width=16, depth=1, heads=2),
        budget=Budget(steps=steps, batch_size=batch_size, learning_rate=1e-3),
    )
