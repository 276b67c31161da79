"""The learning error of a trained masked diffusion model by the number of masked tokens."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.kinds.training import Training, read_model
from synthetic.experiments.unit import Context, Input, Result, Unit


@dataclass(frozen=True, kw_only=True)
class LearningError(Unit):
    """Mean KL(q(x_i | visible) || p(x_i | visible)) of a trained model, in nats, for each number of
    masked tokens in `counts`: over held-out sequences, uniform masked sets and their positions."""

    kind = "learning error"
    version = 3  # exact where all tokens are masked

    training: Training
    counts: tuple[int, ...]
    samples: int
    seed: int = 1

    @property
    def expected_seconds(self) -> float:
        """One evaluation of the model and of the language for each sequence and count."""
        return 0.1 + 1e-5 * len(self.counts) * self.samples * self.training.length

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """A row for each count, which stands in the column `masked`."""
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.training import conditional_divergence

        training = self.training
        model = read_model(inputs[training], context.device)
        language = catalogue.load(training.language, exact_device(context.device))
        setting = training.setting("masked-diffusion", "none", 0, self.seed)
        rows = []
        for count in self.counts:
            divergence = conditional_divergence(
                model,
                language,
                length=training.length,
                sequences=self.samples,
                seed=self.seed,
                masked_count=count,
            )
            row = dict(setting.row("conditional_divergence", divergence))
            rows.append(row | {"masked": count})
        return Result(rows)
