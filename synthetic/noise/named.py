"""Noise processes and grids by the names that rows, figures and the command line give them."""

from collections.abc import Callable

from torch import Tensor

from synthetic.noise.absorbing import Absorbing
from synthetic.noise.grids import cosine_grid, geometric_grid, linear_grid, log_odds_grid
from synthetic.noise.hybrid import Hybrid
from synthetic.noise.noise import Noise
from synthetic.noise.uniform import Uniform

NOISES: dict[str, Callable[[int], Noise]] = {
    "absorbing": Absorbing,
    "uniform": Uniform,
    "hybrid": lambda vocab_size: Hybrid(vocab_size, 0.1),
}
GRIDS: dict[str, Callable[[int], Tensor]] = {
    "linear": linear_grid,
    "cosine": cosine_grid,
    "geometric": geometric_grid,
    "log-odds": log_odds_grid,
}
LAST_LEVEL: dict[str, Callable[[int, float], Tensor]] = {
    "geometric": geometric_grid,
    "log-odds": log_odds_grid,
}
"""Grids that have a last level above 0 to choose."""


def build_noise(name: str, vocab_size: int) -> Noise:
    """The noise of a name; `hybrid` has a uniform share of 0.1, `hybrid:0.5` one of 0.5."""
    family, _, given = name.partition(":")
    if family not in NOISES or (given and family != "hybrid"):
        raise ValueError(f"noise is one of {', '.join(NOISES)} (hybrid:SHARE), got {name!r}")
    if given:
        return Hybrid(vocab_size, _number(given, f"the share of {name!r}"))
    return NOISES[family](vocab_size)


def build_grid(name: str, steps: int) -> Tensor:
    """The grid of a name; `geometric:1e-6` and `log-odds:1e-6` have that last level above 0, by
    default 1e-4."""
    family, _, given = name.partition(":")
    if family not in GRIDS or (given and family not in LAST_LEVEL):
        raise ValueError(
            f"a grid is one of {', '.join(GRIDS)} ({' and '.join(LAST_LEVEL)} with :LAST), got "
            f"{name!r}"
        )
    if given:
        return LAST_LEVEL[family](steps, _number(given, f"the last level of {name!r}"))
    return GRIDS[family](steps)


def _number(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{what} is a number, got {text!r}") from None
