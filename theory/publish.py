"""From rows on disk to figures and report, drawn again only where something changed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import theory
from synthetic.experiments import content_digest
from theory.figures.draw import draw_all, draw_claim, draw_one, plans
from theory.ledger import Entry, ledger, read_profiles
from theory.report import render


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
        return self.folder / "figures"

    @property
    def report(self) -> Path:
        """The HTML page."""
        return self.folder / "report.html"

    def read(self) -> pd.DataFrame:
        """All rows, or a one-line error that says how to make them."""
        if not self.rows.exists():
            raise FileNotFoundError(f"no rows at {self.rows}: run `steplab run` first")
        return pd.read_parquet(self.rows)

    def publish(self, title: str, *, again: bool = False) -> bool:
        """Draws figures and writes the report where rows or drawing code changed; True if so."""
        rows = self.read()
        mark = self.figures / ".drawn-from"
        digest = self._digest()
        if not again and self.report.exists() and mark.exists() and mark.read_text() == digest:
            return False
        self.figures.mkdir(parents=True, exist_ok=True)
        mark.unlink(missing_ok=True)
        pictures = draw_all(rows, self.figures)
        entries = self.ledger()
        claims = {
            entry.claim.id: draw_claim(entry, self.figures) for entry in entries if entry.tests
        }
        page = render(rows, pictures, title, entries, claims)
        self.report.write_text(page, encoding="utf-8")
        mark.write_text(digest)
        return True

    def ledger(self) -> list[Entry]:
        """Every claim, from the rows of all profiles that lie side by side."""
        return ledger(read_profiles(self.folder.parent))

    def _digest(self) -> str:
        """A digest of all rows that the report speaks of, and of the code that draws."""
        beside = sorted(path for path in self.folder.parent.glob("*/rows.parquet"))
        return "".join(content_digest(path) for path in (self.rows, *beside)) + _code_digest()

    def draw_first(self) -> Path:
        """Draws the first figure that the rows allow, early in a run."""
        plan, own = plans(self.read())[0]
        return draw_one(plan, own, self.figures).light


def _code_digest() -> str:
    """A digest of the code of theory, which holds all that draws."""
    digest = hashlib.sha256()
    for path in sorted(Path(theory.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
