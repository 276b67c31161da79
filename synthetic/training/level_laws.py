"""At which noise levels a denoiser of noisy tokens is trained."""

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from synthetic.arguments import check_method, check_share, checked
from synthetic.noise import check_grid


class LevelLaw(Protocol):
    """A law of noise levels in (0, 1]."""

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """Levels (count,) float64 on the generator's device."""
        ...


@checked
@dataclass(frozen=True)
class HalfLogUniform:
    """Uniform on (0, 1) with one half, log-uniform on (least, 1) with the other.

    The first half serves what is drawn from noise, the second the last steps of a sampler, at
    levels that a uniform law would hardly ever draw.
    """

    least: float = 1e-4

    def __post_init__(self) -> None:
        if isinstance(self.least, bool) or not 1e-300 <= self.least < 1:
            raise ValueError(f"least is a noise level in 1e-300..1, below 1, got {self.least!r}")

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """Levels (count,) float64 on the generator's device."""
        uniforms = torch.rand(
            (2, count), dtype=torch.float64, generator=generator, device=generator.device
        )
        inside = uniforms[1].clamp(min=2.0**-54)  # the open interval
        return torch.where(uniforms[0] < 0.5, inside, self.least**inside)

    def density(self, eta: Tensor) -> Tensor:
        """Density of levels in (0, 1), same shape: 1/2 + 1[eta > least] / (2 eta log(1/least))."""
        steep = 0.5 / (eta * -math.log(self.least))
        return 0.5 + torch.where(eta > self.least, steep, 0.0)


@checked
@dataclass(frozen=True)
class LogUniform:
    """Log-uniform on (least, most): for a training that goes on at low noise alone."""

    least: float
    most: float

    def __post_init__(self) -> None:
        if not 1e-300 <= self.least < self.most <= 1:
            raise ValueError(
                f"levels run from least >= 1e-300 to a greater most <= 1, got {self.least!r} and "
                f"{self.most!r}"
            )

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """Levels (count,) float64 on the generator's device."""
        uniforms = torch.rand(
            count, dtype=torch.float64, generator=generator, device=generator.device
        )
        return self.most * (self.least / self.most) ** uniforms


@checked
@dataclass(frozen=True)
class ScaledLevels:
    """The levels of another law, multiplied by `most`, a number in (0, 1]."""

    levels: LevelLaw
    most: float

    def __post_init__(self) -> None:
        check_method("levels", self.levels, "draw", "HalfLogUniform()")
        check_share("most", self.most, positive=True)

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """Levels (count,) float64 on the generator's device."""
        return self.most * self.levels.draw(count, generator)


@checked
@dataclass(frozen=True)
class LevelsOfGrid:
    """The levels of a grid at which a sampler calls its denoiser, 0 left out, all equally often."""

    grid: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "grid", tuple(check_grid(self.grid).tolist()))

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """Levels (count,) float64 on the generator's device."""
        places = torch.randint(
            len(self.grid) - 1, (count,), generator=generator, device=generator.device
        )
        return torch.tensor(self.grid, dtype=torch.float64, device=generator.device)[places]
