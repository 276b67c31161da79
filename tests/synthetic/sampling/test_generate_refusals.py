"""What generate refuses, each by a message of one line."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor

from synthetic.denoisers import Oracle, Perturbed, as_denoiser
from synthetic.languages import CopyPairs
from synthetic.sampling import (
    Bernoulli,
    EntropyBounded,
    FirstHitting,
    FixedCount,
    Generation,
    LeastEntropy,
    LeftToRight,
    Strategy,
    equal_sizes,
    generate,
    linear,
)
from synthetic.sampling.chance import Chance
from synthetic.sampling.strategies import Action, NonAdaptive
from synthetic.sampling.strategies.strategy import Choice, Probe
from tests.synthetic.sampling.generation_cases import hashed
from tests.synthetic.sampling.small_cases import CPU, generator

MASK = 3
ALL: tuple[Strategy, ...] = (
    Bernoulli(linear(3)), FixedCount(equal_sizes(4, 3)), FirstHitting(), LeftToRight(2),
    LeastEntropy(equal_sizes(4, 3)), EntropyBounded(0.5),
)  # fmt: skip


def call(**changes: Any) -> Generation:
    """A sound call of generate with some arguments changed."""
    arguments: dict[str, Any] = {
        "denoiser": hashed(3), "strategy": Bernoulli(linear(3)), "length": 4, "count": 5,
        "generator": generator(0),
    } | changes  # fmt: skip
    return generate(arguments.pop("denoiser"), arguments.pop("strategy"), **arguments)


Kind = type[Exception] | tuple[type[Exception], ...]


def refused(message: str, kind: Kind = ValueError, **changes: Any) -> None:
    """Asserts an error of one line."""
    with pytest.raises(kind, match=message) as error:
        call(**changes)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["length", "count", "batch_size"])
@pytest.mark.parametrize("value", [0, -2, True, 4.0, "4"])
def test_sizes_are_integers_of_at_least_one(name: str, value: Any) -> None:
    changes: dict[str, Any] = {name: value}
    refused(f"{name} is an integer.*, got {value!r}", **changes)


def test_a_generator_is_needed() -> None:
    refused("generator is a torch.Generator such as .*, got 0", TypeError, generator=0)


def test_a_bare_function_is_refused_by_name() -> None:
    refused(r"as_denoiser\(function, vocab_size\)", TypeError, denoiser=lambda tokens: tokens)
    module = torch.nn.Linear(3, 3, device=CPU)
    refused("got Linear: wrap a function with as_denoiser", TypeError, denoiser=module)
    refused("got the class Oracle", TypeError, denoiser=Oracle)


def test_a_strategy_is_an_object() -> None:
    refused(r"such as Bernoulli\(linear\(16\)\) is needed", TypeError, strategy=Bernoulli)
    refused(r"such as Bernoulli\(linear\(16\)\) is needed", TypeError, strategy=linear(4))


def returning(change: Callable[[Tensor], Any]) -> Any:
    """A denoiser with what it returns changed."""
    sound = hashed(3)
    return as_denoiser(lambda tokens: change(sound(tokens)), 3)


def spoil(value: float) -> Callable[[Tensor], Tensor]:
    """One entry of the last row and position set to a value."""

    def change(log_probs: Tensor) -> Tensor:
        log_probs[-1, -1, 0] = value
        return log_probs

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (spoil(torch.nan), "got NaN at a masked position"),
        (spoil(torch.inf), "at most 0, got a positive one, inf, at a masked position"),
        (spoil(0.5), "at most 0, got a positive one, 0.5, at a masked position"),
        (lambda given: given - 1, "whose log-sum is -1 instead of 0"),
        (lambda given: given + 2e-4, "whose log-sum is 0.0002 instead of 0"),
        (lambda given: given.exp(), "at most 0, got a positive one"),
        (lambda given: given * torch.inf, "whose log-sum is -inf instead of 0"),
        (lambda given: given[:, :, :2], r"returns shape \(\d, 4, 3\), got \(\d, 4, 2\)"),
        (lambda given: given[:, 0], r"returns shape \(\d, 4, 3\), got \(\d, 3\)"),
        (lambda given: given.nan_to_num().long(), "floating-point numbers, got torch.int64"),
        (lambda given: given.tolist(), "returns a tensor .*, got list"),
    ],
)
@pytest.mark.parametrize("strategy", ALL, ids=lambda strategy: type(strategy).__name__)
def test_what_is_no_law_is_refused(
    change: Callable[[Tensor], Any], message: str, strategy: Strategy
) -> None:
    refused(message, (ValueError, TypeError), denoiser=returning(change), strategy=strategy)


def test_rounding_of_float32_is_allowed_and_divided_out() -> None:
    """The same draws as from the float64 law; garbage at revealed positions is ignored."""
    coarse = call(denoiser=returning(lambda given: given.float() + 1e-6))
    assert torch.equal(coarse.tokens, call().tokens)


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        (torch.full((5,), MASK, device=CPU), r"shape \(4,\) or \(5, 4\), got \(5,\)"),
        (torch.full((4, 4), MASK, device=CPU), r"shape \(4,\) or \(5, 4\), got \(4, 4\)"),
        (torch.full((1, 4), MASK, device=CPU), r"shape \(4,\) or \(5, 4\), got \(1, 4\)"),
        ([3, 3, 3, 3], r"prompt is a Tensor or None, got \[3, 3, 3, 3\]"),
        (torch.full((4,), 3.0, device=CPU), "tokens are integers, got torch.float32"),
        (torch.full((4,), True, device=CPU), "tokens are integers, got torch.bool"),
        (torch.full((4,), 4, device=CPU), "tokens lie in 0..2 or the mask 3, got 4"),
        (torch.full((5, 4), -1, device=CPU), "tokens lie in 0..2 or the mask 3, got -1"),
    ],
)
def test_prompts_that_are_refused(prompt: Any, message: str) -> None:
    refused(message, prompt=prompt)


@pytest.mark.parametrize("denoiser", [Oracle(CopyPairs(3)), Perturbed(Oracle(CopyPairs(3)), 0.1)])
@pytest.mark.parametrize("rows", [(4,), (5, 4)])
def test_an_impossible_prompt_is_an_error(denoiser: Any, rows: tuple[int, ...]) -> None:
    prompt = torch.full(rows, MASK, device=CPU)
    last = prompt.view(-1, 4)[-1]
    last[:2] = torch.tensor([1, 1], device=CPU)
    assert bool((call(denoiser=denoiser, prompt=prompt).tokens < MASK).all())
    last[0] = 0
    message = re.escape("impossible in this language, got [0, 1, 3, 3]")
    refused(message, denoiser=denoiser, prompt=prompt)


def test_fixed_counts_refuse_rows_of_different_need() -> None:
    prompt = torch.full((5, 4), MASK, device=CPU)
    prompt[3, 0] = 1
    for strategy in (FixedCount((2, 2)), LeastEntropy((2, 2))):
        refused("a sum of 4 and a row with 3", strategy=strategy, prompt=prompt)
    for other in (Bernoulli(linear(3)), FirstHitting(), LeftToRight(2), EntropyBounded(0.5)):
        made = call(strategy=other, prompt=prompt)
        assert int(made.tokens[3, 0]) == 1
        assert int(made.reveal_step[3, 0]) == 0


@pytest.mark.parametrize(
    "strategy", [ALL[0], FixedCount((0, 0)), *ALL[2:4], LeastEntropy((0, 0)), ALL[5]]
)
def test_a_fully_revealed_prompt_costs_nothing(strategy: Strategy) -> None:
    prompt = torch.tensor([0, 1, 2, 0], device=CPU)
    made = call(strategy=strategy, prompt=prompt)
    assert torch.equal(made.tokens, prompt.expand(5, 4))
    assert made.evaluations.tolist() == made.positions.tolist() == [0] * 5
    assert int(made.reveal_step.max()) == 0


@dataclass(frozen=True)
class Half(NonAdaptive):
    """The even positions at step 1, the odd ones at step 2; what it does beside that is `fault`."""

    fault: str = ""

    def steps(self, tokens: Tensor) -> int:
        return 2

    def choose(self, masked: Tensor, step: int, chance: Chance) -> Tensor:
        even = torch.arange(masked.shape[1], device=masked.device) % 2 == step
        return masked & even

    def act(
        self, state: Choice, tokens: Tensor, log_probs: Tensor, step: int, chance: Chance,
        probe: Probe,
    ) -> Action:  # fmt: skip
        done = super().act(state, tokens, log_probs, step, chance, probe)
        first = torch.zeros_like(done.reveal)
        first[-1, 0] = step == 1
        last = torch.zeros_like(done.reveal)
        last[:, -1] = step == 1
        return {
            "": lambda: done,
            "overwrites": lambda: done._replace(reveal=done.reveal | first),
            "hides": lambda: done._replace(hide=first),
            "hides a masked one": lambda: done._replace(hide=last),
            "leaves a mask": lambda: done._replace(reveal=done.reveal & ~last),
            "writes the mask": lambda: done._replace(values=done.values.masked_fill(last, MASK)),
            "writes below 0": lambda: done._replace(values=done.values.masked_fill(last, -1)),
        }[self.fault]()


@dataclass(frozen=True)
class RemaskingHalf(Half):
    """The same, declared as remasking."""

    remasks: ClassVar[bool] = True


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("overwrites", "gave a symbol to a position that is revealed already"),
        ("hides", "hid a position without declaring remasks"),
        ("hides a masked one", "hid the prompt or a position that is masked already"),
        ("leaves a mask", "left a position masked after its last step"),
        ("writes the mask", "gave a position something else than a symbol 0..2"),
        ("writes below 0", "gave a position something else than a symbol 0..2"),
    ],
)
def test_a_strategy_that_breaks_a_rule_is_refused(fault: str, message: str) -> None:
    assert int(call(strategy=Half()).reveal_step.max()) == 2
    refused(r"^Half\(fault=.*" + message, strategy=Half(fault))


def test_a_remasking_strategy_may_hide_but_not_the_prompt() -> None:
    assert int(call(strategy=RemaskingHalf()).reveal_step.max()) == 2
    refused("left a position masked after its last step", strategy=RemaskingHalf("hides"))
    prompt = torch.tensor([1, MASK, MASK, MASK], device=CPU)
    refused("hid the prompt", strategy=RemaskingHalf("hides"), prompt=prompt)
    refused("revealed already", strategy=RemaskingHalf("overwrites"), prompt=prompt)
    assert call(strategy=RemaskingHalf(), prompt=prompt).tokens[:, 0].tolist() == [1] * 5


def test_gradients_are_not_recorded() -> None:
    """A user's module would else keep the graph of every step alive."""
    weight = torch.zeros((3,), device=CPU, requires_grad=True)
    law = as_denoiser(lambda tokens: weight.log_softmax(-1).expand(*tokens.shape, 3), 3)
    assert law(torch.full((1, 2), 3, device=CPU)).requires_grad
    seen = []
    spied = as_denoiser(lambda tokens: seen.append(law(tokens)) or seen[-1], 3)  # type: ignore[func-returns-value]
    call(denoiser=spied)
    assert not any(log_probs.requires_grad for log_probs in seen)
