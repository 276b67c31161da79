"""The TER gap under the two-phase schedule of Theorem 4.2 of 2502.09622, beside its bound."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.kinds.training import Training, read_model
from synthetic.experiments.unit import Context, Input, Result, Unit
from theory.studies.kinds.law import oracle


def two_phase_steps(order: int, epsilon: float) -> int:
    """N = 1 + ceil((n - 1) / eps^n), the steps that the theorem asks for."""
    import math

    return 1 + math.ceil((order - 1) / epsilon**order)


@dataclass(frozen=True, kw_only=True)
class TwoPhaseRate(Unit):
    """Path bound of the TER gap of an n-gram's denoiser at N = 1 + ceil((n-1) / eps^n), the first
    step revealing each token with probability eps: of the exact denoiser, or of a trained model
    where `training` is given."""

    kind = "two-phase rate"
    version = 2  # intervals that hold

    language: str
    language_hash: str
    length: int
    order: int
    epsilon: float
    samples: int
    training: Training | None = None
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """In proportion to the evaluations."""
        steps = min(two_phase_steps(self.order, self.epsilon), self.length)
        if self.training is None:
            return 0.05 + 5e-5 * self.samples * steps
        size = self.training.architecture.relative_size
        return 0.3 + 2e-5 * self.samples * steps * self.length * size

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row; its columns `epsilon`, and `bound` = 4 eps log V, without eps_learning."""
        import math

        import torch

        from synthetic.denoisers import Denoiser, Network, Oracle
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.metrics import token_error_rate_gap
        from synthetic.sampling import Bernoulli, two_phase
        from synthetic.sampling.path import path_log_prob

        language = catalogue.load(self.language, exact_device(context.device))
        steps = two_phase_steps(self.order, self.epsilon)
        setting = oracle(self.language, self.language_hash, self.length, steps, "two phase")
        denoiser: Denoiser = Oracle(language)
        if self.training is not None:
            denoiser = Network(read_model(inputs[self.training], context.device))
            setting = self.training.setting("masked-diffusion", "two phase", steps, self.seed)
        generator = torch.Generator(device="cpu").manual_seed(self.seed)
        words = language.sample(self.samples, self.length, generator)
        strategy = Bernoulli(two_phase(steps, self.epsilon))
        paths = path_log_prob(denoiser, strategy, words, generator).to(language.device)
        gap = token_error_rate_gap(paths, language.log_prob(words), self.length)
        row = dict(setting.row("token_error_rate_gap", gap))
        bound = 4 * self.epsilon * math.log(language.vocab_size)
        return Result([row | {"epsilon": float(self.epsilon), "bound": bound}])
