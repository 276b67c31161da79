"""Several small models of one shape trained as one batch, each as it would be alone.

Seeds, corpora and regularisation differ from model to model; shape, objective, batch size and
number of updates are shared. All draws of a model are functions of (its seed, step), so that beside
others it is the model of a run alone up to the rounding of products.

A stable phase after the warm-up goes on for as long as is wanted; `annealed` branches a linear
decay of the learning rate off it and leaves it as it was, so that any early stop is annealed.
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.languages.language import Language
from synthetic.models.stacked import StackedTransformer
from synthetic.models.transformer import Transformer, TransformerConfig
from synthetic.training.arms import Arm
from synthetic.training.checkpoint import (
    Checkpoint,
    check_tensors,
    load_checkpoint,
    save_checkpoint,
)
from synthetic.training.config import TrainingConfig, WarmupStableDecay
from synthetic.training.corpus import TrainingCorpus
from synthetic.training.data import Batches
from synthetic.training.loop import BETAS
from synthetic.training.stream import stream_generator

EPSILON = 1e-8  # of AdamW
GRADIENT_CLIP = 1.0
WARMUP_STEPS = 100
DECAY = 0.2  # share of the updates after the warm-up


@checked
@dataclass(frozen=True)
class Member:
    """One of the models: its arm, the seed of weights and masks, and its corpus; without one it
    reads new sequences for ever."""

    arm: Arm
    seed: int
    corpus: TrainingCorpus | None


@checked
class SideBySide:
    """The models of some members and all that an update changes."""

    def __init__(
        self,
        language: Language,
        model: TransformerConfig,
        members: Sequence[Member],
        *,
        batch_size: int,
        warmup_steps: int = WARMUP_STEPS,
        decay: float = DECAY,
        device: torch.device | str = "cpu",
    ) -> None:
        self.members = tuple(members)
        if not self.members:
            raise ValueError("members are one or more, got none")
        for member in self.members:
            if member.arm.causal != model.causal or (
                member.arm.objective != self.members[0].arm.objective
            ):
                raise ValueError(
                    f"arms side by side have one objective and its model, got "
                    f"{member.arm.objective} for a model with causal={model.causal}"
                )
            if member.arm.any_order != model.any_order:
                raise ValueError(
                    f"arms of orders={member.arm.orders} have a model with "
                    f"any_order={member.arm.any_order}, got {model.any_order}"
                )
            if member.arm.noise_level != model.noise_level:
                raise ValueError(
                    f"arms of {member.arm.objective} have a model with "
                    f"noise_level={member.arm.noise_level}, got {model.noise_level}"
                )
        self.batch_size = check_integer("batch_size", batch_size)
        self.warmup_steps = check_integer("warmup_steps", warmup_steps, least=0)
        self.schedule = WarmupStableDecay(decay)
        self.batches = [
            Batches(
                language,
                model.max_length,
                TrainingConfig(steps=1, batch_size=batch_size, learning_rate=1.0, seed=member.seed),
                member.corpus,
            )
            for member in self.members
        ]
        self.models = StackedTransformer(
            [Transformer(model, seed=member.seed, device=device) for member in self.members]
        )
        self.step = 0
        self._flatten()

    def _flatten(self) -> None:
        """All weights, and what AdamW keeps, as one vector each: an update is a few operations."""
        named = dict(self.models.named_parameters())
        count = len(self.members)
        self.weights = torch.cat([weight.detach().flatten() for weight in named.values()])
        self.gradient = torch.zeros_like(self.weights)
        self.moments = torch.zeros(2, *self.weights.shape, device=self.weights.device)
        self._gradients = []  # of each weight its part of the gradient, a row a model
        start = 0
        for weight in named.values():
            part = slice(start, start + weight.numel())
            weight.data = self.weights[part].view_as(weight)
            weight.grad = self.gradient[part].view_as(weight)
            self._gradients.append(self.gradient[part].view(count, -1))
            start += weight.numel()

        def spread(values: list[float]) -> Tensor:
            column = torch.tensor(values, device=self.weights.device).unsqueeze(1)
            return torch.cat([column.expand_as(part).reshape(-1) for part in self._gradients])

        self._rate = spread([member.arm.learning_rate for member in self.members])
        self._decay = spread([member.arm.weight_decay for member in self.members])
        self._decays = any(member.arm.weight_decay for member in self.members)

    @property
    def identity(self) -> dict[str, Any]:
        """What may not change between a run and its resumption, as nested JSON."""
        return {
            "model": self.models.config.saved,
            "batch_size": self.batch_size,
            "warmup_steps": self.warmup_steps,
            "schedule": asdict(self.schedule),
            "members": {
                str(place): {
                    "arm": asdict(member.arm),
                    "seed": member.seed,
                    "unique_sequences": member.corpus and member.corpus.unique_sequences,
                    "corpus": batches.fingerprint(),
                }
                for place, (member, batches) in enumerate(
                    zip(self.members, self.batches, strict=True)
                )
            },
        }

    def advance(self, until: int, end: int | None = None) -> Tensor:
        """Updates up to step `until`, with a decay that is over at step `end`, none by default.

        Gives the losses (E,) of the last one, in nats per token.
        """
        losses = torch.full((len(self.members),), math.nan, device="cpu")
        while self.step < until:
            losses = self._update(1.0 if end is None else self._factor(end))
        return losses

    def annealed(self, end: int, measure: Callable[[StackedTransformer], Any]) -> Any:
        """What is measured of the models at step `end` of a run whose decay is over there.

        The run itself is left at the step where that decay begins, and must not be beyond it.
        """
        self.advance(self.decay_begins(end))
        kept = self.weights.clone(), self.moments.clone(), self.step
        if self.step > self.decay_begins(end):
            raise ValueError(
                f"the decay up to step {end} begins at {self.decay_begins(end)}, the run is at "
                f"{self.step} already: ask for early ends first"
            )
        self.advance(end, end)
        measured = measure(self.models)
        self.weights.copy_(kept[0])
        self.moments.copy_(kept[1])
        self.step = kept[2]
        return measured

    def decay_begins(self, end: int) -> int:
        """The first step whose learning rate is below the peak where the decay is over at `end`."""
        step = min(self.warmup_steps, end)
        stable = math.floor((1 - self.schedule.decay) * max(0, end - self.warmup_steps))
        step += max(0, stable - 1)
        while step < end and self._factor(end, step) == 1:
            step += 1
        return step

    def _factor(self, end: int, step: int | None = None) -> float:
        step = self.step if step is None else step
        after = max(0, step - self.warmup_steps) / max(1, end - self.warmup_steps)
        return self.schedule.factor(after)

    def _update(self, factor: float) -> Tensor:
        losses = self._losses()
        self.gradient.zero_()
        losses.sum().backward()
        if not bool(losses.isfinite().all()):
            raise FloatingPointError(
                f"a loss is {losses.tolist()} at step {self.step}: try lower learning rates"
            )
        with torch.no_grad():
            self._clip()
            warmup = min(1.0, (self.step + 1) / (self.warmup_steps + 1))
            self._adamw(warmup * factor)
        self.step += 1
        return losses.detach()

    def _losses(self) -> Tensor:
        """Mean loss (E,) of each model on its own batch, nats per token."""
        device, mask = self.models.device, self.models.vocab_size
        read = []
        for member, batches in zip(self.members, self.batches, strict=True):
            generator = stream_generator(member.seed, self.step, "objective")
            read.append(member.arm.read(batches.at(self.step).cpu(), mask, generator))

        def together(parts: list[Tensor], kind: torch.dtype = torch.int64) -> Tensor:
            return torch.stack(parts).to(device, kind)

        orders = [one.order for one in read if one.order is not None]
        order = together(orders) if orders else None
        levels = [one.eta for one in read if one.eta is not None]
        eta = together(levels, torch.float64) if levels else None
        logits = self.models(together([one.inputs for one in read]), self._dropout(), order, eta)
        targets = together([one.targets for one in read])
        surprisal = F.cross_entropy(logits.flatten(0, 2), targets.flatten(), reduction="none")
        weight = together([one.weights for one in read], surprisal.dtype)
        return (surprisal.view_as(weight) * weight).sum(-1).mean(-1)

    def _dropout(self) -> Callable[[Tensor], Tensor]:
        if not any(member.arm.dropout for member in self.members):
            return lambda hidden: hidden
        generators = [
            stream_generator(member.seed, self.step, "dropout") for member in self.members
        ]

        def drop(hidden: Tensor) -> Tensor:
            kept = []
            for member, generator in zip(self.members, generators, strict=True):
                share = 1 - member.arm.dropout
                drawn = torch.rand(hidden.shape[1:], generator=generator, device="cpu")
                kept.append((drawn < share) / share)
            return hidden * torch.stack(kept).to(hidden.device)

        return drop

    def _clip(self) -> None:
        """Each model's gradient to a norm of at most GRADIENT_CLIP."""
        norms = torch.stack([part.square().sum(1) for part in self._gradients]).sum(0).sqrt()
        scale = (GRADIENT_CLIP / (norms + 1e-6)).clamp(max=1.0).unsqueeze(1)
        for part in self._gradients:
            part.mul_(scale)

    def _adamw(self, factor: float) -> None:
        first, second = self.moments
        rate = self._rate * factor
        if self._decays:
            self.weights.addcmul_(self.weights * self._decay, rate, value=-1)
        first.lerp_(self.gradient, 1 - BETAS[0])
        second.mul_(BETAS[1]).addcmul_(self.gradient, self.gradient, value=1 - BETAS[1])
        done = self.step + 1
        root = second.sqrt().div_(math.sqrt(1 - BETAS[1] ** done)).add_(EPSILON)
        self.weights.addcdiv_(first * rate, root, value=-1 / (1 - BETAS[0] ** done))

    def save(self, directory: Path, results: Any) -> None:
        """Keep the state in a folder, and what was measured so far as JSON values, in one step."""
        text = torch.frombuffer(bytearray(json.dumps(results).encode()), dtype=torch.uint8)
        tensors = {"weights": self.weights, "moments": self.moments, "results": text}
        save_checkpoint(directory, Checkpoint(self.step, tensors, self.identity))

    def restore(self, directory: Path) -> Any:
        """Go back to the state of a folder, and give what was measured until then.

        A folder of other members, corpora or settings is a `CheckpointError`, and is left as it is.
        """
        kept = load_checkpoint(directory, self.identity)
        state = {"weights": self.weights, "moments": self.moments}
        shapes = {name: tensor.shape for name, tensor in state.items()}
        tensors = dict(kept.tensors)
        results = json.loads(bytes(tensors.pop("results").tolist()))
        check_tensors(directory, shapes, tensors)
        for name, tensor in state.items():
            tensor.copy_(tensors[name])
        self.step = kept.step
        return results
