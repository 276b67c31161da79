"""Networks small enough to train in minutes, and what one evaluation of them costs."""

from synthetic.models.flops import autoregressive_flops, cached_step_flops, forward_flops
from synthetic.models.key_value_cache import KeyValueCache
from synthetic.models.more_positions import with_more_positions
from synthetic.models.transformer import Transformer, TransformerConfig

__all__ = [
    "KeyValueCache",
    "Transformer",
    "TransformerConfig",
    "autoregressive_flops",
    "cached_step_flops",
    "with_more_positions",
    "forward_flops",
]
