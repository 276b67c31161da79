"""What a profile would cost on a GPU: operations of its networks by formula, and hours from them.

Only networks are counted: training takes three times a forward pass (forward, and backward at twice
that), a sample as many passes as its strategy expects to call, a path bound as many again. Exact
posteriors run in float64 and are no matter of peak operations; their units are counted apart, in
the seconds that each expects of one processor core.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import singledispatch
from types import MappingProxyType

from synthetic.experiments import Unit, closure
from synthetic.experiments.kinds import (
    AutoregressiveError,
    LearningError,
    LimitedData,
    SamplingSeconds,
    TrainedError,
    TrainedReasoning,
    Training,
)
from synthetic.experiments.kinds.measurement import IMPORTANCE_PATHS, IMPORTANCE_SHARE
from synthetic.experiments.kinds.sampling_seconds import ROUNDS
from synthetic.experiments.kinds.training import HELD_OUT
from synthetic.models import TransformerConfig, autoregressive_flops, forward_flops
from synthetic.sampling import Bernoulli, two_phase
from synthetic.sampling.named import build_strategy
from synthetic.sampling.strategies.strategy import CountedCalls
from synthetic.training.side_by_side import DECAY, WARMUP_STEPS
from theory.laws.cost import expected_evaluations
from theory.studies.kinds import TwoPhaseRate
from theory.studies.kinds.two_phase_rate import two_phase_steps
from theory.studies.trainings import loaded

BACKWARD = 2  # operations of a backward pass over those of a forward pass


@dataclass(frozen=True)
class Gpu:
    """A processor by its name, its peak in operations a second, and the share of it reached."""

    name: str
    peak: float
    share: float

    def hours(self, flops: float) -> float:
        """Hours for so many operations."""
        return flops / (self.peak * self.share) / 3600


# dense bfloat16 products, by the data sheet; the share is an assumption, to be measured
A100 = Gpu("A100 SXM, bfloat16", 312e12, 0.3)


@dataclass(frozen=True)
class KindCost:
    """All units of one kind: how many, operations of networks, seconds of one processor core where
    there are none, and seconds without a GPU."""

    kind: str
    units: int
    flops: float
    core_seconds: float
    seconds_without_gpu: float


def profile_cost(
    units: Iterable[Unit], pace: Mapping[str, float] = MappingProxyType({})
) -> list[KindCost]:
    """The cost of units and all they need, by kind, in the order in which they come.

    `pace` is measured over expected seconds of a kind, 1 where it is not known.
    """
    collected: dict[str, KindCost] = {}
    for unit in closure(units):
        before = collected.get(unit.kind, KindCost(unit.kind, 0, 0.0, 0.0, 0.0))
        flops = network_flops(unit)
        seconds = unit.expected_seconds * pace.get(unit.kind, 1.0)
        collected[unit.kind] = KindCost(
            unit.kind,
            before.units + 1,
            before.flops + flops,
            before.core_seconds + (0.0 if flops else seconds),
            before.seconds_without_gpu + seconds,
        )
    return list(collected.values())


@singledispatch
def network_flops(unit: Unit) -> float:
    """Operations of the networks that a unit runs, 0 for one that runs none."""
    return 0.0


@network_flops.register
def _(unit: Training) -> float:
    sequences = unit.budget.steps * unit.budget.batch_size
    return ((1 + BACKWARD) * sequences + 2 * HELD_OUT) * _forward(unit)


@network_flops.register
def _(unit: TrainedError) -> float:
    paths = 2 + IMPORTANCE_PATHS / IMPORTANCE_SHARE  # samples, a path each, some of a few
    return (
        paths
        * unit.samples
        * _calls(unit.reveal, unit.training.length, unit.steps)
        * _forward(unit.training)
    )


@network_flops.register
def _(unit: AutoregressiveError) -> float:
    return unit.samples * (_cached(unit.training) + _forward(unit.training))


@network_flops.register
def _(unit: SamplingSeconds) -> float:
    calls = sum(_calls(reveal, unit.diffusion.length, steps) for reveal, steps in unit.curve)
    one_round = calls * _forward(unit.diffusion) + _cached(unit.autoregressive)
    return (ROUNDS + 1) * unit.samples * one_round


@network_flops.register
def _(unit: LearningError) -> float:
    return len(unit.counts) * unit.samples * _forward(unit.training)


@network_flops.register
def _(unit: TrainedReasoning) -> float:
    if unit.training.causal:
        return unit.samples * _cached(unit.training)
    calls = _calls(unit.reveal, unit.training.length, unit.steps)
    return unit.samples * calls * _forward(unit.training)


@network_flops.register
def _(unit: LimitedData) -> float:
    ends = [-(-epoch * unit.unique_sequences // unit.batch_size) for epoch in unit.epochs]
    updates = ends[-1] + sum(
        DECAY * max(0, end - WARMUP_STEPS) for end in ends
    )  # with the branches
    trained = len(unit.seeds) * unit.batch_size * updates
    rows = 1 if unit.objective == "next token" else unit.length  # of a sequence left to right
    read = 3 * unit.contexts  # in the stable phase, annealed, and as endings to choose from
    if not unit.fresh:
        read += unit.unique_sequences
    measured = len(unit.seeds) * len(unit.epochs) * rows * read
    symbols = loaded(unit.language).vocab_size
    config = unit.architecture.config(symbols, unit.length, causal=rows == 1)
    return ((1 + BACKWARD) * trained + measured) * forward_flops(config, length=unit.length)


@network_flops.register
def _(unit: TwoPhaseRate) -> float:
    if unit.training is None:
        return 0.0
    schedule = two_phase(two_phase_steps(unit.order, unit.epsilon), unit.epsilon)
    calls = expected_evaluations(Bernoulli(schedule), unit.length)
    return unit.samples * calls * _forward(unit.training)


def _calls(reveal: str, length: int, steps: int) -> float:
    """Expected calls, and where they depend on the tokens as many as there can be: L."""
    strategy = build_strategy(reveal, length, steps)
    counted = isinstance(strategy, CountedCalls)
    return expected_evaluations(strategy, length) if counted else float(length)


def _forward(training: Training) -> float:
    return float(forward_flops(_config(training), length=training.length))


def _cached(training: Training) -> float:
    return float(autoregressive_flops(_config(training), length=training.length))


def _config(training: Training) -> TransformerConfig:
    symbols = loaded(training.language).vocab_size
    return training.architecture.config(symbols, training.length, causal=training.causal)
