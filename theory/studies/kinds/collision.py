"""The collision constant of a chain."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.unit import Context, Input, Result, Unit
from theory.studies.kinds.law import certified, oracle


@dataclass(frozen=True, kw_only=True)
class Collision(Unit):
    """c of a catalogue chain: SER tends to 1 - exp(-c L / N), and the TER gap to c / N."""

    kind = "collision constant"
    version = 2  # an error of second order
    expected_seconds = 0.01

    language: str
    language_hash: str
    tolerance: float = 1e-6

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row: the constant and its proved error."""
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from theory.laws.chains.collision import collision_constant

        language = catalogue.load(self.language, exact_device(context.device))
        constant = collision_constant(language, tolerance=self.tolerance)
        setting = oracle(self.language, self.language_hash, 0, 0)
        return Result([certified(setting, "collision_constant", constant, "exact law")])
