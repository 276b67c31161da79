"""All proofs checked one after the other, and the table of the last run."""

from collections.abc import Callable, Iterable
from typing import Any

from rich.table import Table

from proofs_check.outcome import Refuted
from proofs_check.proof import CheckedProof, Proof, check
from proofs_check.proofs import PROOFS
from theory.bounds import THEOREMS


def check_proofs(
    proofs: Iterable[Proof], report: Callable[[CheckedProof], None] = lambda _: None
) -> list[CheckedProof]:
    """Every proof checked, each reported as it is done."""
    found = []
    for proof in proofs:
        found.append(check(proof))
        report(found[-1])
    return found


def find_proof(theorem: str) -> Proof:
    """The proof of a theorem; a one-line error that lists those there are."""
    if theorem not in PROOFS:
        raise ValueError(f"no proof of {theorem!r}, there are {', '.join(PROOFS)}")
    return PROOFS[theorem]


def proofs_table(checked: Iterable[CheckedProof]) -> Table:
    """A line for each theorem: kind, steps by certificate, twins refused, status."""
    table = Table(title="proofs")
    for column in ("theorem", "kind", "steps by certificate", "twins refused", "status"):
        table.add_column(column)
    for one in checked:
        kinds = [step.step.certificate.kind for step in one.steps]
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
        refused = sum(isinstance(step.twin, Refuted) for step in one.steps)
        kind = THEOREMS[one.proof.theorem].kind
        table.add_row(one.proof.theorem, kind, counts, f"{refused} of {len(kinds)}", one.status)
    return table


def as_records(checked: Iterable[CheckedProof]) -> list[dict[str, Any]]:
    """The same as plain values, every step with its certificate."""
    return [
        {
            "id": one.proof.theorem,
            "kind": THEOREMS[one.proof.theorem].kind,
            "status": one.status,
            "steps": [
                {
                    "name": step.step.name,
                    "premises": list(step.step.premises),
                    "conclusion": step.step.conclusion,
                    "certificate": step.step.certificate.kind,
                    "formula": step.step.certificate.formula(),
                    "outcome": type(step.outcome).__name__.lower(),
                    "change": step.step.change,
                    "twin": type(step.twin).__name__.lower(),
                }
                for step in one.steps
            ],
        }
        for one in checked
    ]
