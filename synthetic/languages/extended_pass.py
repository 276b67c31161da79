"""The forward-backward in `Scaled` numbers, which cannot underflow; logarithms at the end alone.

It is slower than the scaled pass and right for every table.
"""

import math

import torch
from torch import Tensor

from synthetic.scaled import Scaled


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
        self._initial = Scaled.of(initial)
        self._final = Scaled.of(final)
        self._observation = Scaled.of(observation)
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
        joint = Scaled.stack(self._joint(self._observed(rows)))
        uniform = joint.mantissa.new_full((), -math.log(joint.mantissa.shape[-1]))
        return _log_laws(joint, uniform).transpose(0, 1)

    def log_posterior_given(self, weights: Tensor) -> Tensor:
        """Log-posteriors (B, L, V) in nats of weights (B, L, V) of the symbols.

        Those of a rejected row are the weights, normalised.
        """
        given = _positions(weights)
        joint = self._joint([self._symbols(some) for some in given])
        laws = Scaled.stack([law.times(some) for law, some in zip(joint, given)])
        alone = _log_laws(Scaled.stack(given), laws.mantissa.new_zeros(()))
        return _log_laws(laws, alone).transpose(0, 1)

    def log_future(self, length: int) -> Tensor:
        """Log-weight in nats of all that follows from each state at each position, (L, S)."""
        mask = len(self._observation.mantissa) - 1
        masked = torch.full(
            (1, length), mask, dtype=torch.int64, device=self._observation.mantissa.device
        )
        observed = self._observed(masked)
        after = Scaled.stack(_messages(observed[::-1], self._final, self._backward)[::-1])
        return after.times(self._observation.at(mask)).log().squeeze(1)

    def _observed(self, rows: Tensor) -> list[Scaled]:
        """Weights (B, S) of the states at the L positions of rows (B, L)."""
        return [self._observation.at(symbols) for symbols in rows.T]

    def _log_weight(self, observed: list[Scaled]) -> Tensor:
        last = _messages(observed, self._initial, self._forward)[-1]
        return last.times(observed[-1]).times(self._final).total().log()

    def _joint(self, observed: list[Scaled]) -> list[Scaled]:
        """Weights (B, V) of the symbols at the L positions, given all that is elsewhere."""
        forward = _messages(observed, self._initial, self._forward)
        backward = _messages(observed[::-1], self._final, self._backward)[::-1]
        return [self._emission(ahead.times(back)) for ahead, back in zip(forward, backward)]


class _Sums:
    """Products of row vectors (B, S) with a matrix (S, T), over its positive entries alone."""

    def __init__(self, matrix: Tensor) -> None:
        most = max(1, int((matrix > 0).sum(0).max()))
        weights, self.index = matrix.T.topk(most, dim=-1)
        self.weights = Scaled.of(weights)
        self.terms = weights.numel()

    def __call__(self, vectors: Scaled) -> Scaled:
        return vectors.at(slice(None), self.index).times(self.weights).total()


def _messages(observed: list[Scaled], start: Scaled, step: _Sums) -> list[Scaled]:
    """Messages (B, S) at the L positions: weights of all before each, and the state there."""
    batch = len(observed[0].mantissa)
    state = Scaled(start.mantissa.expand(batch, -1), start.exponent.expand(batch, -1))
    messages = [state]
    for seen in observed[:-1]:
        state = step(state.times(seen))
        messages.append(state)
    return messages


def _positions(weights: Tensor) -> list[Scaled]:
    """Weights (B, V) at each of the L positions of (B, L, V)."""
    return [Scaled.of(some) for some in weights.unbind(1)]


def _log_laws(joint: Scaled, otherwise: Tensor) -> Tensor:
    """Log-laws in proportion to numbers, over the last axis; `otherwise` where all are zero."""
    total = joint.total()
    rejected = (total.mantissa == 0).unsqueeze(-1)
    divisor = Scaled(total.mantissa.unsqueeze(-1) + rejected, total.exponent.unsqueeze(-1))
    return torch.where(rejected, otherwise, joint.over(divisor).log())
