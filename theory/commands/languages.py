"""`steplab languages`: the catalogue, or one language."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from theory.commands.printed_json import print_json, scientific
from theory.commands.terminal import say_if_long, shown_progress, wide_console

if TYPE_CHECKING:
    from synthetic.languages import Language

ENTROPY_SAMPLES = 2000
UNKNOWN = "not known"


@dataclass(frozen=True)
class Languages:
    """List the catalogue: every named language with its class, its size, its words, its entropy."""

    language: Annotated[str | None, tyro.conf.Positional, tyro.conf.arg(metavar="LANGUAGE")] = None
    """One language alone: a name, or a specification such as "regex:(ab|c)*"."""
    length: int = 16
    """Length L of the words; for a language that has none, the nearest length with words."""
    json: bool = False
    """Print one list of {name, family, chomsky, vocab_size, states, length, words, entropy}: the
    number of words, null where it is not known, the entropy as value, low and high in nats per
    token."""

    def __call__(self) -> int:
        from rich.table import Table

        from synthetic.arguments import check_length
        from synthetic.languages import catalogue

        length = check_length(self.length)
        say_if_long(length)
        names = catalogue.names() if self.language is None else [self.language]
        records = []
        with shown_progress("entropies") as progress:
            for done, name in enumerate(names):
                progress(done, len(names), name)
                records.append(_record(name, catalogue.load(name), length))
        if self.json:
            print_json(records)
            return 0
        table = Table(
            caption="class of all words in the Chomsky hierarchy; number of words of length L, and "
            "entropy of their law in nats per token" + _unknown(records)
        )
        for column in ("name", "family", "class", "V", "L", "words", "entropy"):
            left = column in ("name", "family", "class")
            table.add_column(column, justify="left" if left else "right")
        for record in records:
            table.add_row(
                *(
                    str(record[key])
                    for key in ("name", "family", "chomsky", "vocab_size", "length")
                ),
                _number(record["words"]),
                _interval(record["entropy"]),
            )
        wide_console().print(table)
        return 0


def _record(name: str, language: "Language", wanted: int) -> dict[str, Any]:
    automaton = getattr(language, "automaton", None)
    lengths = language.lengths(2 * wanted + 64)
    if not lengths:
        raise ValueError(f"{name} has no words of lengths up to {2 * wanted + 64}")
    length = min(lengths, key=lambda near: (abs(near - wanted), near))
    return {
        "name": name,
        "family": type(language).__name__,
        "chomsky": language.chomsky,
        "vocab_size": language.vocab_size,
        "states": None if automaton is None else automaton.states,
        "length": length,
        "words": _words(language, length),
        "entropy": _entropy(language, length),
    }


def _words(language: "Language", length: int) -> int | None:
    """How many there are, None if only a list of all sequences would tell."""
    try:
        return language.count(length)
    except ValueError:
        return None


def _unknown(records: list[dict[str, Any]]) -> str:
    """What the caption says of numbers that are not known."""
    if all(record["words"] is not None for record in records):
        return ""
    return f"; {UNKNOWN}: some word may come about in several ways, and there are too many to list"


def _entropy(language: "Language", length: int) -> dict[str, float]:
    """Value and interval in nats per token; an estimate where the entropy has no exact sum."""
    from synthetic.arguments import seeded

    try:
        exact = language.entropy(length)
        ends = (exact.value, max(0.0, exact.value - exact.error), exact.value + exact.error)
    except ValueError:
        estimate = language.estimate_entropy(length, ENTROPY_SAMPLES, seeded(0))
        ends = (estimate.value, estimate.low, estimate.high)
    value, low, high = (end / length for end in ends)
    return {"value": value, "low": low, "high": high}


def _number(words: int | None) -> str:
    """All digits of a number below a million, three of a larger one, whatever its size."""
    if words is None:
        return UNKNOWN
    if words < 10**6:
        return str(words)
    return scientific(words)


def _interval(entropy: dict[str, float]) -> str:
    low, high = f"{entropy['low']:z.4f}", f"{entropy['high']:z.4f}"  # no minus before zeros
    if low == high:
        return low
    return f"{entropy['low']:z.3f} to {entropy['high']:z.3f}"
