"""Expected evaluations against enumeration and the sampler, and operations."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.mean_interval import missed_share
from synthetic.models import TransformerConfig
from synthetic.models.flops import autoregressive_flops, cached_step_flops, forward_flops
from synthetic.quantities import mean_estimate
from synthetic.sampling import (
    Bernoulli,
    Bisection,
    EntropyBounded,
    FirstHitting,
    FixedCount,
    Generation,
    LeftToRight,
    Strategy,
    generate,
    linear,
    two_phase,
)
from synthetic.sampling.chance import Chance
from synthetic.sampling.strategies.strategy import NonAdaptive
from tests.generators import schedules, sizes_of
from tests.synthetic.sampling.generation_cases import hashed
from tests.synthetic.sampling.small_cases import generator
from tests.theory.laws.small_strategies import Remasking
from theory.laws.cost import (
    Autoregressive,
    Cost,
    cost,
    expected_evaluations,
    sampled_evaluations,
)

MODEL = TransformerConfig(vocab_size=4, max_length=64, width=8, depth=2, heads=2, causal=False)


@settings(max_examples=30, deadline=None)
@given(schedules(4), st.integers(1, 5))
def test_bernoulli_evaluations_are_those_of_enumeration(
    schedule: tuple[float, ...], length: int
) -> None:
    labels = itertools.product(range(len(schedule)), repeat=length)
    mean = math.fsum(
        len(set(steps)) * math.prod(schedule[step] for step in steps) for steps in labels
    )
    computed = expected_evaluations(Bernoulli(schedule), length)
    assert computed == pytest.approx(mean, abs=1e-12)
    assert computed <= min(len(schedule), length) + 1e-12
    # the broken twin: the number of steps, without the skip rule
    if length == 1 and sum(probability > 0 for probability in schedule) > 1:
        assert computed != pytest.approx(len(schedule), abs=1e-3)


@pytest.mark.parametrize("steps", [1, 2, 7, 64, 10_000])
def test_the_uniform_schedule(steps: int) -> None:
    computed = expected_evaluations(Bernoulli(linear(steps)), 12)
    assert computed == pytest.approx(steps * (1 - (1 - 1 / steps) ** 12), rel=1e-9)


def fixed_orders() -> st.SearchStrategy[tuple[Strategy, int]]:
    lengths = st.integers(1, 9)
    return st.one_of(
        lengths.flatmap(lambda n: st.tuples(sizes_of(n).map(FixedCount), st.just(n))),
        st.tuples(st.integers(1, 11).map(LeftToRight), lengths),
        st.tuples(st.integers(1, 6).map(Bisection), lengths),
        st.tuples(st.just(FirstHitting()), lengths),
    )


@settings(max_examples=30, deadline=None)
@given(fixed_orders(), st.integers(0, 2**31))
def test_other_strategies_make_as_many_calls_on_every_sequence(
    case: tuple[Strategy, int], seed: int
) -> None:
    strategy, length = case
    made = generate(hashed(2), strategy, length=length, count=2, generator=generator(seed))
    assert made.evaluations.tolist() == [expected_evaluations(strategy, length)] * 2


def test_bernoulli_calls_of_the_sampler() -> None:
    """False alarm 1e-6 by Hoeffding: a row makes 1..L calls; L calls a row would be refused."""
    strategy, length, count = Bernoulli(two_phase(30, 0.3)), 8, 4000
    made = generate(hashed(2), strategy, length=length, count=count, generator=generator(3))
    reach = (length - 1) * math.sqrt(math.log(2e6) / (2 * count))
    expected = expected_evaluations(strategy, length)
    assert abs(float(made.evaluations.double().mean()) - expected) < reach
    assert expected < length - reach


@dataclass(frozen=True)
class Uncounted(NonAdaptive):
    """A strategy that never masks again and does not know its calls."""

    rounds: int

    def steps(self, tokens: Tensor) -> int:
        return self.rounds

    def choose(self, masked: Tensor, step: int, chance: Chance) -> Tensor:
        return masked


@dataclass(frozen=True)
class Patient(Remasking):
    """A strategy that masks again and makes no extra call."""

    probes: ClassVar[bool] = False


@pytest.mark.parametrize(
    ("strategy", "most"),
    [
        (EntropyBounded(0.1), 6),
        (Uncounted(9), 6),
        (Uncounted(4), 4),
        (Patient(9), 9),
        (Remasking(9), math.inf),
    ],
    ids=lambda value: f"{value}"[:16],
)
def test_sampled_evaluations_lie_in_the_range_of_their_strategy(
    strategy: Strategy, most: float
) -> None:
    """All equal, of which nothing but the range bounds the mean; the twin is without a range."""
    calls = torch.full((50,), 3, dtype=torch.int64, device="cpu")
    tokens = torch.zeros((50, 6), dtype=torch.int64, device="cpu")
    made = Generation(tokens, calls, torch.zeros_like(calls), calls * 6, tokens)
    computed = sampled_evaluations(strategy, made)
    share = missed_share(50)
    assert computed.value == 3
    assert computed.low == pytest.approx(3 - share * (3 - 1))
    assert computed.high == pytest.approx(3 + share * (most - 3))
    twin = mean_estimate(calls, "without a range")
    assert (twin.low, twin.high) == (-math.inf, math.inf)


def test_operations_are_those_of_the_model() -> None:
    once = cost(MODEL, length=16, strategy=Bernoulli((1.0,)))
    assert once == Cost(1.0, float(forward_flops(MODEL, length=16)))
    some = cost(MODEL, length=16, strategy=Bernoulli(linear(8)))
    assert some.flops == pytest.approx(some.evaluations * forward_flops(MODEL, length=16))
    cached = cost(MODEL, length=16, strategy=Autoregressive())
    assert cached.evaluations == 16
    assert cached.flops == sum(cached_step_flops(MODEL, position=i) for i in range(16))
    assert cached.flops == autoregressive_flops(MODEL, length=16)
    # as many calls, each of which costs more
    uncached = cost(MODEL, length=16, strategy=LeftToRight(1))
    assert uncached.evaluations == cached.evaluations
    assert uncached.flops > 8 * cached.flops


REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "unknown": (lambda: expected_evaluations("greedy", 4), TypeError, "simulate with generate"),
    "sizes": (lambda: expected_evaluations(FixedCount((2, 3)), 4), ValueError,
              "a sum of 5 and length 4"),
    "length": (lambda: cost(MODEL, length=0, strategy=LeftToRight()), ValueError,
               "length is an integer >= 1, got 0"),
    "too long": (lambda: cost(MODEL, length=65, strategy=LeftToRight()), ValueError, "1..64"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    call, kind, message = REFUSED[name]
    with pytest.raises(kind, match=message) as error:
        call()
    assert "\n" not in str(error.value)


def test_no_tensor_is_made_on_the_default_device() -> None:
    with torch.device("meta"):
        assert cost(MODEL, length=8, strategy=Bernoulli(linear(3))).evaluations > 2
