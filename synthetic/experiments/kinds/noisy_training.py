"""Training one denoiser of noisy tokens on one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from synthetic.experiments.kinds.measurement import Setting, setting_of
from synthetic.experiments.kinds.training import (
    HELD_OUT,
    MODEL_FILE,
    Architecture,
    Budget,
    corpus_of,
    read_model,
    resumed,
)
from synthetic.experiments.unit import Context, Input, Result, Unit

if TYPE_CHECKING:
    from synthetic.denoisers import NoisyNetwork
    from synthetic.languages import Language
    from synthetic.models import Transformer, TransformerConfig
    from synthetic.noise import Noise
    from synthetic.training import Curriculum, DenoisingCrossEntropy, Objective, UniformBound

MEASURED_LEVELS = (0.9, 0.56, 0.18, 0.06, 0.001)


@dataclass(frozen=True, kw_only=True)
class NoisyTraining(Unit):
    """A network that denoises the tokens of a language under a noise, by its name in `named`.

    `objective` is the denoising cross-entropy, with logits of the clean token or of what the other
    tokens say of it, or the likelihood bound of uniform diffusion. Levels are drawn from
    `HalfLogUniform(least)`; the network reads them unless `noise_level` is False. Its artifact is
    the model; its rows the held-out loss, its excess over the exact denoiser, and the divergence of
    its posteriors at some levels, in nats per token.
    """

    kind = "noisy training"
    version = 2  # intervals that hold

    language: str
    language_hash: str
    length: int
    noise: str
    architecture: Architecture
    budget: Budget
    objective: Literal["cross-entropy", "leave-one-out", "bound"] = "cross-entropy"
    least: float = 1e-4
    noise_level: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.budget.first_masked != 1:
            raise ValueError(f"first_masked is for masks, got {self.budget.first_masked}")
        if self.objective == "bound" and self.budget != replace(
            self.budget, first_level=1.0, targets="tokens"
        ):
            raise ValueError(
                "first_level and targets are for cross-entropy and leave-one-out, got bound with "
                f"{self.budget.first_level} and {self.budget.targets}"
            )

    @property
    def expected_seconds(self) -> float:
        """What an update takes whatever its size, and by tokens and weights."""
        tokens = self.budget.batch_size * self.length * self.architecture.relative_size
        return 2 + self.budget.steps * (0.01 + 2.5e-5 * tokens)

    @property
    def denoiser_name(self) -> str:
        """What rows call the network."""
        unseen = "" if self.noise_level else ", level not read"
        return f"noisy network, {self.objective}{unseen}"

    def setting(self, reveal: str, steps: int, seed: int) -> Setting:
        """The columns of a measurement of this model."""
        return setting_of(self, self.denoiser_name, reveal=reveal, steps=steps, seed=seed)

    def loss(self, noise: Noise) -> DenoisingCrossEntropy | UniformBound:
        """The objective under the noise."""
        from synthetic.noise import Uniform
        from synthetic.training import DenoisingCrossEntropy, HalfLogUniform, UniformBound

        levels = HalfLogUniform(self.least)
        if self.objective != "bound":
            return DenoisingCrossEntropy(noise, levels, self.objective == "leave-one-out")
        if not isinstance(noise, Uniform):
            raise ValueError(f"the bound is of uniform noise, got {self.noise}")
        return UniformBound(noise, levels)

    def presented(
        self, loss: DenoisingCrossEntropy | UniformBound, language: Language
    ) -> Objective | Curriculum:
        """The loss as the network sees it: little noise first, and with exact targets, where the
        budget says so."""
        from synthetic.training import ExactTargets, LittleNoiseFirst, UniformBound

        if isinstance(loss, UniformBound):
            return loss
        first = self.budget.first_level
        presented = loss if first == 1 else LittleNoiseFirst(loss, first)
        return presented if self.budget.targets == "tokens" else ExactTargets(language, presented)

    def model(
        self, vocab_size: int, inputs: Mapping[Unit, Input]
    ) -> TransformerConfig | Transformer:
        """What the training begins with: a new model."""
        return self.architecture.config(
            vocab_size, self.length, causal=False, noise_level=self.noise_level
        )

    def network(self, model: Transformer) -> NoisyNetwork:
        """A model of this training as a denoiser."""
        from synthetic.denoisers import NoisyNetwork
        from synthetic.noise.named import build_noise

        noise = build_noise(self.noise, model.config.vocab_size)
        return NoisyNetwork(model, noise, leave_one_out=self.objective == "leave-one-out")

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Held-out loss and excess, and divergences at the measured levels."""
        from synthetic.device import check_device, exact_device
        from synthetic.languages import catalogue
        from synthetic.noise.named import build_noise
        from synthetic.training import (
            evaluate_noisy,
            noisy_divergence,
            save_model,
            train,
        )

        language = catalogue.load(self.language, exact_device(context.device))
        noise = build_noise(self.noise, language.vocab_size)
        loss = self.loss(noise)
        corpus = corpus_of(self, language, context)

        def trained(checkpoint: Path) -> Transformer:
            return train(
                language,
                length=self.length,
                model=self.model(language.vocab_size, inputs),
                objective=self.presented(loss, language),
                config=self.budget.training_config(self.seed),
                corpus=corpus,
                device=check_device(context.device),
                directory=checkpoint,
                progress=lambda progress: context.report(progress.step / progress.steps),
            ).model

        model = resumed(self, context, trained)
        save_model(model, context.folder / MODEL_FILE)
        network = self.network(model)
        setting = self.setting(f"{self.noise} noise", 0, self.seed)
        held_out = evaluate_noisy(network, language, loss, length=self.length, sequences=HELD_OUT)
        rows = [
            setting.row("held_out_loss", held_out.loss),
            setting.row("held_out_excess", held_out.excess),
        ]
        for eta in MEASURED_LEVELS:
            divergence = noisy_divergence(
                network, language, noise, eta=eta, length=self.length, sequences=HELD_OUT
            )
            rows.append(setting.row("noisy_divergence", divergence))
        return Result(rows, artifacts=(MODEL_FILE,))


def read_network(training: NoisyTraining, trained: Input, device: str) -> NoisyNetwork:
    """The denoiser that a training left, on a device."""
    return training.network(read_model(trained, device))
