"""From rows on disk to figures and report, drawn again only where something changed."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import theory
from synthetic.experiments import content_digest
from synthetic.experiments.durable import remove_stale, write_over
from synthetic.experiments.store import to_stderr
from theory.report.drawn_from import FIGURES, LINES, REPORT, forget, is_current, remember
from theory.tables.committed import PROFILE, rows_file
from theory.tables.ranges import rows_in_range

# what draws and judges takes two seconds to import: only where there is something to draw
if TYPE_CHECKING:
    from theory.claims.ledger import LedgerEntry
    from theory.claims.ledger_table import Line


@dataclass(frozen=True)
class Results:
    """Where a profile's rows, figures and report lie."""

    folder: Path

    @property
    def rows(self) -> Path:
        return self.folder / "rows.parquet"

    @property
    def figures(self) -> Path:
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
        path = rows_file(self.folder)
        if not path.exists():
            raise FileNotFoundError(
                f"no rows at {self.rows}: run `steplab run` first, or draw the rows that come "
                f"with the code, `steplab report --profile {PROFILE}`"
            )
        return rows_in_range(path)

    def publish(self, title: str, *, again: bool = False, workers: int | None = 1) -> bool:
        """Draws figures, writes report and ledger where rows or code changed; True if so.

        Figures are drawn side by side in `workers` processes; see `draw_all`.
        """
        rows = self.read()
        digest = self._digest()
        if not again and is_current(self.folder, digest):
            return False

        from theory.claims import CLAIMS
        from theory.claims.shared_tables import shared_tables, shared_text
        from theory.report.figures.draw import claim_plan, draw_all, plans
        from theory.report.figures.glance import glance_plans
        from theory.report.page import render
        from theory.studies.profiles import PROFILES

        self.figures.mkdir(parents=True, exist_ok=True)
        remove_stale(self.figures, seconds=0)
        for path in (self.report, self.lines):
            remove_stale(self.folder, seconds=0, of=path.name)
        forget(self.folder)
        entries, ledger = self.ledgers(rows)
        tested = [entry for entry in entries if entry.tests]
        first, drawings = glance_plans(rows), plans(rows)
        wanted = [*first, *drawings, *map(claim_plan, tested)]
        to_stderr(f"drawing {len(wanted)} figures")
        pictures = draw_all(wanted, self.figures, workers)
        claims = pictures[len(first) + len(drawings) :]
        folder_name = self.folder.name
        page = render(
            rows,
            pictures[len(first) : len(first) + len(drawings)],
            title,
            entries,
            {entry.claim.id: one for entry, one in zip(tested, claims, strict=True)},
            glance=pictures[: len(first)],
            committed=[entry for entry in ledger if entry.profile not in (None, folder_name)],
            shared=shared_text(shared_tables(CLAIMS.values(), PROFILES[folder_name]))
            if entries
            else "",
        )
        write_over(self.report, page.encode())
        lines = {"own": entries, "ledger": ledger}
        said = {name: [entry.line for entry in entries] for name, entries in lines.items()}
        write_over(self.lines, json.dumps(said).encode())
        remember(self.folder, digest)
        return True

    def ledgers(self, rows: pd.DataFrame) -> "tuple[list[LedgerEntry], list[LedgerEntry]]":
        """Every claim from these rows alone, and from the largest profile that has its rows, of
        those that lie side by side or come with the code; none in the folder of no profile."""
        from theory.claims.ledger import ASCENDING, ledger, read_profiles

        if self.folder.name not in ASCENDING:
            return [], []
        beside = read_profiles(self.folder.parent, committed=True)
        return ledger({self.folder.name: rows}), ledger(beside)

    def read_lines(self) -> "dict[str, list[Line]]":
        """What was last published in short: 'own' of these rows, 'ledger' of all profiles."""
        from theory.claims.ledger_table import Line

        said = json.loads(self.lines.read_text(encoding="utf-8"))
        return {name: [Line(*line) for line in lines] for name, lines in said.items()}

    def _digest(self) -> str:
        """A digest of all rows that the report speaks of, and of the code that draws."""
        beside = sorted(path for path in self.folder.parent.glob("*/rows.parquet"))
        committed = rows_file(self.folder.parent / PROFILE)
        files = [rows_file(self.folder), *beside, *([committed] if committed.exists() else [])]
        return "".join(content_digest(path) for path in files) + _code_digest()

    def draw_first(self) -> Path:
        """Draws the first figure that the rows allow, early in a run."""
        from theory.report.figures.draw import draw_one, plans

        plan, table = plans(self.read())[0]
        return draw_one(plan, table, self.figures).light


def _code_digest() -> str:
    """A digest of the code of theory, which holds all that draws, and of its templates."""
    digest = hashlib.sha256()
    for path in sorted(Path(theory.__file__).parent.rglob("*.*")):
        if path.suffix in (".py", ".html", ".css"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
