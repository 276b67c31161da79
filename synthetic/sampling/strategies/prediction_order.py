"""Strategies that go by the predicted laws, the surest positions first."""

from abc import abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.sampling.chance import Chance
from synthetic.sampling.schedules import check_sizes
from synthetic.sampling.strategies.fixed_count import calls_of_sizes, check_sum
from synthetic.sampling.strategies.strategy import Action, Choice, ChooseThenSample, Probe

RESOLUTION = 2.0**-30


@dataclass(frozen=True, repr=False)
class PredictionOrder(ChooseThenSample):
    """Reveals the first masked positions in ascending order of doubt; ties to the lowest index."""

    @abstractmethod
    def doubt(self, log_probs: Tensor) -> Tensor:
        """How unsure each predicted law is (B, L), of log-probabilities (B, L, V).

        Rounded by `rounded`, so that what ties in exact arithmetic ties in floating point.
        """

    @abstractmethod
    def take(self, doubts: Tensor, step: int) -> Tensor:
        """How many to reveal (B,), given ascending doubts (B, L), infinite where none is left.

        A row that `needs_call` has left out has doubts that mean nothing and reveals none.
        """

    def needs_call(
        self, state: Choice, tokens: Tensor, step: int, chance: Chance
    ) -> tuple[Tensor, Choice]:
        """The rows (B,) with something masked."""
        return (tokens == state.mask).any(dim=1), state

    def act(
        self,
        state: Choice,
        tokens: Tensor,
        log_probs: Tensor,
        step: int,
        chance: Chance,
        probe: Probe,
    ) -> Action:
        """Chooses the positions, then draws a symbol at each from its predicted law."""
        masked = tokens == state.mask
        doubts = self.doubt(log_probs).masked_fill(~masked, torch.inf)
        ascending, order = doubts.sort(dim=1, stable=True)
        chosen = masked & (order.argsort(dim=1) < self.take(ascending, step).unsqueeze(1))
        return super().act(state._replace(chosen=chosen), tokens, log_probs, step, chance, probe)


@dataclass(frozen=True, repr=False)
class SurestFirst(PredictionOrder):
    """Step k reveals the s_k masked positions of the least doubt.

    The sizes (s_1..s_N) sum to the number of free positions of every row. Symbols are drawn from
    the laws after the positions are chosen, so that one position a step with the exact denoiser
    gives the language itself.
    """

    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", check_sizes(self.sizes))

    def steps(self, tokens: Tensor) -> int:
        """N, the number of sizes."""
        return len(self.sizes)

    def expected_evaluations(self, length: int) -> float:
        """The number of sizes that are not zero."""
        return calls_of_sizes(self.sizes, length)

    def begin(self, tokens: Tensor, mask: int, chance: Chance) -> Choice:
        """An error where the sizes do not sum to the free positions of every row."""
        check_sum(self.sizes, tokens == mask)
        return super().begin(tokens, mask, chance)

    def needs_call(
        self, state: Choice, tokens: Tensor, step: int, chance: Chance
    ) -> tuple[Tensor, Choice]:
        """No row where the step's size is zero."""
        rows, state = super().needs_call(state, tokens, step, chance)
        return rows & (self.sizes[step] > 0), state

    def take(self, doubts: Tensor, step: int) -> Tensor:
        """The step's size."""
        return torch.full_like(doubts[:, 0], self.sizes[step], dtype=torch.int64)


def marginal_entropies(log_probs: Tensor) -> Tensor:
    """Entropies in nats (B, L) of predicted laws (B, L, V), rounded: sums of them are exact."""
    return rounded(torch.special.entr(log_probs.double().exp()).sum(-1))


def rounded(numbers: Tensor) -> Tensor:
    """The nearest multiples of 2^-30."""
    return (numbers / RESOLUTION).round() * RESOLUTION
