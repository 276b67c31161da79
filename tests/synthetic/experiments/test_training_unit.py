"""A unit of training whose checkpoint is damaged trains again."""

from pathlib import Path

import pytest

from synthetic.experiments.unit import Context
from synthetic.training.checkpoint import INDEX
from tests.small_training import small_training

UNIT = small_training("ngram2-v8", steps=3)


def context(folder: Path, notes: list[str]) -> Context:
    folder.mkdir(exist_ok=True)
    return Context("cpu", folder, 1, lambda fraction: None, notes.append)


@pytest.mark.parametrize("damage", ["", '{"format": 1}', None])
def test_a_damaged_checkpoint_is_set_aside(damage: str | None, tmp_path: Path) -> None:
    notes: list[str] = []
    expected = UNIT.run({}, context(tmp_path / "whole", notes)).rows
    folder = tmp_path / "damaged"
    UNIT.run({}, context(folder, notes))
    assert not notes
    index = folder / "checkpoint" / INDEX
    if damage is None:
        (weights,) = index.parent.glob("weights-*")
        weights.unlink()
    else:
        index.write_text(damage)
    assert UNIT.run({}, context(folder, notes)).rows == expected
    (note,) = notes
    assert note.endswith(f"; training {UNIT.hash[:8]} begins anew")
    assert "\n" not in note
    assert (folder / "checkpoint.damaged-1").is_dir()
    # The broken twin: a whole checkpoint is gone on from.
    assert UNIT.run({}, context(folder, notes)).rows == expected
    assert len(notes) == 1
