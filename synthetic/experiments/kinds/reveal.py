"""Kinds of random-order reveal by name, as rows and figures name them."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from synthetic.sampling import Strategy

Reveal = Literal["bernoulli", "fixed count"]
REVEALS: tuple[Reveal, ...] = ("bernoulli", "fixed count")


def uniform_strategy(reveal: Reveal, length: int, steps: int) -> "Strategy":
    """The strategy of a reveal with the uniform schedule of `steps` steps."""
    from synthetic.sampling import Bernoulli, FixedCount, equal_sizes, linear

    if reveal == "bernoulli":
        return Bernoulli(linear(steps))
    if reveal == "fixed count":
        return FixedCount(equal_sizes(length, steps))
    raise ValueError(f"reveal is one of {', '.join(REVEALS)}, got {reveal!r}")
