"""The report: one self-contained HTML page, figures inlined, readable offline and in the dark."""

import base64
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import jinja2
import pandas as pd
from PIL import Image

from synthetic.experiments import processors
from theory.claims import SUBJECTS
from theory.claims.chance import EACH_BY_ITSELF
from theory.claims.ledger import LedgerEntry
from theory.claims.ledger_table import ledger_title
from theory.report import sections
from theory.report.figures.plan import Picture
from theory.report.sections import LanguageUnits, Table, TableCell

TEMPLATES = Path(__file__).parent / "templates"
PROVENANCE = (
    "steplab_version",
    "torch_version",
    "numpy_version",
    "python_version",
    "commit",
    "device",
    "machine",
)
LEAD = (
    "Token error rate and sequence error rate against denoising steps, on languages whose every "
    "conditional probability is known."
)
VERDICTS = (
    "Supported or refuted: the whole interval of every test that decides is on that side of its "
    "margin; one test refutes. Inconclusive: some interval is on neither. Not learned: a model "
    "that does not reach the target one token at a time, which decides nothing. Not run: rows are "
    "missing. Margins were fixed before the rows were computed, or the rule says otherwise. "
    f"{EACH_BY_ITSELF}"
)


class ShownFigure(NamedTuple):
    """A figure as the page holds it: both themes as data, and its words."""

    id: str
    title: str
    text: str
    light: str
    dark: str


class ClaimSection(NamedTuple):
    """A claim with its tables and its figure, None if it was not tested."""

    entry: LedgerEntry
    statistics: Table
    tests: Table
    units: Sequence[LanguageUnits]
    figure: ShownFigure | None


class Subject(NamedTuple):
    """Claims about one thing, numbered from `first` on, and how many of them have which verdict."""

    name: str
    counts: str
    first: int
    claims: Sequence[ClaimSection]


def render(
    rows: pd.DataFrame,
    pictures: Sequence[Picture],
    title: str,
    entries: Sequence[LedgerEntry] = (),
    claim_pictures: Mapping[str, Picture] = MappingProxyType({}),
    *,
    glance: Sequence[Picture] = (),
    committed: Sequence[LedgerEntry] = (),
    shared: str = "",
) -> str:
    """The page as text; it refers to nothing outside itself, and every text in it is escaped.

    `entries` are the claims as judged by these rows, `claim_pictures` the figure of each that was
    tested, by its id. `glance` stands on the first screen, with the claims of the first subject;
    those of the others are folded below them. `committed` is the ledger of other rows,
    shown once under their name, and `shared` says which claims read the same tables.
    """
    everything = [*pictures, *claim_pictures.values(), *glance]
    with ThreadPoolExecutor(processors()) as threads:  # compressing leaves the interpreter free
        shown = dict(zip(everything, threads.map(_shown, everything), strict=True))
    claims = [
        ClaimSection(
            entry,
            sections.statistics(entry),
            sections.tests(entry),
            sections.claim_units(entry),
            shown.get(claim_pictures.get(entry.claim.id)),  # type: ignore[arg-type]
        )
        for entry in entries
    ]
    all_rows = pd.concat([rows, *(entry.rows for entry in entries)], ignore_index=True)
    figures = [shown[picture] for picture in pictures]
    committed_title = ledger_title([entry.line for entry in committed]) if committed else ""
    least_steps, laws = sections.least_steps(rows), sections.laws(rows)
    places = [("ledger", "Ledger of these rows")]
    places += [(f"claim-{one.claim.id}", f"{one.claim.id}: {one.verdict}") for one in entries]
    places += [("committed", committed_title)] if committed else []
    places += [("summary", "Least steps to a target")] if least_steps.lines else []
    places += [(figure.id, figure.title) for figure in figures]
    places += [("laws", "Exact laws in numbers")] if laws.lines else []
    places += [("units", "Units of work"), ("provenance", "Provenance")]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        title=title,
        answer=sections.answer(entries) or [LEAD],
        glance=[shown[picture] for picture in glance],
        contents=[TableCell(name, to=to) for to, name in places],
        verdicts=VERDICTS,
        shared=shared,
        main=next(iter(SUBJECTS)),
        subjects=_by_subject(claims),
        claims=claims,
        committed=committed,
        committed_title=committed_title[:1].upper() + committed_title[1:],
        least_steps=least_steps,
        pictures=figures,
        laws=laws,
        units=sections.units(all_rows),
        provenance=_provenance(rows),
    )


def _by_subject(claims: Sequence[ClaimSection]) -> list[Subject]:
    subjects, first = [], 1
    for name, group in groupby(claims, key=lambda claim: claim.entry.subject):
        of_subject = list(group)
        verdicts = Counter(claim.entry.verdict for claim in of_subject)
        parts = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
        counts = f"{len(of_subject)} claim{'s' if len(of_subject) > 1 else ''}: {parts}"
        subjects.append(Subject(name, counts, first, of_subject))
        first += len(of_subject)
    return subjects


def _shown(picture: Picture) -> ShownFigure:
    light, dark = _inline(picture.light), _inline(picture.dark)
    return ShownFigure(picture.light.stem, picture.title, picture.text, light, dark)


def _inline(path: Path) -> str:
    """The same pixels as WebP without loss, a third of the bytes of the PNG."""
    written = io.BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGB").save(written, "WEBP", lossless=True, quality=50, method=1)
    return "data:image/webp;base64," + base64.b64encode(written.getvalue()).decode()


def _provenance(rows: pd.DataFrame) -> str:
    """What made the rows: units, versions, commits, devices and seconds of work."""
    units = rows.drop_duplicates("unit")
    parts = [f"{len(rows):,} rows of {len(units):,} units, {units['seconds'].sum():,.0f} s of work"]
    for column in PROVENANCE:
        values = ", ".join(sorted(set(units[column].dropna().astype(str))))
        parts.append(f"{column.removesuffix('_version')} {values or 'unknown'}")
    return "; ".join(parts) + "."
