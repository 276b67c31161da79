"""What is known of a theorem after a run, as plain values: its status, and every step that counts.

A record is what `steplab proofs --json` prints a list of. Nothing in it is a lambda: it travels
between processes and into a file.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from proofs_check.outcome import Holds, Outcome, Refuted, Undecided

if TYPE_CHECKING:
    from rich.table import Table

    from proofs_check.proof import CheckedProof, CheckedStep
    from theory.tightness import Tightness

Record: TypeAlias = dict[str, Any]

PROVED = "proved"
NO_PROOF = "no proof"
UNDECIDED = "undecided"
STRONGEST_FIRST = (
    PROVED,
    "proved up to tried lemmas",
    "certified",
    "asymptotic",
    UNDECIDED,
    NO_PROOF,
    "refuted as stated",
)


def proof_record(checked: "CheckedProof") -> Record:
    """A checked proof, every step with its certificate and its twin."""
    steps = [_step(step) for step in checked.steps]
    return _record(checked.proof.theorem, checked.status, steps, checked.proof.rests_on)


def missing_record(theorem: str) -> Record:
    """A theorem that has no proof file."""
    return _record(theorem, NO_PROOF, [])


def failed_record(theorem: str, error: Exception) -> Record:
    """A theorem whose certificates ended in an exception, which decides nothing."""
    return _record(theorem, f"{UNDECIDED}: {type(error).__name__}: {error}", [])


def settled(records: Sequence[Record]) -> list[Record]:
    """The records, none of a stronger kind than those it rests on, in however many turns."""
    by_id = {record["id"]: record for record in records}

    def weakest(theorem: str) -> str:
        record = by_id.get(theorem)
        if record is None:
            return NO_PROOF
        return max((kind_of(record["status"]), *map(weakest, record["rests_on"])), key=_weakness)

    limited = []
    for record in records:
        named_kind = kind_of(record["status"])
        below = {name: weakest(name) for name in record["rests_on"]}
        kind = max((named_kind, *below.values()), key=_weakness)
        weaker = [name for name, other in below.items() if _weakness(other) > _weakness(named_kind)]
        status = f"{kind}: rests on {', '.join(weaker)}" if weaker else record["status"]
        limited.append(record | {"status": status})
    return limited


def kind_of(status: str) -> str:
    """The kind of a status without its particulars."""
    return status.split(":")[0]


def _weakness(kind: str) -> int:
    return STRONGEST_FIRST.index(kind)


def with_tightness(record: Record, measured: "Tightness | str") -> Record:
    """The record with the largest ratio of its bound; a string says why there is none."""
    if isinstance(measured, str):
        return record | {"tightness": None, "family": measured}
    tightest = measured.tightest
    where = {"case": tightest.case, "bound": tightest.bound, "exact": tightest.exact}
    return record | {
        "tightness": measured.ratio,
        "family": measured.family,
        "tightest": where | {"violated": measured.violated},
    }


def is_good(record: Record) -> bool:
    """Whether there is a proof, nothing is open, every twin is refused, and no case contradicts."""
    violated = (record["tightest"] or {}).get("violated", False)
    return not (record["status"].startswith((NO_PROOF, UNDECIDED)) or violated)


def totals(records: Sequence[Record]) -> str:
    """Theorems by status, steps that count, in all and different ones, and twins refused, on one
    line."""
    kinds = Counter(kind_of(record["status"]) for record in records)
    steps = [step for record in records for step in record["steps"]]
    different = {(step["name"], step["formula"], step["conclusion"]) for step in steps}
    refused = sum(step["twin"] == "refuted" for step in steps)
    parts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return (
        f"{len(records)} theorems: {parts}; {len(steps)} steps that count, "
        f"{len(different)} of them different, {refused} broken twins refused"
    )


def proofs_table(records: Sequence[Record]) -> "Table":
    """A line for each theorem: kind, steps by certificate, twins refused, tightness, status."""
    from rich.table import Table

    table = Table(title="proofs", caption=totals(records))
    for column in ("theorem", "kind", "steps by certificate", "twins refused"):
        table.add_column(column)
    table.add_column("tightness", justify="right")
    table.add_column("status")
    for record in records:
        steps = record["steps"]
        counts = Counter(step["certificate"] for step in steps)
        tightness = record["tightness"]
        table.add_row(
            record["id"],
            record["kind"],
            ", ".join(f"{count} {kind}" for kind, count in counts.items()),
            f"{sum(step['twin'] == 'refuted' for step in steps)} of {len(steps)}",
            "" if tightness is None else f"{tightness:.6g}",
            record["status"].replace("[", r"\["),
        )
    return table


def _record(theorem: str, status: str, steps: list[Record], rests_on: Sequence[str] = ()) -> Record:
    from theory.bounds import THEOREMS

    return {
        "id": theorem,
        "title": THEOREMS[theorem].title,
        "kind": THEOREMS[theorem].kind,
        "status": status,
        "rests_on": list(rests_on),
        "tightness": None,
        "family": None,
        "tightest": None,
        "steps": steps,
    }


def _step(checked: "CheckedStep") -> Record:
    step = checked.step
    return {
        "name": step.name,
        "premises": list(step.premises),
        "conclusion": step.conclusion,
        "certificate": step.certificate.kind,
        "formula": step.certificate.formula(),
        "outcome": type(checked.outcome).__name__.lower(),
        "detail": _detail(checked.outcome),
        "change": step.change,
        "twin": type(checked.twin).__name__.lower(),
        "counterexample": _detail(checked.twin),
    }


def _detail(outcome: Outcome) -> str:
    """What an outcome says, for a reader."""
    match outcome:
        case Holds(detail):
            return detail
        case Refuted(counterexample):
            return counterexample
        case Undecided(where):
            return where
