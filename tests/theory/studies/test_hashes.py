"""The names of units whose rows are few or took long: who renames a field or a class loses them."""

import json
import os
from dataclasses import replace
from pathlib import Path

from synthetic.experiments import Unit
from synthetic.experiments.kinds import LowNoiseTraining
from tests.golden import WRITE
from theory.studies.kinds import GridOptimum, Sweep
from theory.studies.noise_units import STANDARD_NOISE

GOLDEN = Path(__file__).with_name("hash_golden.json")


def named() -> dict[str, Unit]:
    """One unit of each kind, as the standard profile has it."""
    low = next(unit for unit in STANDARD_NOISE.trained() if isinstance(unit, LowNoiseTraining))
    grid = next(STANDARD_NOISE.grids[2].units())
    return {unit.kind: unit for unit in (STANDARD_NOISE.sweeps()[0], low, low.start, grid)}


def test_units_keep_their_names() -> None:
    hashes = {kind: unit.hash for kind, unit in named().items()}
    if os.environ.get(WRITE):
        GOLDEN.write_text(json.dumps(hashes, indent=1) + "\n")
    assert hashes == json.loads(GOLDEN.read_text())


def test_broken_twins_have_other_names() -> None:
    units = named()
    golden = json.loads(GOLDEN.read_text())
    for kind, change in (
        (Sweep.kind, {"eta": 0.2}),
        (LowNoiseTraining.kind, {"most": 0.2}),
        (GridOptimum.kind, {"steps": 5}),
    ):
        assert replace(units[kind], **change).hash != golden[kind]
