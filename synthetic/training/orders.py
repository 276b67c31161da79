"""Orders in which positions are predicted: the one from left to right, several, or all.

A model of few orders lies between autoregression and masked diffusion, which is trained on all.
"""

import math
from functools import cache
from typing import Literal

import torch
from torch import Tensor

Orders = int | Literal["all"]


@cache
def listed_orders(length: int, count: int) -> Tensor:
    """The first so many of one fixed list of distinct orders (K, L), left to right first; more than
    there are is a one-line error."""
    if not 1 <= count <= (most := math.factorial(length)):
        raise ValueError(f"{length} positions have 1 to {most} orders or 'all', got {count}")
    chance = torch.Generator(device="cpu").manual_seed(0)
    listed = [tuple(range(length))]
    while len(listed) < count:
        drawn = tuple(torch.randperm(length, generator=chance).tolist())
        if drawn not in listed:
            listed.append(drawn)
    return torch.tensor(listed, device="cpu")


def draw_orders(shape: torch.Size, orders: Orders, generator: torch.Generator) -> Tensor:
    """For each of B sequences one of the listed orders, or of all, uniformly: (B, L) positions in
    the order in which they are predicted."""
    count, length = shape
    if orders == "all":
        drawn = torch.rand(shape, dtype=torch.float64, generator=generator, device="cpu")
        return drawn.argsort(dim=1)
    chosen = torch.randint(orders, (count,), generator=generator, device="cpu")
    return listed_orders(length, orders)[chosen]
