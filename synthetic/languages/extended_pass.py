"""The forward-backward in numbers that cannot underflow: each has a binary exponent of its own.

A number is mantissa * 2^exponent, the mantissa zero or in [1/2, 1) and the exponent an integer of
any size, so that a sum keeps its largest term whatever the scale and loses nothing but rounding. A
result is zero exactly where the boolean semiring says so and has the relative error of ordinary
floating point, which a sum of logarithms has not. Logarithms are taken at the end alone. It is
slower than the scaled pass and right for every table.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Extended:
    """Numbers mantissa * 2^exponent >= 0, both float64; zero has the exponent minus infinity."""

    mantissa: Tensor
    exponent: Tensor

    def __getitem__(self, index: Any) -> "Extended":
        return Extended(self.mantissa[index], self.exponent[index])

    def times(self, other: "Extended") -> "Extended":
        """Products, element by element."""
        return _extended(self.mantissa * other.mantissa, self.exponent + other.exponent)

    def over(self, other: "Extended") -> "Extended":
        """Quotients by positive numbers, element by element."""
        return _extended(self.mantissa / other.mantissa, self.exponent - other.exponent)

    def total(self) -> "Extended":
        """Sums over the last axis."""
        top = self.exponent.amax(-1)
        top = torch.where(top == -math.inf, 0.0, top)
        parts = self.mantissa * torch.exp2(self.exponent - top.unsqueeze(-1))
        return _extended(parts.sum(-1), top)

    def log(self) -> Tensor:
        """Natural logarithms."""
        return self.mantissa.log() + self.exponent * math.log(2)


class ExtendedPass:
    """The forward-backward of the same tables as `ScaledPass`, always right; vectors are rows."""

    def __init__(
        self,
        initial: Tensor,
        transition: Tensor,
        emission: Tensor,
        final: Tensor,
        observation: Tensor,
    ) -> None:
        self._initial = _extended(initial)
        self._final = _extended(final)
        self._observation = _extended(observation)
        self._forward = _Sums(transition)
        self._backward = _Sums(transition.T)
        self._emission = _Sums(emission)

    def numbers(self, length: int) -> int:
        """Float64 numbers of working memory that one row needs."""
        states, symbols = self._observation.mantissa.shape[1], len(self._emission.index)
        sums = max(self._forward.terms, self._backward.terms, self._emission.terms)
        return 10 * sums + length * (12 * states + 10 * symbols)

    def log_weight(self, rows: Tensor) -> Tensor:
        """Log-weights in nats (B,) of rows (B, L)."""
        last = self._messages(rows, self._initial, self._forward)[-1]
        return last.times(self._observation[rows[:, -1]]).times(self._final).total().log()

    def log_posterior(self, rows: Tensor) -> Tensor:
        """Log-posteriors (B, L, V) in nats at the masked positions of rows (B, L).

        Those of a rejected row are uniform; other positions mean nothing.
        """
        forward = self._messages(rows, self._initial, self._forward)
        backward = self._messages(rows.flip(1), self._final, self._backward)[::-1]
        both = [ahead.times(back) for ahead, back in zip(forward, backward)]
        joint = _stack([self._emission(states) for states in both])
        total = joint.total()
        rejected = (total.mantissa == 0).unsqueeze(-1)
        divisor = Extended(total.mantissa.unsqueeze(-1) + rejected, total.exponent.unsqueeze(-1))
        laws = joint.over(divisor).log()
        uniform = laws.new_full((), -math.log(laws.shape[-1]))
        return torch.where(rejected, uniform, laws).transpose(0, 1)

    def log_future(self, length: int) -> Tensor:
        """Log-weight in nats of all that follows from each state at each position, (L, S)."""
        mask = len(self._observation.mantissa) - 1
        masked = torch.full(
            (1, length), mask, dtype=torch.int64, device=self._observation.mantissa.device
        )
        after = _stack(self._messages(masked, self._final, self._backward)[::-1])
        return after.times(self._observation[mask]).log().squeeze(1)

    def _messages(self, rows: Tensor, start: Extended, step: "_Sums") -> list[Extended]:
        """Messages (B, S) at the L positions: weights of all before each, and the state there."""
        batch = len(rows)
        state = Extended(start.mantissa.expand(batch, -1), start.exponent.expand(batch, -1))
        messages = [state]
        for symbols in rows.T[:-1]:
            state = step(state.times(self._observation[symbols]))
            messages.append(state)
        return messages


class _Sums:
    """Products of row vectors (B, S) with a matrix (S, T), over its positive entries alone."""

    def __init__(self, matrix: Tensor) -> None:
        most = max(1, int((matrix > 0).sum(0).max()))
        weights, self.index = matrix.T.topk(most, dim=-1)
        self.weights = _extended(weights)
        self.terms = weights.numel()

    def __call__(self, vectors: Extended) -> Extended:
        return vectors[:, self.index].times(self.weights).total()


def _extended(values: Tensor, exponent: Tensor | float = 0.0) -> Extended:
    """values * 2^exponent with the mantissa brought to [1/2, 1)."""
    mantissa, shift = torch.frexp(values)
    return Extended(mantissa, torch.where(mantissa == 0, -math.inf, shift.double() + exponent))


def _stack(numbers: list[Extended]) -> Extended:
    """Numbers of one shape along a new first axis."""
    return Extended(
        torch.stack([number.mantissa for number in numbers]),
        torch.stack([number.exponent for number in numbers]),
    )
