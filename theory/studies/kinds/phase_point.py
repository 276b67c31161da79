"""One chain of a grid of random chains: what it pays by either metric."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.unit import Context, Input, Result, Unit
from synthetic.quantities import CertifiedValue
from theory.studies.kinds.law import certified, oracle
from theory.studies.kinds.random_chain import RandomChain


@dataclass(frozen=True, kw_only=True)
class PhasePoint(Unit):
    """c, and half of f(0) - f(1), of `NGram.random(2, ...)`: the constants in front of 1 / N of the
    TER gap (and of L / N of the SER), and of the path average."""

    kind = "phase point"
    version = 3  # an error of second order
    expected_seconds = 0.02

    vocab_size: int
    branching: int
    temperature: float
    seed: int
    length: int

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Two rows: the collision constant and the constant of the path average."""
        from synthetic.device import exact_device
        from theory.laws.chains.collision import collision_constant
        from theory.laws.curves.information_curve import information_curve

        chain = RandomChain(self.vocab_size, self.branching, self.temperature, self.seed)
        language = chain.load(exact_device(context.device))
        curve = information_curve(language, self.length)
        half = CertifiedValue(0.5 * (curve(0.0) - curve(1.0)), curve.rounding)
        setting = oracle(chain.name, chain.digest(), self.length, 0)
        values = {
            "collision_constant": collision_constant(language),
            "path_average_constant": half,
        }
        return Result(
            [
                certified(
                    setting,
                    metric,
                    value,
                    "exact law",
                    branching=self.branching,
                    temperature=float(self.temperature),
                )
                for metric, value in values.items()
            ]
        )
