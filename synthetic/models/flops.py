"""Floating-point operations of one evaluation: matrix products only, 2 per multiply-add."""

from synthetic.arguments import check_integer, checked
from synthetic.models.noise_input import FEATURES
from synthetic.models.transformer import MLP_RATIO, TransformerConfig


@checked
def forward_flops(config: TransformerConfig, *, length: int) -> int:
    """Operations of one forward pass over one sequence of `length` positions.

    Attention is counted as the full square of positions, causal or not, since that is what the
    kernels compute; norms, rotations, softmax and the embedding are left out.
    """
    length = _check_length(config, length)
    return length * _position_flops(config) + length * length * _pair_flops(config)


@checked
def cached_step_flops(config: TransformerConfig, *, position: int) -> int:
    """Operations of one cached step that computes position `position` (0 first) of one sequence."""
    position = check_integer("position", position, least=0, most=config.max_length - 1)
    return _position_flops(config) + (position + 1) * _pair_flops(config)


@checked
def autoregressive_flops(config: TransformerConfig, *, length: int) -> int:
    """Operations of `length` cached steps, one new position each: one sampled sequence."""
    length = _check_length(config, length)
    pairs = length * (length + 1) // 2
    return length * _position_flops(config) + pairs * _pair_flops(config)


def _position_flops(config: TransformerConfig) -> int:
    """Products with the weights: query, key, value, output, MLP up and down, head, noise level."""
    block = (3 + 1 + 2 * MLP_RATIO) * config.width**2
    noise = config.width * FEATURES if config.noise_level else 0
    return 2 * (config.layers * block + config.width * config.vocab_size + noise)


def _pair_flops(config: TransformerConfig) -> int:
    """One query against one key, and its weight times one value, in every layer."""
    return config.layers * 4 * config.width


def _check_length(config: TransformerConfig, length: int) -> int:
    return check_integer("length", length, most=config.max_length)
