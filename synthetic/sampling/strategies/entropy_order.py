"""Strategies that go by the entropies of the predicted laws, the most certain positions first."""

from abc import abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.sampling.chance import Chance
from synthetic.sampling.strategies.strategy import Action, Choice, DrawChosen, Probe

RESOLUTION = 2.0**-30  # nats


@dataclass(frozen=True)
class EntropyOrder(DrawChosen):
    """Reveals the first masked positions in ascending order of entropy; ties to the lowest index.

    Entropies are rounded to multiples of 2^-30 nats: what ties in exact arithmetic then ties in
    floating point, and sums of them are exact.
    """

    @abstractmethod
    def take(self, entropies: Tensor, step: int) -> Tensor:
        """How many to reveal (B,), given ascending entropies (B, L), infinite where none is left.

        A row that `needs_call` has left out has entropies that mean nothing and reveals none.
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
        entropies = marginal_entropies(log_probs).masked_fill(~masked, torch.inf)
        ascending, order = entropies.sort(dim=1, stable=True)
        chosen = masked & (order.argsort(dim=1) < self.take(ascending, step).unsqueeze(1))
        return super().act(state._replace(chosen=chosen), tokens, log_probs, step, chance, probe)


def marginal_entropies(log_probs: Tensor) -> Tensor:
    """Entropies in nats (B, L) of predicted laws (B, L, V), to the nearest multiple of 2^-30."""
    entropies = torch.special.entr(log_probs.double().exp()).sum(-1)
    return (entropies / RESOLUTION).round() * RESOLUTION
