"""The arms of a comparison on limited data: objective and regularisation, all else is equal."""

from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor

from synthetic.arguments import check_number, check_share, checked
from synthetic.models.transformer import begin_shifted
from synthetic.training.objective import AnyOrder

ObjectiveName = Literal["next token", "any order"]


@checked
@dataclass(frozen=True, kw_only=True)
class Arm:
    """How the models of one line of a figure are trained.

    objective: next token trains a causal model, any order a masked diffusion model.
    learning_rate, weight_decay: of AdamW, peak and decoupled.
    dropout: share of what each attention and each MLP adds that is set to zero.
    masked_input: share of the tokens that a causal model reads masked; it still predicts all. At
        the true conditionals its loss is the entropy of a token given those that are left.
    """

    name: str
    objective: ObjectiveName
    learning_rate: float
    weight_decay: float = 0.0
    dropout: float = 0.0
    masked_input: float = 0.0

    def __post_init__(self) -> None:
        check_number("learning_rate", self.learning_rate, 1e-9, 1e3)
        check_number("weight_decay", self.weight_decay, 0, 1e3)
        for name in ("dropout", "masked_input"):
            check_share(name, getattr(self, name), below_one=True)
        if self.masked_input and not self.causal:
            raise ValueError(
                f"masked_input is of a causal arm, {self.name!r} masks by its objective already"
            )

    @property
    def causal(self) -> bool:
        """Whether it trains a causal model."""
        return self.objective == "next token"

    def read(self, tokens: Tensor, mask: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """What the model reads of tokens (B, L), and the weight (B, L) of each one's surprisal.

        The weighted sum is the loss of a sequence in nats per token.
        """
        if not self.causal:
            masked, weights = AnyOrder().mask(tokens.shape, generator)
            return tokens.masked_fill(masked, mask), masked * weights.unsqueeze(1)
        inputs = begin_shifted(tokens, mask)
        if self.masked_input:
            drawn = torch.rand(tokens.shape, dtype=torch.float64, generator=generator, device="cpu")
            inputs = inputs.masked_fill(drawn < self.masked_input, mask)
        length = tokens.shape[1]
        return inputs, torch.full(tokens.shape, 1 / length, dtype=torch.float64, device="cpu")


def plain_autoregressive(learning_rate: float) -> Arm:
    """AR0: weight decay 0.1, no dropout, not stopped early."""
    return Arm(name="AR0", objective="next token", learning_rate=learning_rate, weight_decay=0.1)


def masked_diffusion(learning_rate: float) -> Arm:
    """Masked diffusion with the weight decay of AR0."""
    return Arm(
        name="masked diffusion",
        objective="any order",
        learning_rate=learning_rate,
        weight_decay=0.1,
    )


def tuning_grid(arm: Arm) -> tuple[Arm, ...]:
    """Eight configurations of an arm, as many for each: two learning rates, two weight decays, and
    two of what its objective leaves open, masked input or dropout, beside none."""
    noised = replace(arm, masked_input=0.15) if arm.causal else replace(arm, dropout=0.1)
    return tuple(
        replace(other, learning_rate=rate, weight_decay=decay)
        for other in (replace(arm, dropout=0.0, masked_input=0.0), noised)
        for rate in (arm.learning_rate, arm.learning_rate / 3)
        for decay in (0.1, 1.0)
    )
