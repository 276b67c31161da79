"""The page of all theorems, docs/theorems.md, with what the last complete run of proofs showed.

`python -m theory.report.theorem_table` writes it again. Given the file of a run,
results/proofs.json, it takes statuses and tightness from there and keeps them in docs/proofs.json.
"""

import importlib
import itertools
import json
import re
import sys
from pathlib import Path
from typing import Any

from theory.bounds import GROUPS, PLACES, THEOREMS, Theorem
from theory.bounds.latex import expression_latex

PATH = Path(__file__).parents[2] / "docs" / "theorems.md"
SHOWN = PATH.with_name("proofs.json")
HEAD = """# Theorems

Each has one file in `theory/bounds/`, with its domain, its bound in numbers and in symbols, and the
exact value; and one at the same place in `proofs_check/proofs/`, with the steps of its proof.
`make proofs` checks them all. Status, computed from the certificates of the steps: **proved**;
**proved up to tried lemmas**, which are only tried on random instances; **certified** on a finite
family; **asymptotic**, looked at along growing sizes. *Tightness* is the largest ratio of exact
value to bound (of bound to exact value for lower bounds) over a stated family of cases; for
identities the one that is furthest from 1. *Read*, *second-hand* and *recalled* say how sure we are
of what a source states; a recalled one is our statement.

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
TYPED = {"<=": "≤", ">=": "≥", "->": "→", "||": "‖"}
# a_k, X_(S_k), X_-i, sum_k
INDEXED = re.compile(r"\b([A-Za-z]+)_(\((?:[^()]|\([^()]*\))*\)|[<-]?\w+)")
NAMES = {
    "max": r"\max",
    "sum": r"\sum",
    "prod": r"\prod",
    "eps": r"\varepsilon",
    "int": r"\int",
    "rho": r"\rho",
}


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
    source = theorem.source
    takes = "; ".join(
        f"${expression_latex(one.symbol)}$: {_typed(one.meaning)}" for one in theorem.takes
    )
    return "\n\n".join(
        (
            f"### {theorem.title}",
            f"`{theorem.id}`. {KINDS[theorem.kind].capitalize()}; {source.reference}, "
            f"{source.place}" + ("." if source.reading == "ours" else f" ({source.reading})."),
            _typed(first_sentence(theorem.statement)),
            rf"$$\text{{exact}} {SIGNS[theorem.kind]} {expression_latex(theorem.expression)}$$",
            f"{takes or 'No parameters'}.",
            f"{shown['status'].split(':')[0].capitalize()} in "
            f"`proofs_check/proofs/{PLACES[theorem.id]}.py`."
            + (f" Tightness {_number(shown)}, at {shown['case']}." if shown["case"] else ""),
            "",
        )
    )


def first_sentence(statement: str) -> str:
    """Up to the first full stop that ends a sentence; what follows stands in the theorem's file."""
    return re.split(r"(?<=[^.]\.) (?=[A-Z])", statement)[0]


def _typed(text: str) -> str:
    """With formulas for indexed names and signs for what is typed in letters."""
    for typed, sign in TYPED.items():
        text = text.replace(typed, sign)
    parts = [f"${_indexed(part)}$" if INDEXED.fullmatch(part) else part for part in _pieces(text)]
    return "".join(
        part if part.startswith("$") else re.sub(r"([*_|\[\]])", r"\\\1", part) for part in parts
    )


def _pieces(text: str) -> list[str]:
    """The text cut before and after each indexed name."""
    cuts = [0, *(place for found in INDEXED.finditer(text) for place in found.span()), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(cuts) if end > start]


def _indexed(name: str) -> str:
    """An indexed name in LaTeX, with the indexed names in its index."""
    found = INDEXED.fullmatch(name)
    if found is None:
        return name
    below = found[2].removeprefix("(").removesuffix(")") if found[2][0] == "(" else found[2]
    inner = INDEXED.sub(lambda one: _indexed(one[0]), below)
    index = rf"\text{{{inner}}}" if inner.isalpha() and len(inner) > 1 else inner
    return f"{NAMES.get(found[1], found[1])}_{{{index}}}"


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
