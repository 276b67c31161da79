"""The report: one self-contained HTML page, figures inlined, readable offline and in the dark."""

import base64
import html
import io
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from string import Template
from types import MappingProxyType

import pandas as pd
from PIL import Image

from theory.claims.ledger import Entry
from theory.report.figures.plan import Picture
from theory.report.ledger_section import (
    claim_section,
    language_anchor,
    ledger_overview,
    units_section,
)
from theory.tables.law_numbers import law_numbers
from theory.tables.summary import summary

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>steplab: $title</title>
<style>
:root { --paper: #ffffff; --ink: #1b1f24; --faint: #5a636e; --line: #d9dde2; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171a; --ink: #e8eaed; --faint: #a4acb5; --line: #3a3f45; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.15rem; margin-top: 2.5rem; border-top: 1px solid var(--line);
  padding-top: 1rem; }
figure { margin: 1rem 0; }
.wide { overflow-x: auto; }
figure img { display: block; max-width: 100%; min-width: 44rem; height: auto; cursor: zoom-in; }
figure.zoomed img { max-width: none; width: 200%; cursor: zoom-out; }
a { color: inherit; text-underline-offset: 0.2em; }
nav ul { columns: 2; padding-left: 1.2rem; }
dt { font-weight: 600; margin-top: 0.4rem; }
dd { margin-left: 1.2rem; overflow-wrap: anywhere; }
td.prose { white-space: normal; min-width: 20rem; }
td.supported { font-weight: 600; }
td.refuted { font-weight: 600; font-style: italic; }
code { font-size: 0.85em; }
details { margin: 0.6rem 0; overflow-wrap: anywhere; }
figcaption, footer { color: var(--faint); font-size: 0.9rem; }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.7rem; border-bottom: 1px solid var(--line); text-align: left;
  white-space: nowrap; vertical-align: top; }
</style>
</head>
<body>
<h1>How many denoising steps does a language need?</h1>
<p>$lead</p>
<nav aria-label="contents"><ul>$contents</ul></nav>
<h2 id="ledger">Ledger</h2>
$ledger
$claims
$summary
$figures
$laws
<h2 id="units">Units of work</h2>
$units
<h2 id="provenance">Provenance</h2>
<footer>$provenance</footer>
<script>
for (const figure of document.querySelectorAll("figure"))
  figure.addEventListener("click", () => figure.classList.toggle("zoomed"));
// a link into a folded section opens it
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && target.closest("details");
  if (folded && !folded.open) { folded.open = true; target.scrollIntoView(); }
};
addEventListener("hashchange", unfold);
unfold();
</script>
</body>
</html>
""")

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
    "conditional probability is known. All error of the exact denoiser comes from revealing "
    "several tokens in one step; what the trained models have beyond it is learning error."
)

LEAST_STEPS = (
    "The least measured number of steps N that reaches the target and keeps it at all larger N. "
    "The token error rate (TER) gap is log TER(p) - log TER(q) in nats per token, by its path "
    "bound; the sequence error rate (SER) is the share of generated sequences that the language "
    "does not contain, with its exact 95% interval."
)

LAWS = (
    "SER: sequence error rate; TER gap: log TER(p) - log TER(q) in nats per token, of the law "
    "actually sampled; c: the constant of the collision law 1 - exp(-c L/N); f: the information "
    "curve. low and high are the ends of a 95% interval where the note names words, of the proved "
    "error elsewhere, empty where there is neither."
)


def render(
    rows: pd.DataFrame,
    pictures: list[Picture],
    title: str,
    entries: Sequence[Entry] = (),
    claim_pictures: Mapping[str, Picture] = MappingProxyType({}),
) -> str:
    """The page as text; it refers to nothing outside itself.

    `claim_pictures` holds the figure of each claim of `entries` that was tested, by its id.
    """
    everything = [*pictures, *claim_pictures.values()]
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # compressing leaves the interpreter free
        figures = dict(zip(everything, threads.map(_figure, everything), strict=True))
    claims = [
        claim_section(entry, figures[claim_pictures[entry.claim.id]])
        if entry.claim.id in claim_pictures
        else claim_section(entry, "")
        for entry in entries
    ]
    all_rows = pd.concat([rows, *(entry.rows for entry in entries)], ignore_index=True)
    steps, laws = _summary(rows), _laws(rows)
    return PAGE.substitute(
        title=html.escape(title),
        lead=LEAD,
        contents=_contents(pictures, entries, steps, laws),
        ledger=ledger_overview(entries),
        claims="\n".join(claims),
        summary=steps,
        figures="\n".join(_section(picture, figures[picture]) for picture in pictures),
        laws=laws,
        units=units_section(all_rows),
        provenance=_provenance(rows),
    )


def _contents(
    pictures: Sequence[Picture], entries: Sequence[Entry], summary: str, laws: str
) -> str:
    """Links to every section; those that may be empty are given as they will stand."""
    places = [("ledger", "Ledger")]
    places += [
        (f"claim-{entry.claim.id}", f"{entry.claim.id}: {entry.verdict}") for entry in entries
    ]
    places += [("summary", "Least steps to a target")] if summary else []
    places += [(picture.light.stem, picture.title) for picture in pictures]
    places += [("laws", "Exact laws in numbers")] if laws else []
    places += [("units", "Units of work"), ("provenance", "Provenance")]
    return "".join(f"<li><a href='#{at}'>{html.escape(name)}</a></li>" for at, name in places)


def _summary(rows: pd.DataFrame) -> str:
    """The table of least measured steps, nothing where the rows hold exact laws alone."""
    frame = summary(rows)
    if frame.empty:
        return ""
    table = _linked(frame, rows).to_html(index=False, border=0, escape=False)
    return (
        f"<h2 id='summary'>Least steps to a target</h2>\n<p>{LEAST_STEPS}</p>\n"
        f"<div class='wide'>{table}</div>"
    )


def _laws(rows: pd.DataFrame) -> str:
    """The table of the exact laws, nothing where the rows hold none."""
    numbers = law_numbers(rows)
    if numbers.empty:
        return ""
    table = _linked(numbers, rows).to_html(
        index=False, border=0, na_rep="", escape=False, float_format="{:.6g}".format
    )
    return (
        f"<h2 id='laws'>Exact laws in numbers</h2>\n<p>{LAWS}</p>\n<div class='wide'>{table}</div>"
    )


def _linked(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """A table as HTML text with each language linked to its units, a group of them to all units."""
    escaped = table.map(lambda cell: html.escape(cell) if isinstance(cell, str) else cell)
    known = set(rows["language"])
    links = [
        f"<a href='#{language_anchor(language) if language in known else 'units'}'>"
        f"{html.escape(language)}</a>"
        for language in table["language"].astype(str)
    ]
    return escaped.assign(language=links)


def _section(picture: Picture, figure: str) -> str:
    return f"<h2 id='{picture.light.stem}'>{html.escape(picture.title)}</h2>\n{figure}"


def _figure(picture: Picture) -> str:
    return (
        "<figure>\n<div class='wide'><picture>"
        f"<source media='(prefers-color-scheme: dark)' srcset='{_inline(picture.dark)}'>"
        f"<img src='{_inline(picture.light)}' alt='{html.escape(picture.title, quote=True)}'>"
        f"</picture></div>\n<figcaption>{html.escape(picture.text)}</figcaption>\n</figure>"
    )


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
    return html.escape("; ".join(parts)) + "."
