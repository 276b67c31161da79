"""One transformer, causal or bidirectional: pre-norm, no biases.

    tokens (B, L) -> embedding + position (+ noise level) -> layers x [attention, MLP] -> norm
                  -> logits (B, L, V)

The input vocabulary has V + 1 symbols. Symbol V is the mask of the bidirectional model and the
begin-of-sequence symbol of the causal one; no logit stands for it. A denoiser of masked tokens
needs no time: how many positions are masked can be read off its input (MDLM, arXiv 2406.07524,
section 3). One of tokens that may be wrong can be given the noise level.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from synthetic.arguments import check_count, check_integer, check_seed, checked
from synthetic.models.inputs import check_cache, check_indices, check_levels, rows_at
from synthetic.models.kernels import attention, linear, root_mean_square_norm
from synthetic.models.key_value_cache import KeyValueCache, attend_to_cache
from synthetic.models.noise_input import FEATURES, NoiseInput
from synthetic.models.order_input import OrderInput
from synthetic.models.rotary import rotate, rotations

MLP_RATIO = 4


@checked
@dataclass(frozen=True, kw_only=True)
class TransformerConfig:
    """Everything that fixes the architecture.

    vocab_size: V, the symbols a position can take, the extra input symbol V not counted.
    max_length: most positions of an input; each has a learned absolute position.
    width, depth, heads: size of the residual stream, number of blocks, attention heads a block.
    causal: position i sees inputs 0..i only; otherwise all.
    rotary: rotary positions (arXiv 2104.09864) besides the learned absolute ones.
    noise_level: the noise level of each position is an input of a bidirectional model.
    any_order: a causal model that is told in which order it reads the positions.
    loops: how often the blocks are applied, one pass on what the last one gave, with the same
        weights (looped transformers, arXiv 2502.17416).
    """

    vocab_size: int
    max_length: int
    width: int
    depth: int
    heads: int
    causal: bool
    rotary: bool = False
    noise_level: bool = False
    any_order: bool = False
    loops: int = 1

    def __post_init__(self) -> None:
        for name in ("vocab_size", "max_length", "width", "depth", "heads", "loops"):
            object.__setattr__(self, name, check_integer(name, getattr(self, name)))
        for name in ("causal", "rotary", "noise_level", "any_order"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} is True or False, got {getattr(self, name)!r}")
        if self.width % self.heads:
            raise ValueError(
                f"width is a multiple of heads, got width {self.width} and {self.heads} heads"
            )
        if self.rotary and self.head_width % 2:
            raise ValueError(
                f"rotary positions need an even width / heads, got {self.width} / {self.heads}"
            )
        if self.noise_level and self.causal:
            raise ValueError("noise_level is an input of a bidirectional model, got a causal one")
        if self.any_order and not self.causal:
            raise ValueError("any_order is for a causal model, got a bidirectional one")

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    @property
    def layers(self) -> int:
        """The blocks that a token goes through, each as often as it is applied."""
        return self.depth * self.loops

    @property
    def saved(self) -> dict[str, Any]:
        """The fields as models and checkpoints keep them: `loops` where there are several, so that
        those from before there were any are the same."""
        fields = asdict(self)
        if self.loops == 1:
            del fields["loops"]
        return fields


class Attention(nn.Module):
    """Multi-head self-attention with one fused query-key-value product."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        width = config.width
        self.heads, self.causal, self.rotary = config.heads, config.causal, config.rotary
        self.query_key_value = empty_weight(3 * width, width)
        self.out = empty_weight(width, width)

    def forward(
        self, hidden: Tensor, batch: int, rotation: Tensor, cache: KeyValueCache | None, block: int
    ) -> Tensor:
        """hidden (B L, D) to (B L, D); with a cache the L positions follow those it holds.

        With weights of E models hidden is (E, B L, D), and `batch` E times B.
        """
        width = hidden.shape[-1]
        fused = linear(hidden, self.query_key_value)
        fused = fused.view(batch, -1, 3 * self.heads, width // self.heads)
        if self.rotary:
            turned, values = fused.split((2 * self.heads, self.heads), dim=2)
            queries, keys = rotate(turned, rotation).chunk(2, dim=2)
        else:
            queries, keys, values = fused.chunk(3, dim=2)
        queries, keys, values = (part.transpose(1, 2) for part in (queries, keys, values))
        if cache is None:
            mixed = attention(queries, keys, values, causal=self.causal)
        else:
            mixed = attend_to_cache(queries, keys, values, cache, block)
        return linear(mixed.transpose(1, 2).reshape(hidden.shape), self.out)


class MLP(nn.Module):
    """Two layers with a rectifier between."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        width = config.width
        self.up = empty_weight(MLP_RATIO * width, width)
        self.down = empty_weight(width, MLP_RATIO * width)

    def forward(self, hidden: Tensor) -> Tensor:
        """hidden (B L, D) to (B L, D)."""
        return linear(F.relu_(linear(hidden, self.up)), self.down)


class Block(nn.Module):
    """Attention and MLP, each on the normalised residual stream and added to it."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.attention = Attention(config)
        self.mlp = MLP(config)

    def forward(
        self, hidden: Tensor, batch: int, rotation: Tensor, cache: KeyValueCache | None, block: int
    ) -> Tensor:
        """hidden (B L, D) to (B L, D)."""
        normed = root_mean_square_norm(hidden)
        hidden = hidden + self.attention(normed, batch, rotation, cache, block)
        return hidden + self.mlp(root_mean_square_norm(hidden))


@checked
class Transformer(nn.Module):
    """A transformer whose initial weights are a function of (config, seed) on every device.

    They are float32; cast it as any module: `model.double()`, `model.to(torch.bfloat16)`.
    """

    rotation: Tensor

    def __init__(self, config: TransformerConfig, *, seed: int, device: torch.device | str) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.embedding = empty_weight(config.vocab_size + 1, width)
        self.positions = empty_weight(config.max_length, width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.head = empty_weight(config.vocab_size, width)
        # Last, so that the other weights are those of the model without it.
        self.noise = NoiseInput(empty_weight(width, FEATURES)) if config.noise_level else None
        more = empty_weight(config.max_length + 1, width) if config.any_order else None
        self.order_input = None if more is None else OrderInput(more)
        self._initialise(torch.Generator(device="cpu").manual_seed(check_seed(seed)))
        self.to(device)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        # What every cast and move goes through. No buffer: a cast to a real type would keep the
        # real part of the rotations alone.
        super()._apply(fn, recurse)
        self.rotation = rotations(self.config.max_length, self.config.head_width, self.dtype).to(
            self.device
        )
        return self

    @torch.no_grad()
    def _initialise(self, generator: torch.Generator) -> None:
        for name, parameter in self.named_parameters():
            # Positions as loud as symbols: drowned by them, they take a thousand steps to be heard.
            table = parameter is self.embedding or parameter is self.positions
            deviation = 1.0 if table else parameter.shape[-1] ** -0.5
            if name.endswith((".out", ".down")):
                # Keeps the residual stream of order one whatever the number of layers.
                deviation /= math.sqrt(2 * self.config.layers)
            parameter.normal_(std=deviation, generator=generator)

    @property
    def device(self) -> torch.device:
        """Where the weights are and tokens are expected."""
        return self.embedding.device

    @property
    def dtype(self) -> torch.dtype:
        """The type of the weights, in which logits come out."""
        return self.embedding.dtype

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols a position can take."""
        return self.config.vocab_size

    def forward(
        self,
        tokens: Tensor,
        eta: Tensor | None = None,
        cache: KeyValueCache | None = None,
        order: Tensor | None = None,
    ) -> Tensor:
        """Logits (B, L, V) of tokens (B, L) int64 in 0..V; another is a one-line error.

        On a GPU a token out of range is an assertion of torch instead, after which the process
        has to start again.
        `eta` (B, L) are noise levels in [0, 1], needed by a model with the noise level as input and
        not looked at by another. With a cache (causal models only) the L tokens follow those whose
        positions it holds; it is extended by them in place. `order` (B, L) are the positions that a
        model of any order predicts one after another, left to right by default.
        """
        batch, length = check_indices("tokens", tokens, self.device).shape
        start = 0 if cache is None else cache.length
        end = start + length
        if end > self.config.max_length:
            raise ValueError(
                f"at most {self.config.max_length} positions, got {end}: build the model with a "
                "larger max_length"
            )
        if cache is not None and not self.config.causal:
            raise ValueError("only a causal transformer has a key-value cache")
        if cache is not None:
            check_cache(cache, self._cache_shape(batch))
        hidden = rows_at("tokens", tokens, self.embedding)
        hidden = hidden + self._places(batch, start, end, order)
        if self.noise is not None:
            hidden = hidden + self.noise(check_levels(eta, tokens))
        if torch.is_autocast_enabled(hidden.device.type):
            hidden = hidden.to(torch.get_autocast_dtype(hidden.device.type))
        hidden = hidden.flatten(0, 1)
        rotation = self.rotation[start:end]
        for index, block in enumerate(self.config.loops * list(self.blocks)):
            hidden = block(hidden, batch, rotation, cache, index)
        if cache is not None:
            cache.length = end
        return linear(root_mean_square_norm(hidden), self.head).view(batch, length, -1)

    def _places(self, batch: int, start: int, end: int, order: Tensor | None) -> Tensor:
        """Vectors of the positions start to end, or of an order of them."""
        if self.order_input is None:
            if order is not None:
                raise ValueError("only a transformer with any_order reads an order")
            return self.positions[start:end]
        if start:
            raise ValueError("a transformer with any_order has no key-value cache")
        if order is None:
            order = torch.arange(end, device=self.device).expand(batch, end)
        elif check_indices("order", order, self.device).shape != (batch, end):
            raise ValueError(f"order has shape {(batch, end)}, got {tuple(order.shape)}")
        return self.order_input(order, self.positions)

    def empty_cache(self, batch: int) -> KeyValueCache:
        """A cache for `batch` sequences that holds no position yet."""
        shape = self._cache_shape(check_count(batch))
        keys = torch.empty(shape, dtype=self.dtype, device=self.device)
        return KeyValueCache(keys, torch.empty_like(keys))

    def _cache_shape(self, batch: int) -> tuple[int, ...]:
        config = self.config
        return config.layers, batch, config.heads, config.max_length, config.head_width


def begin_shifted(tokens: Tensor, vocab_size: int) -> Tensor:
    """What a causal model reads to predict tokens (B, L): the begin symbol V, then x_1..x_{L-1}."""
    start = torch.full_like(tokens[:, :1], vocab_size)
    return torch.cat((start, tokens[:, :-1]), dim=1)


def empty_weight(rows: int, columns: int) -> nn.Parameter:
    """A float32 weight (rows, columns) on the processor, whatever torch's defaults are."""
    return nn.Parameter(torch.empty(rows, columns, dtype=torch.float32, device="cpu"))
