"""The fewest steps by search against a scan."""

import itertools
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import NGram
from synthetic.sampling import linear
from tests.theory.laws.paths import chains, erring_chain
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.least_steps import least_steps


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

    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
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

        computed = least_steps(counted, target, most=most, guess=guess)
        assert computed == scan(error, target, most)
        assert set(calls) <= set(range(1, most + 1))
        assert set(calls.values()) == {1}
        assert len(calls) <= 4 * math.log2(most) + 4
        if computed is not None:
            # the neighbours that certify it
            assert computed in calls
            assert computed == 1 or computed - 1 in calls
        seen["never"] += computed is None
        seen["at once"] += computed == 1
        seen["twin refused"] += doubled(error, target, most=most, guess=guess) != computed

    check()
    least = {"never": 8, "at once": 8, "twin refused": 16}
    assert {name: seen[name] for name, number in least.items() if seen[name] < number} == {}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0, 1), st.integers(1, 60))
def test_an_error_that_is_not_monotone(errors: list[float], target: float, guess: int) -> None:
    """Then a returned N still reaches the target, and N - 1 does not."""
    least = least_steps(lambda n: errors[n - 1], target, most=len(errors), guess=guess)
    if least is not None:
        assert errors[least - 1] <= target
        assert least == 1 or errors[least - 2] > target


@settings(max_examples=30, deadline=None)
@given(chains(), st.integers(2, 7))
def test_chain_errors_do_not_increase_with_the_steps(language: NGram, length: int) -> None:
    """What the search assumes, on random chains: absorbing, periodic and erring ones among them."""
    rates = [
        chain_sequence_error_rate(language, length=length, schedule=linear(steps))
        for steps in (1, 2, 3, 4, 6, 12)
    ]
    for one, other in itertools.pairwise(rates):
        assert other.value - other.error <= one.value + one.error


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("target", [0.5, 0.1])
def test_the_fewest_steps_of_a_chain(seed: int, target: float) -> None:
    """Wherever the search begins."""
    language = erring_chain(seed)

    def error(steps: int) -> float:
        rate = chain_sequence_error_rate(language, length=6, schedule=linear(steps))
        return rate.value + rate.error

    expected = scan(error, target, 300)
    assert expected is not None
    for guess in (1, 5, 300):
        assert least_steps(error, target, most=300, guess=guess) == expected


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "most": (lambda: least_steps(float, 0.5, most=0), "most is an integer >= 1, got 0"),
    "guess": (lambda: least_steps(float, 0.5, most=3, guess=0), "guess is an integer >= 1, got 0"),
    "nan": (lambda: least_steps(float, math.nan, most=3), "target is a number, got nan"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
