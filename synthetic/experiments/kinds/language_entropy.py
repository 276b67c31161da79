"""The language's own level: its entropy and perplexity per token."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.kinds.measurement import exact, setting_of
from synthetic.experiments.unit import Context, Input, Result, Unit
from synthetic.quantities import Estimate

SAMPLES = 20_000


@dataclass(frozen=True, kw_only=True)
class LanguageEntropy(Unit):
    """Entropy in nats per token of a catalogue language at one length, and its exponential.

    Exact where the language allows it, otherwise the mean of -log q over 20,000 samples.
    """

    kind = "language entropy"
    version = 2  # intervals that hold
    expected_seconds = 0.2

    language: str
    language_hash: str
    length: int
    seed: int = 0

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Two rows: entropy per token and perplexity."""
        import torch

        from synthetic.device import exact_device
        from synthetic.languages import catalogue

        language = catalogue.load(self.language, exact_device(context.device))
        setting = setting_of(self, "language")
        try:
            certified = language.entropy(self.length)
            total = exact(certified.value, certified.error)
        except ValueError:
            generator = torch.Generator(device="cpu").manual_seed(self.seed)
            total = language.estimate_entropy(self.length, SAMPLES, generator)
        per_token = Estimate(
            total.value / self.length,
            total.low / self.length,
            total.high / self.length,
            total.samples,
            total.estimator,
            total.standard_error / self.length,
        )
        perplexity = Estimate(
            math.exp(per_token.value),
            math.exp(per_token.low),
            math.exp(per_token.high),
            per_token.samples,
            per_token.estimator,
            math.exp(per_token.value) * per_token.standard_error,
        )
        return Result(
            [
                setting.row("language_entropy", per_token),
                setting.row("language_perplexity", perplexity),
            ]
        )
