"""The ledger and the units of work as sections of the report, every number linked to its units."""

import html
import math
from collections.abc import Sequence

import pandas as pd

from theory.claims import Test
from theory.claims.ledger import TEST_COLUMNS, Entry

UNIT_COLUMNS = ("kind", "denoiser", "reveal", "length", "steps", "samples", "seconds", "commit")
SHORT = 12  # hexadecimal digits of a hash that are shown


def ledger_overview(entries: Sequence[Entry]) -> str:
    """A line a claim: statement, verdict, profile, and what holds."""
    lines = [
        f"<tr><td class='prose'><a href='#{_claim_anchor(entry)}'>{_text(entry.claim.id)}</a>"
        f"<br>{_text(entry.claim.statement)}</td>"
        f"<td class='{entry.verdict.replace(' ', '-')}'>{_text(entry.verdict_in_words)}</td>"
        f"<td>{entry.profile or 'none'}</td>"
        f"<td class='prose'>{_text(entry.sentence)}</td></tr>"
        for entry in entries
    ]
    return (
        "<div class='wide'><table><thead><tr><th>claim</th><th>verdict</th><th>profile</th>"
        f"<th>what holds</th></tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def claim_section(entry: Entry, figure: str) -> str:
    """A claim in full, with its figure, its tests and the units behind each of them."""
    claim = entry.claim
    told = [
        ("statement", claim.statement),
        ("source", claim.source),
        ("prediction", claim.prediction),
        ("rule, fixed in advance", claim.rule),
        ("found", entry.sentence),
        ("profile", entry.profile or "none"),
    ]
    terms = "".join(f"<dt>{name}</dt><dd>{_text(text)}</dd>" for name, text in told)
    return (
        f"<h3 id='{_claim_anchor(entry)}'>{_text(claim.id)}: {entry.verdict}</h3>\n"
        f"<dl>{terms}<dt>command</dt><dd><code>{_text(entry.command)}</code></dd></dl>\n"
        f"{figure}\n{_tests(entry)}\n{_claim_units(entry)}"
    )


def _tests(entry: Entry) -> str:
    if not entry.tests:
        return ""
    head = "".join(f"<th>{name}</th>" for name in (*TEST_COLUMNS, "rule", "verdict"))
    lines = "".join(_test(entry, test) for test in entry.tests)
    return (
        f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
        "</div>"
    )


def _test(entry: Entry, test: Test) -> str:
    units = f"#{_units_anchor(entry, test.language.split(',')[0])}"
    cells = [test.denoiser, test.language, test.statistic]
    cells += [_number(end) for end in (test.value, test.low, test.high)]
    cells[3] = f"<a href='{units}'>{cells[3]}</a>"
    shown = "" if test.decides else " (shown)"
    cells += [f"{test.samples:,}", _text(str(test.rule)), f"{test.verdict}{shown}"]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _claim_units(entry: Entry) -> str:
    """The units behind the tests of each language, folded."""
    if entry.rows.empty:
        return ""
    parts = []
    for language, own in entry.rows.groupby("language", sort=False):
        links = ", ".join(unit_link(str(unit)) for unit in own["unit"].unique())
        parts.append(
            f"<p id='{_units_anchor(entry, str(language))}'>{_text(str(language))}: {links}</p>"
        )
    return f"<details><summary>units of work</summary>{''.join(parts)}</details>"


def units_section(rows: pd.DataFrame) -> str:
    """Every unit once, by language: what it is, where and when it was computed."""
    units = rows.drop_duplicates("unit").sort_values(["language", "kind"], kind="stable")
    head = "".join(f"<th>{name}</th>" for name in ("unit", "language", *UNIT_COLUMNS))
    lines = []
    seen: set[str] = set()
    for row in units.to_dict("records"):
        language = str(row["language"])
        anchor = "" if language in seen else f" id='{language_anchor(language)}'"
        seen.add(language)
        cells = "".join(f"<td>{_cell(row[name])}</td>" for name in UNIT_COLUMNS)
        lines.append(
            f"<tr id='unit-{row['unit']}'><td><code>{str(row['unit'])[:SHORT]}</code></td>"
            f"<td{anchor}>{_text(language)}</td>{cells}</tr>"
        )
    return (
        f"<details><summary>{len(units):,} units</summary><div class='wide'><table><thead><tr>"
        f"{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div></details>"
    )


def unit_link(unit: str) -> str:
    """A link to a unit's line."""
    return f"<a href='#unit-{unit}'><code>{unit[:SHORT]}</code></a>"


def language_anchor(language: str) -> str:
    """The place of a language's first unit."""
    return f"units-of-{html.escape(language.replace(' ', '-'), quote=True)}"


def _claim_anchor(entry: Entry) -> str:
    return f"claim-{entry.claim.id}"


def _units_anchor(entry: Entry, language: str) -> str:
    return f"units-{entry.claim.id}-{html.escape(language.replace(' ', '-'), quote=True)}"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.3g}"
    text = str(value)
    return _text(text[:SHORT] if len(text) == 40 else text)


def _number(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else ("none" if value > 0 else "-none")


def _text(value: str) -> str:
    return html.escape(value, quote=True)
