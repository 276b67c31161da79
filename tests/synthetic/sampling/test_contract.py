"""Strategies that break their contract are refused wherever one is run, each in one line."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs
from synthetic.sampling import LeftToRight, generate
from synthetic.sampling.path import path_log_prob
from synthetic.sampling.strategies import Action
from tests.synthetic.sampling.small_cases import CPU, generator
from theory.laws import output_law

LENGTH, MASK = 4, 2
NOTHING: Any = None
ORACLE = Oracle(CopyPairs(MASK))
WORDS = torch.tensor([[0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 1, 1]], device=CPU)


class Pairwise:
    """Two positions a step from left to right, and whatever else its kinds do."""

    draw_order: Any = "choose_then_sample"
    remasks: Any = False
    probes: Any = False
    value_dependent: Any = False
    one = LeftToRight(2)

    def __repr__(self) -> str:
        return "Mine"

    def steps(self, tokens: Tensor) -> Any:
        return 2

    def begin(self, tokens: Tensor, mask: int, chance: Any) -> Any:
        return self.one.begin(tokens, mask, chance)

    def needs_call(self, state: Any, tokens: Tensor, step: int, chance: Any) -> Any:
        return self.one.needs_call(state, tokens, step, chance)

    def act(
        self, state: Any, tokens: Tensor, log_probs: Tensor, step: int, chance: Any, probe: Any
    ) -> Any:
        return self.one.act(state, tokens, log_probs, step, chance, probe)


def declaring(**attributes: Any) -> Pairwise:
    """The strategy with attributes or methods of another kind."""
    return type("Mine", (Pairwise,), attributes)()


def acting(change: Callable[[Action], Any]) -> Pairwise:
    """The strategy with what `act` returns changed."""
    return declaring(act=lambda self, *given: change(self.one.act(*given)))


def asking(change: Callable[[Tensor, Any], Any]) -> Pairwise:
    """The strategy with what `needs_call` returns changed."""
    return declaring(needs_call=lambda self, *given: change(*self.one.needs_call(*given)))


def run(method: str, spoil: Callable[[Any], None]) -> Pairwise:
    """The strategy that does something to what a method is given before it goes on."""

    def spoiled(self: Pairwise, *given: Any) -> Any:
        spoil(given)
        return getattr(self.one, method)(*given)

    return declaring(**{method: spoiled})


RUN: dict[str, Callable[[Any], Any]] = {
    "generate": lambda strategy: (
        generate(ORACLE, strategy, length=LENGTH, count=3, generator=generator(0)).tokens
    ),
    "path": lambda strategy: path_log_prob(ORACLE, strategy, WORDS, generator(0)),
    "law": lambda strategy: output_law(ORACLE, strategy, length=LENGTH),
}

BROKEN: dict[str, tuple[Any, str]] = {
    "no action": (acting(lambda done: None), "act returns an Action(reveal, hide, values, state)"),
    "plain tuple": (acting(tuple), "act returns an Action(reveal, hide, values, state), got"),
    "reveal as numbers": (
        acting(lambda done: done._replace(reveal=done.reveal.float())),
        "reveal in what act returns is torch.bool of shape",
    ),
    "one row for all": (
        acting(lambda done: done._replace(values=done.values[0])),
        "values in what act returns is torch.int64 of shape",
    ),
    "fractional symbols": (
        acting(lambda done: done._replace(values=done.values.double())),
        "values in what act returns is torch.int64 of shape",
    ),
    "nothing hidden": (
        acting(lambda done: Action(done.reveal, NOTHING, done.values, done.state)),
        "hide in what act returns is torch.bool of shape",
    ),
    "rows alone": (asking(lambda rows, state: rows), "needs_call returns the rows (B,) bool and"),
    "rows as numbers": (
        asking(lambda rows, state: (rows.float(), state)),
        "what needs_call returns first is torch.bool of shape",
    ),
    "one answer for all rows": (
        asking(lambda rows, state: (rows.any(), state)),
        "what needs_call returns first is torch.bool of shape",
    ),
    "needs no call": (
        asking(lambda rows, state: (torch.zeros_like(rows), state)),
        "Mine reveals something in a row that needs no call: needs_call returns all rows",
    ),
    "tokens in place": (
        run("act", lambda given: given[1].fill_(0)),
        "Mine changes tokens in place",
    ),
    "tokens in place before": (
        run("needs_call", lambda given: given[1].fill_(0)),
        "Mine changes tokens in place: an Action says what is to change",
    ),
    "calls undeclared": (
        run("act", lambda given: given[5](given[1])),
        "Mine calls the denoiser within a step without declaring probes",
    ),
    "steps below 0": (declaring(steps=lambda *_: -1), "steps of Mine is an integer >= 0, got -1"),
    "half a step": (declaring(steps=lambda *_: 1.5), "steps of Mine is an integer >= 0, got 1.5"),
    "draw order": (
        declaring(draw_order="sideways"),
        "draw_order of a strategy is one of choose_then_sample, sample_then_choose, got 'sideways'",
    ),
    "flag": (declaring(remasks=None), "remasks of a strategy is True or False, got None of Mine"),
}


@pytest.mark.parametrize("how", RUN)
def test_what_keeps_the_contract_is_run(how: str) -> None:
    result = RUN[how](Pairwise())
    assert torch.equal(result, RUN[how](LeftToRight(2)))
    assert torch.equal(result, RUN[how](declaring(probes=True)))


@pytest.mark.parametrize("how", RUN)
@pytest.mark.parametrize(("strategy", "message"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_it_is_refused_in_one_line(how: str, strategy: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=f"^{re.escape(message)}[^\n]*$"):
        RUN[how](strategy)


def test_tokens_changed_at_the_beginning_change_nothing() -> None:
    spoiling = run("begin", lambda given: given[0].fill_(0))
    assert torch.equal(RUN["generate"](spoiling), RUN["generate"](Pairwise()))


def test_a_path_probability_is_that_of_symbols_drawn_through_chance() -> None:
    stubborn = acting(lambda done: done._replace(values=torch.zeros_like(done.values)))
    assert RUN["generate"](stubborn).tolist() == [[0] * LENGTH] * 3
    with pytest.raises(ValueError, match=r"^Mine draws symbols by itself: a path probability"):
        RUN["path"](stubborn)


@dataclass(frozen=True)
class Undecided(LeftToRight):
    """A shipped strategy with a declaration that is none."""

    draw_order: ClassVar[Any] = ""


def test_an_empty_draw_order_is_none() -> None:
    with pytest.raises(ValueError, match=r"^draw_order of a strategy is one of"):
        RUN["law"](Undecided(2))
