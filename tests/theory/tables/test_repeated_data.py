"""Tables of repeated data: recovered from rows that a known law made, and left out where they
cannot be read off."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.tables.limited_data import in_cells_of_plain
from theory.tables.repeated_data import (
    above_new,
    best_epochs,
    half_lives,
    last_octave,
    least,
    recovered,
    stable_phase,
    with_larger,
)

UNIQUE = 64
EPOCHS = [1, 2, 4, 8, 16, 32]


def curve(values: dict[int, float], **columns: object) -> pd.DataFrame:
    shared = {"unique_tokens": UNIQUE, "parameters": 10, "draw": "1", "seed": 0} | columns
    return pd.DataFrame([shared | {"epoch": e, "value": v} for e, v in values.items()])


def new(exponent: float) -> pd.DataFrame:
    table = curve({epoch: (UNIQUE * epoch) ** -exponent for epoch in EPOCHS})
    return table.assign(tokens=table["unique_tokens"] * table["epoch"])


def repeated(half_life: float, exponent: float) -> pd.DataFrame:
    worth = {e: UNIQUE * (1 - half_life * math.expm1(-(e - 1) / half_life)) for e in EPOCHS}
    return curve({epoch: tokens**-exponent for epoch, tokens in worth.items()})


@given(st.floats(2, 500), st.floats(0.3, 2))
def test_a_half_life_is_found_on_any_curve_of_new_data(half_life: float, exponent: float) -> None:
    (value,) = half_lives(repeated(half_life, exponent), new(exponent))["value"]
    assert math.exp(value) == pytest.approx(half_life, rel=1e-3)


def test_what_lies_beyond_the_new_data_or_the_best_epoch_is_not_read() -> None:
    low = curve(dict.fromkeys(EPOCHS, 1e-09))  # better than all new data
    assert half_lives(low, new(1.0)).empty
    falling = repeated(10.0, 1.0)
    risen = falling.assign(value=falling["value"].where(falling["epoch"] < 32, 9.0))
    (value,) = half_lives(risen, new(1.0))["value"]
    assert math.exp(value) == pytest.approx(10.0, rel=1e-3)
    assert half_lives(falling, new(1.0).assign(draw="2")).empty


def test_repeats_stand_beside_as_many_updates_on_new_data() -> None:
    table = above_new(repeated(10.0, 1.0), new(1.0), 4)
    worth = 1 - 10 * math.expm1(-0.3)
    assert table["value"].tolist() == pytest.approx([(1 / worth - 1 / 4) / UNIQUE])
    assert above_new(repeated(10.0, 1.0), new(1.0), 64).empty


def test_the_best_epoch_is_censored_where_it_is_the_last() -> None:
    inside = best_epochs(curve({1: 0.3, 2: 0.1, 4: 0.2}))
    assert (inside["value"].tolist(), inside["censored"].tolist()) == ([math.log(2)], [False])
    assert best_epochs(curve({1: 0.3, 2: 0.1}))["censored"].tolist() == [True]


def test_the_last_octave_is_of_runs_beyond_their_best() -> None:
    table = curve({1: 5.0, 2: 6.0, 4: 8.0})
    long = last_octave(table.assign(divergence=[0.1, 0.2, 0.3]))
    assert long["value"].tolist() == [2.0]
    assert last_octave(table.assign(divergence=[0.2, 0.1, 0.3])).empty


def test_a_gap_is_recovered_where_there_is_one() -> None:
    arms = {"worse": 2.0, "middle": 1.25, "better": 1.0}
    table = pd.concat([curve({1: 9.0, 2: value}, arm=arm) for arm, value in arms.items()])
    assert recovered(table, "worse", "middle", "better")["value"].tolist() == [0.75]
    assert recovered(table, "better", "middle", "worse").empty
    assert recovered(table, "worse", "middle", "better", 0.99)["value"].tolist() == [0.75]
    assert recovered(table, "worse", "middle", "better", 1.0).empty


def test_the_least_is_of_annealed_runs_alone() -> None:
    annealed = curve({1: 0.3, 2: 0.1, 4: 0.2}, arm="AR0", annealed=True)
    stable = curve({1: 0.3, 2: 0.05, 4: 0.2}, arm="AR0", annealed=False)
    other = curve({1: 0.4, 2: 0.5}, arm="AR*", annealed=True)
    best = least(pd.concat([annealed, stable, other], ignore_index=True))
    assert best[["arm", "epoch", "value"]].to_numpy().tolist() == [["AR*", 1, 0.4], ["AR0", 2, 0.1]]
    assert least(stable).empty


def test_a_larger_model_stands_beside_the_next_smaller_one() -> None:
    sizes = {10: 1.0, 40: 2.0, 160: 3.0}
    runs = [curve({8: v}, arm="AR0", parameters=size) for size, v in sizes.items()]
    table = pd.concat([*runs, curve({8: 0.5}, arm="other", parameters=40)])
    both = with_larger(table, "AR0", "larger")
    moved = both[both["arm"] == "larger"]
    assert dict(zip(moved["parameters"], moved["value"], strict=True)) == {10: 2.0, 40: 3.0}
    assert both.index.is_unique
    assert both[both["arm"] != "larger"].to_numpy().tolist() == table.to_numpy().tolist()
    alone = with_larger(runs[0], "AR0", "larger")
    assert set(alone["arm"]) == {"AR0"}


def test_a_model_of_the_size_of_ar0_stands_in_its_cell_and_a_larger_one_alone() -> None:
    """In the stable phase; a model that is told the order would have a cell of its own."""
    sizes = {"AR0": 100, "told the order": 101, "larger": 103}
    runs = [curve({8: 1.0}, arm=arm, parameters=size) for arm, size in sizes.items()]
    both = [one.assign(annealed=annealed) for one in runs for annealed in (False, True)]
    table = stable_phase(pd.concat(both))
    cells = dict(zip(table["arm"], table["parameters"], strict=True))
    assert cells == {"AR0": 100, "told the order": 100, "larger": 103}
    assert not table["annealed"].any()


def test_models_of_ar0_of_nearly_one_size_keep_their_cells() -> None:
    """As on two languages whose alphabets differ by a symbol, in whatever order they come."""
    for sizes in ([100, 101], [101, 100]):
        runs = pd.concat([curve({8: 1.0}, arm="AR0", parameters=size) for size in sizes])
        assert list(in_cells_of_plain(runs)["parameters"]) == sizes
