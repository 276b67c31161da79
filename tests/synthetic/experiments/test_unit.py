"""The content hash: the same for equal units anywhere, another one for any change."""

import dataclasses
import json
import math
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic.experiments import Context, Input, Result, Unit, added, closure
from synthetic.experiments.unit import check_kinds, content_hash
from tests.synthetic.experiments.demo_units import After, Draw, Evaluate, Schedule, Train

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, kw_only=True)
class Everything(Unit):
    """A parameter of each allowed type."""

    kind = "demo everything"
    version = 1

    count: int
    rate: float
    name: str
    flag: bool
    maybe: int | None
    many: tuple[float, ...]
    schedule: Schedule
    model: Unit

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        return Result([])


numbers = st.floats(0, allow_nan=False, allow_infinity=False)
fields: dict[str, st.SearchStrategy[Any]] = {
    "count": st.integers(0, 2**63 - 1),
    "rate": numbers,
    "name": st.text(),
    "flag": st.booleans(),
    "maybe": st.none() | st.integers(),
    "many": st.lists(numbers, min_size=1, max_size=3).map(tuple),
    "schedule": st.builds(Schedule, st.integers(), numbers),
    "model": st.builds(Train, steps=st.integers(0, 2**63 - 1)),
    "threads": st.integers(1, 64),
}
everything = st.builds(Everything, **fields)


def changes_show(hash_of: Callable[[Unit], str], unit: Unit, name: str, value: Any) -> bool:
    """Whether a hash tells two units apart exactly when one field differs."""
    changed = dataclasses.replace(unit, **{name: value})
    return (hash_of(unit) == hash_of(changed)) == (getattr(unit, name) == value)


@given(everything, st.data())
def test_changing_any_field_and_only_that_changes_the_hash(unit: Unit, data: st.DataObject) -> None:
    for name, values in fields.items():
        assert changes_show(lambda unit: unit.hash, unit, name, data.draw(values))


def test_a_hash_that_forgets_a_field_is_rejected() -> None:
    def forgetful(unit: Unit) -> str:
        content = dict(unit.content)
        content["parameters"] = {k: v for k, v in content["parameters"].items() if k != "schedule"}
        return content_hash(content)

    unit = Draw(seed=1)
    assert changes_show(forgetful, unit, "seed", 2)
    assert not changes_show(forgetful, unit, "schedule", Schedule(5))


@given(everything)
def test_equal_units_have_equal_hashes(unit: Unit) -> None:
    twin = dataclasses.replace(unit)
    assert twin == unit
    assert twin is not unit
    assert pickle.loads(pickle.dumps(unit)).hash == twin.hash == unit.hash


@given(everything)
def test_a_result_header_gives_the_hash_back(unit: Unit) -> None:
    assert content_hash(json.loads(json.dumps(unit.content))) == unit.hash


def test_numbers_that_are_equal_are_one_number() -> None:
    assert Draw(seed=1, pause=1).hash == Draw(seed=1, pause=1.0).hash
    assert Draw(seed=1, pause=0.0).hash == Draw(seed=1, pause=-0.0).hash
    assert Draw(seed=1, pause=0.5).hash != Draw(seed=1, pause=math.nextafter(0.5, 1)).hash


def before_and_after(field: Callable[[], Any]) -> tuple[Callable[..., Unit], ...]:
    """A kind and the same kind with one more number, in the unit and in a class inside it."""
    content: dict[str, Any] = {
        "kind": "demo grown",
        "version": 1,
        "run": Everything.run,
        "__module__": __name__,
    }
    old_part = dataclasses.make_dataclass("Part", [("a", int)], frozen=True)
    new_part = dataclasses.make_dataclass("Part", [("a", int), ("b", Any, field())], frozen=True)

    def made(part: type, *more: Any) -> type[Unit]:
        fields = [("part", part, dataclasses.field(default=part(3))), *more]
        return dataclasses.make_dataclass(
            "Grown", fields, bases=(Unit,), namespace=content, frozen=True, kw_only=True
        )

    return made(old_part), made(new_part, ("more", Any, field()))


@pytest.mark.parametrize("default", [0, 1.5, "x", False, None, (), (1, 2)], ids=repr)
def test_an_added_field_is_in_the_hash_unless_it_has_its_default(default: Any) -> None:
    old, new = before_and_after(lambda: added(default))
    assert new().hash == new(more=default).hash == old().hash
    part = type(new().part)  # type: ignore[attr-defined]
    others = [value for value in (7, 2.5, "y", True, (3,)) if value != default]
    changed = [new(more=value) for value in others] + [new(part=part(3, v)) for v in others]
    assert len({unit.hash for unit in (new(), *changed)}) == len(changed) + 1
    for unit in changed:
        assert content_hash(json.loads(json.dumps(unit.content))) == unit.hash


def test_a_new_field_that_is_not_marked_changes_every_hash() -> None:
    old, new = before_and_after(lambda: dataclasses.field(default=0))
    assert new().hash != old().hash


def test_an_added_field_knows_zero_from_false() -> None:
    _, new = before_and_after(lambda: added(0))
    assert new(more=0.0).hash == new().hash
    assert new(more=False).hash != new().hash


def test_version_and_kind_are_in_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Evaluate(model=Train(steps=2), at=1).hash
    with monkeypatch.context() as patch:
        patch.setattr(Train, "version", 2)
        assert Evaluate(model=Train(steps=2), at=1).hash != before
    with monkeypatch.context() as patch:
        patch.setattr(Evaluate, "kind", "other")
        assert Evaluate(model=Train(steps=2), at=1).hash != before
    assert Evaluate(model=Train(steps=2), at=1).hash == before


def test_needs_that_are_no_fields_are_in_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Draw(seed=1).hash
    monkeypatch.setattr(Draw, "needs", property(lambda self: (Train(steps=self.seed),)))
    after = Draw(seed=1)
    assert after.hash != before
    assert closure([after]) == (Train(steps=1), after)


def test_hashes_do_not_move_between_processes_or_releases() -> None:
    code = (
        "from tests.synthetic.experiments.demo_units import *\n"
        "print(Evaluate(model=Train(steps=3, threads=2), at=7).hash)"
    )
    environment = os.environ | {"PYTHONHASHSEED": "123", "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    here = Evaluate(model=Train(steps=3, threads=2), at=7).hash
    assert answer.stdout.strip() == here
    assert here == "3fc89ff2339b38713619897d0e962b68c851573795f32fc76dcca5246aebb986"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Draw(seed=[1]), r"seed is an integer >= 0, got \[1\]"),  # type: ignore[arg-type]
        (lambda: Draw(seed=1, pause=math.nan), "pause is a number >= 0, got nan"),
        (lambda: Draw(seed=1, threads=0), "demo draw: threads is 0"),
        (lambda: Draw(seed=1, schedule=Schedule({})), "demo draw.schedule.steps is a dict"),  # type: ignore[arg-type]
    ],
)
def test_a_parameter_that_cannot_be_hashed_is_one_line(
    build: Callable[[], Unit], message: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        _ = build().hash
    assert "\n" not in str(caught.value)


def test_classes_that_would_hash_wrongly_are_errors() -> None:
    class NoDataclass(Draw):
        hidden = 3

    @dataclass(frozen=True, kw_only=True)
    class KindAsField(Draw):
        kind: str = "demo draw"  # type: ignore[misc]

    @dataclass(frozen=True, kw_only=True)
    class NoVersion(Draw):
        version = 0

    for owner in (NoDataclass, KindAsField, NoVersion):
        with pytest.raises(TypeError, match=owner.__name__):
            _ = owner(seed=1).hash


def test_two_classes_cannot_share_a_kind() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Other(Draw):
        pass

    assert Other(seed=1).hash == Draw(seed=1).hash
    with pytest.raises(ValueError, match="a kind belongs to one class"):
        check_kinds([Draw(seed=1), Other(seed=1)])


def test_closure_keeps_the_order_and_puts_needs_before_users() -> None:
    model = Train(steps=2)
    both = After(first=(Evaluate(model=model, at=1), Draw(seed=1)))
    units = [Draw(seed=2), both, Draw(seed=2), Draw(seed=1)]
    assert closure(units) == (
        Draw(seed=2),
        model,
        Evaluate(model=model, at=1),
        Draw(seed=1),
        both,
    )


def test_units_print_their_parameters() -> None:
    model = Train(steps=2)
    text = str(After(first=(model,), seed=3, threads=2))
    assert text == f"demo after(first=({model.hash[:8]}), seed=3, threads=2)"
    assert str(Draw(seed=1)) == "demo draw(seed=1, schedule=Schedule(steps=4, offset=0), pause=0)"


def test_experiments_import_nothing_slow() -> None:
    code = (
        "import sys, synthetic.experiments\n"
        "print({'torch', 'pandas', 'pyarrow', 'rich', 'numpy', 'distributed'} & set(sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "set()"
