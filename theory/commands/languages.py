"""`steplab languages`: the catalogue."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from theory.commands.terminal import wide_console

if TYPE_CHECKING:
    from synthetic.languages import Language

ENTROPY_SAMPLES = 2000


@dataclass(frozen=True)
class Languages:
    """List the catalogue: every named language with its size and its entropy per token."""

    length: int = 32
    """Length L of the sequences that the entropy is of."""
    json: bool = False
    """Print one list of {name, family, vocab_size, states, entropy}, the entropy as value, low and
    high in nats per token, null where the length has no words."""

    def __call__(self) -> int:
        from rich.console import Console
        from rich.progress import track
        from rich.table import Table

        from synthetic.arguments import check_length
        from synthetic.languages import catalogue

        length = check_length(self.length)
        shown = Console(stderr=True)
        names = track(catalogue.names(), "entropies", console=shown, disable=not shown.is_terminal)
        records = [_record(name, catalogue.load(name), length) for name in names]
        if self.json:
            print(json.dumps(records, indent=1))
            return 0
        table = Table(caption=f"entropy of the law at length {length}, nats per token")
        for column in ("name", "family", "V", "states", "entropy"):
            table.add_column(column, justify="left" if column in ("name", "family") else "right")
        for record in records:
            states = "" if record["states"] is None else str(record["states"])
            sizes = (str(record["vocab_size"]), states)
            table.add_row(record["name"], record["family"], *sizes, _shown(record["entropy"]))
        wide_console().print(table)
        return 0


def _record(name: str, language: "Language", length: int) -> dict[str, Any]:
    automaton = getattr(language, "automaton", None)
    return {
        "name": name,
        "family": type(language).__name__,
        "vocab_size": language.vocab_size,
        "states": None if automaton is None else automaton.states,
        "entropy": _entropy(language, length),
    }


def _entropy(language: "Language", length: int) -> dict[str, float] | None:
    """Value and interval in nats per token; an estimate where the entropy has no exact sum."""
    from synthetic.arguments import seeded

    if length not in language.lengths(length):
        return None
    try:
        exact = language.entropy(length)
        ends = (exact.value, exact.value - exact.error, exact.value + exact.error)
    except ValueError:
        estimate = language.estimate_entropy(length, ENTROPY_SAMPLES, seeded(0))
        ends = (estimate.value, estimate.low, estimate.high)
    value, low, high = (end / length for end in ends)
    return {"value": value, "low": low, "high": high}


def _shown(entropy: dict[str, float] | None) -> str:
    if entropy is None:
        return "no words"
    low, high = f"{entropy['low']:.4f}", f"{entropy['high']:.4f}"
    if low == high:
        return low
    return f"{entropy['low']:.3f} to {entropy['high']:.3f}"
