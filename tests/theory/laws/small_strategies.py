"""Strategies for tests: remasking with a memory, and broken contracts."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor

from synthetic.sampling.chance import Chance
from synthetic.sampling.strategies.strategy import Action, DrawOrder, Probe
from tests.synthetic.sampling.small_cases import CPU


class Counter64(NamedTuple):
    """The mask symbol (), a patience for each row (B,), and how sure the last call was (B, 1)."""

    mask: Tensor
    patience: Tensor
    sure: Tensor


@dataclass(frozen=True)
class Remasking:
    """Reveals at random, hides at random, remembers; asks an extra call; reveals all at the end."""

    rounds: int
    draw_order: ClassVar[DrawOrder] = "choose_then_sample"
    remasks: ClassVar[bool] = True
    probes: ClassVar[bool] = True
    value_dependent: ClassVar[bool] = True

    def steps(self, tokens: Tensor) -> int:
        return self.rounds

    def begin(self, tokens: Tensor, mask: int, chance: Chance) -> Counter64:
        coin = chance.flips(torch.full(tokens.shape, 0.25, dtype=torch.float64, device=CPU))
        sure = torch.zeros((len(tokens), 1), dtype=torch.float64, device=CPU)
        return Counter64(torch.tensor(mask, device=CPU), coin.sum(1), sure)

    def needs_call(
        self, state: Counter64, tokens: Tensor, step: int, chance: Chance
    ) -> tuple[Tensor, Counter64]:
        return (tokens == state.mask).any(1), state

    def act(
        self,
        state: Counter64,
        tokens: Tensor,
        log_probs: Tensor,
        step: int,
        chance: Chance,
        probe: Probe,
    ) -> Action:
        masked = tokens == state.mask
        last = step == self.rounds - 1
        eager = 1.0 if last else 0.3
        reveal = chance.flips(masked * eager + masked * (1 - eager) * (state.patience > 1)[:, None])
        variant = tokens.masked_fill(~masked & (tokens == 0), int(state.mask))
        mixed = torch.logaddexp(log_probs, probe(variant)) - math.log(2)
        values = chance.symbols(mixed, reveal)
        odd = ~masked & (tokens == 1) & (state.sure < -0.5)
        hide = chance.subset(odd, torch.ones_like(state.patience))
        hide = torch.zeros_like(hide) if last else hide
        sure = mixed.amax(2).masked_fill(~masked, 0.0).sum(1, keepdim=True)
        return Action(
            reveal, hide, values, Counter64(state.mask, state.patience - reveal.sum(1), sure)
        )


@dataclass(frozen=True)
class Broken(Remasking):
    """Remasking with one clause of the contract broken."""

    clause: str = ""

    @property
    def remasks(self) -> bool:  # type: ignore[override]
        return self.clause != "undeclared"

    def act(self, *arguments: Any) -> Action:
        action = super().act(*arguments)
        tokens, ones = arguments[1], torch.ones_like(action.reveal)
        changes: dict[str, dict[str, Tensor]] = {
            "overwrites": {"reveal": ones},
            "symbol": {"values": action.values + 5},
            "hides masked": {"hide": ones},
            "undeclared": {"hide": tokens != 2},
            "unfinished": {"reveal": ~ones},
        }
        if self.clause in changes:
            return action._replace(**changes[self.clause])
        if self.clause == "memory":
            return action._replace(state={})
        return action._replace(state=action.state._replace(sure=torch.zeros(99, device=CPU)))
