"""Bisection: which positions, the invariants of the loop, its law, and no error on chains."""

import math
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import NGram
from synthetic.sampling import Bisection, Strategy, bisection_rounds, generate
from synthetic.sampling.chance import Chance, Draw
from tests.generators import SEEDS, ngrams
from tests.synthetic.sampling.generation_cases import Case, check_invariants, hashed
from tests.synthetic.sampling.small_cases import (
    CPU,
    generator,
    law_along,
    law_by_outcomes,
    random_table,
)

MASK = 3


def reveal_steps(masked: list[bool], rounds: int) -> list[int]:
    """The referee, run by run: the step of each position, 0 where it is not masked."""
    steps = [0] * len(masked)

    def halve(start: int, stop: int, step: int) -> None:
        if start >= stop:
            return
        if step == rounds:
            steps[start:stop] = [step] * (stop - start)
            return
        middle = start + (stop - start - 1) // 2
        steps[middle] = step
        halve(start, middle, step + 1)
        halve(middle + 1, stop, step + 1)

    ends = [i for i, hidden in enumerate(masked) if not hidden]
    for before, after in zip([-1, *ends], [*ends, len(masked)]):
        halve(before + 1, after, 1)
    return steps


def prompts(masked: list[list[bool]]) -> Tensor:
    hidden = torch.tensor(masked, device=CPU)
    return torch.zeros(hidden.shape, dtype=torch.int64, device=CPU).masked_fill(hidden, MASK)


@st.composite
def rows(draw: st.DrawFn) -> list[list[bool]]:
    length = draw(st.integers(1, 12))
    row = st.lists(st.sampled_from((True, True, False)), min_size=length, max_size=length)
    return draw(st.lists(row, min_size=1, max_size=5))


@settings(max_examples=40, deadline=None)
@given(rows(), st.integers(1, 6), SEEDS)
def test_the_middle_of_every_run(masked: list[list[bool]], rounds: int, seed: int) -> None:
    prompt = prompts(masked)
    case = Case(
        hashed(MASK), Bisection(rounds), rounds, prompt.shape[1], len(prompt), seed, prompt, 3
    )
    made, spy = case.run()
    check_invariants(case, made, spy)
    assert made.reveal_step.tolist() == [reveal_steps(row, rounds) for row in masked]


@dataclass(frozen=True)
class RightMiddle(Bisection):
    """The broken twin: of two middles the right one."""

    def choose(self, masked: Tensor, step: int, chance: Chance) -> Tensor:
        return super().choose(masked.flip(1), step, chance).flip(1)


def test_the_check_refuses_the_other_middle() -> None:
    def steps_of(strategy: Strategy, length: int) -> list[int]:
        made = generate(hashed(MASK), strategy, length=length, count=1, generator=generator(0))
        return [int(step) for step in made.reveal_step[0]]

    for length in range(1, 12):
        expected = reveal_steps([True] * length, 4)
        assert steps_of(Bisection(4), length) == expected
        assert (steps_of(RightMiddle(4), length) == expected) == (length in (1, 3, 7))
    assert steps_of(Bisection(3), 6) == [2, 3, 1, 3, 2, 3]
    assert steps_of(Bisection(2), 6) == [2, 2, 1, 2, 2, 2]


def test_rounds_that_resolve_every_run() -> None:
    for length in range(1, 2000):
        rounds = bisection_rounds(length)
        assert rounds == math.ceil(math.log2(length + 1))
    for length in range(1, 40):
        rounds = bisection_rounds(length)
        made = [
            generate(hashed(2), Bisection(few), length=length, count=1, generator=generator(0))
            for few in (rounds, rounds + 1, rounds + 9)
        ]
        assert {tuple(one.reveal_step[0].tolist()) for one in made} == {
            tuple(reveal_steps([True] * length, rounds))
        }
        assert [int(one.evaluations) for one in made] == [rounds] * 3


@pytest.mark.parametrize(("length", "rounds"), [(1, 1), (3, 1), (3, 2), (4, 2), (4, 3), (4, 5)])
def test_the_law_is_that_of_its_reveal_order(length: int, rounds: int) -> None:
    """In a table of unrelated laws no two orders agree."""
    table = random_table(2, length, seed=length, zeros=0.2)
    steps = reveal_steps([True] * length, rounds)
    order = [
        [i for i, time in enumerate(steps) if time == step] for step in range(1, max(steps) + 1)
    ]
    law = law_by_outcomes(table, Bisection(rounds), length)
    torch.testing.assert_close(law, law_along(table, order), rtol=0, atol=1e-12)
    if length > 1:
        other = law_along(table, [[i] for i in range(length)])
        assert float((law - other).abs().max()) > 1e-3


@settings(max_examples=30, deadline=None)
@given(ngrams(orders=(2, 2)), st.integers(1, 20), SEEDS)
def test_no_error_on_chains(language: NGram, length: int, seed: int) -> None:
    """Whatever the prompt, since both sides of a revealed token are independent."""
    word = language.sample(1, length, generator(seed))[0]
    coins = torch.rand((length,), generator=generator(seed), device=CPU)
    made = generate(
        Oracle(language), Bisection(bisection_rounds(length)), length=length, count=20,
        generator=generator(seed), prompt=word.masked_fill(coins < 0.8, language.mask),
    )  # fmt: skip
    assert bool(language.contains(made.tokens).all())


def test_one_round_less_errs_and_so_does_a_longer_memory() -> None:
    """The broken twins of the property above."""
    for language, rounds in (
        (NGram.random(2, 3, 2, 1.0, 0), 4),
        (NGram.random(3, 3, 2, 1.0, 0), 5),
    ):
        made = generate(
            Oracle(language), Bisection(rounds), length=20, count=200, generator=generator(0)
        )
        assert not bool(language.contains(made.tokens).all())


@pytest.mark.parametrize("rounds", [0, -1, True, 2.0, "3", None])
def test_rounds_are_an_integer_of_at_least_one(rounds: Any) -> None:
    with pytest.raises(ValueError, match=r"rounds is an integer.*, got") as error:
        Bisection(rounds)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("length", [0, True, 2.0])
def test_a_length_is_an_integer_of_at_least_one(length: Any) -> None:
    with pytest.raises(ValueError, match=r"length is an integer.*, got"):
        bisection_rounds(length)


def test_no_tensor_is_made_on_the_default_device() -> None:
    masked = torch.ones((2, 9), dtype=torch.bool, device=CPU)
    expected = Bisection(3).choose(masked, 0, Draw(generator(0))).tolist()
    with torch.device("meta"):
        assert Bisection(3).choose(masked, 0, Draw(generator(0))).tolist() == expected
