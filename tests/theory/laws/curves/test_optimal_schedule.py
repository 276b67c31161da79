"""Optimal schedules: the least by brute force and by plain programmes; no random one is better."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import theory.laws.curves.staircase as module
from synthetic.languages import NGram
from synthetic.sampling import cosine, equal_sizes, linear, two_phase
from synthetic.sampling.schedules import check_schedule
from tests.generators import ngrams, schedules, sizes_of
from theory.laws.curves.information_curve import InformationCurve, information_curve
from theory.laws.curves.optimal_schedule import optimal_schedule, optimal_sizes
from theory.laws.curves.reveal_weights import Floats
from theory.laws.curves.staircase import staircase_knots

MANY = settings(max_examples=30, deadline=None, derandomize=True)
CHAIN = NGram.random(order=2, vocab_size=8, branching=3, temperature=1.0, seed=1)
WIDEST = math.pi / 2 / 4096  # cell of the grid


def curves(longest: int = 9) -> st.SearchStrategy[InformationCurve]:
    """Of chains, and any nondecreasing Z: flat pieces, jumps, convex and concave."""
    increments = st.one_of(st.just(0.0), st.floats(0, 1), st.sampled_from([1.0, 1e-6]))
    shapes = arrays(np.float64, st.integers(0, longest - 1), elements=increments)
    free = shapes.map(
        lambda steps: InformationCurve(50.0, np.concatenate(([0.0], steps.cumsum())), 0.0)
    )
    chains = st.builds(information_curve, ngrams(orders=(2, 2)), st.integers(1, longest))
    return st.one_of(free, chains)


def brute_force_sizes(curve: InformationCurve, steps: int) -> float:
    """The least path bound over all sizes, zeros among them, in nats per token."""
    length = curve.length
    return min(
        curve.path_bound_of_sizes(np.diff([0, *ends, length]).tolist())
        for ends in itertools.combinations_with_replacement(range(length + 1), steps - 1)
    )


@MANY
@given(curves(7), st.integers(1, 5))
def test_sizes_by_brute_force(curve: InformationCurve, steps: int) -> None:
    sizes = optimal_sizes(curve, steps)
    assert len(sizes) == steps
    assert sum(sizes) == curve.length
    best = brute_force_sizes(curve, steps)
    assert curve.path_bound_of_sizes(sizes) == pytest.approx(best, abs=1e-12)


@MANY
@given(st.data(), curves(30), st.integers(1, 40))
def test_no_sizes_are_better(data: st.DataObject, curve: InformationCurve, steps: int) -> None:
    sizes = optimal_sizes(curve, steps)
    least = curve.path_bound_of_sizes(sizes) - 1e-12
    assert least <= curve.path_bound_of_sizes(equal_sizes(curve.length, steps))
    assert least <= curve.path_bound_of_sizes(data.draw(sizes_of(curve.length, steps)))
    if steps >= curve.length:
        assert sizes == (1,) * curve.length + (0,) * (steps - curve.length)
    else:
        assert min(sizes) >= 1


def plain_programme(points: Floats, heights: Floats, steps: int) -> float:
    """The largest staircase by O(N M^2) comparisons."""
    most = len(points) - 1
    value = np.full(most + 1, -np.inf)
    value[0] = 0.0
    area = (points[None, :] - points[:-1, None]) * heights[:, None]
    area[np.arange(most)[:, None] >= np.arange(most + 1)[None, :]] = -np.inf
    for _ in range(steps):
        value = (value[:-1, None] + area).max(0)
    return float(value[-1])


def area_of(points: Floats, heights: Floats, knots: list[int]) -> float:
    ends = np.array(knots)
    return float(np.diff(points[ends]) @ heights[ends[:-1]])


@MANY
@given(st.data(), st.integers(1, 300), st.integers(0, 2**31), st.floats(0, 4))
def test_divide_and_conquer_against_a_plain_programme(
    data: st.DataObject, most: int, seed: int, power: float
) -> None:
    generator = np.random.default_rng(seed)
    points = np.concatenate(([0.0], (generator.random(most) + 1e-3).cumsum()))
    heights = (generator.random(most) ** power * (generator.random(most) > 0.3)).cumsum()
    steps = data.draw(st.integers(1, min(most, 12)))
    knots = staircase_knots(points, heights, steps)
    assert knots[0] == 0
    assert knots[-1] == most
    assert len(knots) == steps + 1
    assert (np.diff(knots) > 0).all()
    best = plain_programme(points, heights, steps)
    assert area_of(points, heights, knots) == pytest.approx(best, rel=1e-12, abs=1e-12)


def test_a_search_without_order_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken twin: heights that decrease have no ordered choices, and the result is not best."""
    generator = np.random.default_rng(0)
    points, worse = np.arange(41.0), 0
    for _ in range(20):
        heights = generator.random(40)
        knots = staircase_knots(points, heights, 5)
        best = plain_programme(points, heights, 5)
        worse += area_of(points, heights, knots) < best - 1e-9
    assert worse > 0
    # and a programme that forgets the width of the last step
    heights = heights.cumsum()
    right = plain_programme(points, heights, 3)
    best_lines = module._best_lines
    monkeypatch.setattr(
        module, "_best_lines", lambda points, slope, *rest: best_lines(points, 0.9 * slope, *rest)
    )
    assert area_of(points, heights, staircase_knots(points, heights, 3)) < right - 1e-9


def test_two_hundred_tokens_against_a_plain_programme() -> None:
    curve = information_curve(CHAIN, 200)
    for steps in (1, 2, 7, 50, 199):
        sizes = optimal_sizes(curve, steps)
        knots = [0, *itertools.accumulate(sizes)]
        points = np.arange(201.0)
        best = plain_programme(points, curve.information, steps)
        assert area_of(points, curve.information, knots) == pytest.approx(best, abs=1e-10)


def test_full_length() -> None:
    """L = 4096: better than equal sizes, and better with more steps."""
    curve = information_curve(CHAIN, 4096)
    bounds = []
    for steps in (64, 512):
        sizes = optimal_sizes(curve, steps)
        assert sum(sizes) == 4096
        assert len(sizes) == steps
        bounds.append(curve.path_bound_of_sizes(sizes))
        assert bounds[-1] < 0.96 * curve.path_bound_of_sizes(equal_sizes(4096, steps))
    assert bounds[1] < bounds[0] / 8


@MANY
@given(curves(), st.integers(1, 10), schedules(10), st.floats(0, 1))
def test_no_schedule_is_better(
    curve: InformationCurve, steps: int, other: tuple[float, ...], first: float
) -> None:
    schedule = optimal_schedule(curve, steps)
    assert check_schedule(schedule) == schedule
    assert len(schedule) == steps
    assert list(itertools.accumulate(schedule))[-1] == 1.0
    least = curve.path_bound(schedule)
    slack = 1e-12 * (1 + curve.information[-1])
    assert least <= curve.path_bound(linear(steps)) + slack
    assert least <= curve.path_bound(cosine(steps)) + slack
    proved = WIDEST * float(curve.information[-1]) + slack
    assert least <= curve.path_bound(two_phase(steps, first if steps > 1 else 1)) + proved
    if len(other) <= steps:
        assert least <= curve.path_bound(other) + proved


def brute_force_schedule(curve: InformationCurve, steps: int, cells: int) -> float:
    """The least path bound over schedules whose partial sums are multiples of 1 / cells."""
    knots = np.linspace(0, 1, cells + 1)
    gain = curve.entropy - curve(knots)
    if steps == 2:
        largest = ((1 - knots) * gain).max()
    else:
        first, second = knots[:, None], knots[None, :]
        area = (second - first) * gain[:, None] + (1 - second) * gain[None, :]
        largest = np.where(first <= second, area, -np.inf).max()
    return float(curve.information.mean() - largest)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(curves(), st.integers(2, 3))
def test_two_and_three_steps_by_brute_force(curve: InformationCurve, steps: int) -> None:
    """Far below the proved bound: one hundredth of it."""
    computed = curve.path_bound(optimal_schedule(curve, steps))
    tolerance = 0.01 * WIDEST * float(curve.information[-1]) + 1e-12
    assert computed <= brute_force_schedule(curve, steps, 500) + tolerance


def stationary(curve: InformationCurve, schedule: tuple[float, ...]) -> bool:
    """Whether g(r_k) - g(r_(k-1)) = g'(r_k) (r_(k+1) - r_k) for k = 1..N-1."""
    knots = np.array([0.0, *itertools.accumulate(schedule)])
    gain, slope = curve.derivative(0, knots), curve.derivative(1, knots)
    left, right = np.diff(gain)[:-1], slope[1:-1] * np.diff(knots)[1:]
    return bool((np.abs(left - right) <= 1e-6 * np.abs(left) + 1e-12).all())


@pytest.mark.parametrize("steps", [2, 3, 16, 64])
def test_the_schedule_is_stationary(steps: int) -> None:
    curve = information_curve(CHAIN, 64)
    assert stationary(curve, optimal_schedule(curve, steps))
    assert not stationary(curve, linear(steps))  # broken twins
    assert not stationary(curve, optimal_schedule(curve, steps)[::-1])


@pytest.mark.parametrize("length", [16, 64])
def test_many_steps_cost_the_growth_complexity(length: int) -> None:
    """N L times the bound falls to P / 2, faster than 1.5 / N of it from there; linear does not."""
    curve = information_curve(CHAIN, length)
    half = curve.unmasking_growth_complexity().value / 2
    for steps in (64, 256):
        excess = steps * length * curve.path_bound(optimal_schedule(curve, steps)) / half - 1
        assert 0 < excess < 1.5 / steps
        plain = steps * length * curve.path_bound(linear(steps)) / half - 1
        assert plain > 0.01


@pytest.mark.parametrize("shape", ["repeated", "parity"])
def test_everything_at_one_end(shape: str) -> None:
    """Repeated bit and parity at L = 64: the mirror images, both far below the linear schedule."""
    steps, length = 8, 64
    information = np.ones(length) if shape == "repeated" else np.zeros(length)
    information[0], information[-1] = 0.0, 1.0
    curve = InformationCurve(1.0, information, 0.0)
    computed = curve.path_bound(optimal_schedule(curve, steps))
    assert computed < 0.3 * curve.path_bound(linear(steps))
    limit = 2 * (length - 1) / length / steps / length  # P / (2 N L), bits in the place of nats
    assert 0.8 * limit < computed < 1.4 * limit


def test_independent_tokens() -> None:
    curve = InformationCurve(1.0, np.zeros(6), 0.0)
    assert optimal_schedule(curve, 3) == pytest.approx(linear(3), abs=1e-15)
    assert sum(optimal_sizes(curve, 3)) == 6
    single = InformationCurve(1.0, np.zeros(1), 0.0)
    assert optimal_schedule(single, 2) == linear(2)
    assert optimal_sizes(single, 3) == (1, 0, 0)


@pytest.mark.parametrize("optimum", [optimal_sizes, optimal_schedule])
@pytest.mark.parametrize("steps", [0, -1, 2.0, True])
def test_one_line_refusals(optimum: object, steps: object) -> None:
    curve = InformationCurve(1.0, np.array([0.0, 1.0]), 0.0)
    with pytest.raises(ValueError, match="steps is an integer"):
        optimum(curve, steps)  # type: ignore[operator]


def test_too_many_steps() -> None:
    curve = InformationCurve(1.0, np.array([0.0, 1.0]), 0.0)
    with pytest.raises(ValueError, match="at most 4096 steps, got 5000: use linear"):
        optimal_schedule(curve, 5000)
