"""Several small transformers of one shape as one: each product is a batch of products.

    weights (E, rows, columns), tokens (E, B, L) -> logits (E, B, L, V)

A processor spends most of the time of a small model between its operations; E models pay that
once. Each model gives what it gives alone, up to rounding.
"""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from synthetic.models.kernels import linear, root_mean_square_norm
from synthetic.models.noise_input import NoiseInput, noise_features
from synthetic.models.order_input import OrderInput, came_from
from synthetic.models.transformer import Block, Transformer, TransformerConfig


class StackedTransformer(nn.Module):
    """E transformers of one configuration side by side."""

    def __init__(self, models: Sequence[Transformer]) -> None:
        super().__init__()
        first, *others = models
        for other in others:
            if other.config != first.config:
                raise ValueError(
                    f"models side by side have one shape, got {first.config} and {other.config}"
                )
        self.config, self.count = first.config, len(models)
        self.rotation = first.rotation
        self.embedding = _together(models, "embedding")
        self.positions = _together(models, "positions")
        self.head = _together(models, "head")
        self.noise = None
        if first.noise is not None:
            self.noise = NoiseInput(_together(models, "noise.weight"))
        self.order_input = None
        if first.order_input is not None:
            self.order_input = OrderInput(_together(models, "order_input.weight"))
        self.blocks = nn.ModuleList(Block(first.config) for _ in first.blocks)
        for index, block in enumerate(self.blocks):
            for name, _ in tuple(block.named_parameters()):
                owner, leaf = name.rsplit(".", 1)
                stacked = _together(models, f"blocks.{index}.{name}")
                setattr(block.get_submodule(owner), leaf, stacked)

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols a position can take."""
        return self.config.vocab_size

    @property
    def device(self) -> torch.device:
        """Where the weights are and tokens are expected."""
        return self.embedding.device

    def forward(
        self,
        tokens: Tensor,
        dropout: Callable[[Tensor], Tensor] = lambda hidden: hidden,
        order: Tensor | None = None,
        eta: Tensor | None = None,
    ) -> Tensor:
        """Logits (E, B, L, V) of tokens (E, B, L) int64 in 0..V.

        `dropout` is applied to what each attention and each MLP adds, (E, B L, D). `order`
        (E, B, L) are the positions that models of any order predict one after another, `eta`
        (E, B, L) the noise levels for models that read them.
        """
        count, batch, length = tokens.shape
        hidden = _of_each(tokens, self.embedding)
        hidden = (hidden + self._places(tokens.shape, order)).flatten(1, 2)
        if self.noise is not None:
            if eta is None:
                raise ValueError("these models read noise levels (E, B, L), got none")
            features = noise_features(eta).to(hidden.dtype).flatten(1, 2)
            hidden = hidden + linear(features, self.noise.weight)
        rotation = self.rotation[:length]
        for block in self.config.loops * list(self.blocks):
            assert isinstance(block, Block)
            normed = root_mean_square_norm(hidden)
            mixed = block.attention(normed, count * batch, rotation, None, 0)
            hidden = hidden + dropout(mixed)
            hidden = hidden + dropout(block.mlp(root_mean_square_norm(hidden)))
        logits = linear(root_mean_square_norm(hidden), self.head)
        return logits.view(count, batch, length, -1)

    def _places(self, shape: torch.Size, order: Tensor | None) -> Tensor:
        length = shape[-1]
        if self.order_input is None:
            if order is not None:
                raise ValueError("only models with any_order read an order")
            return self.positions[:, None, :length]
        if order is None:
            order = torch.arange(length, device=self.device).expand(shape)
        before = came_from(order, self.config.max_length)
        return _of_each(order, self.positions) + _of_each(before, self.order_input.weight)

    @torch.no_grad()
    def model(self, place: int) -> Transformer:
        """A copy of one of the models."""
        alone = Transformer(self.config, seed=0, device=self.device)
        for name, weight in alone.named_parameters():
            weight.copy_(self.get_parameter(name)[place])
        return alone.eval()


def parameter_count(config: TransformerConfig) -> int:
    """The number of weights of a transformer."""
    with torch.device("meta"):
        return sum(w.numel() for w in Transformer(config, seed=0, device="cpu").parameters())


def _of_each(indices: Tensor, tables: Tensor) -> Tensor:
    """Rows (E, B, L, D) of the tables (E, rows, D) of E models, by indices (E, B, L)."""
    count, rows, _ = tables.shape
    shift = torch.arange(count, device=indices.device) * rows
    return F.embedding(indices + shift[:, None, None], tables.flatten(0, 1))


def _together(models: Sequence[Transformer], name: str) -> nn.Parameter:
    return nn.Parameter(torch.stack([model.get_parameter(name).detach() for model in models]))
