"""What the committed rows say: single numbers, and the statistics of claims."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from theory.claims import CLAIMS, Test
from theory.claims.ledger import own_rows
from theory.studies.profiles import PROFILES
from theory.tables.committed import PROFILE, committed_rows
from theory.tables.ranges import rows_in_range
from theory.tables.rows import one_each

PROVENANCE = ("device", "machine", "commit", "torch_version", "numpy_version", "python_version")


@cache
def every_row() -> pd.DataFrame:
    """All rows, without where they come from; texts as plain objects, which are quick to choose."""
    rows = rows_in_range(committed_rows()).drop(columns=[*PROVENANCE, "steplab_version"])
    texts = [name for name in rows if pd.api.types.is_string_dtype(rows[name])]
    return rows.astype(dict.fromkeys(texts, object))


@cache
def committed() -> pd.DataFrame:
    """All rows, one a quantity."""
    return one_each(every_row())


@cache
def of_kind(kind: str) -> pd.DataFrame:
    """Those of one kind."""
    rows = committed()
    return rows[rows["kind"] == kind].dropna(axis=1, how="all")


def chosen(kind: str, **columns: object) -> pd.DataFrame:
    """The rows of a kind with the given values."""
    rows = of_kind(kind)
    fits = np.ones(len(rows), dtype=bool)
    for name, value in columns.items():
        fits &= rows[name].to_numpy() == value
    return rows[fits]


def row(kind: str, **columns: object) -> "pd.Series":
    """The only row of a kind with the given values."""
    rows = chosen(kind, **columns)
    assert len(rows) == 1, f"{len(rows)} rows of {kind} with {columns}"
    return rows.iloc[0]


def number(kind: str, **columns: object) -> float:
    """Its value."""
    return float(row(kind, **columns)["value"])


@cache
def judged(claim: str) -> tuple[Test, ...]:
    """The tests of a claim, from the rows of its units of the standard profile."""
    rows = own_rows(CLAIMS[claim], PROFILES[PROFILE], every_row())
    assert rows is not None, f"rows of {claim} are missing"
    return tuple(CLAIMS[claim].tests(rows))


def statistic(claim: str, name: str, language: str, denoiser: str | None = None) -> Test:
    """The only test of a claim with a statistic on a language."""
    fits = [
        test
        for test in judged(claim)
        if (test.statistic, test.language) == (name, language) and denoiser in (None, test.denoiser)
    ]
    assert len(fits) == 1, f"{len(fits)} tests of {claim}: {name}, {language}"
    return fits[0]


def interval(test: Test) -> Sequence[float]:
    """Value and ends of a test."""
    return test.value, test.low, test.high


def of(claim: str, name: str, denoiser: str = "exact", verdict: str = "") -> list[Test]:
    """The tests of one statistic, or those of one verdict."""
    fits = [test for test in judged(claim) if (test.statistic, test.denoiser) == (name, denoiser)]
    assert fits, f"no test of {claim}: {name}"
    return [test for test in fits if verdict in ("", test.verdict)]


def ends(judged: Sequence[Test]) -> list[float]:
    """The least and the greatest value."""
    return [min(test.value for test in judged), max(test.value for test in judged)]


def ranges(claim: str, *names: str, denoiser: str = "exact") -> list[float]:
    """The same of each statistic, of models that have learned the target."""
    return [
        end
        for name in names
        for end in ends([one for one in of(claim, name, denoiser) if one.learned])
    ]
