"""Sizes that no computation ends with are refused at once, in one line that says what to do.

The table is every public law and every size that it takes, one of them made huge.
"""

import inspect
import resource
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from synthetic.arguments import LONGEST, OPERATIONS, OutOfReachError, check_work
from synthetic.languages import NGram
from synthetic.sampling import linear
from tests.bounded import bounded
from tests.good_calls import good_call, public
from tests.test_bad_calls import fault, is_public_callable
from theory.laws import (
    chain_bisection_sequence_error_rate,
    chain_log_prob,
    chain_sequence_error_rate,
    collision_constant,
    information_curve,
)

SECONDS = 10
MEMORY = 2**33  # more than that is the machine's to refuse
HUGE = 10**9
LONG = {
    ("chain_bisection_sequence_error_rate", "length"): "four minutes: a loop over positions",
    ("chain_log_prob", "schedule"): "twenty minutes: a millisecond a step",
    ("chain_sequence_error_rate", "schedule"): "some minutes: a third of a millisecond a step",
    ("chain_token_error_rate", "schedule"): "twenty minutes: a millisecond a step",
    ("estimate_collision_constant", "length"): "three minutes: words are drawn token by token",
}
"""Calls that take their time, and end."""


def sizes(name: str, value: Callable[..., Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """An argument that is a size, and all arguments with that one huge; fewest steps of some."""
    makers = good_call(name, value)
    parameters = inspect.signature(value).parameters
    for argument, make in makers.items():
        good = make()
        if argument == "schedule":
            huge: Any = linear(LONGEST)
        elif isinstance(good, int) and not isinstance(good, bool) and argument != "seed":
            huge = HUGE
        else:
            continue
        others = {key: made() for key, made in makers.items()}
        if (name, argument) not in LONG:
            yield argument, others | {argument: huge}
            if argument == "length":
                yield argument, others | {"length": LONGEST}
                if "schedule" in parameters:
                    yield argument, others | {"length": LONGEST, "schedule": linear(32)}


@contextmanager
def little_memory() -> Iterator[None]:
    """No more than MEMORY inside: a machine that has it would fill it first."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def problems(name: str, value: Callable[..., Any], seconds: float) -> list[str]:
    """What is wrong with the answers to huge sizes."""
    wrong = []
    for argument, given in sizes(name, value):
        try:
            with warnings.catch_warnings(action="ignore"), little_memory(), bounded(seconds):
                said = fault(value, argument, given)
        except AssertionError as error:
            said = str(error)
        if said not in (None, "accepted") and "alloc" not in said and "MemoryError" not in said:
            wrong.append(f"{name}({argument} = {given[argument]!r:.40}): {said}")
    return wrong


def laws() -> list[tuple[str, Any]]:
    every = [one for one in public() if one[1].__module__.startswith("theory.laws")]
    return [one for one in every if is_public_callable(*one)]


@pytest.mark.parametrize(("name", "value"), laws(), ids=[name for name, _ in laws()])
def test_a_huge_size_is_answered_or_refused_soon(name: str, value: Any) -> None:
    assert not problems(name, value, SECONDS)


def endless(length: int) -> None:
    """The broken twin: it goes on."""
    while length:
        pass


def test_the_table_sees_what_does_not_end() -> None:
    assert problems("twin", endless, 0.1)
    assert len(laws()) > 15


CHAIN = NGram([0.5, 0.5], [[0.5, 0.5], [1, 0]])


def slow_chain(symbols: int) -> NGram:
    """A symbol stays with chance 0.9, or goes on to one of the next half of all."""
    half = symbols // 2
    onward = sum(torch.eye(symbols).double().roll(by, 1) for by in range(1, half + 1))
    return NGram(torch.ones(symbols) / symbols, 0.9 * torch.eye(symbols) + 0.1 * onward / half)


@pytest.mark.parametrize(
    "call",
    [
        lambda: chain_sequence_error_rate(CHAIN, length=LONGEST, schedule=linear(32)),
        lambda: chain_log_prob(CHAIN, torch.zeros(1, 4096, dtype=torch.int64), linear(32)),
        lambda: information_curve(CHAIN, LONGEST),
        lambda: chain_bisection_sequence_error_rate(
            NGram(torch.eye(64)[0], torch.eye(64)), length=LONGEST, rounds=1
        ),
        lambda: collision_constant(slow_chain(200)),
    ],
)
def test_what_is_refused_says_how_much_and_what_to_do(call: Callable[[], Any]) -> None:
    with bounded(SECONDS), pytest.raises(OutOfReachError) as refusal:
        call()
    said = str(refusal.value)
    assert f"allowed are {OPERATIONS:.0e}" in said
    assert ": take" in said or ": raise" in said
    assert "\n" not in said


def test_a_full_support_chain_has_no_errors_at_any_length() -> None:
    even = NGram([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]])
    assert chain_sequence_error_rate(even, length=LONGEST, schedule=linear(32)).value == 0


def test_work_up_to_the_limit_is_allowed() -> None:
    check_work("this", OPERATIONS, "wait")
    with pytest.raises(OutOfReachError, match="more than 1e300 operations"):
        check_work("this", 10**400, "do not")
