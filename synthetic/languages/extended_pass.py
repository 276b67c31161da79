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
        self._symbols = _Sums(emission.T)

    def numbers(self, length: int) -> int:
        """Float64 numbers of working memory that one row needs."""
        states, symbols = self._observation.mantissa.shape[1], len(self._emission.index)
        steps = (self._forward, self._backward, self._emission, self._symbols)
        sums = max(step.terms for step in steps)
        return 10 * sums + length * (14 * states + 12 * symbols)

    def log_weight(self, rows: Tensor) -> Tensor:
        """Log-weights in nats (B,) of rows (B, L)."""
        return self._log_weight(self._observed(rows))

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log-weights in nats (B,) of weights (B, L, V) of the symbols."""
        return self._log_weight([self._symbols(some) for some in _positions(weights)])

    def log_posterior(self, rows: Tensor) -> Tensor:
        """Log-posteriors (B, L, V) in nats at the masked positions of rows (B, L).

        Those of a rejected row are uniform; other positions mean nothing.
        """
        joint = _stack(self._joint(self._observed(rows)))
        uniform = joint.mantissa.new_full((), -math.log(joint.mantissa.shape[-1]))
        return _log_laws(joint, uniform).transpose(0, 1)

    def log_posterior_given(self, weights: Tensor) -> Tensor:
        """Log-posteriors (B, L, V) in nats of weights (B, L, V) of the symbols.

        Those of a rejected row are the weights, normalised.
        """
        given = _positions(weights)
        joint = self._joint([self._symbols(some) for some in given])
        laws = _stack([law.times(some) for law, some in zip(joint, given)])
        alone = _log_laws(_stack(given), laws.mantissa.new_zeros(()))
        return _log_laws(laws, alone).transpose(0, 1)

    def log_future(self, length: int) -> Tensor:
        """Log-weight in nats of all that follows from each state at each position, (L, S)."""
        mask = len(self._observation.mantissa) - 1
        masked = torch.full(
            (1, length), mask, dtype=torch.int64, device=self._observation.mantissa.device
        )
        observed = self._observed(masked)
        after = _stack(_messages(observed[::-1], self._final, self._backward)[::-1])
        return after.times(self._observation[mask]).log().squeeze(1)

    def _observed(self, rows: Tensor) -> list[Extended]:
        """Weights (B, S) of the states at the L positions of rows (B, L)."""
        return [self._observation[symbols] for symbols in rows.T]

    def _log_weight(self, observed: list[Extended]) -> Tensor:
        last = _messages(observed, self._initial, self._forward)[-1]
        return last.times(observed[-1]).times(self._final).total().log()

    def _joint(self, observed: list[Extended]) -> list[Extended]:
        """Weights (B, V) of the symbols at the L positions, given all that is elsewhere."""
        forward = _messages(observed, self._initial, self._forward)
        backward = _messages(observed[::-1], self._final, self._backward)[::-1]
        return [self._emission(ahead.times(back)) for ahead, back in zip(forward, backward)]


class _Sums:
    """Products of row vectors (B, S) with a matrix (S, T), over its positive entries alone."""

    def __init__(self, matrix: Tensor) -> None:
        most = max(1, int((matrix > 0).sum(0).max()))
        weights, self.index = matrix.T.topk(most, dim=-1)
        self.weights = _extended(weights)
        self.terms = weights.numel()

    def __call__(self, vectors: Extended) -> Extended:
        return vectors[:, self.index].times(self.weights).total()


def _messages(observed: list[Extended], start: Extended, step: _Sums) -> list[Extended]:
    """Messages (B, S) at the L positions: weights of all before each, and the state there."""
    batch = len(observed[0].mantissa)
    state = Extended(start.mantissa.expand(batch, -1), start.exponent.expand(batch, -1))
    messages = [state]
    for seen in observed[:-1]:
        state = step(state.times(seen))
        messages.append(state)
    return messages


def _positions(weights: Tensor) -> list[Extended]:
    """Weights (B, V) at each of the L positions of (B, L, V)."""
    return [_extended(some) for some in weights.unbind(1)]


def _log_laws(joint: Extended, otherwise: Tensor) -> Tensor:
    """Log-laws in proportion to numbers, over the last axis; `otherwise` where all are zero."""
    total = joint.total()
    rejected = (total.mantissa == 0).unsqueeze(-1)
    divisor = Extended(total.mantissa.unsqueeze(-1) + rejected, total.exponent.unsqueeze(-1))
    return torch.where(rejected, otherwise, joint.over(divisor).log())


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
