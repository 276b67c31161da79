"""Weighted automata: the one forward-backward that n-grams, HMMs and regular languages share.

A path s_1..s_L has the weight initial[s_1] * prod transition[s_i, s_i+1] * final[s_L], and emits
symbol x_i with weight emission[s_i, x_i]. The weight of a partial sequence is the sum over all
paths and all symbols at its masked positions.

Two passes compute it. The scaled one works with ordinary float64 numbers and knows the rows on
which it can be trusted; the others, where numbers come near underflow, are computed again in
numbers with an exponent of their own. Nothing is clipped, and a weight is zero exactly where the
boolean pass `accepts` says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.languages.extended_pass import ExtendedPass
from synthetic.languages.linear_map import Apply, linear_map
from synthetic.languages.scaled_pass import ScaledPass

MEMORY_BOUND = 128 * 2**20  # bytes of working memory beside input, output and what is cached
SUM_TOLERANCE = 1e-9


@checked
@dataclass(frozen=True, eq=False)
class WeightedAutomaton:
    """Initial (S,), transition (S, S), emission (S, V) and final (S,) weights, float64.

    Weights are finite and non-negative, final ones at most one, and the rows of the other tables
    sum to at most one: multiply by a constant to get there, it cancels in every conditional law.
    """

    initial: Tensor
    transition: Tensor
    emission: Tensor
    final: Tensor

    def __post_init__(self) -> None:
        if self.emission.dim() != 2 or self.emission.numel() == 0:
            raise ValueError(f"emission has shape (S, V), got {tuple(self.emission.shape)}")
        states, symbols = self.emission.shape
        shapes = {
            "initial": (self.initial, (states,)),
            "transition": (self.transition, (states, states)),
            "emission": (self.emission, (states, symbols)),
            "final": (self.final, (states,)),
        }
        for name, (table, shape) in shapes.items():
            if tuple(table.shape) != shape:
                raise ValueError(f"{name} has shape {shape}, got {tuple(table.shape)}")
            if table.dtype != torch.float64:
                raise ValueError(f"{name} is float64, got {table.dtype}")
            allowed = torch.isfinite(table) & (table >= 0)
            if not bool(allowed.all()):
                raise ValueError(f"{name} holds weights >= 0, got {table[~allowed][0].item()}")
            largest = float(table.max() if name == "final" else table.sum(-1).max())
            if largest > 1 + SUM_TOLERANCE:
                raise ValueError(f"{name} holds weights of row sums <= 1, got {largest:.9g}")

    @property
    def states(self) -> int:
        """S, the number of states."""
        return self.emission.shape[0]

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols."""
        return self.emission.shape[1]

    @property
    def device(self) -> torch.device:
        """Where the tables are."""
        return self.emission.device

    @cached_property
    def stochastic(self) -> bool:
        """Whether the weights of all sequences of any length sum to one, up to rounding."""
        tables = (self.initial, self.transition, self.emission)
        return bool((self.final == 1).all()) and all(
            bool(((table.sum(-1) - 1).abs() <= table.shape[-1] * 2.0**-52).all())
            for table in tables
        )

    @cached_property
    def deterministic(self) -> bool:
        """Whether the symbols so far determine the state, so that a word has one path at most."""
        emits = (self.emission > 0).double()
        starts = torch.cat([self.initial.unsqueeze(0), self.transition])
        return bool(((starts > 0).double() @ emits <= 1).all())

    @cached_property
    def _observation(self) -> Tensor:
        """Weight of each state (V + 1, S) given an observed symbol, or the mask in the last row."""
        return torch.cat([self.emission.T, self.emission.sum(-1).unsqueeze(0)]).contiguous()

    @cached_property
    def _point_masses(self) -> Tensor:
        """Log-laws (V + 1, V) of an observed symbol; the last row, of the mask, means nothing."""
        return torch.eye(self.vocab_size + 1, dtype=torch.float64, device=self.device)[:, :-1].log()

    @cached_property
    def _scaled(self) -> ScaledPass:
        tables = (self.initial, self.transition, self.emission, self.final)
        return ScaledPass(*tables, self._observation)

    @cached_property
    def _extended(self) -> ExtendedPass:
        tables = (self.initial, self.transition, self.emission, self.final)
        return ExtendedPass(*tables, self._observation)

    @cached_property
    def _possible_steps(self) -> Apply:
        return linear_map([(self.transition.T > 0).float()])

    def log_weight(self, tokens: Tensor) -> Tensor:
        """Log-weight in nats of partial sequences (B, L), (B,); minus infinity iff rejected."""
        if not self._scaled.usable:
            return self._extended_weight(tokens)
        weight = torch.empty(len(tokens), dtype=torch.float64, device=self.device)
        with torch.inference_mode():  # a fifteenth less time, and the results are ordinary tensors
            for part, rows in self._pieces(tokens, self._scaled.numbers(tokens.shape[1], 1)):
                weight[part], untrusted = self._scaled.log_weight(rows)
                if bool(untrusted.any()):
                    weight[part][untrusted] = self._extended_weight(rows[untrusted])
        return weight

    def log_posterior(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of each symbol at each position given the others, (B, L, V).

        Revealed positions are point masses; masked ones of a rejected row are uniform.
        """
        if not self._scaled.usable:
            return self._extended_posterior(tokens)
        result = self.emission.new_empty((*tokens.shape, self.vocab_size))
        with torch.inference_mode():
            for part, rows in self._pieces(tokens, self._scaled.numbers(tokens.shape[1], 2)):
                untrusted = self._scaled.log_posterior(rows, result[part])
                if bool(untrusted.any()):
                    result[part][untrusted] = self._extended_posterior(rows[untrusted])
        return result

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of their weight times `weights` (B, L, V), as (B,).

        Minus infinity exactly where every word meets a zero.
        """
        if not self._scaled.usable:
            return self._extended_weight_given(weights)
        result = torch.empty(len(weights), dtype=torch.float64, device=self.device)
        numbers = self._scaled.numbers_given(weights.shape[1], 1)
        with torch.inference_mode():
            for part, rows in self._pieces(weights, numbers):
                result[part], untrusted = self._scaled.log_weight_given(rows)
                if bool(untrusted.any()):
                    result[part][untrusted] = self._extended_weight_given(rows[untrusted])
        return result

    def log_posterior_given(self, weights: Tensor) -> Tensor:
        """Log-probability in nats of each symbol given weights (B, L, V) at all positions.

        Rows in which every word meets a zero are the weights, normalised at each position.
        """
        if not self._scaled.usable:
            return self._extended_posterior_given(weights)
        result = torch.empty_like(weights)
        numbers = self._scaled.numbers_given(weights.shape[1], 2)
        with torch.inference_mode():
            for part, rows in self._pieces(weights, numbers):
                untrusted = self._scaled.log_posterior_given(rows, result[part])
                if bool(untrusted.any()):
                    result[part][untrusted] = self._extended_posterior_given(rows[untrusted])
        return result

    def accepts(self, tokens: Tensor) -> Tensor:
        """Whether partial sequences (B, L) have positive weight, (B,): the boolean pass.

        Counts of predecessors stay below 2^24, so float32 sums of zeros and ones are exact.
        """
        result = torch.empty(len(tokens), dtype=torch.bool, device=self.device)
        observed = (self._observation > 0).float()
        for part, rows in self._pieces(tokens, 4 * self.states):
            count = (self.initial > 0).float().unsqueeze(1).repeat(1, len(rows))
            possible = count * observed[rows[:, 0]].T
            for symbols in rows.T[1:]:
                self._possible_steps(possible.unsqueeze(0), out=count.unsqueeze(0))
                torch.mul(count > 0, observed[symbols].T, out=possible)
            result[part] = (possible[self.final > 0] > 0).any(0)
        return result

    def log_future(self, length: int) -> Tensor:
        """Log-weight in nats of all that follows from each state at each position, (L, S)."""
        if self.stochastic:
            return self.initial.new_zeros(()).expand(length, self.states)
        return self._extended.log_future(length)

    def __reduce__(self) -> tuple[type, tuple[Tensor, ...]]:
        # the tables alone: what was derived from them is cheaper to make again than to send
        return type(self), (self.initial, self.transition, self.emission, self.final)

    def to(self, device: torch.device | str) -> "WeightedAutomaton":
        """The same automaton with its tables on another device."""
        tables = (self.initial, self.transition, self.emission, self.final)
        return WeightedAutomaton(*(table.to(device) for table in tables))

    def _pieces(self, rows: Tensor, numbers: int) -> Iterator[tuple[slice, Tensor]]:
        """Rows whose float64 numbers stay within MEMORY_BOUND (one row at the least), in order."""
        most = max(1, (MEMORY_BOUND // 8 - self._scaled.shared) // numbers)
        for first in range(0, len(rows), most):
            yield slice(first, first + most), rows[first : first + most]

    def _extended_weight(self, tokens: Tensor) -> Tensor:
        """Log-weights (B,) of rows (B, L) in numbers that cannot underflow."""
        weight = torch.empty(len(tokens), dtype=torch.float64, device=self.device)
        for part, rows in self._pieces(tokens, self._extended.numbers(tokens.shape[1])):
            weight[part] = self._extended.log_weight(rows)
        return weight

    def _extended_posterior(self, tokens: Tensor) -> Tensor:
        """Log-posteriors (B, L, V) of rows (B, L) in numbers that cannot underflow."""
        result = self._point_masses[tokens]
        masked = tokens == self.vocab_size
        for part, rows in self._pieces(tokens, self._extended.numbers(tokens.shape[1])):
            result[part][masked[part]] = self._extended.log_posterior(rows)[masked[part]]
        return result

    def _extended_weight_given(self, weights: Tensor) -> Tensor:
        """Log-weights (B,) given weights (B, L, V) in numbers that cannot underflow."""
        result = torch.empty(len(weights), dtype=torch.float64, device=self.device)
        for part, rows in self._pieces(weights, self._extended.numbers(weights.shape[1])):
            result[part] = self._extended.log_weight_given(rows)
        return result

    def _extended_posterior_given(self, weights: Tensor) -> Tensor:
        """Log-posteriors given weights (B, L, V) in numbers that cannot underflow."""
        result = torch.empty_like(weights)
        for part, rows in self._pieces(weights, self._extended.numbers(weights.shape[1])):
            result[part] = self._extended.log_posterior_given(rows)
        return result
