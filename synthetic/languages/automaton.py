"""Weighted automata: the one forward-backward that n-grams, HMMs and regular languages share.

A path s_1..s_L has the weight initial[s_1] * prod transition[s_i, s_i+1] * final[s_L], and emits
symbol x_i with weight emission[s_i, x_i]. The weight of a partial sequence is the sum over all
paths and all symbols at its masked positions.

Two passes compute it. The scaled pass works with ordinary float64 numbers that are divided by
their sum every few steps. It is exact up to rounding as long as no positive number comes near
underflow, and then its zeros are exactly those of the boolean semiring: every stored message is
zero or at least FLOOR, every weight of the tables is zero or at least FLOOR, so no product of two
messages and a table entry can round to zero. A row that breaks this is recomputed in log space,
where sums never underflow. Nothing is clipped. `accepts` is the boolean pass itself.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

FLOOR = 2.0**-300  # FLOOR^3 is still a normal float64
RESCALE_EVERY = 8
MEMORY_BOUND = 256 * 2**20  # bytes of working memory beside input and output
SUM_TOLERANCE = 1e-9


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
        states, symbols = self.emission.shape if self.emission.dim() == 2 else (0, 0)
        shapes = {
            "initial": (self.initial, (states,)),
            "transition": (self.transition, (states, states)),
            "emission": (self.emission, (states, symbols)),
            "final": (self.final, (states,)),
        }
        for name, (table, shape) in shapes.items():
            if tuple(table.shape) != shape or table.numel() == 0:
                raise ValueError(f"{name} has shape {shape} (S states), got {tuple(table.shape)}")
            if table.dtype != torch.float64:
                raise ValueError(f"{name} is float64, got {table.dtype}")
            if not bool((torch.isfinite(table) & (table >= 0)).all()):
                raise ValueError(f"{name} holds weights >= 0, got a negative or non-finite one")
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
        """Whether the weights of all sequences of any length sum to one."""
        sums = [self.initial.sum(-1), self.transition.sum(-1), self.emission.sum(-1), self.final]
        return all(bool(((total - 1).abs() <= SUM_TOLERANCE).all()) for total in sums)

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
    def _scalable(self) -> bool:
        """Whether all positive weights are far enough from underflow for the scaled pass."""
        tables = (self.initial, self.transition, self.emission, self.final)
        return all(not bool(((table > 0) & (table < FLOOR)).any()) for table in tables)

    def log_weight(self, tokens: Tensor) -> Tensor:
        """Log-weight in nats of partial sequences (B, L), (B,); minus infinity iff rejected."""
        parts = []
        for rows in self._chunks(tokens, directions=1):
            if self._scalable:
                weight, dead = self._scaled_weight(rows)
                if bool(dead.any()):
                    weight[dead] = self._log_space_weight(rows[dead])
            else:
                weight = self._log_space_weight(rows)
            parts.append(weight)
        return _concatenate(parts, tokens)

    def log_posterior(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of each symbol at each position given the others, (B, L, V).

        Revealed positions are point masses; masked ones of a rejected row are uniform.
        """
        result = torch.empty(
            (*tokens.shape, self.vocab_size), dtype=torch.float64, device=self.device
        )
        first = 0
        for rows in self._chunks(tokens, directions=2):
            part = result[first : first + len(rows)]
            if self._scalable:
                dead = self._scaled_posterior(rows, part)
                if bool(dead.any()):
                    part[dead] = self._log_space_posterior(rows[dead])
            else:
                part.copy_(self._log_space_posterior(rows))
            revealed = rows != self.vocab_size
            symbols = torch.arange(self.vocab_size, device=self.device)
            part.masked_fill_(revealed.unsqueeze(-1), -math.inf)
            part.masked_fill_(rows.unsqueeze(-1) == symbols, 0.0)
            first += len(rows)
        return result

    def accepts(self, tokens: Tensor) -> Tensor:
        """Whether partial sequences (B, L) have positive weight, (B,): the boolean pass.

        Counts of predecessors stay below 2^24, so float32 sums of zeros and ones are exact.
        """
        step = (self.transition > 0).float()
        observed = self._observation > 0
        possible = (self.initial > 0) & observed[tokens[:, 0]]
        for position in range(1, tokens.shape[1]):
            possible = (possible.float() @ step > 0) & observed[tokens[:, position]]
        return (possible & (self.final > 0)).any(-1)

    def log_future(self, length: int) -> Tensor:
        """Log-weight in nats of all that follows from each state at each position, (L, S)."""
        if self.stochastic:
            return self.initial.new_zeros(()).expand(length, self.states)
        masked = torch.full((1, length), self.vocab_size, dtype=torch.int64, device=self.device)
        backward = self._log_messages(masked, self.final, self.transition.T)[:, 0].flip(0)
        return backward + self._observation[-1].log()

    def to(self, device: torch.device | str) -> "WeightedAutomaton":
        """The same automaton with its tables on another device."""
        tables = (self.initial, self.transition, self.emission, self.final)
        return WeightedAutomaton(*(table.to(device) for table in tables))

    def _chunks(self, tokens: Tensor, *, directions: int) -> Iterator[Tensor]:
        """Rows in pieces whose messages stay within MEMORY_BOUND (one row at the least)."""
        numbers = tokens.shape[1] * (directions * (3 * self.states + 1) + 3 * self.vocab_size)
        yield from tokens.split(max(1, MEMORY_BOUND // (8 * numbers)))

    def _messages(self, rows: Tensor, directions: int) -> tuple[Tensor, Tensor, Tensor]:
        """Scaled messages (L, D, B, S), last products (D, B, S) and summed log-scales (D, B).

        Direction 0 is the forward pass, direction 1 the same recursion of the reversed automaton:
        message [i, 0] is the weight of x_1..x_(i-1) and each s_i, message [i, 1] that of
        x_(L-i+1)..x_L given each s_(L-i), counting positions from zero at the back.
        """
        batch, length = rows.shape
        observed = self._observation[rows.T]
        observed = torch.stack([observed, observed.flip(0)][:directions], dim=1)
        step = torch.stack([self.transition, self.transition.T][:directions])
        start = torch.stack([self.initial, self.final][:directions])
        messages = observed.new_empty((length, directions, batch, self.states))
        messages[0] = start.unsqueeze(1)
        log_scale = observed.new_zeros((directions, batch))
        product = messages[0] * observed[0]
        for position in range(1, length):
            if position % RESCALE_EVERY == 0:
                total = product.sum(-1)
                total.masked_fill_(total == 0, 1.0)
                product /= total.unsqueeze(-1)
                log_scale += total.log_()
            torch.bmm(product, step, out=messages[position])
            torch.mul(messages[position], observed[position], out=product)
        return messages, product, log_scale

    def _scaled_weight(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Log-weights (B,) of the scaled pass and the rows (B,) it cannot be trusted on."""
        messages, product, log_scale = self._messages(rows, directions=1)
        weight = (product[0] @ self.final).log_() + log_scale[0]
        return weight, _near_underflow(messages)

    def _scaled_posterior(self, rows: Tensor, result: Tensor) -> Tensor:
        """Writes log-posteriors (B, L, V) of masked positions; the rows (B,) not to be trusted."""
        messages, _, _ = self._messages(rows, directions=2)
        joint = (messages[:, 0] * messages[:, 1].flip(0)) @ self.emission
        total = joint.sum(-1, keepdim=True)
        dead = total == 0
        joint += dead  # a rejected row is uniform
        total += dead * float(self.vocab_size)
        torch.div(joint, total, out=joint).log_()
        result.copy_(joint.transpose(0, 1))
        return _near_underflow(messages)

    def _log_messages(self, rows: Tensor, start: Tensor, step: Tensor) -> Tensor:
        """Log-messages (L, B, S) of the forward recursion in log space."""
        observed = self._observation.log()[rows.T]
        log_step = step.log()
        messages = [start.log().expand(rows.shape[0], -1)]
        for position in range(rows.shape[1] - 1):
            product = messages[-1] + observed[position]
            pieces = product.split(max(1, MEMORY_BOUND // (16 * self.states**2)))
            sums = [torch.logsumexp(piece.unsqueeze(-1) + log_step, dim=1) for piece in pieces]
            messages.append(torch.cat(sums))
        return torch.stack(messages)

    def _log_space_weight(self, rows: Tensor) -> Tensor:
        """Log-weights (B,) of rows (B, L), in log space throughout."""
        forward = self._log_messages(rows, self.initial, self.transition)[-1]
        last = self._observation.log()[rows[:, -1]]
        return torch.logsumexp(forward + last + self.final.log(), dim=-1)

    def _log_space_posterior(self, rows: Tensor) -> Tensor:
        """Log-posteriors (B, L, V) of masked positions, in log space throughout."""
        forward = self._log_messages(rows, self.initial, self.transition)
        backward = self._log_messages(rows.flip(1), self.final, self.transition.T).flip(0)
        log_emission = self.emission.log()
        joint = torch.stack(
            [
                torch.logsumexp(state.unsqueeze(-1) + log_emission, dim=1)
                for state in forward + backward
            ],
            dim=1,
        )
        total = torch.logsumexp(joint, dim=-1, keepdim=True)
        uniform = joint.new_full((), -math.log(self.vocab_size))
        return torch.where(total == -math.inf, uniform, joint - total)


def _near_underflow(messages: Tensor) -> Tensor:
    """Rows (B,) of scaled messages (L, D, B, S) with a positive entry below FLOOR."""
    return messages.masked_fill(messages == 0, 1.0).amin(dim=(0, 1, 3)) < FLOOR


def _concatenate(parts: list[Tensor], tokens: Tensor) -> Tensor:
    """Parts in one tensor; none for no rows."""
    return torch.cat(parts) if parts else tokens.new_empty((0,), dtype=torch.float64)
