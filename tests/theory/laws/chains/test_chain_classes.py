"""Classes and phases against the law of the chain after many steps."""

import math

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.generators import SEEDS, random_rows
from theory.laws.chains.chain_classes import closed_classes, phases

SHAPES = ("dense", "sparse", "single successor", "absorbing", "periodic")


@st.composite
def chains(draw: st.DrawFn, most: int = 5) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(draw(SEEDS))
    size = draw(st.integers(1, most))
    shape = draw(st.sampled_from(SHAPES))
    initial = random_rows(generator, 1, size, draw(st.sampled_from(SHAPES[:3])))[0]
    return initial, random_rows(generator, size, size, shape)


def late_masses(initial: np.ndarray, transition: np.ndarray, offset: int) -> list[float]:
    """Mass of each class and phase after very many steps, moved on by `offset` steps."""
    many = np.linalg.matrix_power(transition, 2520 * 8 + offset)  # all periods to 10 divide 2520
    late = initial @ many
    masses = []
    for each in phases(initial, transition):
        at = (each.closed.cycle - offset) % each.closed.period == each.phase
        masses.append(float(late[each.closed.states[at]].sum()))
    return masses


@settings(max_examples=30, deadline=None)
@given(chains(), st.integers(0, 7))
def test_weights_are_those_after_many_steps(
    chain: tuple[np.ndarray, np.ndarray], offset: int
) -> None:
    initial, transition = chain
    computed = phases(initial, transition)
    event(f"{len(computed)} phases, {len(closed_classes(transition > 0))} classes")
    weights = [each.weight.value for each in computed]
    assert math.fsum(weights) == pytest.approx(1, abs=1e-10)
    assert weights == pytest.approx(late_masses(initial, transition, offset), abs=1e-9)
    assert all(each.weight.error < 1e-10 for each in computed)


@settings(max_examples=30, deadline=None)
@given(chains())
def test_classes_are_closed_and_their_steps_advance_the_cycle(
    chain: tuple[np.ndarray, np.ndarray],
) -> None:
    support = chain[1] > 0
    members = []
    for closed in closed_classes(support):
        members += closed.states.tolist()
        inside = support[np.ix_(closed.states, closed.states)]
        assert inside.sum() == support[closed.states].sum()
        source, target = np.nonzero(inside)
        assert ((closed.cycle[source] + 1 - closed.cycle[target]) % closed.period == 0).all()
        # the period is the largest: within one phase, some power is positive everywhere
        power = np.linalg.matrix_power(inside / inside.sum(1, keepdims=True), 2520)
        assert (power > 0).sum() == (closed.cycle[:, None] == closed.cycle[None]).sum()
    assert len(members) == len(set(members))
    absorbed = np.linalg.matrix_power(chain[1], 20160)[:, members].sum(1)
    assert absorbed == pytest.approx(np.ones(len(support)), abs=1e-9)


def test_phases_are_told_apart() -> None:
    """Broken twin: the weights of a periodic chain moved on by one step are other ones."""
    initial, transition = np.array([0.9, 0.1]), np.array([[0.0, 1.0], [1.0, 0.0]])
    weights = [each.weight.value for each in phases(initial, transition)]
    assert weights == [0.9, 0.1]
    shifted = (initial @ transition).tolist()
    assert shifted != weights


def test_slow_absorption_is_refused() -> None:
    for slow in (1e-300, 2.0**-53):  # a row of 1 and 1e-300 sums to one in float64
        transition = np.array([[1 - slow, slow], [0.0, 1.0]])
        with pytest.raises(ValueError, match="too slowly for float64: use chain_sequence"):
            phases(np.array([1.0, 0.0]), transition)
    (phase,) = phases(np.array([1.0, 0.0]), np.array([[1 - 1e-6, 1e-6], [0.0, 1.0]]))
    assert abs(phase.weight.value - 1) <= phase.weight.error < 1e-6
