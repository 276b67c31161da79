"""Dyck languages: well-nested brackets of bounded depth."""

import itertools

import torch

from synthetic.arguments import check_integer, checked
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.automaton_language import AutomatonLanguage

STATE_LIMIT = 4096
OPENING, CLOSING = "([{<", ")]}>"


@checked
class Dyck(AutomatonLanguage):
    """Uniform over the closed words of `kinds` kinds of brackets nested at most `depth` deep.

    Symbol k < kinds opens a bracket of kind k, symbol kinds + k closes one. Only even lengths have
    words. A state is the stack of open brackets and the last symbol; every allowed step has the
    same weight and only an empty stack may end, so all words of one length weigh the same.
    """

    def __init__(self, kinds: int, depth: int, *, device: torch.device | str = "cpu") -> None:
        self.kinds = kinds = check_integer("kinds", kinds)
        self.depth = depth = check_integer("depth", depth)
        if kinds > STATE_LIMIT or depth > STATE_LIMIT or kinds**depth > STATE_LIMIT:
            raise ValueError(
                f"kinds {kinds} and depth {depth} need more than {STATE_LIMIT} states, the most "
                "allowed: lower depth"
            )
        count = sum(kinds**height * (kinds if height < depth else 0) for height in range(depth + 1))
        if 2 * count > STATE_LIMIT:
            raise ValueError(
                f"kinds {kinds} and depth {depth} need {2 * count} states, allowed are "
                f"{STATE_LIMIT}: lower depth"
            )
        stacks = [
            stack
            for height in range(depth + 1)
            for stack in itertools.product(range(kinds), repeat=height)
        ]
        opened = [(stack, stack[-1]) for stack in stacks if stack]
        closed = [
            (stack, kinds + kind) for stack in stacks[: count // kinds] for kind in range(kinds)
        ]
        states = {state: index for index, state in enumerate(opened + closed)}
        step = torch.zeros((len(states), len(states)), dtype=torch.float64, device=device)
        emission = torch.zeros((len(states), 2 * kinds), dtype=torch.float64, device=device)
        initial = torch.zeros(len(states), dtype=torch.float64, device=device)
        final = torch.zeros(len(states), dtype=torch.float64, device=device)
        weight = 1 / (kinds + 1)  # at most kinds ways to open and one to close
        for (stack, symbol), index in states.items():
            emission[index, symbol] = 1.0
            for following in _followers(stack, kinds, depth):
                step[index, states[following]] = weight
            if not stack:
                final[index] = 1.0
        for following in _followers((), kinds, depth):
            initial[states[following]] = weight
        super().__init__(WeightedAutomaton(initial, step, emission, final))
        if kinds <= len(OPENING):
            self.alphabet = OPENING[:kinds] + CLOSING[:kinds]


def _followers(stack: tuple[int, ...], kinds: int, depth: int) -> list[tuple[tuple[int, ...], int]]:
    """The stacks one bracket further, each with the symbol that leads there."""
    following = [((*stack, kind), kind) for kind in range(kinds) if len(stack) < depth]
    return [*following, (stack[:-1], kinds + stack[-1])] if stack else following
