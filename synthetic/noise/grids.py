"""Grids of noise levels: 1 = eta_0 > eta_1 > .. > eta_N = 0, (N + 1,) float64."""

import itertools
import math
from collections.abc import Iterable

import torch
from torch import Tensor

from synthetic.arguments import check_array, check_steps, checked, short

LEAST_LEVEL = 1e-300  # of those above 0; a likelihood eta / V then is an ordinary float64


@checked
def linear_grid(steps: int) -> Tensor:
    """eta_k = 1 - k/N.

    Examples:
        >>> linear_grid(4).tolist()
        [1.0, 0.75, 0.5, 0.25, 0.0]
    """
    steps = check_steps(steps)
    return torch.tensor(
        [(steps - k) / steps for k in range(steps + 1)], dtype=torch.float64, device="cpu"
    )


@checked
def cosine_grid(steps: int) -> Tensor:
    """eta_k = 1 - sin(pi k / 2N): small steps at low noise, eta_(N-1) about (pi / 2N)^2 / 2."""
    steps = check_steps(steps)
    # as a square, so that no digits cancel
    levels = [2 * math.sin(math.pi * (steps - k) / (4 * steps)) ** 2 for k in range(steps + 1)]
    return torch.tensor([1.0, *levels[1:]], dtype=torch.float64, device="cpu")


@checked
def geometric_grid(steps: int, last_noise: float = 1e-4) -> Tensor:
    """eta_k = last_noise^(k / (N-1)) for k < N, eta_N = 0; with one step (1, 0)."""
    steps = check_steps(steps)
    _check_last(last_noise)
    levels = [last_noise ** (k / max(1, steps - 1)) for k in range(steps)]
    return check_grid([*levels, 0.0])


@checked
def log_odds_grid(steps: int, last_noise: float = 1e-4) -> Tensor:
    """eta_k / (1 - eta_k) geometric from N / 4 at k = 1 to that of last_noise at k = N - 1.

    Even steps of the log-odds of noise: the first one is of the size of the linear grid's, the
    middle is as fine as on the cosine grid, the last ones fall by a constant factor as on the
    geometric one. With one step (1, 0), with two (1, last_noise, 0).

    Examples:
        >>> [round(level, 4) for level in log_odds_grid(5, 0.01).tolist()]
        [1.0, 0.5556, 0.2005, 0.0479, 0.01, 0.0]
    """
    steps = check_steps(steps)
    _check_last(last_noise)
    if steps < 3:
        return check_grid([1.0, *[last_noise] * (steps - 1), 0.0])
    first, last = steps / 4, last_noise / (1 - last_noise)
    if not last < first:
        raise ValueError(
            f"log-odds of noise fall from {steps}/4 to those of last_noise, which is below "
            f"{first / (1 + first):g} for {steps} steps, got {last_noise!r}"
        )
    ratios = [(k - 1) / (steps - 2) for k in range(1, steps)]
    odds = [first ** (1 - share) * last**share for share in ratios]
    return check_grid([1.0, *(ratio / (1 + ratio) for ratio in odds), 0.0])


def check_grid(grid: object) -> Tensor:
    """A grid (N + 1,) as float64 on the CPU, or a one-line error."""
    if isinstance(grid, str) or not isinstance(grid, Iterable):
        raise TypeError(f"a grid is a vector such as cosine_grid(16), got {short(grid)}")
    given = check_array("grid", grid if isinstance(grid, torch.Tensor) else list(grid))
    if given.dim() != 1:
        raise ValueError(f"a grid is a vector (N + 1,), got shape {tuple(given.shape)}")
    levels = given.tolist()
    if len(levels) < 2 or levels[0] != 1 or levels[-1] != 0:
        raise ValueError(
            f"a grid goes from noise level 1 down to 0 in one step or more, got {_short(levels)}"
        )
    for step, (higher, lower) in enumerate(itertools.pairwise(levels), 1):
        if not lower < higher:
            raise ValueError(f"a grid falls at every step, got {higher}, {lower} at step {step}")
    if len(levels) > 2 and levels[-2] < LEAST_LEVEL:
        raise ValueError(f"levels above 0 are at least 1e-300, got {levels[-2]}")
    return torch.tensor(levels, dtype=torch.float64, device="cpu")


def _check_last(last_noise: float) -> None:
    if isinstance(last_noise, bool) or not LEAST_LEVEL <= last_noise < 1:
        raise ValueError(f"last_noise lies in 1e-300..1, below 1, got {last_noise!r}")


def _short(levels: list[float]) -> str:
    if len(levels) < 3:
        return str(levels)
    return f"[{levels[0]}, .., {levels[-1]}]"
