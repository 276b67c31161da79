"""TER gap of a Markov chain at one length and number of steps, from exact p(x)."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.unit import Context, Input, Result, Unit
from theory.studies.kinds.law import oracle


@dataclass(frozen=True, kw_only=True)
class ChainTokenError(Unit):
    """log TER(p) - log TER(q) of the exact denoiser of a catalogue chain, uniform Bernoulli
    schedule: the mean over `samples` words of a log-ratio that is exact for each."""

    kind = "chain token error law"
    version = 2  # intervals that hold

    language: str
    language_hash: str
    length: int
    steps: int
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """All pairs of positions and all positions between them."""
        return 0.1 + 4e-10 * self.samples * self.steps * self.length**4

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row: the gap with its interval."""
        import torch

        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.sampling import linear
        from theory.laws.chains.chain_token_error_rate import chain_token_error_rate

        rates = chain_token_error_rate(
            catalogue.load(self.language, exact_device(context.device)),
            length=self.length,
            schedule=linear(self.steps),
            sequences=self.samples,
            generator=torch.Generator(device="cpu").manual_seed(self.seed),
        )
        setting = oracle(self.language, self.language_hash, self.length, self.steps)
        return Result([setting.row("token_error_rate_gap", rates.gap)])
