"""The best grid of one number of steps on a small language, and what plain grids lose to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from synthetic.experiments.unit import Context, Input, Result, Row, Unit
from synthetic.quantities import CertifiedValue
from theory.studies.kinds.law import certified, oracle

LOG_ODDS = "grid_log_odds"


def grid_metric(metric: str) -> str:
    """The name in rows of the exact metric of a grid."""
    return f"grid_{metric}"


@dataclass(frozen=True, kw_only=True)
class GridOptimum(Unit):
    """Uniform noise and the exact denoiser on a named language, all V^L sequences enumerated.

    The grid of `steps` steps that minimises `metric` (`theory.laws.enumeration.best_grid`): KL, SER
    and TV on it and on the `plain` grids of these names, and its log-odds, whose step k is the
    column `target`.
    """

    kind = "best grid"
    version = 2  # with the proved rounding

    language: str
    language_hash: str
    length: int
    steps: int
    metric: str
    plain: tuple[str, ...]

    @property
    def expected_seconds(self) -> float:
        """A hundred gradients."""
        return 1 + 1.5 * self.steps

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Three rows a grid, and one a level of the best one."""
        import torch

        from synthetic.languages import catalogue
        from synthetic.noise.named import build_grid
        from theory.laws.enumeration.best_grid import SmallLaw, best_grid

        language = catalogue.load(self.language)
        law = SmallLaw(language, self.length)
        optimum = best_grid(language, self.metric, length=self.length, steps=self.steps)
        grids = {f"best by {self.metric}": optimum.levels}
        for name in self.plain:
            grids[name.partition(":")[0]] = build_grid(name, self.steps)
        rows: list[Row] = []
        setting = oracle(self.language, self.language_hash, self.length, self.steps)
        setting = replace(setting, denoiser="noisy oracle")
        for name, levels in grids.items():
            of_grid = replace(setting, reveal=f"uniform noise, {name} grid")
            values = law.certified(torch.logit(levels[1:-1]))
            rows += [
                certified(of_grid, grid_metric(metric), value, "exact law")
                for metric, value in values.items()
            ]
        of_grid = replace(setting, reveal=f"uniform noise, best by {self.metric} grid")
        for step, odds in enumerate(torch.logit(optimum.levels[1:-1]).tolist(), 1):
            level = CertifiedValue(odds, 0.0)
            rows.append(certified(of_grid, LOG_ODDS, level, "local optimum", target=float(step)))
        return Result(rows)
