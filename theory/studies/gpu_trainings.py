"""Trainings that take a GPU: languages that a small network in ten minutes of two cores does not
learn, and greater lengths.

`make gpu` runs them, and measures their models as the standard profile measures those of two cores.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from synthetic.experiments.kinds import (
    Architecture,
    Budget,
    NoisyTrainedError,
    NoisyTraining,
    TrainedError,
    Training,
)
from synthetic.experiments.unit import Unit, closure
from synthetic.languages import catalogue
from theory.studies.noise_grids import grid_at
from theory.studies.trainings import Group, trainings

if TYPE_CHECKING:
    from theory.studies.profiles import Profile

_SEQUENCES = 2**19  # read in epochs: drawing new ones costs a GPU more than training on them


def _on_gpu(steps: int, batch_size: int, learning_rate: float, first_masked: float = 1.0) -> Budget:
    return Budget(
        steps=steps,
        batch_size=batch_size,
        learning_rate=learning_rate,
        unique_sequences=_SEQUENCES,
        first_masked=first_masked,
        precision="bfloat16",
        compiled=True,
    )


_LARGER = Architecture(width=128, depth=6, heads=4)
_AUTOREGRESSIVE = Budget(steps=2000, batch_size=128, learning_rate=1e-2)
_SMALL = Architecture(width=64, depth=4, heads=4)
LEARNED_ON_GPU = (
    Group(
        languages=("ngram3-v8", "hmm32-v8"),
        length=64,
        diffusion=_on_gpu(6000, 512, 3e-3),
        autoregressive=_AUTOREGRESSIVE,
        architecture=_LARGER,
        samples=200,
    ),
    Group(
        languages=("ngram4-v8",),
        length=64,
        diffusion=_on_gpu(5500, 512, 3e-3, first_masked=0.3),
        autoregressive=_AUTOREGRESSIVE,
        architecture=Architecture(width=192, depth=8, heads=6),
        samples=64,
    ),
)

# what the standard profile learns further on two cores, from exact targets
SUMS = Group(
    languages=("running-sum-8",),
    length=64,
    diffusion=_on_gpu(1500, 128, 2e-3),
    autoregressive=Budget(steps=200, batch_size=128, learning_rate=5e-3),
    start=Group(
        languages=("running-sum-8",),
        length=12,
        diffusion=Budget(steps=4000, batch_size=512, learning_rate=5e-3, first_masked=0.1),
        autoregressive=Budget(steps=600, batch_size=512, learning_rate=1e-2),
    ),
)


def gpu_units(profile: Profile) -> tuple[Unit, ...]:
    """Every training that takes a GPU and what is measured of its model, longest first."""
    profile = replace(profile, groups=LEARNED_ON_GPU)
    pairs = [pair for group in profile.groups for pair in profile.trainings(group)]
    measured = [unit for pair in pairs for unit in profile.trained_units(*pair)]
    units = closure([*measured, *long_units()])
    return tuple(sorted(units, key=lambda unit: -unit.expected_seconds))


def long_units() -> Iterator[Unit]:
    """The 2-gram at lengths beyond the groups: masked, and under uniform noise beside it; running
    sums from drawn tokens."""
    budget = replace(_on_gpu(2000, 64, 3e-3), unique_sequences=2**17)
    for length, reveal, curve, samples in (
        (512, "bernoulli", (16, 64, 256), 48),
        (256, "fixed count", (16, 64, 256), 64),
    ):
        masked = Training(
            **catalogue.named("ngram2-v8"),
            length=length,
            causal=False,
            architecture=_LARGER,
            budget=budget,
        )
        for steps in curve:
            yield TrainedError(training=masked, reveal=reveal, steps=steps, samples=samples)
    for diffusion, autoregressive in trainings(SUMS, _SMALL):
        yield autoregressive
        for steps in (16, 64, 256):
            yield TrainedError(training=diffusion, reveal="bernoulli", steps=steps, samples=64)
    revisable = NoisyTraining(
        **catalogue.named("ngram2-v8"),
        length=256,
        noise="uniform",
        architecture=_LARGER,
        objective="leave-one-out",
        budget=replace(budget, steps=3000),
    )
    for steps in (8, 12, 16, 32):
        grid = grid_at("geometric", revisable.length)
        yield NoisyTrainedError(training=revisable, grid=grid, steps=steps, samples=200)
