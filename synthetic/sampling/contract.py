"""What a strategy has to keep to, looked at in every step.

Without it a shape that torch stretches, or tokens that are changed in place, give another law in
silence. What an action may do to each position is looked at in `generate.tokens_after`.
"""

from collections.abc import Callable
from typing import Any, get_args

import torch
from torch import Tensor

from synthetic.arguments import WrongKindError, check_integer, short
from synthetic.sampling.chance import Chance
from synthetic.sampling.strategies.strategy import Action, DrawOrder, Probe, Strategy

FLAGS = ("remasks", "probes", "value_dependent")


def check_strategy(strategy: object) -> Strategy:
    """The strategy as given, or a one-line error."""
    if isinstance(strategy, type) or not isinstance(strategy, Strategy):
        raise TypeError(
            f"a strategy such as Bernoulli(linear(16)) is needed, got {short(strategy)}"
        )
    if strategy.draw_order not in get_args(DrawOrder):
        raise ValueError(
            f"draw_order of a strategy is one of {', '.join(get_args(DrawOrder))}, got "
            f"{short(strategy.draw_order)} of {strategy}"
        )
    for name in FLAGS:
        if not isinstance(getattr(strategy, name), bool):
            given = short(getattr(strategy, name))
            raise ValueError(f"{name} of a strategy is True or False, got {given} of {strategy}")
    return strategy


def steps_of(strategy: Strategy, tokens: Tensor) -> int:
    """The number of steps N for partial sequences (B, L), or a one-line error."""
    return check_integer(f"steps of {strategy}", strategy.steps(tokens), least=0)


def take_step(
    strategy: Strategy,
    state: Any,
    tokens: Tensor,
    step: int,
    chance: Chance,
    laws: Callable[[Tensor], Tensor],
    probe: Probe,
) -> tuple[Tensor, Action]:
    """The rows (B,) bool that a step needs the denoiser for, and what it does to tokens (B, L).

    `laws` gives log-probabilities (B, L, V) for rows to be called. One-line errors: answers of
    other kinds or shapes than those of the protocol; a symbol in a row that needed no call, or a
    probe, by a strategy that does not declare `probes`; tokens that were changed in place.
    """
    before = tokens.clone()
    answer = strategy.needs_call(state, tokens, step, chance)
    if not isinstance(answer, tuple) or len(answer) != 2:
        raise TypeError(
            f"needs_call returns the rows (B,) bool and the memory, got {short(answer)} of "
            f"{strategy}"
        )
    rows, state = answer
    _check_answer("what needs_call returns first", rows, tokens.shape[:1], torch.bool, strategy)

    def undeclared(variant: Tensor) -> Tensor:
        raise ValueError(f"{strategy} calls the denoiser within a step without declaring probes")

    allowed = probe if strategy.probes else undeclared
    action = strategy.act(state, tokens, laws(rows), step, chance, allowed)
    if not isinstance(action, Action):
        raise TypeError(
            f"act returns an Action(reveal, hide, values, state), got {short(action)} of {strategy}"
        )
    _check_answer("reveal in what act returns", action.reveal, tokens.shape, torch.bool, strategy)
    _check_answer("hide in what act returns", action.hide, tokens.shape, torch.bool, strategy)
    _check_answer("values in what act returns", action.values, tokens.shape, torch.int64, strategy)
    if not torch.equal(tokens, before):
        raise ValueError(f"{strategy} changes tokens in place: an Action says what is to change")
    if not strategy.probes and bool((action.reveal.any(dim=1) & ~rows).any()):
        raise ValueError(
            f"{strategy} reveals something in a row that needs no call: needs_call returns all "
            "rows in which act reveals"
        )
    return rows, action


def _check_answer(
    name: str, given: Any, shape: torch.Size, kind: torch.dtype, strategy: Strategy
) -> None:
    """A one-line error where an answer is no tensor of this shape and kind."""
    if isinstance(given, Tensor) and given.shape == shape and given.dtype == kind:
        return
    is_tensor = isinstance(given, Tensor)
    seen = f"{given.dtype} of shape {tuple(given.shape)}" if is_tensor else short(given)
    raise WrongKindError(f"{name} is {kind} of shape {tuple(shape)}, got {seen} of {strategy}")
