"""The arms of a comparison on limited data: objective and regularisation, all else is equal."""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from synthetic.arguments import check_integer, check_number, check_share, checked
from synthetic.models.transformer import begin_shifted
from synthetic.noise import Uniform
from synthetic.training.objective import AnyOrder
from synthetic.training.orders import Orders, draw_orders

ObjectiveName = Literal["next token", "any order", "uniform noise"]


class TrainingTask(NamedTuple):
    """What a model reads of sequences and what it is to predict: all (B, L).

    The sum of the surprisals of `targets` by `weights` is the loss of a sequence in nats per token.
    `order` is for a causal model of several orders, `eta` are the levels of one of noisy tokens.
    """

    inputs: Tensor
    targets: Tensor
    weights: Tensor
    order: Tensor | None = None
    eta: Tensor | None = None


@checked
@dataclass(frozen=True, kw_only=True)
class Arm:
    """How the models of one line of a figure are trained.

    objective: next token trains a causal model, any order a masked diffusion model, uniform noise
        one of tokens that may be wrong: those that any order hides, at one noise level a sequence,
        uniform on (0, 1], the others clean. At the true conditionals its loss is the mean entropy
        of a clean token given all clean and all noisy ones.
    learning_rate, weight_decay: of AdamW, peak and decoupled.
    dropout: share of what each attention and each MLP adds that is set to zero.
    masked_input: share of the tokens that a model reads masked beside those that its objective
        hides; it does not predict more of them. At the true conditionals its loss is the entropy of
        a token given those that are left.
    orders: from how many orders of positions an update draws, the first of them left to right; by
        default one for next token and all for any order. A causal model predicts each position from
        those before it in the order, a bidirectional one all that are hidden where a uniform number
        of them is, the last ones in the order.
    """

    name: str
    objective: ObjectiveName
    learning_rate: float
    weight_decay: float = 0.0
    dropout: float = 0.0
    masked_input: float = 0.0
    orders: Orders | None = None

    def __post_init__(self) -> None:
        check_number("learning_rate", self.learning_rate, 1e-9, 1e3)
        check_number("weight_decay", self.weight_decay, 0, 1e3)
        for name in ("dropout", "masked_input"):
            check_share(name, getattr(self, name), below_one=True)
        if self.orders is not None and self.orders != "all":
            object.__setattr__(self, "orders", check_integer("orders", self.orders))
        if self.noise_level and (self.orders is not None or self.masked_input):
            raise ValueError(
                "orders and masked_input are for tokens that are masked or follow, those of "
                f"{self.name!r} are noisy: leave them out"
            )
        if self.orders == (1 if self.causal else "all"):
            raise ValueError(
                f"orders {self.orders!r} are those of {self.objective}: leave them out"
            )
        if self.masked_input and not self.causal and self.orders is None:
            raise ValueError(
                f"masked_input is for few orders or a causal arm, {self.name!r} masks by its "
                "objective already"
            )

    @property
    def causal(self) -> bool:
        """Whether it trains a causal model."""
        return self.objective == "next token"

    @property
    def any_order(self) -> bool:
        """Whether its model is told in which order it reads the positions."""
        return self.causal and self.orders is not None

    @property
    def noise_level(self) -> bool:
        """Whether its model reads the noise level of each position."""
        return self.objective == "uniform noise"

    def read(self, tokens: Tensor, mask: int, generator: torch.Generator) -> TrainingTask:
        """What the model reads of tokens (B, L) and is to predict; the mask is V."""
        if self.causal:
            return self._causal(tokens, mask, generator)
        if self.noise_level:
            return self._some_noisy(tokens, mask, generator)
        if self.orders is None:
            hidden, weights = AnyOrder().mask(tokens.shape, generator)
        else:
            hidden, weights = self._last_hidden(tokens.shape, generator)
        inputs = self._noised(tokens.masked_fill(hidden, mask), mask, generator)
        return TrainingTask(inputs, tokens, hidden * weights.unsqueeze(1))

    def _causal(self, tokens: Tensor, mask: int, generator: torch.Generator) -> TrainingTask:
        order = None
        if self.orders is not None:
            order = draw_orders(tokens.shape, self.orders, generator)
            tokens = tokens.gather(1, order)
        inputs = self._noised(begin_shifted(tokens, mask), mask, generator)
        weights = torch.full(tokens.shape, 1 / tokens.shape[1], dtype=torch.float64, device="cpu")
        return TrainingTask(inputs, tokens, weights, order)

    def _some_noisy(
        self, tokens: Tensor, vocab_size: int, generator: torch.Generator
    ) -> TrainingTask:
        noised, weights = AnyOrder().mask(tokens.shape, generator)
        drawn = torch.rand(len(tokens), dtype=torch.float64, generator=generator, device="cpu")
        eta = (1 - drawn).unsqueeze(1) * noised
        inputs = Uniform(vocab_size).corrupt(tokens, eta, generator)
        return TrainingTask(inputs, tokens, noised * weights.unsqueeze(1), eta=eta)

    def _noised(self, inputs: Tensor, mask: int, generator: torch.Generator) -> Tensor:
        if not self.masked_input:
            return inputs
        drawn = torch.rand(inputs.shape, dtype=torch.float64, generator=generator, device="cpu")
        return inputs.masked_fill(drawn < self.masked_input, mask)

    def _last_hidden(self, shape: torch.Size, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """The last k positions of an order (B, L) bool, k uniform on 1..L, and 1/k (B,)."""
        assert self.orders is not None
        count, length = shape
        rank = draw_orders(shape, self.orders, generator).argsort(dim=1)
        sizes = torch.randint(1, length + 1, (count, 1), generator=generator, device="cpu")
        return rank >= length - sizes, 1 / sizes.squeeze(1).double()


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


def uniform_diffusion(learning_rate: float) -> Arm:
    """Uniform diffusion with the weight decay of AR0."""
    return replace(
        masked_diffusion(learning_rate), name="uniform diffusion", objective="uniform noise"
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


def factorial_arms(plain: Arm) -> tuple[Arm, ...]:
    """Attention, orders and masked input crossed, all else as in a plain autoregressive arm: clean
    arms first. The plain arm itself is left out, and masked input where all orders mask already."""
    few: tuple[Orders, ...] = (2, 4, 16)
    causal = [(plain, orders) for orders in (*few, "all")]
    diffusion = replace(plain, objective="any order")
    bidirectional = [(diffusion, orders) for orders in (None, 1, *few)]
    clean = [_factor(arm, orders, 0.0) for arm, orders in (*causal, *bidirectional)]
    masked = [
        _factor(arm, orders, 0.15) for arm, orders in ((plain, None), *causal, *bidirectional[1:])
    ]
    return (*clean, *masked)


def _factor(arm: Arm, orders: Orders | None, masked_input: float) -> Arm:
    attention = "causal" if arm.causal else "bidirectional"
    shown = orders or (1 if arm.causal else "all")
    name = f"{attention}, {shown} order{'' if shown == 1 else 's'}"
    name += ", masked input" if masked_input else ""
    return replace(arm, name=name, orders=orders, masked_input=masked_input)
