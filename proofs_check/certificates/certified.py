"""An inequality over a box of real numbers, by ball arithmetic with adaptive subdivision."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from flint import arb, ctx, fmpq

from proofs_check.outcome import Holds, Outcome, Refuted, Undecided

BITS = 128
BoxSide = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Certified:
    """difference(x, ..) > 0 for all points of a box with rational sides, of one number without any.

    `difference` is evaluated on balls of Arb, which enclose every value on a part of the box. A
    part on which the sign is not certain is halved along its longest side, `deepest` times at most
    and into `most` parts in all; one that stays open makes the whole undecided and is printed,
    never passed over.
    """

    difference: Callable[..., arb]
    box: dict[str, BoxSide]
    text: str
    deepest: int = 60
    most: int = 20_000

    kind: ClassVar[str] = "certified"
    universal: ClassVar[bool] = True

    def check(self) -> Outcome:
        """Goes through the parts of the box."""
        before = ctx.prec
        ctx.prec = BITS
        try:
            return self._check()
        finally:
            ctx.prec = before

    def _check(self) -> Outcome:
        waiting = [(tuple(self.box.values()), 0)]
        decided = parts = 0
        while waiting:
            sides, depth = waiting.pop()
            parts += 1
            if self.difference(*map(_ball, sides)) > 0:
                decided += 1
                continue
            middle = [(low + high) / 2 for low, high in sides]
            # a comparison of balls is true only where it is certain
            if self.difference(*map(_exact, middle)) <= 0:
                point = ", ".join(f"{name} = {at}" for name, at in zip(self.box, middle))
                where = f"at {point} the" if point else "the"
                return Refuted(f"{where} difference is not positive")
            if not sides or depth == self.deepest or parts >= self.most:
                part = ", ".join(
                    f"{name} in [{low}, {high}]" for name, (low, high) in zip(self.box, sides)
                )
                return Undecided(f"{part} after {decided} parts")
            widths = [high - low for low, high in sides]
            at = widths.index(max(widths))
            waiting += [
                ((*sides[:at], half, *sides[at + 1 :]), depth + 1)
                for half in ((sides[at][0], middle[at]), (middle[at], sides[at][1]))
            ]
        return Holds(f"{decided} parts of the box")

    def formula(self) -> str:
        """The inequality and the box."""
        sides = ", ".join(f"{name} in [{low}, {high}]" for name, (low, high) in self.box.items())
        return f"{self.text} for {sides}" if sides else self.text


def _exact(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _ball(side: BoxSide) -> arb:
    """A ball that holds the whole side."""
    return _exact(side[0]).union(_exact(side[1]))
