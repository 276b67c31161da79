"""Schedules and sizes: their formulas, their sums, the coins they become, and what is refused."""

import itertools
import math
import re
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.sampling import (
    Bernoulli,
    FixedCount,
    LeftToRight,
    cosine,
    equal_sizes,
    generate,
    linear,
    two_phase,
)
from synthetic.sampling.schedules import check_schedule, check_sizes, conditional_reveal
from tests.generators import schedules
from tests.synthetic.sampling.small_cases import generator, random_table

STEPS = st.integers(1, 5000)
EVERY = settings(max_examples=30, deadline=None, derandomize=True)


def is_sum_one(schedule: Sequence[float]) -> bool:
    return abs(math.fsum(schedule) - 1) <= 1e-15


@EVERY
@given(STEPS)
def test_linear_is_uniform(steps: int) -> None:
    assert linear(steps) == (1 / steps,) * steps
    assert is_sum_one(linear(steps))


@EVERY
@given(STEPS)
def test_cosine_is_a_difference_of_cosines(steps: int) -> None:
    schedule = cosine(steps)
    expected = [
        math.cos(math.pi * (k - 1) / (2 * steps)) - math.cos(math.pi * k / (2 * steps))
        for k in range(1, steps + 1)
    ]
    np.testing.assert_allclose(schedule, expected, rtol=0, atol=1e-15)
    assert is_sum_one(schedule)
    assert all(first < second for first, second in itertools.pairwise(schedule))
    assert check_schedule(schedule) == schedule


def test_cosine_keeps_all_digits_of_a_small_first_step() -> None:
    """The difference of cosines itself has lost half of them: the broken twin."""
    steps = 10**4
    width = Fraction(math.pi) / (2 * steps)
    exact = float(width**2 / 2 - width**4 / 24)
    assert cosine(steps)[0] == pytest.approx(exact, rel=1e-14, abs=0)
    assert 1 - math.cos(math.pi / (2 * steps)) != pytest.approx(exact, rel=1e-9, abs=0)


@EVERY
@given(st.integers(2, 5000), st.floats(0, 1))
def test_two_phase_reveals_the_first_share_at_once(steps: int, first: float) -> None:
    schedule = two_phase(steps, first)
    assert schedule == (first, *[(1 - first) / (steps - 1)] * (steps - 1))
    assert is_sum_one(schedule)
    assert two_phase(1, 1) == (1.0,)


@EVERY
@given(st.integers(1, 300), st.integers(1, 900))
def test_equal_sizes_differ_by_one_at_most(length: int, steps: int) -> None:
    sizes = equal_sizes(length, steps)
    assert len(sizes) == steps
    assert sum(sizes) == length
    assert max(sizes) - min(sizes) <= 1
    assert sizes.count(0) == max(0, steps - length)
    ends = np.cumsum(sizes).tolist()
    assert ends == [k * length // steps for k in range(1, steps + 1)]


def product_form(conditional: Sequence[float]) -> list[float]:
    """a_k = c_k prod_(j<k) (1 - c_j): the probability that coin k is the first to come up."""
    marginals, masked = [], 1.0
    for reveal in conditional:
        marginals.append(masked * reveal)
        masked *= 1 - reveal
    return marginals


@EVERY
@given(schedules())
def test_coins_give_back_the_schedule(schedule: tuple[float, ...]) -> None:
    conditional = conditional_reveal(schedule)
    np.testing.assert_allclose(product_form(conditional), schedule, rtol=0, atol=1e-15)
    last = max(step for step, probability in enumerate(schedule) if probability > 0)
    assert conditional[last] == 1.0  # exactly, so that alpha ends at zero and no mask is left
    assert set(conditional[last:]) == {1.0}
    assert all(0 <= reveal <= 1 for reveal in conditional)


@pytest.mark.parametrize("schedule", [linear(49), cosine(33), two_phase(10, 0.3)])
def test_sums_from_the_front_miss_one(schedule: tuple[float, ...]) -> None:
    """The broken twin: a_k / (1 - a_1 - .. - a_(k-1)) leaves masks or is no probability."""
    masked, last = 1.0, 0.0
    for probability in schedule:
        last = probability / masked
        masked -= probability
    assert last != 1.0
    assert conditional_reveal(schedule)[-1] == 1.0


@pytest.mark.parametrize("schedule", [(0.0, 0.5, 0.5, 0.0, 0.0), (1e-300, 1.0), (1.0, 1e-300)])
def test_zeros_and_tiny_steps_leave_no_mask(schedule: tuple[float, ...]) -> None:
    table = random_table(2, 4, seed=0)
    made = generate(table, Bernoulli(schedule), length=4, count=50, generator=generator(0))
    assert int(made.tokens.max()) < 2
    used = set(made.reveal_step.unique().tolist())
    assert used <= {step for step, probability in enumerate(schedule, 1) if probability > 0}


@pytest.mark.parametrize("make", [linear, cosine, lambda n: two_phase(n, 0.5),
                                  lambda n: equal_sizes(8, n)])  # fmt: skip
@pytest.mark.parametrize("steps", [0, -3, 2.0, True, "4", None])
def test_steps_are_integers_of_at_least_one(
    make: Callable[[object], object], steps: object
) -> None:
    with pytest.raises(ValueError, match="steps is an integer.*, got " + re.escape(repr(steps))):
        make(steps)


@pytest.mark.parametrize("length", [0, -3, 2.0, True, "4", None])
def test_lengths_are_integers_of_at_least_one(length: int) -> None:
    message = "length is an integer.*, got " + re.escape(repr(length))
    with pytest.raises(ValueError, match=message):
        equal_sizes(length, 3)


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ((), "at least one step, got none"),
        ((0.5, 0.4), "sums to 1 (to 1e-6), got 0.9"),
        ((0.5, 0.5 + 2e-6), "sums to 1"),
        ((0.5, 0.5 - 2e-6), "sums to 1"),
        ((0.7, -0.2, 0.5), "is a number in 0..1 (FixedCount takes sizes), got -0.2"),
        ((0.5, math.nan), "is a number in 0..1 (FixedCount takes sizes), got nan"),
        ((math.inf, 0.5), "of step 1 of the schedule is a number in 0..1 (FixedCount"),
        ((1.5, -0.5), "is a number in 0..1 (FixedCount takes sizes), got 1.5"),
    ],
)
def test_what_is_no_schedule_is_refused(schedule: tuple[float, ...], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Bernoulli(schedule)


@EVERY
@given(st.integers(1, 300))
def test_a_schedule_in_single_precision_is_normalised(steps: int) -> None:
    """As rows of probability tables are, but where it sums to one in double precision too."""
    given = torch.full((steps,), 1 / steps, dtype=torch.float32, device="cpu")
    schedule = Bernoulli(given).schedule
    assert is_sum_one(schedule) or schedule == tuple(given.tolist())
    assert abs(math.fsum(schedule) - 1) <= 1e-9
    np.testing.assert_allclose(schedule, given.tolist(), rtol=1e-6)


@EVERY
@given(schedules(), st.floats(-9e-10, 9e-10))
def test_a_schedule_in_double_precision_stays_as_it_is(
    schedule: tuple[float, ...], off: float
) -> None:
    given = tuple(probability * (1 - abs(off)) for probability in schedule)
    assert Bernoulli(given).schedule == given


def test_a_schedule_in_single_precision_does_not_stay_as_it_is() -> None:
    """The twin of both."""
    given = (0.5, 0.5 + 1e-7)
    assert not is_sum_one(given)
    assert is_sum_one(Bernoulli(given).schedule)


@pytest.mark.parametrize("vector", [16, "0.5", None])
def test_a_number_is_no_vector(vector: tuple[int, ...]) -> None:
    with pytest.raises(TypeError, match="schedule is a sequence of numbers"):
        Bernoulli(vector)
    with pytest.raises(TypeError, match="sizes is a sequence of integers"):
        FixedCount(vector)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((), "at least one step, got none"),
        ((2, -1), "the size of step 2 is an integer >= 0, got -1"),
        ((2.0, 1), "the size of step 1 is an integer >= 0, got 2.0"),
        ((True, 1), "the size of step 1 is an integer >= 0, got True"),
        ((1, math.nan), "the size of step 2 is an integer >= 0, got nan"),
        ((1, "2"), "the size of step 2 is an integer >= 0, got '2'"),
    ],
)
def test_what_is_no_size_is_refused(sizes: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        FixedCount(sizes)


def test_vectors_come_from_anything_array_like() -> None:
    vector = torch.tensor([0.25, 0.75], dtype=torch.float64, device="cpu")
    assert Bernoulli(vector) == Bernoulli([0.25, 0.75]) == Bernoulli(np.array([0.25, 0.75]))
    assert hash(Bernoulli(vector)) == hash(Bernoulli((0.25, 0.75)))
    assert FixedCount(np.array([2, 1])) == FixedCount(iter([2, 1]))
    assert check_sizes(torch.tensor([2, 1], device="cpu")) == (2, 1)


@pytest.mark.parametrize(("free", "sizes"), [(5, (2, 2)), (3, (2, 2)), (4, (0,))])
def test_sizes_that_do_not_sum_to_the_free_positions_name_both(
    free: int, sizes: tuple[int, ...]
) -> None:
    table = random_table(2, free, seed=0)
    message = f"got a sum of {sum(sizes)} and a row with {free}"
    with pytest.raises(ValueError, match=message):
        generate(table, FixedCount(sizes), length=free, count=1, generator=generator(0))


@pytest.mark.parametrize("first", [-0.1, 1.1, math.nan])
def test_a_first_share_is_a_probability(first: float) -> None:
    with pytest.raises(ValueError, match=f"first is a number.*, got {first}"):
        two_phase(4, first)
    with pytest.raises(ValueError, match="there is one step"):
        two_phase(1, 0.5)


@pytest.mark.parametrize("block", [0, -1, 1.0, True])
def test_a_block_is_an_integer_of_at_least_one(block: int) -> None:
    with pytest.raises(ValueError, match=f"block is an integer.*, got {block!r}"):
        LeftToRight(block)
