"""Measured seconds of sampling; run last and alone."""

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from synthetic.experiments.kinds.measurement import Setting
from synthetic.experiments.kinds.reveal import REVEALS, uniform_strategy
from synthetic.experiments.kinds.training import Training, read_model
from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from synthetic.quantities import Estimate

REPEATS = 3


@dataclass(frozen=True, kw_only=True)
class SamplingSeconds(Unit):
    """Seconds a sequence of a trained model at several numbers of steps, in one batch.

    A masked diffusion model is timed under both reveals at each number of steps, an autoregressive
    one once: the median of three runs after a warm-up, with the fastest and slowest as interval.
    """

    kind = "timing"
    version = 1
    timing = True

    training: Training
    steps: tuple[int, ...]
    samples: int

    @property
    def expected_seconds(self) -> float:
        """All repetitions."""
        length = self.training.length
        calls = sum(2 * min(steps, length) for steps in self.steps) or length
        return 1 + 1e-4 * (REPEATS + 1) * self.samples * calls

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row a reveal and number of steps."""
        from synthetic.denoisers import AutoregressiveModel, Network
        from synthetic.sampling import generate, generate_autoregressive

        length = self.training.length
        model = read_model(inputs[self.training], context.device)
        shape: dict[str, Any] = {"length": length, "count": self.samples}
        cases: list[tuple[Setting, Callable[..., object]]] = []
        if self.training.causal:
            setting = self.training.setting("autoregressive", "left to right", length, 0)
            autoregressive = AutoregressiveModel(model)
            cases.append((setting, partial(generate_autoregressive, autoregressive, **shape)))
        else:
            for reveal, steps in itertools.product(REVEALS, self.steps):
                setting = self.training.setting("masked-diffusion", reveal, steps, 0)
                strategy = uniform_strategy(reveal, length, steps)
                cases.append((setting, partial(generate, Network(model), strategy, **shape)))
        rows: list[Row] = []
        for setting, go in cases:
            rows.append(setting.row("seconds_per_sequence", self._timed(go)))
            context.report(len(rows) / len(cases))
        return Result(rows)

    def _timed(self, go: Callable[..., object]) -> Estimate:
        """Seconds a sequence: median, fastest and slowest of the repetitions after a warm-up."""
        import torch

        seconds = []
        for _ in range(REPEATS + 1):
            generator = torch.Generator(device="cpu").manual_seed(0)
            started = time.perf_counter()
            go(generator=generator)
            seconds.append((time.perf_counter() - started) / self.samples)
        fastest, median, slowest = sorted(seconds[1:])
        name = f"median of {REPEATS} runs, batch of {self.samples}"
        return Estimate(median, fastest, slowest, REPEATS, name)
