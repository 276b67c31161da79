"""Noise and grids by name."""

import pytest
import torch

from synthetic.noise import (
    Absorbing,
    Hybrid,
    Uniform,
    cosine_grid,
    geometric_grid,
    linear_grid,
    log_odds_grid,
)
from synthetic.noise.named import build_grid, build_noise


def test_names() -> None:
    assert build_noise("absorbing", 3) == Absorbing(3)
    assert build_noise("uniform", 3) == Uniform(3)
    assert build_noise("hybrid", 3) == Hybrid(3, 0.1)
    assert build_noise("hybrid:0.5", 3) == Hybrid(3, 0.5)
    for name, grid in (
        ("linear", linear_grid(4)),
        ("cosine", cosine_grid(4)),
        ("geometric", geometric_grid(4)),
        ("geometric:1e-7", geometric_grid(4, 1e-7)),
        ("log-odds", log_odds_grid(4)),
        ("log-odds:1e-7", log_odds_grid(4, 1e-7)),
    ):
        assert torch.equal(build_grid(name, 4), grid)


@pytest.mark.parametrize("name", ["gaussian", "uniform:0.5", "hybrid:half", "hybrid:2"])
def test_wrong_noise_is_one_line(name: str) -> None:
    with pytest.raises(ValueError, match=r"noise is one of|is a number|uniform_share") as error:
        build_noise(name, 3)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["sine", "linear:3", "geometric:x", "log-odds:2"])
def test_wrong_grid_is_one_line(name: str) -> None:
    with pytest.raises(ValueError, match=r"a grid is one of|is a number|last_noise") as error:
        build_grid(name, 3)
    assert "\n" not in str(error.value)
