"""The last complete run of all proofs on disk: written whole or not at all, with its provenance."""

import json
from pathlib import Path

from proofs_check.run import ProofRun
from synthetic.experiments.durable import write_over
from synthetic.experiments.provenance import measured, source_commit


def last_run_path(results: Path) -> Path:
    """Where the last complete run lies in the folder of results."""
    return results / "proofs.json"


def keep_run(results: Path, run: ProofRun, seconds: float) -> Path:
    """Writes a run of all theorems in the place of the one before, with commit and versions."""
    path = last_run_path(results)
    content = {
        "measured": measured(seconds, "cpu", source_commit()),
        "theorems": run.records,
        "points": run.points,
    }
    try:
        results.mkdir(parents=True, exist_ok=True)
        write_over(path, json.dumps(content).encode())
    except OSError as error:
        raise OSError(
            f"{path} cannot be written ({error.strerror}); make {results} a folder that can be "
            "written, or give another one with --results"
        ) from error
    return path


def last_run(results: Path) -> ProofRun:
    """The last complete run; a one-line error where there is none."""
    path = last_run_path(results)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return ProofRun(content["theorems"], content["points"])
    except FileNotFoundError as error:
        raise FileNotFoundError(f"no complete run of the proofs at {path}: run make proofs") from (
            error
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is damaged: run make proofs again") from error
