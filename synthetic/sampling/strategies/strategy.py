"""The protocol of a strategy: which positions a step reveals (unmasks), and with which symbols.

    begin -> state -> [ needs_call -> rows --denoiser--> log_probs -> act ] x steps

One rule serves simulation and enumeration, since all randomness, token draws and ties included,
goes through `chance`. A strategy carries its own schedule and sees masked positions only.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor

from synthetic.quantities import Shown
from synthetic.sampling.chance import Chance

DrawOrder = Literal["choose_then_sample", "sample_then_choose"]
Probe = Callable[[Tensor], Tensor]


class Action(NamedTuple):
    """What a step does to B rows of L positions.

    reveal (B, L) bool: masked positions that get a symbol; hide (B, L) bool: revealed positions
    that are masked again; values (B, L) int64: the symbols; state: the memory for the next step.
    """

    reveal: Tensor
    hide: Tensor
    values: Tensor
    state: Any


@runtime_checkable
class Strategy(Protocol):
    """A rule that turns masked sequences into sequences; its memory is a NamedTuple of tensors."""

    @property
    def draw_order(self) -> DrawOrder:
        """Whether positions are chosen before their symbols are drawn, or after."""
        ...

    @property
    def remasks(self) -> bool:
        """Whether a revealed position can be masked again."""
        ...

    @property
    def probes(self) -> bool:
        """Whether a step can make extra calls of the denoiser."""
        ...

    @property
    def value_dependent(self) -> bool:
        """Whether the positions depend on revealed symbols or on the predicted law."""
        ...

    def steps(self, tokens: Tensor) -> int:
        """The number of steps N for these partial sequences (B, L)."""
        ...

    def begin(self, tokens: Tensor, mask: int, chance: Chance) -> Any:
        """The memory before the first step; a one-line error where the strategy does not fit."""
        ...

    def needs_call(
        self, state: Any, tokens: Tensor, step: int, chance: Chance
    ) -> tuple[Tensor, Any]:
        """The rows (B,) bool that need the denoiser in step 0..N-1, and the memory after asking."""
        ...

    def act(
        self,
        state: Any,
        tokens: Tensor,
        log_probs: Tensor,
        step: int,
        chance: Chance,
        probe: Probe,
    ) -> Action:
        """What the step does, given log-probabilities (B, L, V); rows not called are uniform."""
        ...


@runtime_checkable
class CountedCalls(Protocol):
    """A strategy whose expected number of calls follows from the length alone."""

    def expected_evaluations(self, length: int) -> float:
        """Expected evaluations of one sequence of `length` positions, all of them free."""
        ...


class Choice(NamedTuple):
    """The mask symbol (), and the positions (B, L) that the step has chosen."""

    mask: Tensor
    chosen: Tensor


@dataclass(frozen=True, repr=False)
class ChooseThenSample(Shown, ABC):
    """Strategies that choose positions first and then draw their symbols independently.

    They never remask and never probe.
    """

    draw_order: ClassVar[DrawOrder] = "choose_then_sample"
    remasks: ClassVar[bool] = False
    probes: ClassVar[bool] = False
    value_dependent: ClassVar[bool] = True

    @abstractmethod
    def steps(self, tokens: Tensor) -> int:
        """The number of steps N for these partial sequences (B, L)."""

    @abstractmethod
    def needs_call(
        self, state: Choice, tokens: Tensor, step: int, chance: Chance
    ) -> tuple[Tensor, Choice]:
        """The rows (B,) that the step reveals something in, and the choice where it is made."""

    def begin(self, tokens: Tensor, mask: int, chance: Chance) -> Choice:
        """The memory before the first step: nothing chosen."""
        nothing = torch.zeros(tokens.shape, dtype=torch.bool, device=tokens.device)
        return Choice(torch.tensor(mask, device=tokens.device), nothing)

    def act(
        self,
        state: Choice,
        tokens: Tensor,
        log_probs: Tensor,
        step: int,
        chance: Chance,
        probe: Probe,
    ) -> Action:
        """Draws a symbol at each chosen position from its predicted law."""
        nothing = torch.zeros_like(state.chosen)
        values = chance.symbols(log_probs, state.chosen)
        return Action(state.chosen, nothing, values, state._replace(chosen=nothing))


@dataclass(frozen=True, repr=False)
class NonAdaptive(ChooseThenSample):
    """Strategies that do not look: they choose positions without symbols or predicted laws.

    A row in which a step reveals nothing needs no call.
    """

    value_dependent: ClassVar[bool] = False

    @abstractmethod
    def choose(self, masked: Tensor, step: int, chance: Chance) -> Tensor:
        """The positions (B, L) bool, among the masked ones, that step 0..N-1 reveals."""

    def needs_call(
        self, state: Choice, tokens: Tensor, step: int, chance: Chance
    ) -> tuple[Tensor, Choice]:
        """Chooses the positions; the rows (B,) in which there are any."""
        chosen = self.choose(tokens == state.mask, step, chance)
        return chosen.any(dim=1), state._replace(chosen=chosen)
