"""The training loop: no framework, no hidden state, killed and resumed without a trace.

Step s of a run draws from fresh generators that are functions of (seed, s), and its learning rate
is a function of s, so only weights, optimiser and average have to be kept.
"""

import contextlib
import copy
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from synthetic.arguments import check_length, check_method, checked
from synthetic.device import check_device
from synthetic.languages.language import Language
from synthetic.models.transformer import Transformer, TransformerConfig
from synthetic.training.checkpoint import (
    Checkpoint,
    CheckpointError,
    check_tensors,
    has_checkpoint,
    load_checkpoint,
    locked,
    save_checkpoint,
)
from synthetic.training.config import TrainingConfig
from synthetic.training.corpus import TrainingCorpus
from synthetic.training.curriculum import Constant, Curriculum
from synthetic.training.data import Batches
from synthetic.training.model_file import model_digest
from synthetic.training.objective import Objective, Predictor
from synthetic.training.stream import stream_generator

BETAS = (0.9, 0.95)


@dataclass(frozen=True)
class TrainingProgress:
    """Where a run stands: updates done of all, loss of the last batch in nats per token."""

    step: int
    steps: int
    loss: float
    tokens_per_second: float


@dataclass(frozen=True)
class TrainingRun:
    """A run that is finished, or was stopped.

    model: in evaluation mode, averaged weights if the config asks for an average.
    steps: updates done, fewer than asked for where it was stopped.
    loss: mean training loss of this process's last 100 updates, nats per token.
    seconds: time this process trained, checkpoints included.
    """

    model: Transformer
    steps: int
    loss: float
    seconds: float


@checked
def train(
    language: Language,
    *,
    length: int,
    model: TransformerConfig | Transformer,
    objective: Objective | Curriculum,
    config: TrainingConfig,
    corpus: TrainingCorpus | None = None,
    device: torch.device | str = "cpu",
    directory: Path | str | None = None,
    progress: Callable[[TrainingProgress], None] | None = None,
    stop: Callable[[], object] | None = None,
) -> TrainingRun:
    """Train a transformer, or go on from the directory's checkpoint if it has one.

    A configuration stands for a new model, a model for a copy of it to begin with.
    A curriculum gives the objective of each update by the share of the updates that is done.
    A corpus is read in epochs; without one every update has new sequences.
    On the processor a resumed run has the weights of an uninterrupted one bit for bit, at the same
    number of threads. One training at a time has a directory, a second is a BlockingIOError.
    `progress` is called after every update; where `stop` says so the run ends after one, with a
    checkpoint. A loss, gradient or weight that is not a number is a FloatingPointError that names
    the step, and leaves the last checkpoint.
    """
    length = check_length(length)
    check_method("objective", objective, "causal", "AnyOrder()")
    directory = None if directory is None else Path(directory)
    shape = model.config if isinstance(model, Transformer) else model
    _check(language, length, shape, objective)
    if isinstance(model, Transformer) and model.dtype not in (torch.float32, torch.float64):
        raise ValueError(
            f"weights are trained in float32 or float64, got {model.dtype}: give model.float(), "
            "with autocast for products in bfloat16"
        )
    run = _Run(language, length, model, objective, config, corpus, check_device(device))
    with contextlib.nullcontext() if directory is None else locked(directory):
        if directory is not None and has_checkpoint(directory):
            run.restore(load_checkpoint(directory, run.identity))
        return _finish(run, directory, progress, stop)


def _finish(
    run: "_Run",
    directory: Path | None,
    progress: Callable[[TrainingProgress], None] | None,
    stop: Callable[[], object] | None,
) -> TrainingRun:
    """All updates that are left, or those until it is stopped."""
    config, start, begun = run.config, run.step, time.perf_counter()
    losses: list[float] = []
    stopped = False
    while run.step < config.steps and not stopped:
        losses = [*losses[-99:], run.update()]
        stopped = stop is not None and bool(stop())
        due = run.step % config.checkpoint_every == 0 or run.step == config.steps or stopped
        if directory is not None and due:
            save_checkpoint(directory, run.checkpoint())
        if progress is not None:
            tokens = (run.step - start) * config.batch_size * run.batches.length
            rate = tokens / (time.perf_counter() - begun)
            progress(TrainingProgress(run.step, config.steps, losses[-1], rate))
    loss = sum(losses) / len(losses) if losses else math.nan
    return TrainingRun(run.finished(), run.step, loss, time.perf_counter() - begun)


class _Run:
    """Everything that an update changes."""

    def __init__(
        self,
        language: Language,
        length: int,
        model: TransformerConfig | Transformer,
        objective: Objective | Curriculum,
        config: TrainingConfig,
        corpus: TrainingCorpus | None,
        device: torch.device,
    ) -> None:
        self.config, self.step = config, 0
        self.curriculum = objective if isinstance(objective, Curriculum) else Constant(objective)
        self.batches = Batches(language, length, config, corpus)
        if isinstance(model, Transformer):
            self.model = copy.deepcopy(model).to(device).train()
        else:
            self.model = Transformer(model, seed=config.seed, device=device).train()
        self.predictor: Predictor = self.model
        if config.compile:
            self.predictor = cast(Transformer, torch.compile(self.model))
        self.weights = dict(self.model.named_parameters())
        self.average: dict[str, Tensor] = {}
        if config.average_decay is not None:
            self.average = {name: value.detach().clone() for name, value in self.weights.items()}
        self.optimiser = torch.optim.AdamW(
            self.weights.values(),
            lr=config.learning_rate,
            betas=BETAS,
            weight_decay=config.weight_decay,
            fused=device.type in ("cpu", "cuda", "mps"),
        )
        self.identity: dict[str, Any] = {
            "model": self.model.config.saved,
            "objective": _named(objective),
            "length": length,
            "training": asdict(config)
            | {"schedule": _named(config.schedule)}
            | {"unique_sequences": None if corpus is None else corpus.unique_sequences},
            "first_batch": self.batches.fingerprint(),
        }
        if corpus is not None:
            self.identity["corpus"] = {"seed": corpus.seed}
        del self.identity["training"]["checkpoint_every"]
        if isinstance(model, Transformer):
            self.identity["start"] = model_digest(model)

    def update(self) -> float:
        """One step; returns its loss in nats per token."""
        config, device = self.config, self.model.device
        tokens = self.batches.at(self.step).to(device)
        generator = stream_generator(config.seed, self.step, "objective")
        with torch.autocast(device.type, torch.bfloat16, enabled=config.autocast):
            objective = self.curriculum.at(self.step / config.steps)
            loss = objective.loss(self.predictor, tokens, generator).mean()
        value = float(loss.detach())
        self._check_finite("loss", value)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        limit = math.inf if config.gradient_clip is None else config.gradient_clip
        norm = torch.nn.utils.clip_grad_norm_(self.weights.values(), limit)
        self._check_finite("gradient", float(norm))
        self.optimiser.param_groups[0]["lr"] = config.learning_rate_at(self.step)
        self.optimiser.step()
        if config.average_decay is not None:
            with torch.no_grad():
                torch._foreach_lerp_(
                    list(self.average.values()),
                    list(self.weights.values()),
                    1 - config.average_decay,
                )
        self.step += 1
        return value

    def _check_finite(self, name: str, value: float) -> None:
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the {name} is {value} at step {self.step}: try a learning rate below "
                f"{self.config.learning_rate}"
            )

    def _check_weights(self) -> None:
        sums = [float(weight.detach().sum()) for weight in self.weights.values()]
        self._check_finite("sum of the weights", sum(sums))

    def checkpoint(self) -> Checkpoint:
        """The state as it is now, with finite weights: no run can go on from others."""
        self._check_weights()
        tensors: dict[str, Tensor] = {f"weight/{n}": value for n, value in self.weights.items()}
        tensors |= {f"average/{name}": value for name, value in self.average.items()}
        for name, weight in self.weights.items():
            state = self.optimiser.state[weight]
            tensors |= {f"optimiser/{key}/{name}": value for key, value in state.items()}
        return Checkpoint(self.step, tensors, self.identity)

    @torch.no_grad()
    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to a state."""
        if checkpoint.step > self.config.steps:
            raise CheckpointError(
                f"the checkpoint is after step {checkpoint.step} of {self.config.steps}"
            )
        shapes = {f"weight/{name}": value.shape for name, value in self.weights.items()}
        shapes |= {f"average/{name}": value.shape for name, value in self.average.items()}
        for name, value in self.weights.items():
            shapes |= {f"optimiser/{key}/{name}": value.shape for key in ("exp_avg", "exp_avg_sq")}
            shapes[f"optimiser/step/{name}"] = torch.Size(())
        check_tensors("the checkpoint", shapes, checkpoint.tensors)
        for label, tensor in checkpoint.tensors.items():
            part, name = label.split("/", 1)
            if part == "optimiser":
                key, name = name.split("/", 1)
                weight = self.weights[name]
                self.optimiser.state[weight][key] = tensor.to(weight.device)
            else:
                target = self.weights if part == "weight" else self.average
                target[name].copy_(tensor)
        self.step = checkpoint.step

    @torch.no_grad()
    def finished(self) -> Transformer:
        """The model with the weights to use."""
        self._check_weights()
        for name, value in self.average.items():
            self.weights[name].copy_(value)
        return self.model.eval()


def _named(part: object) -> dict[str, Any]:
    """The name and fields of a frozen dataclass, and of those it holds."""
    fields = {name: _named(v) if is_dataclass(v) else v for name, v in vars(part).items()}
    shown = {name: repr(v) if isinstance(v, Language) else v for name, v in fields.items()}
    return {"name": type(part).__name__, **shown}


def _check(
    language: Language, length: int, model: TransformerConfig, objective: Objective | Curriculum
) -> None:
    if model.vocab_size != language.vocab_size:
        raise ValueError(
            f"the model has {model.vocab_size} symbols, the language {language.vocab_size}"
        )
    if getattr(objective, "language", language) is not language:
        raise ValueError(
            f"exact targets are of the language that is trained on, {language}, got {objective}"
        )
    noise = getattr(objective, "noise", None)
    if model.noise_level and noise is None:
        raise ValueError(f"the model reads noise levels, {objective} has none")
    if noise is not None and noise.vocab_size != model.vocab_size:
        raise ValueError(f"the model has {model.vocab_size} symbols, got {noise}")
    if not 1 <= length <= model.max_length:
        raise ValueError(f"the model takes 1..{model.max_length} positions, got {length}")
    if model.causal != objective.causal:
        kinds = {True: "causal", False: "bidirectional"}
        raise ValueError(
            f"{objective} trains a {kinds[objective.causal]} model, got a {kinds[model.causal]} one"
        )
