"""Error rates of a trained autoregressive model: L evaluations of one position."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from synthetic.experiments.kinds.measurement import error_rows, exact
from synthetic.experiments.kinds.training import Training, read_model
from synthetic.experiments.unit import Context, Input, Result, Unit


@dataclass(frozen=True, kw_only=True)
class AutoregressiveError(Unit):
    """SER and TER of a trained autoregressive model, and its cost."""

    kind = "autoregressive error"
    version = 2  # intervals that hold

    training: Training
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """A few times what the cached steps take."""
        return 0.1 + 4e-5 * self.samples * self.training.length

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row a metric and estimator."""
        import torch

        from synthetic.denoisers import AutoregressiveModel
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.metrics import token_error_rate_chain_rule, token_error_rate_gap
        from synthetic.models import autoregressive_flops
        from synthetic.sampling import generate_autoregressive

        length = self.training.length
        model = AutoregressiveModel(read_model(inputs[self.training], context.device))
        language = catalogue.load(self.training.language, exact_device(context.device))
        generator = torch.Generator(device="cpu").manual_seed(self.seed)
        generation = generate_autoregressive(
            model, length=length, count=self.samples, generator=generator
        )
        setting = replace(
            self.training.setting("autoregressive", "left to right", length, self.seed),
            reveals=length,
            evaluations=float(length),
        )
        words = language.sample(self.samples, length, generator)
        true = language.log_prob(words)
        log_prob = model.log_prob(words).to(true.device)
        gap = token_error_rate_gap(log_prob.unsqueeze(0), true, length)
        flops = autoregressive_flops(model.model.config, length=length)
        return Result(
            [
                *error_rows(setting, generation.tokens, language),
                setting.row("token_error_rate", token_error_rate_chain_rule(log_prob, length)),
                setting.row("token_error_rate_gap", replace(gap, estimator="exact chain rule")),
                setting.row("evaluations", exact(length)),
                setting.row("flops", exact(flops)),
            ]
        )
