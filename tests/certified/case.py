"""A computed number with a certified error, beside what it should be."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from mpmath import mp, mpf

from synthetic.quantities import CertifiedValue

DIGITS = 60
FACTOR = 10  # an error that is so many times too large, or too small, is refused
UNIT = mpf(2) ** -53  # relative rounding error of one float64 operation
Exact: TypeAlias = Fraction | mpf


@dataclass(frozen=True)
class Case:
    """`truth` is the number in exact arithmetic or sixty digits. `stated` is the bound by its
    formula, in exact arithmetic too and from quantities of the case alone; without it the bound is
    reached: the number is off by a tenth of it at least."""

    name: str
    module: str  # whose error it is
    computed: Callable[[], CertifiedValue]
    truth: Callable[[], Exact]
    stated: Callable[[], Exact] | None = None
    within: float = 0.02  # relative; what is left open is rounding that the formula measures

    def numbers(self) -> tuple[CertifiedValue, mpf, mpf | None]:
        """The number, the truth and the stated bound."""
        with mp.workdps(DIGITS):
            stated = None if self.stated is None else digits(self.stated())
            return self.computed(), digits(self.truth()), stated

    def refusal(self, computed: CertifiedValue, truth: mpf, stated: mpf | None) -> str:
        """What is wrong with the certified error of a number; empty where nothing is."""
        with mp.workdps(DIGITS):
            distance, error = abs(mpf(computed.value) - truth), mpf(computed.error)
            if distance > error:
                return "too small: the number is further off"
            if stated is None:
                return "too large: not reached" if FACTOR * distance <= error else ""
            if error < stated * (1 - self.within):
                return "too small: less than stated"
            return "too large: more than stated" if error > stated * (1 + self.within) else ""


def roundings(count: float | Fraction, size: Exact | int = 1) -> mpf:
    """gamma_m of a number of this size, m = `count` operations in float64."""
    small = digits(Fraction(count)) * UNIT
    return small / (1 - small) * digits(size)


def digits(number: Exact | int | float) -> mpf:
    """The number as it is, in as many digits as are worked with."""
    if isinstance(number, Fraction):
        return mpf(number.numerator) / number.denominator
    return mpf(number)
