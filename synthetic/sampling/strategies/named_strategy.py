"""What is said of a strategy under its name: how it is built, its steps, its paths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from synthetic.sampling.strategies.strategy import Strategy


@dataclass(frozen=True, kw_only=True)
class NamedStrategy:
    """A strategy by the name that rows, figures, advice and the command line give it.

    `build(L, N)` is the strategy for L free positions in N steps. `most_steps(L)` is the number of
    steps from which on more change nothing, None if each further one changes the law; where
    `takes_steps` is false the strategy takes as many as it needs, at most so many, whatever N.
    `one_by_one`: at the most steps one position a step is revealed, chosen before its symbol is
    drawn, so that the exact denoiser generates the language itself. `random_order`: a word has
    several reveal paths, so that path probabilities bound its probability; otherwise they are its
    probability. `with_parameter(0.3)` is the strategy of a name such as `entropy bounded:0.3`.
    """

    name: str
    build: Callable[[int, int], Strategy]
    most_steps: Callable[[int], int] | None
    takes_steps: bool = True
    one_by_one: bool = False
    random_order: bool = False
    with_parameter: Callable[[float], NamedStrategy] | None = None


def one_step_a_position(length: int) -> int:
    """L."""
    return length
