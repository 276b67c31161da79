"""Error rates of ancestral sampling of noisy tokens with a trained network."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic.experiments.kinds.ancestral_error import ancestral_rows, sampler_name
from synthetic.experiments.kinds.noisy_training import NoisyTraining, read_network
from synthetic.experiments.unit import Context, Input, Result, Unit


@dataclass(frozen=True, kw_only=True)
class NoisyTrainedError(Unit):
    """What `AncestralError` measures of the exact denoiser, of a trained network, and its FLOPs."""

    kind = "noisy trained error"
    version = 2  # intervals that hold

    training: NoisyTraining
    grid: str
    steps: int
    samples: int
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """In proportion to the tokens computed."""
        tokens = self.samples * self.steps * self.training.length
        return 0.3 + 2e-5 * tokens * self.training.architecture.relative_size

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row a metric and estimator."""
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.models import forward_flops
        from synthetic.noise.named import build_grid

        training = self.training
        language = catalogue.load(training.language, exact_device(context.device))
        network = read_network(training, inputs[training], context.device)
        return Result(
            ancestral_rows(
                training.setting(sampler_name(training.noise, self.grid), self.steps, self.seed),
                network,
                network.noise,
                build_grid(self.grid, self.steps),
                language,
                samples=self.samples,
                flops_per_evaluation=forward_flops(network.model.config, length=training.length),
            )
        )
