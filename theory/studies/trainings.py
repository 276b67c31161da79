"""Groups of trainings: which models a profile trains, and at what lengths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from synthetic.experiments.kinds import (
    Architecture,
    Budget,
    FurtherTraining,
    LongerTraining,
    Training,
)
from synthetic.languages import Language, catalogue


@dataclass(frozen=True, kw_only=True)
class Group:
    """Languages that get a masked diffusion and an autoregressive model at one length.

    Where there is a `start`, a group that has the same languages at another length or the same, its
    models are trained on instead of new ones; it does not measure them. Masked diffusion has the
    architecture of the profile unless there is one, and its curves its number of samples; it trains
    with `threads` of a processor.
    """

    languages: tuple[str, ...]
    length: int
    diffusion: Budget
    autoregressive: Budget
    start: Group | None = None
    architecture: Architecture | None = None
    samples: int | None = None
    threads: int = 1


@cache
def trainings(group: Group, architecture: Architecture) -> tuple[tuple[Training, Training], ...]:
    """The masked diffusion and the autoregressive model of each language of a group."""
    starts = trainings(group.start, architecture) if group.start else ()
    larger = group.architecture or architecture
    by_language = {pair[0].language: pair for pair in starts}
    pairs = []
    for name in group.languages:
        before = by_language.get(name, (None, None))
        diffusion, autoregressive = (
            _training(name, group.length, causal, shape, budget, threads, start)
            for causal, shape, budget, threads, start in zip(
                (False, True),
                (larger, architecture),
                (group.diffusion, group.autoregressive),
                (group.threads, 1),
                before,
                strict=True,
            )
        )
        pairs.append((diffusion, autoregressive))
    return tuple(pairs)


def _training(
    name: str,
    length: int,
    causal: bool,
    architecture: Architecture,
    budget: Budget,
    threads: int,
    start: Training | None,
) -> Training:
    parameters: dict[str, Any] = {
        "language": name,
        "language_hash": catalogue.entry(name).digest(),
        "length": fitting_length(name, length),
        "causal": causal,
        "architecture": architecture,
        "budget": budget,
        "threads": threads,
    }
    if start is None:
        return Training(**parameters)
    kind = LongerTraining if parameters["length"] > start.length else FurtherTraining
    return kind(**parameters, start=start)


@cache
def fitting_length(name: str, length: int) -> int:
    """The longest length up to `length` at which a catalogue language has words."""
    lengths = loaded(name).lengths(length)
    if not lengths:
        raise ValueError(f"{name} has no words up to length {length}: give a longer one")
    return max(lengths)


@cache
def loaded(name: str) -> Language:
    """A language of the catalogue, made once."""
    return catalogue.load(name)
