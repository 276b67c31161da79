"""The forward-backward in numbers that cannot underflow: each has a binary exponent of its own.

A number is mantissa * 2^exponent, the mantissa zero or in [1/2, 1) and the exponent an integer of
any size, so that a sum keeps its largest term whatever the scale and loses nothing but rounding: a
result is zero exactly where the boolean semiring says so, and has the relative error of ordinary
floating point. Logarithms are taken at the end alone. Slower than the scaled pass, and right for
every table.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor


class Extended(NamedTuple):
    """Non-negative numbers mantissa * 2^exponent; zero has the exponent minus infinity.

    Both are float64, which holds integers up to 2^53.
    """

    mantissa: Tensor
    exponent: Tensor

    def __mul__(self, other: "Extended") -> "Extended":  # type: ignore[override]
        """Products, element by element."""
        return _normal(self.mantissa * other.mantissa, self.exponent + other.exponent)

    def __truediv__(self, other: "Extended") -> "Extended":
        """Quotients by positive numbers, element by element."""
        return _normal(self.mantissa / other.mantissa, self.exponent - other.exponent)

    def take(self, index: Tensor, dim: int = 0) -> "Extended":
        """The numbers at the indices (any shape) of one axis."""
        ...

    def total(self) -> "Extended":
        """Sums over the last axis."""
        top = self.exponent.amax(-1)
        reference = torch.where(top == -math.inf, 0.0, top)
        parts = self.mantissa * torch.exp2(self.exponent - reference.unsqueeze(-1))
        return _normal(parts.sum(-1), reference)

    def log(self) -> Tensor:
        """Natural logarithms."""
        return self.mantissa.log() + self.exponent * math.log(2)
