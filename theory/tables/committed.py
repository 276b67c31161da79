"""The rows that come with the code: one file, in the source and in an installed package."""

from importlib import resources
from pathlib import Path

import theory
from synthetic.experiments import DamagedRowsError, kept_rows
from synthetic.experiments.unit import Value

_INSTALLED = "committed/rows.parquet"
_SOURCE = "results/standard/rows.parquet"
PROFILE = "standard"


def committed_rows() -> Path:
    """The merged rows of the standard profile that come with the code."""
    installed = Path(str(resources.files(theory))) / _INSTALLED
    return installed if installed.exists() else Path(theory.__file__).parents[1] / _SOURCE


def committed_by_unit() -> dict[str, list[dict[str, Value]]]:
    """The same by the hash of their unit; a one-line error where they are damaged."""
    try:
        return kept_rows(committed_rows())
    except DamagedRowsError as error:
        raise DamagedRowsError(
            f"{error}; it came with the code: restore it, as `git checkout` or an install does"
        ) from error


def rows_file(folder: Path) -> Path:
    """The rows of a profile's folder; those that come with the code where it has none."""
    committed = folder / "rows.parquet"
    return committed_rows() if folder.name == PROFILE and not committed.exists() else committed
