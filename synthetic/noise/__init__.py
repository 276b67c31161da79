"""Noise on tokens: forward processes, and grids of noise levels."""

from synthetic.noise.absorbing import Absorbing
from synthetic.noise.grids import (
    check_grid,
    cosine_grid,
    geometric_grid,
    linear_grid,
    log_odds_grid,
)
from synthetic.noise.hybrid import Hybrid
from synthetic.noise.noise import Noise, noise_levels, point_masses
from synthetic.noise.uniform import Uniform

__all__ = [
    "Absorbing",
    "Hybrid",
    "Noise",
    "Uniform",
    "check_grid",
    "cosine_grid",
    "geometric_grid",
    "linear_grid",
    "log_odds_grid",
    "noise_levels",
    "point_masses",
]
