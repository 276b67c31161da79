"""The simulation of a sweep against cases whose end is known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.makespan import makespan

SECONDS = st.lists(st.floats(0.0, 100.0), min_size=1, max_size=20)


def named(values: list[float]) -> dict[str, float]:
    """Units by name."""
    return {str(number): value for number, value in enumerate(values)}


@settings(max_examples=30)
@given(SECONDS, st.floats(0.0, 5.0))
def test_one_worker_does_one_after_the_other(values: list[float], cost: float) -> None:
    span = makespan(named(values), {}, 1, cost)
    assert span == pytest.approx(sum(values) + cost * len(values))


@settings(max_examples=30)
@given(SECONDS, st.floats(0.0, 5.0), st.integers(1, 8))
def test_it_lies_between_the_bounds_of_any_schedule(
    values: list[float], cost: float, workers: int
) -> None:
    span = makespan(named(values), {}, workers, cost)
    work = sum(values) + cost * len(values)
    near = 1 + 1e-12
    assert span * near >= max(work / workers, max(values) + cost, cost * len(values))
    assert span <= near * (work + max(values))
    # handing out in turn is at most the longest unit behind an even share, the dispatcher apart
    assert span <= near * (sum(values) / workers + max(values) + cost * len(values))


@settings(max_examples=40)
@given(SECONDS, st.integers(1, 8))
def test_a_chain_takes_as_long_as_on_one_worker(values: list[float], workers: int) -> None:
    needs = {str(number): [str(number - 1)] for number in range(1, len(values))}
    assert makespan(named(values), needs, workers, 0.1) == pytest.approx(
        sum(values) + 0.1 * len(values)
    )


def test_the_dispatcher_bounds_how_many_workers_are_busy() -> None:
    # a unit of 1 s and 10 ms to hand it out: a hundred workers are busy, more are of no use
    units = named([1.0] * 2000)
    assert makespan(units, {}, 100, 0.01) == pytest.approx(21.0, rel=0.02)
    assert makespan(units, {}, 1000, 0.01) == pytest.approx(21.0, rel=0.02)
    assert makespan(units, {}, 50, 0.01) == pytest.approx(40.4, rel=0.02)


def test_units_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="2 units need one another"):
        makespan({"a": 1.0, "b": 1.0}, {"a": ["b"], "b": ["a"]}, 1, 0.0)
