"""Formal languages in studies: golden rows, exact cases, sizes, and the figure."""

from pathlib import Path

import pandas as pd

from synthetic.experiments import InProcess, Store, run_units
from synthetic.languages import catalogue
from tests.golden import check_golden
from theory.report.figures.draw import plans
from theory.report.figures.style import LIGHT, themed
from theory.studies.formal_units import QUICK_FORMAL, STANDARD_FORMAL
from theory.studies.kinds import ClassAndSteps, LongOrderDepth, OrderDepth
from theory.studies.kinds.order_depth import CONSTANT, DEPTH
from theory.studies.profiles import PROFILES

GOLDEN = Path(__file__).with_name("formal_golden.json")


def unit(name: str, length: int) -> ClassAndSteps:
    return ClassAndSteps(**catalogue.named(name), length=length, steps=(1, 4, 16), samples=100)


ORDERS = tuple(
    OrderDepth(**catalogue.named(name), longest=6)
    for name in ("palindromes-4", "dyck2", "copies-8")
)
LONG_ORDERS = tuple(
    LongOrderDepth(**catalogue.named(name), length=length, samples=200)
    for name, length in (("latin-4", 16), ("code-32", 32), ("not-all-equal-12", 32))
)
UNITS = (unit("palindromes-4", 6), unit("tomita-5", 8), unit("dyck2", 6), unit("copies-8", 8))


def test_golden_rows() -> None:
    check_golden(GOLDEN, (*UNITS, *ORDERS, *LONG_ORDERS))


def test_rows_and_their_figure(tmp_path: Path) -> None:
    """Bisection never reveals a mirrored pair of six in one round, but two copies of eight."""
    store = Store(tmp_path)
    assert run_units(UNITS, store, InProcess()).ok
    every = pd.DataFrame([row for one in UNITS for row in store.read_input(one).rows])
    rows = every[every["metric"] == "sequence_error_rate"]
    bisected = rows[rows["reveal"] == "bisection"].set_index("language")["value"]
    assert bisected["palindromes-4"] == 0
    assert bisected["copies-8"] > 0.8  # the second and the sixth symbol agree by chance, 1/8
    falling = rows[(rows["language"] == "palindromes-4") & (rows["reveal"] == "bernoulli")]
    assert falling["value"].iloc[1:].is_monotonic_decreasing
    every["kind"] = ClassAndSteps.kind
    ((plan, table),) = [each for each in plans(every) if each[0].name == "class_and_steps"]
    with themed(LIGHT):
        figure = plan.draw(table)
        figure.draw_without_rendering()
    legend = figure.axes[0].get_legend()
    assert legend is not None
    classes = {text.get_text() for text in legend.get_texts()}
    assert classes == {"regular", "context-free", "context-sensitive"}


def test_depths_of_orders_and_their_figure(tmp_path: Path) -> None:
    """Palindromes and copies go in two halves, brackets of six in no fewer than four rounds."""
    store = Store(tmp_path)
    assert run_units(ORDERS, store, InProcess()).ok
    rows = pd.DataFrame([row for one in ORDERS for row in store.read_input(one).rows])
    rows["kind"] = OrderDepth.kind
    depths = rows[rows["metric"] == DEPTH]
    assert (depths["value"] == depths["steps"]).all()
    assert dict(depths.groupby("language")["value"].agg(list)) == {
        "palindromes-4": [2, 2, 2],
        "dyck2": [6, 4, 4],
        "copies-8": [2, 2, 2],
    }
    ((plan, group),) = plans(rows)
    with themed(LIGHT):
        figure = plan.draw(group)
        figure.draw_without_rendering()
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names[0] == "dyck2"  # the least constant
    assert plans(rows[rows["language"] == "dyck2"]) == []


def test_depths_of_long_words_are_in_the_figure(tmp_path: Path) -> None:
    """The one constant that is estimated has a bar, and depths are those of the three orders."""
    store = Store(tmp_path)
    units = (*ORDERS, *LONG_ORDERS)
    assert run_units(units, store, InProcess()).ok
    tables = [pd.DataFrame(store.read_input(one).rows).assign(kind=one.kind) for one in units]
    rows = pd.concat(tables)
    depths = rows[(rows["metric"] == DEPTH) & (rows["length"] > 8)]
    assert dict(depths.groupby("language")["value"].agg(list)) == {
        "code-32": [3, 3, 2],
        "latin-4": [10, 9, 6],
        "not-all-equal-12": [2, 16, 2],
    }
    constants = rows[rows["metric"] == CONSTANT].set_index("language")
    assert constants["low"]["not-all-equal-12"] < 0.186 < constants["high"]["not-all-equal-12"]
    ((plan, group),) = plans(rows)
    assert "6 languages at L = 6 to 32" in plan.text
    with themed(LIGHT):
        figure = plan.draw(group)
        figure.draw_without_rendering()
    bars = figure.axes[0].collections
    assert len(bars) == 1
    hollow = [point for point in figure.axes[0].lines if point.get_markerfacecolor() == "none"]
    assert len(hollow) == 1


def test_every_language_has_depths_of_orders() -> None:
    orders = [one.language for one in STANDARD_FORMAL.orders()]
    long_orders = [one.language for one in STANDARD_FORMAL.long_orders()]
    assert sorted(orders + long_orders) == sorted(catalogue.names())
    assert set(STANDARD_FORMAL.long_orders()) <= set(PROFILES["standard"].units())
    assert not QUICK_FORMAL.long_orders()


def test_the_quick_profile_has_each_language_once() -> None:
    assert len(set(QUICK_FORMAL.languages)) == len(QUICK_FORMAL.languages)
    assert set(QUICK_FORMAL.units()) <= set(PROFILES["quick"].units())
    orders = {one.language for one in QUICK_FORMAL.orders()}
    assert orders == set(QUICK_FORMAL.languages) - {"latin-4", "one-hot-8"}  # longer words alone
    assert set(QUICK_FORMAL.orders()) <= set(PROFILES["quick"].units())
    assert sum(one.expected_seconds for one in QUICK_FORMAL.units()) < 45
    assert not PROFILES["paper"].formal.languages


def test_the_standard_profile_has_every_language_that_has_words() -> None:
    units = STANDARD_FORMAL.units()
    assert {one.language for one in units} == set(catalogue.names())
    assert max(one.expected_seconds for one in units) < 600
    grammars = {one.language for one in units if one.samples == STANDARD_FORMAL.grammar_samples}
    assert "dyck2" in grammars
    assert "tomita-5" not in grammars
