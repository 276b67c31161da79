"""`steplab train`: one model on one language."""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from synthetic.experiments.interrupt import stop_signal
from theory.commands.options import LanguageName

if TYPE_CHECKING:
    from synthetic.languages import Language
    from synthetic.models import Transformer, TransformerConfig
    from synthetic.training import Curriculum, Objective, TrainingConfig, TrainingCorpus
    from synthetic.training.config import Schedule

Loss = Literal["any-order", "inverse-time", "unweighted", "cross-entropy", "leave-one-out", "bound"]


@dataclass(frozen=True)
class Train:
    """Train a masked or noisy diffusion or an autoregressive model on a language and save it."""

    language: LanguageName
    """Name of a language of the catalogue, or a specification such as "regex:(ab|c)*"."""
    output: Path
    """Folder of the checkpoints and the finished model; a run that was stopped goes on there."""
    model: Literal["masked-diffusion", "autoregressive", "noisy-diffusion"] = "masked-diffusion"
    """What is trained: tokens that are masked, that follow, or that can be wrong."""
    objective: Loss | None = None
    """Loss, by default any-order of a masked diffusion model, which is the exact one, and
    cross-entropy of a noisy one; leave-one-out is that with the network giving what the other
    tokens say, which is learned sooner; bound is the likelihood bound of uniform noise."""
    noise: str = "uniform"
    """Noise of a noisy diffusion model: uniform, absorbing, hybrid or hybrid:SHARE."""
    noise_level: bool = True
    """Whether a noisy diffusion model reads the noise level."""
    first_masked: float = 1.0
    """Largest share of the positions masked at first, any-order; below 1 few masks come first."""
    first_level: float = 1.0
    """Greatest noise level at first, of noisy diffusion; below 1 little noise comes first."""
    targets: Literal["tokens", "posterior"] = "tokens"
    """What a diffusion model is asked for: the tokens of the sequences, or the exact posterior of
    each given what the model sees, which is learned in fewer updates and takes a known language."""
    length: int = 32
    """Length L of the sequences."""
    width: int = 64
    """Width of the residual stream."""
    depth: int = 4
    """Number of blocks."""
    heads: int = 4
    """Attention heads a block."""
    rotary: bool = False
    """Rotary positions besides the learned absolute ones."""
    steps: int = 2000
    """Updates."""
    batch_size: int = 256
    """Sequences an update."""
    learning_rate: float = 3e-3
    """Peak learning rate of AdamW."""
    warmup_steps: int = 100
    """Updates of linear warm-up."""
    schedule: Literal["cosine", "warmup-stable-decay"] = "cosine"
    """Learning rate after the warm-up."""
    weight_decay: float = 0.0
    """Decoupled weight decay."""
    gradient_clip: float = 1.0
    """Largest norm of a gradient."""
    average_decay: float | None = None
    """Decay of the exponential moving average of the weights; none by default."""
    autocast: bool = False
    """Products in bfloat16."""
    compile: bool = False
    """Run the model through torch.compile."""
    unique_sequences: int | None = None
    """Size of a corpus seen in epochs; by default every update sees new sequences."""
    seed: int = 0
    """Seed of weights, data and masks."""
    device: str = "cpu"
    """Where the network is trained: cpu, cuda, cuda:N or mps."""

    def __call__(self) -> int:
        """Exit status 0, or 128 and the number of the signal that stopped it."""
        with stop_signal() as stop:  # before all that takes time, so that none comes too early
            measure = self._train(stop)
            if measure is None:
                return 128 + stop()
        return measure()

    def _train(self, stop: Callable[[], int]) -> Callable[[], int] | None:
        """What measures the model that is trained and saved, nothing where it was stopped."""
        from synthetic.device import check_device, exact_device
        from synthetic.languages import catalogue
        from synthetic.training import progress_bar, save_model, train
        from synthetic.training.model_file import CHECKPOINT, MODEL_FILE

        language = catalogue.load(self.language, exact_device(self.device))
        loss = self._loss(language.vocab_size)
        objective = self._presented(loss, language)
        corpus = self._corpus(language)
        checkpoint = self.output / CHECKPOINT
        try:
            with progress_bar(self._least_loss(language, objective)) as show:
                trained = train(
                    language,
                    length=self.length,
                    model=self._shape(language.vocab_size),
                    objective=objective,
                    config=self._config(),
                    corpus=corpus,
                    device=check_device(self.device),
                    directory=checkpoint,
                    progress=show,
                    stop=stop,
                )
        except FloatingPointError as error:
            raise ValueError(f"{error}, in another folder than {self.output}") from None
        if trained.steps < self.steps:
            print(
                f"steplab: stopped at step {trained.steps} of {self.steps}, kept in {checkpoint}: "
                "run the same command again to go on",
                file=sys.stderr,
            )
            return None
        path = self.output / MODEL_FILE
        noise = self.noise if self.model == "noisy-diffusion" else None
        save_model(trained.model, path, noise=noise, leave_one_out=self._leaves_one_out)
        return partial(self._measure, trained.model, language, loss)

    def _measure(self, model: "Transformer", language: "Language", loss: "Objective") -> int:
        """Print where the model is and its loss on held-out sequences; exit status 0."""
        from synthetic.denoisers import NoisyNetwork
        from synthetic.training import (
            DenoisingCrossEntropy,
            UniformBound,
            evaluate,
            evaluate_noisy,
        )
        from synthetic.training.model_file import MODEL_FILE

        if isinstance(loss, DenoisingCrossEntropy | UniformBound):
            network = NoisyNetwork(model, loss.noise, leave_one_out=self._leaves_one_out)
            held_out = evaluate_noisy(network, language, loss, length=self.length)
            least = "exact denoiser"
        else:
            held_out = evaluate(model, language, length=self.length)
            least = "language"
        excess = held_out.excess
        print(
            f"model: {self.output / MODEL_FILE}\n"
            f"held-out loss {held_out.loss.value:.4f} nats per token, "
            f"excess over the {least} {excess.value:.4f} [{excess.low:.4f}, {excess.high:.4f}], "
            f"{excess.samples} samples"
        )
        return 0

    @property
    def _leaves_one_out(self) -> bool:
        return self.objective == "leave-one-out"

    def _corpus(self, language: "Language") -> "TrainingCorpus | None":
        """The fixed sequences that are seen in epochs, where there are such."""
        from synthetic.training import TrainingCorpus

        if self.unique_sequences is None:
            return None
        corpus = TrainingCorpus(language, self.length, self.unique_sequences, self.seed)
        if corpus.coinciding:
            print(f"steplab: {corpus.coincidence}", file=sys.stderr)
        return corpus

    def _least_loss(
        self, language: "Language", objective: "Objective | Curriculum"
    ) -> float | None:
        """The entropy per token in nats, where it is known and the least that the loss can be."""
        from synthetic.training import DenoisingCrossEntropy, ExactTargets, LittleNoiseFirst

        if isinstance(objective, ExactTargets):
            return 0.0
        if isinstance(objective, DenoisingCrossEntropy | LittleNoiseFirst):
            return None  # their least is another entropy
        with contextlib.suppress(ValueError):
            return language.entropy(self.length).value / self.length
        return None

    def _shape(self, vocab_size: int) -> "TransformerConfig":
        from synthetic.models import TransformerConfig

        return TransformerConfig(
            vocab_size=vocab_size,
            max_length=self.length,
            width=self.width,
            depth=self.depth,
            heads=self.heads,
            causal=self.model == "autoregressive",
            rotary=self.rotary,
            noise_level=self.model == "noisy-diffusion" and self.noise_level,
        )

    def _config(self) -> "TrainingConfig":
        from synthetic.training import Cosine, TrainingConfig, WarmupStableDecay

        schedules: dict[str, Schedule] = {
            "cosine": Cosine(),
            "warmup-stable-decay": WarmupStableDecay(),
        }
        return TrainingConfig(
            steps=self.steps,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            warmup_steps=self.warmup_steps,
            schedule=schedules[self.schedule],
            weight_decay=self.weight_decay,
            gradient_clip=self.gradient_clip,
            average_decay=self.average_decay,
            autocast=self.autocast,
            compile=self.compile,
            seed=self.seed,
        )

    def _loss(self, vocab_size: int) -> "Objective":
        """The loss of the model, or an error where options do not go together."""
        from synthetic.arguments import check_share
        from synthetic.noise import Uniform
        from synthetic.noise.named import build_noise
        from synthetic.training import (
            AnyOrder,
            DenoisingCrossEntropy,
            InverseTime,
            NextToken,
            UniformBound,
            Unweighted,
        )

        builders: dict[str, dict[str, Callable[[], Objective]]] = {
            "masked-diffusion": {
                "any-order": AnyOrder,
                "inverse-time": InverseTime,
                "unweighted": Unweighted,
            },
            "autoregressive": {"next-token": NextToken},
            "noisy-diffusion": {
                "cross-entropy": lambda: DenoisingCrossEntropy(build_noise(self.noise, vocab_size)),
                "leave-one-out": lambda: DenoisingCrossEntropy(
                    build_noise(self.noise, vocab_size), leave_one_out=True
                ),
                "bound": lambda: UniformBound(Uniform(vocab_size)),
            },
        }
        known = builders[self.model]
        default, *_ = known
        objective: str = self.objective or default
        if objective not in known:
            raise ValueError(
                f"--model {self.model} has the objective {' or '.join(known)}, got {objective}"
            )
        check_share("first_masked", self.first_masked, positive=True)
        check_share("first_level", self.first_level, positive=True)
        if self.first_level != 1 and objective not in ("cross-entropy", "leave-one-out"):
            raise ValueError(
                f"--first-level {self.first_level} is for --model noisy-diffusion --objective "
                f"cross-entropy or leave-one-out, got {self.model} and {objective}"
            )
        if self.targets != "tokens" and objective in ("next-token", "bound"):
            raise ValueError(
                f"--targets {self.targets} is for --model masked-diffusion and for --objective "
                f"cross-entropy and leave-one-out, got {self.model} and {objective}"
            )
        if self.first_masked != 1 and objective != "any-order":
            raise ValueError(
                f"--first-masked {self.first_masked} is for --model masked-diffusion --objective "
                f"any-order, got {self.model} and {objective}"
            )
        if self.model != "noisy-diffusion" and (self.noise != "uniform" or not self.noise_level):
            raise ValueError(
                f"--noise and --no-noise-level are for --model noisy-diffusion, got {self.model}"
            )
        if objective == "bound" and self.noise != "uniform":
            raise ValueError(f"--objective bound is of --noise uniform, got {self.noise}")
        return known[objective]()

    def _presented(self, loss: "Objective", language: "Language") -> "Objective | Curriculum":
        """The loss with little noise first and exact targets, where that is asked for."""
        from synthetic.training import (
            AnyOrder,
            DenoisingCrossEntropy,
            ExactTargets,
            FewMasksFirst,
            LittleNoiseFirst,
        )

        presented: Any = loss
        if isinstance(loss, AnyOrder):
            presented = FewMasksFirst(self.first_masked)
        elif isinstance(loss, DenoisingCrossEntropy) and self.first_level != 1:
            presented = LittleNoiseFirst(loss, self.first_level)
        return presented if self.targets == "tokens" else ExactTargets(language, presented)
