"""A network learns copy pairs, but only with absolute positions: that is where pairs begin."""

from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.languages import CopyPairs
from synthetic.models import Transformer, TransformerConfig
from synthetic.training import (
    AnyOrder,
    Objective,
    TrainingConfig,
    TrainingRun,
    conditional_divergence,
    train,
)
from synthetic.training.objective import Predictor

LENGTH, SYMBOLS = 8, 8
ENOUGH = 0.02  # nats per token; who knows nothing of partners has an excess of ln(8) / 3 or so


def run(objective: Objective, *, rotary: bool) -> TrainingRun:
    """Three hundred updates, a few seconds."""
    return train(
        CopyPairs(SYMBOLS),
        length=LENGTH,
        model=TransformerConfig(
            vocab_size=SYMBOLS,
            max_length=LENGTH,
            width=32,
            depth=2,
            heads=2,
            causal=False,
            rotary=rotary,
        ),
        objective=objective,
        config=TrainingConfig(steps=300, batch_size=128, learning_rate=1e-2, warmup_steps=30),
    )


def excess(model: Transformer) -> float:
    language = CopyPairs(SYMBOLS)
    return conditional_divergence(model, language, length=LENGTH, sequences=512).value


@dataclass(frozen=True)
class WithoutPositions:
    """Any-order training of a network whose absolute positions are kept at zero."""

    causal = False

    def loss(self, model: Predictor, tokens: Tensor, generator: torch.Generator) -> Tensor:
        assert isinstance(model, Transformer)
        silence(model)
        return AnyOrder().loss(model, tokens, generator)


def silence(model: Transformer) -> None:
    with torch.no_grad():
        model.positions.zero_()


def test_copy_pairs_are_learned() -> None:
    """One seed: the excess was 0.001, a twentieth of the bound."""
    assert excess(run(AnyOrder(), rotary=False).model) < ENOUGH


def test_copy_pairs_are_not_learned_from_relative_positions() -> None:
    """The broken twin: rotary positions alone do not tell which tokens are first in their pair."""
    model = run(WithoutPositions(), rotary=True).model
    silence(model)
    assert excess(model) > 5 * ENOUGH
