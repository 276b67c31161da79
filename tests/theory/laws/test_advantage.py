"""The fewest steps by search against a scan, and the ratios of costs that follow."""

import itertools
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import CopyPairs, NGram
from synthetic.models import TransformerConfig
from synthetic.sampling import Bisection, linear
from tests.synthetic.sampling.small_cases import copy_pairs_error
from tests.theory.laws.paths import chains, erring_chain
from theory.laws.advantage import (
    SequenceErrorRate,
    TokenErrorRateGap,
    UniformChainTokenErrorRateGap,
    advantage,
    least_steps,
    uniform_chain_sequence_error_rate,
)
from theory.laws.chains.bisection_error_rate import chain_bisection_sequence_error_rate
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.cost import Autoregressive, Latency, cost

MODEL = TransformerConfig(vocab_size=16, max_length=64, width=8, depth=2, heads=2, causal=False)


def scan(error: Callable[[int], float], target: float, most: int) -> int | None:
    """The referee: from one step on."""
    return next((steps for steps in range(1, most + 1) if error(steps) <= target), None)


def doubled(error: Callable[[int], float], target: float, *, most: int, guess: int) -> int | None:
    """The broken twin: doubling without halving back."""
    steps = min(guess, most)
    while error(steps) > target:
        if steps == most:
            return None
        steps = min(2 * steps, most)
    return steps


def test_the_search_finds_what_a_scan_finds() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=400, deadline=None, derandomize=True, database=None)
    @given(
        st.lists(st.integers(0, 3), min_size=8, max_size=80),
        st.sampled_from((0, 12)),
        st.integers(0, 60),
        st.integers(1, 100),
    )
    def check(falls: list[int], floor: int, target: int, guess: int) -> None:
        calls: Counter[int] = Counter()
        most = len(falls)

        def error(steps: int) -> float:
            return floor + sum(falls[steps:])

        def counted(steps: int) -> float:
            calls[steps] += 1
            return error(steps)

        found = least_steps(counted, target, most=most, guess=guess)
        assert found == scan(error, target, most)
        assert set(calls) <= set(range(1, most + 1))
        assert set(calls.values()) == {1}
        assert len(calls) <= 4 * math.log2(most) + 4
        if found is not None:
            # the neighbours that certify it
            assert found in calls
            assert found == 1 or found - 1 in calls
        seen["never"] += found is None
        seen["at once"] += found == 1
        seen["twin refused"] += doubled(error, target, most=most, guess=guess) != found

    check()
    least = {"never": 20, "at once": 20, "twin refused": 40}
    assert {name: seen[name] for name, number in least.items() if seen[name] < number} == {}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0, 1), st.integers(1, 60))
def test_an_error_that_is_not_monotone(errors: list[float], target: float, guess: int) -> None:
    """Then a returned N still reaches the target, and N - 1 does not."""
    found = least_steps(lambda n: errors[n - 1], target, most=len(errors), guess=guess)
    if found is not None:
        assert errors[found - 1] <= target
        assert found == 1 or errors[found - 2] > target


@settings(max_examples=200, deadline=None)
@given(chains(), st.integers(2, 7))
def test_chain_errors_do_not_increase_with_the_steps(language: NGram, length: int) -> None:
    """What the search assumes, on random chains: absorbing, periodic and erring ones among them."""
    found = [
        chain_sequence_error_rate(language, length=length, schedule=linear(steps))
        for steps in (1, 2, 3, 4, 6, 12)
    ]
    for one, other in itertools.pairwise(found):
        assert other.value - other.error <= one.value + one.error


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("target", [0.5, 0.1])
def test_the_fewest_steps_of_a_chain(seed: int, target: float) -> None:
    language = erring_chain(seed)
    expected = scan(
        lambda steps: uniform_chain_sequence_error_rate(language, 6, steps), target, 300
    )
    for constant in (None, 0.0, 0.3, 50.0):
        metric = SequenceErrorRate(target, constant=constant)
        assert metric.least_steps(language, length=6, most=300) == expected
    assert expected is not None


def copy_pairs_law(language: object, length: int, steps: int) -> float:
    return copy_pairs_error(16, length, linear(steps))


def test_copy_pairs_cost_more_than_autoregression_in_operations_alone() -> None:
    """D4: SER <= 1/2 from N = .676 L on; then fewer calls and many times the operations."""
    metric = SequenceErrorRate(0.5, law=copy_pairs_law, constant=15 / 32)
    found = advantage(CopyPairs(16), metric, length=64, model=MODEL, most=1000)
    assert found.steps == math.ceil(15 / 16 / (1 - 0.5 ** (1 / 32))) == 44
    assert metric.predicted_steps(64) == 44
    assert found.diffusion is not None
    assert found.calls == pytest.approx(44 * (1 - (1 - 1 / 44) ** 64) / 64)
    assert found.flops is not None
    assert found.calls is not None
    assert found.calls < 1 < 20 < found.flops
    assert found.seconds is None


def test_never() -> None:
    metric = SequenceErrorRate(0.5, law=copy_pairs_law)
    found = advantage(CopyPairs(16), metric, length=64, model=MODEL, most=43)
    ratios = (found.calls, found.flops, found.seconds)
    assert (found.steps, found.diffusion, *ratios) == (None,) * 5
    assert found.autoregression == cost(MODEL, length=64, strategy=Autoregressive())


def test_seconds_need_both_latencies() -> None:
    metric = SequenceErrorRate(0.5, law=copy_pairs_law)
    arguments: dict[str, Any] = {"length": 64, "model": MODEL, "most": 99}
    slow, fast = Latency(1e-3, 0.0), Latency(1e-4, 0.0)
    one = advantage(CopyPairs(16), metric, diffusion_latency=slow, **arguments)
    assert one.seconds is None
    both = advantage(
        CopyPairs(16), metric, diffusion_latency=slow, autoregressive_latency=fast, **arguments
    )
    assert both.calls is not None
    assert both.seconds == pytest.approx(10 * both.calls)


def test_order_removes_the_linear_law() -> None:
    """Bisection reaches SER 0 in ceil(log2(L + 1)) calls, where random order needs many."""

    def bisection_law(language: object, length: int, steps: int) -> float:
        return chain_bisection_sequence_error_rate(language, length=length, rounds=steps).value

    language = erring_chain(0)
    metric = SequenceErrorRate(1e-6, law=bisection_law)
    found = advantage(
        language, metric, length=64, model=MODEL, most=64, strategy=Bisection
    )  # fmt: skip
    assert found.steps == 7
    assert found.calls == 7 / 64
    slow = SequenceErrorRate(0.1).least_steps(language, length=12, most=400)
    assert slow is not None
    assert slow > 12


def test_the_gap_per_token_needs_few_steps_at_any_length() -> None:
    language = NGram.random(2, 3, 2, 1.0, 0)
    law = UniformChainTokenErrorRateGap(50)
    assert law(language, 6, 4) == law(language, 6, 4)
    assert law(language, 6, 2) > law(language, 6, 8)
    steps = {
        length: TokenErrorRateGap(0.05, law).least_steps(language, length=length, most=64)
        for length in (6, 12)
    }
    assert all(found is not None and found < 16 for found in steps.values())
    assert TokenErrorRateGap(0.05, law, constant=0.4).predicted_steps(512) == 8


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "most": (lambda: least_steps(float, 0.5, most=0), "most is an integer >= 1, got 0"),
    "guess": (lambda: least_steps(float, 0.5, most=3, guess=0), "guess is an integer >= 1, got 0"),
    "nan": (lambda: least_steps(float, math.nan, most=3), "target is a number, got nan"),
    "zero": (lambda: SequenceErrorRate(0.0), "between 0 and 1, got 0.0"),
    "one": (lambda: SequenceErrorRate(1.0), "between 0 and 1, got 1.0"),
    "gap": (lambda: TokenErrorRateGap(0.0, copy_pairs_law), "nats > 0, got 0.0"),
    "language": (
        lambda: SequenceErrorRate(0.5).least_steps(CopyPairs(2), length=4, most=4),
        "NGram of order 2",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
