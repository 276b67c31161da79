"""Entropies of all sets: against tables of the joint law and all assignments of steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import Language, NGram
from tests.generators import languages, schedules, sizes_of
from tests.theory.laws.joint_table import JointTable
from theory.laws.enumeration.joint_entropies import joint_entropies

MANY = settings(max_examples=30, deadline=None, derandomize=True)


@st.composite
def small(draw: st.DrawFn, longest: int = 4) -> tuple[Language, int]:
    language = draw(languages(most=2).filter(lambda one: bool(one.lengths(longest))))
    return language, draw(st.sampled_from(language.lengths(longest)))


@MANY
@given(small(), st.floats(0, 1))
def test_entropies_of_sets(case: tuple[Language, int], reveal: float) -> None:
    entropies, table = joint_entropies(*case), JointTable(*case)
    for kept, entropy in table.entropies.items():
        assert entropies.values[sum(1 << place for place in kept)] == pytest.approx(
            entropy, abs=1e-12
        )
    assert entropies.length == table.length
    everything = range(table.length)
    whole = table.total_correlation(everything, [])
    assert entropies.total_correlation == pytest.approx(whole, abs=1e-12)
    rest = sum(table.conditional(i, [j for j in everything if j != i]) for i in everything)
    dual = table.entropy(everything) - rest
    assert entropies.dual_total_correlation == pytest.approx(dual, abs=1e-12)
    curve = table.conditional_by_reveal(reveal)
    assert entropies.conditional_entropy(reveal) == pytest.approx(curve, abs=1e-12)
    conditional = np.array([table.conditional_by_count(count) for count in everything])
    assert entropies.information() == pytest.approx(conditional[0] - conditional, abs=1e-12)


@MANY
@given(st.data(), small(), schedules(4))
def test_path_averages(
    data: st.DataObject, case: tuple[Language, int], schedule: tuple[float, ...]
) -> None:
    entropies, table = joint_entropies(*case), JointTable(*case)
    expected = table.length * table.bernoulli_path_bound(schedule)
    assert entropies.path_average(schedule) == pytest.approx(expected, abs=1e-10)
    sizes = data.draw(sizes_of(table.length, 4))
    expected = table.length * table.sizes_path_bound(sizes)
    assert entropies.path_average_of_sizes(sizes) == pytest.approx(expected, abs=1e-10)


def test_a_twin_is_noticed() -> None:
    """The steps in reverse cost something else."""
    language = NGram.random(order=2, vocab_size=2, branching=2, temperature=0.5, seed=5)
    entropies, table = joint_entropies(language, 4), JointTable(language, 4)
    reversed_cost = entropies.path_average((0.2, 0.3, 0.5))
    assert abs(reversed_cost - 4 * table.bernoulli_path_bound((0.5, 0.3, 0.2))) > 1e-3
    assert abs(entropies.path_average_of_sizes((3, 1)) - 4 * table.sizes_path_bound((1, 3))) > 1e-3
