"""Runs the whole battery and writes `docs/coverage.md`: `make coverage`, about ten minutes."""

import sys
from itertools import groupby
from pathlib import Path

from tests.coverage.battery import all_cells, faults, given_up, measured
from tests.coverage.cell import Outcome

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
MARK = "<!-- written by make coverage -->\n"
SEED = 1


def table(outcomes: list[Outcome]) -> str:
    """One line a case, each number of samples with the share covered."""
    lines = ["| number | case | samples: share covered |", "|---|---|---|"]
    for (kind, case), group in groupby(outcomes, key=lambda one: (one.cell.kind, one.cell.case)):
        shares = ", ".join(_shown(one) for one in group)
        lines.append(f"| {kind} | {case} | {shares} |")
    return "\n".join(lines) + "\n"


def _shown(one: Outcome) -> str:
    """The share covered; with the share of open intervals where that is one in twenty or more."""
    part = f" ({one.open:.0%} open)" if one.open >= 0.05 else ""
    return f"{one.cell.samples}: {one.covered:.3f}{part}"


def page(text: str, outcomes: list[Outcome]) -> str:
    """The page with its table written anew."""
    cells, least = len(outcomes), min(one.covered for one in outcomes)
    summary = (
        f"{cells} cells, {sum(one.repeats for one in outcomes):,} intervals. The least share "
        f"covered is {least:.3f}; {given_up(outcomes):.1%} of the cells are given up.\n\n"
    )
    return text.partition(MARK)[0] + MARK + "\n" + summary + table(outcomes)


def main() -> int:
    """Exit status 0 where every cell holds."""
    outcomes = measured(
        sorted(all_cells(), key=lambda cell: (cell.kind, cell.case, cell.samples)), SEED
    )
    PAGE.write_text(page(PAGE.read_text(), outcomes))
    wrong = faults(outcomes)
    print("\n".join(wrong) or f"every cell holds: {PAGE}", file=sys.stderr if wrong else sys.stdout)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
