"""Strategies by the name that rows and figures give them."""

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from synthetic.sampling import Strategy

Reveal = Literal["bernoulli", "fixed count", "bernoulli, half first", "bisection", "least entropy"]
REVEALS: tuple[Reveal, ...] = ("bernoulli", "fixed count")  # swept against steps
ALL_REVEALS: tuple[Reveal, ...] = get_args(Reveal)


def uniform_strategy(reveal: Reveal, length: int, steps: int) -> "Strategy":
    """The strategy that reveals `length` free positions in `steps` steps.

    bernoulli and fixed count: random order, uniform schedule. bernoulli, half first: the first step
    reveals each position with probability 1/2, the others share the rest. bisection: the middle of
    every gap. least entropy: as many a step as fixed count, those whose predictions are surest.
    """
    from synthetic.sampling import (
        Bernoulli,
        Bisection,
        FixedCount,
        LeastEntropy,
        equal_sizes,
        linear,
        two_phase,
    )

    if reveal == "bernoulli":
        return Bernoulli(linear(steps))
    if reveal == "fixed count":
        return FixedCount(equal_sizes(length, steps))
    if reveal == "bernoulli, half first":
        return Bernoulli(two_phase(steps, 0.5) if steps > 1 else linear(1))
    if reveal == "bisection":
        return Bisection(steps)
    if reveal == "least entropy":
        return LeastEntropy(equal_sizes(length, steps))
    raise ValueError(f"reveal is one of {', '.join(ALL_REVEALS)}, got {reveal!r}")
