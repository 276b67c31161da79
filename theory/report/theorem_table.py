"""The table of all theorems: `python -m theory.report.theorem_table` writes docs/theorems.md."""

from pathlib import Path

from theory.bounds import THEOREMS

PATH = Path(__file__).parents[2] / "docs" / "theorems.md"
HEAD = """# Theorems

One file each in `theory/bounds/`: statement, domain, bound in numbers and in symbols, exact value.
*Kind* says how the bound relates to the exact quantity; *known from* is how sure we are of the
statement: read in the source, second-hand, recalled (then it is our statement), or ours. Each is
proved in `proofs_check/proofs/`, or checked on a stated family or at stated sizes: `make proofs`
prints which, with the tightness of every bound over a stated family of cases (`theory/tightness/`).

![For every theorem the largest ratio of exact value to bound, and all cases](tightness.png)
"""


def theorem_table() -> str:
    """The page: a table of all theorems, then each statement in full."""
    lines = [
        HEAD,
        "| id | theorem | kind | source | known from | bound |",
        "|---|---|---|---|---|---|",
    ]
    for theorem in THEOREMS.values():
        source = theorem.source
        lines.append(
            f"| `{theorem.id}` | {theorem.title} | {theorem.kind} | {source.reference}: "
            f"{source.place} | {source.reading} | `{theorem.expression}` |"
        )
    for theorem in THEOREMS.values():
        parameters = [f"`{taken.name}`: {taken.meaning}" for taken in theorem.takes]
        takes = "; ".join(parameters) or "No parameters"
        lines.append(f"\n## {theorem.title}\n\n`{theorem.id}`. {theorem.statement}\n\n{takes}.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PATH.write_text(theorem_table(), encoding="utf-8")
