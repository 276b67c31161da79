"""Error rates of a trained masked diffusion model at one number of steps."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.kinds.measurement import measure_denoiser
from synthetic.experiments.kinds.training import Training, read_model
from synthetic.experiments.unit import Context, Input, Result, Unit


@dataclass(frozen=True, kw_only=True)
class TrainedError(Unit):
    """SER and TER of a trained masked diffusion model under a uniform schedule, and its cost."""

    kind = "trained error"
    version = 2  # intervals that hold

    training: Training
    reveal: str
    steps: int
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """In proportion to the evaluations: generation, one path and eight paths of an eighth."""
        length = self.training.length
        tokens = self.samples * min(self.steps, length) * length
        return 0.3 + 2e-5 * tokens * self.training.architecture.relative_size

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row a metric and estimator."""
        from synthetic.denoisers import Network
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.models import forward_flops
        from synthetic.sampling.named import build_strategy

        training = self.training
        model = read_model(inputs[training], context.device)
        return Result(
            measure_denoiser(
                training.setting("masked-diffusion", self.reveal, self.steps, self.seed),
                Network(model),
                build_strategy(self.reveal, training.length, self.steps),
                catalogue.load(training.language, exact_device(context.device)),
                samples=self.samples,
                flops_per_evaluation=forward_flops(model.config, length=training.length),
            )
        )
