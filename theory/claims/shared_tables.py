"""Tables of rows that several claims read, so that their verdicts are not independent."""

from collections.abc import Iterable

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim
from theory.studies.profiles import Profile


def shared_tables(claims: Iterable[Claim], profile: Profile) -> dict[str, tuple[int, ...]]:
    """For each table of rows that two claims or more read, their places in the ledger, from 1."""
    readers: dict[str, dict[int, None]] = {}
    for place, claim in enumerate(claims, start=1):
        for unit in claim.units(profile):
            readers.setdefault(_table(unit), {})[place] = None
    return {table: tuple(places) for table, places in readers.items() if len(places) > 1}


def shared_text(shared: dict[str, tuple[int, ...]]) -> str:
    """The tables with their readers in words."""
    told = "; ".join(f"{table}: {', '.join(map(str, places))}" for table, places in shared.items())
    return f"Claims that read the same tables of rows are not independent. {told}."


def _table(unit: Unit) -> str:
    """The kind of a unit, with the metric where one kind has several."""
    metric = getattr(unit, "metric", None)
    return unit.kind if metric is None else f"{unit.kind} by {metric.replace('_', ' ')}"
