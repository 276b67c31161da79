"""Training one model on one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from synthetic.arguments import check_integer, check_number, check_share, checked
from synthetic.experiments.durable import set_aside
from synthetic.experiments.kinds.measurement import Setting, setting_of
from synthetic.experiments.unit import Context, Input, Result, Unit, added

if TYPE_CHECKING:
    from synthetic.experiments.kinds.noisy_training import NoisyTraining
    from synthetic.languages import Language
    from synthetic.models import Transformer, TransformerConfig
    from synthetic.training import Curriculum, Objective, TrainingConfig, TrainingCorpus

MODEL_FILE = "model.safetensors"
HELD_OUT = 4000


@checked
@dataclass(frozen=True, kw_only=True)
class Architecture:
    """Width, depth and attention heads of the one backbone, whether positions also rotate, and how
    often its layers are applied."""

    width: int
    depth: int
    heads: int
    rotary: bool = True
    loops: int = added(1)

    def __post_init__(self) -> None:
        for name in ("width", "depth", "heads", "loops"):
            check_integer(name, getattr(self, name))

    @property
    def relative_size(self) -> float:
        """Products with weights of the layers, those of four layers of width 64 being one."""
        return self.width**2 * self.depth * self.loops / (64**2 * 4)

    def config(
        self,
        vocab_size: int,
        length: int,
        *,
        causal: bool,
        noise_level: bool = False,
        any_order: bool = False,
    ) -> TransformerConfig:
        """The transformer of this size for sequences of a length."""
        from synthetic.models import TransformerConfig

        return TransformerConfig(
            vocab_size=vocab_size,
            max_length=length,
            width=self.width,
            depth=self.depth,
            heads=self.heads,
            causal=causal,
            rotary=self.rotary,
            noise_level=noise_level,
            any_order=any_order,
            loops=self.loops,
        )


@checked
@dataclass(frozen=True, kw_only=True)
class Budget:
    """Steps, batch size and learning rate; fresh data unless `unique_sequences` are fixed, which
    are then seen in epochs.

    `first_masked` is the largest share of the positions that a denoiser sees masked at first, 1 for
    the any-order loss from the start; `first_level` the same of noise levels. `targets` are the
    tokens, or the posterior of each given what the denoiser sees. For trainings that take a GPU:
    with `precision` bfloat16 products are in it, weights and optimiser in float32; `compiled` goes
    through torch.compile.
    """

    steps: int
    batch_size: int
    learning_rate: float
    unique_sequences: int | None = None
    first_masked: float = 1.0
    precision: Literal["float32", "bfloat16"] = added("float32")
    compiled: bool = added(False)
    first_level: float = added(1.0)
    targets: Literal["tokens", "posterior"] = added("tokens")

    def __post_init__(self) -> None:
        check_integer("steps", self.steps)
        check_integer("batch_size", self.batch_size)
        check_number("learning_rate", self.learning_rate, 1e-300, 1e9, allowed="> 0")
        check_share("first_masked", self.first_masked, positive=True)
        check_share("first_level", self.first_level, positive=True)
        if self.unique_sequences is not None:
            check_integer("unique_sequences", self.unique_sequences)

    def training_config(self, seed: int) -> TrainingConfig:
        """The same for the training loop."""
        from synthetic.training import TrainingConfig

        return TrainingConfig(
            steps=self.steps,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            seed=seed,
            autocast=self.precision == "bfloat16",
            compile=self.compiled,
        )


@dataclass(frozen=True, kw_only=True)
class Training(Unit):
    """A masked diffusion model, or an autoregressive one where `causal`, trained on a language.

    Its artifact is the model; its rows the held-out loss and its excess over the language, in nats
    per token, and for a denoiser the mean KL divergence of its conditionals.
    """

    kind = "training"
    version = 2  # intervals that hold

    language: str
    language_hash: str
    length: int
    causal: bool
    architecture: Architecture
    budget: Budget
    seed: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.budget.first_level != 1:
            raise ValueError(f"first_level is for noisy tokens, got {self.budget.first_level}")
        if self.causal and self.budget.targets != "tokens":
            raise ValueError(f"a causal model has tokens as targets, got {self.budget.targets}")

    @property
    def expected_seconds(self) -> float:
        """What an update takes whatever its size, and by tokens and weights."""
        tokens = self.budget.batch_size * self.length * self.architecture.relative_size
        return 2 + self.budget.steps * (0.01 + 1.5e-5 * tokens)

    def objective(self, language: Language) -> Objective | Curriculum:
        """What the model is trained on."""
        from synthetic.training import ExactTargets, FewMasksFirst, NextToken

        if self.causal:
            return NextToken()
        masks = FewMasksFirst(self.budget.first_masked)
        return masks if self.budget.targets == "tokens" else ExactTargets(language, masks)

    def setting(self, denoiser: str, reveal: str, steps: int, seed: int) -> Setting:
        """The columns of a measurement of this model."""
        return setting_of(self, denoiser, reveal=reveal, steps=steps, seed=seed)

    def model(
        self, vocab_size: int, inputs: Mapping[Unit, Input]
    ) -> TransformerConfig | Transformer:
        """What the training begins with: a new model."""
        return self.architecture.config(vocab_size, self.length, causal=self.causal)

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """Held-out loss and excess; for a denoiser also its mean conditional divergence."""
        from synthetic.device import check_device, exact_device
        from synthetic.languages import catalogue
        from synthetic.training import conditional_divergence, evaluate, save_model, train

        language = catalogue.load(self.language, exact_device(context.device))
        corpus = corpus_of(self, language, context)

        def trained(checkpoint: Path) -> Transformer:
            return train(
                language,
                length=self.length,
                model=self.model(language.vocab_size, inputs),
                objective=self.objective(language),
                config=self.budget.training_config(self.seed),
                corpus=corpus,
                device=check_device(context.device),
                directory=checkpoint,
                progress=lambda progress: context.report(progress.step / progress.steps),
            ).model

        model = resumed(self, context, trained)
        save_model(model, context.folder / MODEL_FILE)
        name = "autoregressive" if self.causal else "masked-diffusion"
        setting = self.setting(name, "none", 0, self.seed)
        held_out = evaluate(model, language, length=self.length, sequences=HELD_OUT)
        rows = [
            setting.row("held_out_loss", held_out.loss),
            setting.row("held_out_excess", held_out.excess),
        ]
        if not self.causal:
            divergence = conditional_divergence(
                model, language, length=self.length, sequences=HELD_OUT
            )
            rows.append(setting.row("conditional_divergence", divergence))
        return Result(rows, artifacts=(MODEL_FILE,))


def resumed(unit: Unit, context: Context, train: Callable[[Path], Transformer]) -> Transformer:
    """What a training gives that keeps its checkpoint in the folder it is given.

    That folder is the unit's alone: what cannot be read there is damaged or old, is set aside, and
    the training begins anew.
    """
    from synthetic.training import CheckpointError

    checkpoint = context.folder / "checkpoint"
    try:
        return train(checkpoint)
    except CheckpointError as error:
        if set_aside(checkpoint) is None:
            raise
        context.note(f"{error}; {unit.kind} {unit.hash[:8]} begins anew")
        return train(checkpoint)


def corpus_of(
    unit: Training | NoisyTraining, language: Language, context: Context
) -> TrainingCorpus | None:
    """The fixed set of a training by its budget, None if every update has new sequences; words
    that coincide are counted in a note."""
    from synthetic.training import TrainingCorpus

    if unit.budget.unique_sequences is None:
        return None
    corpus = TrainingCorpus(language, unit.length, unit.budget.unique_sequences, unit.seed)
    if corpus.coinciding:
        context.note(corpus.coincidence)
    return corpus


def read_model(trained: Input, device: str) -> Transformer:
    """The model that a training unit left, on a device."""
    from synthetic.device import check_device
    from synthetic.training import load_model

    return load_model(trained.folder / MODEL_FILE, check_device(device))
