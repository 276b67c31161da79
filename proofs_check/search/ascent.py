"""Gradient ascent from seeded random points."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor


class Best(NamedTuple):
    """The best point (1, ..), its value, and how many points were evaluated."""

    point: Tensor
    value: float
    cases: int


def ascend(
    shape: tuple[int, ...],
    objective: Callable[[Tensor], Tensor],
    *,
    spread: float = 1.0,
    rate: float,
    rounds: int,
) -> Best:
    """Adam on each of `shape[0]` points by itself, from normal ones of standard deviation `spread`.

    `objective` (B, ..) -> (B,) is a float64 function of points; the same start every time.
    """
    generator = torch.Generator(device="cpu").manual_seed(0)
    start = torch.randn(shape, generator=generator, dtype=torch.float64, device="cpu")
    points = (spread * start).requires_grad_()
    optimiser = torch.optim.Adam([points], lr=rate)
    for _ in range(rounds):
        optimiser.zero_grad()
        (-objective(points).sum()).backward()
        optimiser.step()
    points = points.detach()
    values = objective(points)
    best = int(values.argmax())
    return Best(points[best : best + 1], float(values[best]), shape[0] * (rounds + 1))
