"""Numbers of any size: a float64 mantissa with an integer exponent of its own.

The mantissa is zero or in [1/2, 1), so that a sum keeps its largest term whatever the scale and
loses nothing but rounding. A result is zero exactly where the boolean semiring says so and has the
relative error of ordinary floating point, which a sum of logarithms has not.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import torch
from torch import Tensor

ABSENT = -(2**29)  # the exponent of zero: below that of any number, and far from overflow
IGNORED_BITS = 1100  # a term this far below the largest one adds nothing to it
FINITE_BITS = 2200  # beyond it float64 has only zero and infinity


class Scaled(NamedTuple):
    """Numbers mantissa * 2^exponent >= 0, float64 and int32 of one shape.

    A product or ratio rounds once, a sum of K terms K times: nothing overflows or underflows.
    """

    mantissa: Tensor
    exponent: Tensor

    @classmethod
    def of(cls, mantissa: Tensor, exponent: Tensor | int = 0) -> "Scaled":
        """The numbers with mantissas brought back to [1/2, 1), or zero."""
        normal, shift = torch.frexp(mantissa)
        return cls(normal, torch.where(normal > 0, shift + exponent, ABSENT).to(torch.int32))

    def at(self, *index: Any) -> "Scaled":
        """The numbers at an index, as of a tensor."""
        return Scaled(self.mantissa[index], self.exponent[index])

    @classmethod
    def stack(cls, numbers: Sequence["Scaled"]) -> "Scaled":
        """Numbers of one shape along a new first axis."""
        mantissas, exponents = zip(*numbers)
        return cls(torch.stack(mantissas), torch.stack(exponents))

    def put(self, values: "Scaled", *index: Any) -> None:
        """Replaces the numbers at an index, in place."""
        self.mantissa[index] = values.mantissa
        self.exponent[index] = values.exponent

    def times(self, other: "Scaled") -> "Scaled":
        """Products, with broadcasting."""
        return Scaled.of(self.mantissa * other.mantissa, self.exponent + other.exponent)

    def over(self, other: "Scaled") -> "Scaled":
        """Ratios to positive numbers, with broadcasting."""
        return Scaled.of(self.mantissa / other.mantissa, self.exponent - other.exponent)

    def total(self, dim: int = -1) -> "Scaled":
        """Sums along an axis."""
        largest = self.exponent.amax(dim, keepdim=True)
        shifts = (self.exponent - largest).clamp(min=-IGNORED_BITS)
        return Scaled.of(torch.ldexp(self.mantissa, shifts).sum(dim), largest.squeeze(dim))

    def values(self) -> Tensor:
        """Ordinary numbers, zero or infinite where they leave the range of float64."""
        return torch.ldexp(self.mantissa, self.exponent.clamp(-FINITE_BITS, FINITE_BITS))

    def log(self) -> Tensor:
        """Natural logarithms, minus infinity of zero."""
        return self.mantissa.log() + self.exponent.double() * math.log(2)


def log_fraction(value: Fraction) -> float:
    """Natural logarithm of an exact number >= 0."""
    if value == 0:
        return -math.inf
    if Fraction(1, 2) < value < 2:
        return math.log1p(float(value - 1))
    return math.log(value.numerator) - math.log(value.denominator)
