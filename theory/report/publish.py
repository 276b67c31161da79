"""From rows on disk to figures and report, drawn again only where something changed."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import theory
from synthetic.experiments import content_digest, read_rows
from synthetic.experiments.durable import remove_stale, write_over
from theory.report.drawn_from import FIGURES, LINES, REPORT, forget, is_current, remember
from theory.tables.committed import PROFILE, rows_file

# what draws and judges takes two seconds to import: only where there is something to draw
if TYPE_CHECKING:
    from theory.claims.ledger import Entry
    from theory.claims.ledger_table import Line


@dataclass(frozen=True)
class Results:
    """Where a profile's rows, figures and report lie."""

    folder: Path

    @property
    def rows(self) -> Path:
        """The merged rows."""
        return self.folder / "rows.parquet"

    @property
    def figures(self) -> Path:
        """The folder of the figures."""
        return self.folder / FIGURES

    @property
    def report(self) -> Path:
        """The HTML page."""
        return self.folder / REPORT

    @property
    def lines(self) -> Path:
        """The ledger in short, as it was when the report was written."""
        return self.folder / LINES

    def read(self) -> pd.DataFrame:
        """All rows, or a one-line error that says how to make them."""
        found = rows_file(self.folder)
        if not found.exists():
            raise FileNotFoundError(f"no rows at {self.rows}: run `steplab run` first")
        return read_rows(found)

    def publish(self, title: str, *, again: bool = False, workers: int | None = 1) -> bool:
        """Draws figures, writes report and ledger where rows or code changed; True if so.

        Figures are drawn side by side in `workers` processes; see `draw_all`.
        """
        rows = self.read()
        digest = self._digest()
        if not again and is_current(self.folder, digest):
            return False

        from theory.report.figures.draw import claim_plan, draw_all, plans
        from theory.report.page import render

        self.figures.mkdir(parents=True, exist_ok=True)
        remove_stale(self.figures, seconds=0)
        forget(self.folder)
        drawings, entries = plans(rows), self.ledger()
        tested = [entry for entry in entries if entry.tests]
        pictures = draw_all([*drawings, *map(claim_plan, tested)], self.figures, workers)
        claims = pictures[len(drawings) :]
        by_claim = {entry.claim.id: one for entry, one in zip(tested, claims, strict=True)}
        page = render(rows, pictures[: len(drawings)], title, entries, by_claim)
        write_over(self.report, page.encode())
        write_over(self.lines, json.dumps([entry.line for entry in entries]).encode())
        remember(self.folder, digest)
        return True

    def ledger(self) -> "list[Entry]":
        """Every claim, from the rows of all profiles that lie side by side."""
        from theory.claims.ledger import ledger, read_profiles

        committed = self.folder.name == PROFILE
        return ledger(read_profiles(self.folder.parent, committed=committed))

    def read_lines(self) -> "list[Line]":
        """The ledger in short that was last published."""
        from theory.claims.ledger_table import Line

        return [Line(*line) for line in json.loads(self.lines.read_text(encoding="utf-8"))]

    def _digest(self) -> str:
        """A digest of all rows that the report speaks of, and of the code that draws."""
        beside = sorted(path for path in self.folder.parent.glob("*/rows.parquet"))
        files = (rows_file(self.folder), *beside)
        return "".join(content_digest(path) for path in files) + _code_digest()

    def draw_first(self) -> Path:
        """Draws the first figure that the rows allow, early in a run."""
        from theory.report.figures.draw import draw_one, plans

        plan, own = plans(self.read())[0]
        return draw_one(plan, own, self.figures).light


def _code_digest() -> str:
    """A digest of the code of theory, which holds all that draws."""
    digest = hashlib.sha256()
    for path in sorted(Path(theory.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
