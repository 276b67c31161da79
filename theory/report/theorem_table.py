"""The page of all theorems, docs/theorems.md, with what the last complete run of proofs showed.

`python -m theory.report.theorem_table` writes it again. Given the file of a run,
results/proofs.json, it takes statuses and tightness from there and keeps them in docs/proofs.json.
"""

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import sympy

from theory.bounds import GROUPS, PLACES, THEOREMS, Theorem
from theory.bounds.latex import expression_latex
from theory.report.typed_formulas import formula, typeset

PATH = Path(__file__).parents[2] / "docs" / "theorems.md"
SHOWN = PATH.with_name("proofs.json")
HEAD = """# Theorems

Each has one file in `theory/bounds/`, with its domain, its bound in numbers and in symbols, and the
exact value; and one at the same place in `proofs_check/proofs/`, with the steps of its proof.
`make proofs` checks them all. Status, computed from the certificates of the steps: **proved**;
**proved up to tried lemmas**, which are only tried on random instances; **certified** on a finite
family; **asymptotic**, looked at along growing sizes. *Tightness* is the largest ratio of exact
value to bound (of bound to exact value for lower bounds) over a stated family of cases; for
identities the one that is furthest from 1; the bar is full at 1. *Read*, *second-hand* and
*recalled* say how sure we are of what a source states; a recalled one is our statement.

![For every theorem the largest ratio of exact value to bound, and all cases](tightness.png)
"""
KINDS = {
    "upper": "upper bound",
    "tight": "upper bound that is reached",
    "lower": "lower bound",
    "identity": "identity",
    "asymptotic": "limit",
}
SIGNS = {"upper": r"\le", "tight": r"\le", "lower": r"\ge", "identity": "=", "asymptotic": r"\to"}
# how the meaning of a parameter says the letter of the statement: "steps, N", "P in nats", "N"
_LETTER = r"[A-Za-z](?:_\w+)?'?|eps(?:_learning)?|delta|kappa|eta'?|SER"
LETTER = re.compile(rf"^({_LETTER})(?:$|,| =| in )|, ({_LETTER})$")
UNIT = re.compile(r" (?:in nats|in bits|per sequence|before the sweep).*")


def theorem_page(shown: dict[str, Any]) -> str:
    """The page: the theorems of each group as a table, then each of them on a screen.

    `shown` has {status, tightness, case} by theorem, of a complete run.
    """
    lines = [HEAD]
    for group in GROUPS:
        names = [name for name, place in PLACES.items() if place.split("/")[0] == group]
        words = importlib.import_module(f"theory.bounds.{group}").__doc__ or ""
        lines += [
            f"## {group.capitalize()}\n\n{words}\n",
            "| id | theorem | status | tightness |",
            "|---|---|---|---|",
            *(_row(THEOREMS[name], shown[name]) for name in names),
            "",
            *(_section(THEOREMS[name], shown[name]) for name in names),
        ]
    return "\n".join(lines)


def _row(theorem: Theorem[Any], shown: dict[str, Any]) -> str:
    status = shown["status"].split(":")[0]
    return f"| `{theorem.id}` | {theorem.title} | {status} | {_number(shown)} |"


def _section(theorem: Theorem[Any], shown: dict[str, Any]) -> str:
    source, status = theorem.source, shown["status"]
    takes = "; ".join(f"`{one.name}`, {typeset(one.meaning)}" for one in theorem.takes)
    bound = expression_latex(theorem.expression, _letters(theorem))
    ratio = f"Tightness {_bar(shown)}, at {shown['case']}." if shown["case"] else ""
    return "\n\n".join(
        (
            f"### {theorem.title}",
            f"`{theorem.id}`. {KINDS[theorem.kind].capitalize()}; {source.reference}, "
            f"{source.place}" + ("." if source.reading == "ours" else f" ({source.reading})."),
            typeset(theorem.statement),
            rf"$$\text{{exact value}} {SIGNS[theorem.kind]} {bound}$$",
            f"Takes {takes}." if takes else "Takes nothing.",
            f"{status[0].upper()}{status[1:]}: `proofs_check/proofs/{PLACES[theorem.id]}.py`. "
            + ratio,
            "",
        )
    )


def _letters(theorem: Theorem[Any]) -> dict[sympy.Symbol, str]:
    """What the statement writes for the parameters, as far as their meanings say it: a letter, or a
    formula."""
    said = {one.symbol: latex for one in theorem.takes if (latex := _letter(one.meaning))}
    return {
        symbol: rf"\left({latex}\right)" if re.search(r" [+/-] |\\max", latex) else latex
        for symbol, latex in said.items()
        if list(said.values()).count(latex) == 1
    }


def _letter(meaning: str) -> str | None:
    if letter := LETTER.search(meaning):
        return formula(letter[1] or letter[2])
    said = UNIT.sub("", meaning)
    return formula(said) or formula(said.split(", ")[0])


def _bar(shown: dict[str, Any]) -> str:
    """The ratio as a bar of twenty places, full at one, and as a number."""
    full = min(int(20 * shown["tightness"] + 1e-6), 20)
    return f"`{'█' * full}{'░' * (20 - full)}` {_number(shown)}"


def _number(shown: dict[str, Any]) -> str:
    return "" if shown["tightness"] is None else f"{shown['tightness']:.6g}"


def shown_by(run: list[dict[str, Any]]) -> dict[str, Any]:
    """What the page shows of the records of a run."""
    return {
        record["id"]: {
            "status": record["status"],
            "tightness": record["tightness"] and float(f"{record['tightness']:.6g}"),
            "case": (record["tightest"] or {}).get("case"),
        }
        for record in run
    }


def last_shown() -> dict[str, Any]:
    """What the page shows now."""
    shown: dict[str, Any] = json.loads(SHOWN.read_text(encoding="utf-8"))
    return shown


if __name__ == "__main__":
    if len(sys.argv) > 1:
        records = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["theorems"]
        SHOWN.write_text(json.dumps(shown_by(records), indent=1) + "\n", encoding="utf-8")
    PATH.write_text(theorem_page(last_shown()), encoding="utf-8")
