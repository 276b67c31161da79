"""Measured seconds of sampling; run last and alone."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from synthetic.experiments.kinds.measurement import Setting
from synthetic.experiments.kinds.training import Training, read_model
from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from synthetic.quantities import Estimate

if TYPE_CHECKING:
    from synthetic.sampling import Generation

ROUNDS = 5
_Case = tuple[Setting, Callable[..., "Generation"]]  # what is timed, and how it is run


@dataclass(frozen=True, kw_only=True)
class SamplingSeconds(Unit):
    """Seconds a sequence of the two trained models of a language, in one batch.

    The masked diffusion model is timed at every reveal and number of steps of `curve`, the
    autoregressive one left to right. A round times each of them once, so that a slow moment of the
    machine meets all alike; after a warm-up round the median of the rounds counts, with the fastest
    and slowest as interval.
    """

    kind = "timing"
    version = 2
    timing = True

    diffusion: Training
    autoregressive: Training
    curve: tuple[tuple[str, int], ...]
    samples: int

    @property
    def expected_seconds(self) -> float:
        """All rounds."""
        length = self.diffusion.length
        calls = length + sum(min(steps, length) for _, steps in self.curve)
        return 1 + 1e-5 * (ROUNDS + 1) * self.samples * calls * length

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row a reveal and number of steps, then one of the autoregressive model."""
        cases = [*self._diffusion_cases(inputs, context), self._reference(inputs, context)]
        seconds: list[list[float]] = [[] for _ in cases]
        for done in range(ROUNDS + 1):
            for times, (_, go) in zip(seconds, cases, strict=True):
                times.append(_timed(go) / self.samples)
            context.report((done + 1) / (ROUNDS + 1))
        name = f"median of {ROUNDS} rounds, batch of {self.samples}"
        rows: list[Row] = []
        for times, (setting, _) in zip(seconds, cases, strict=True):
            timed = times[1:]
            estimate = Estimate(statistics.median(timed), min(timed), max(timed), ROUNDS, name)
            rows.append(setting.row("seconds_per_sequence", estimate))
        return Result(rows)

    def _diffusion_cases(self, inputs: Mapping[Unit, Input], context: Context) -> Iterator[_Case]:
        from synthetic.denoisers import Network
        from synthetic.sampling import generate
        from synthetic.sampling.named import build_strategy

        denoiser = Network(read_model(inputs[self.diffusion], context.device))
        length = self.diffusion.length
        for reveal, steps in self.curve:
            setting = self.diffusion.setting("masked-diffusion", reveal, steps, 0)
            strategy = build_strategy(reveal, length, steps)
            yield (
                setting,
                partial(generate, denoiser, strategy, length=length, count=self.samples),
            )

    def _reference(self, inputs: Mapping[Unit, Input], context: Context) -> _Case:
        from synthetic.denoisers import AutoregressiveModel
        from synthetic.sampling import generate_autoregressive

        model = AutoregressiveModel(read_model(inputs[self.autoregressive], context.device))
        length = self.autoregressive.length
        return (
            self.autoregressive.setting("autoregressive", "left to right", length, 0),
            partial(generate_autoregressive, model, length=length, count=self.samples),
        )


def _timed(go: "Callable[..., Generation]") -> float:
    """Seconds of one run, always of the same draws."""
    import torch

    generator = torch.Generator(device="cpu").manual_seed(0)
    started = time.perf_counter()
    go(generator=generator).tokens.cpu()  # which waits for the device
    return time.perf_counter() - started
