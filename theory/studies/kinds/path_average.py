"""The path average of the divergence: from the information curve, at every number of steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.unit import Context, Input, Result, Unit
from synthetic.quantities import CertifiedValue
from theory.studies.kinds.law import certified, oracle


@dataclass(frozen=True, kw_only=True)
class PathAverage(Unit):
    """Path-averaged TER gap of the exact denoiser of a catalogue chain at each of `steps`, exact,
    for the uniform Bernoulli schedule, with the ends of the information curve.
    """

    kind = "path average law"
    version = 1
    expected_seconds = 0.01

    language: str
    language_hash: str
    length: int
    steps: tuple[int, ...]

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """A row for each number of steps; the drop f(0) - f(1) and the correlations, N = 0."""
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.sampling import linear
        from theory.laws.curves.information_curve import information_curve

        language = catalogue.load(self.language, exact_device(context.device))
        curve = information_curve(language, self.length)
        rows = []
        for steps in self.steps:
            setting = oracle(self.language, self.language_hash, self.length, steps)
            gap = CertifiedValue(curve.path_bound(linear(steps)), 2 * curve.rounding)
            rows.append(certified(setting, "token_error_rate_gap", gap, "path average, exact"))
        setting = oracle(self.language, self.language_hash, self.length, 0)
        drop = CertifiedValue(float(curve(0.0)) - float(curve(1.0)), 2 * curve.rounding)
        rows.append(certified(setting, "information_drop", drop, "exact law"))
        return Result(rows)
