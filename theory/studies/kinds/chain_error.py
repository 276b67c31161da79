"""Exact SER of a Markov chain at one length and number of steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.unit import Context, Input, Result, Unit
from theory.studies.kinds.law import certified, oracle


@dataclass(frozen=True, kw_only=True)
class ChainError(Unit):
    """SER of the exact denoiser of a catalogue chain, uniform Bernoulli schedule, not sampled."""

    kind = "chain error law"
    version = 1

    language: str
    language_hash: str
    length: int
    steps: int
    tolerance: float = 1e-9

    @property
    def expected_seconds(self) -> float:
        """Segments of a few dozen positions at each step."""
        return 0.1 + 2e-8 * self.steps * min(self.length, 140) ** 3

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row: the SER and its proved error."""
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.sampling import linear
        from theory.laws.chains.chain_error_rate import chain_sequence_error_rate

        rate = chain_sequence_error_rate(
            catalogue.load(self.language, exact_device(context.device)),
            length=self.length,
            schedule=linear(self.steps),
            tolerance=self.tolerance,
        )
        setting = oracle(self.language, self.language_hash, self.length, self.steps)
        return Result([certified(setting, "sequence_error_rate", rate, "exact law")])
