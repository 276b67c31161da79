"""What a causal transformer keeps of the positions it has seen."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass
class KeyValueCache:
    """Keys and values of the positions seen so far, preallocated for `max_length` positions.

    keys, values: (layers, B, heads, max_length, head width); length: positions filled.
    """

    keys: Tensor
    values: Tensor
    length: int = 0


def attend_to_cache(
    queries: Tensor, keys: Tensor, values: Tensor, cache: KeyValueCache, block: int
) -> Tensor:
    """Attention of new positions (B, heads, n, d) to those held and to the new before them."""
    start, end = cache.length, cache.length + queries.shape[2]
    cache.keys[block, :, :, start:end] = keys
    cache.values[block, :, :, start:end] = values
    # One new position sees everything; the first several see a square.
    mask = None
    if queries.shape[2] > 1:
        places = torch.arange(end, device=queries.device)
        mask = places <= places[start:].unsqueeze(-1)
    held = cache.keys[block, :, :, :end], cache.values[block, :, :, :end]
    return F.scaled_dot_product_attention(queries, *held, attn_mask=mask)
