"""Numbers of the trained masked diffusion models of the standard profile."""

from collections.abc import Sequence

import pandas as pd

from tests.prose.page import Item, Outside, Passage, Table
from tests.prose.revision import ERROR
from tests.prose.rows import chosen, number, row

LONGER = ("running-sum-8", "addition-4")  # trained on from a first length
FURTHER = ("ngram3-v8", "hmm32-v8")  # trained on from what a GPU learned
LEARNED = (
    "copy-pairs-16",
    "derivation-4",
    "ngram2-v8",
    "ngram4-v3",
    *LONGER,
    *FURTHER,
)
MEAN = {"metric": "conditional_divergence"}


def divergence(language: str) -> float:
    """The mean learning error of the model, nats per token."""
    return float(_trained(language)["value"])


def deviation(language: str) -> float:
    """How far SER is at most from that of the exact denoiser under Bernoulli reveal."""
    wanted = {"language": language, "metric": ERROR, "reveal": "bernoulli"}
    exact = chosen("oracle error", **wanted).set_index("steps")["value"]
    length = _trained(language)["length"]
    model = chosen("trained error", **wanted, length=length).set_index("steps")["value"]
    assert len(model) > 5
    return float((model - exact[model.index]).abs().max())


def minutes(language: str) -> list[float]:
    """What the training took, with the one on short words that it began with, or after that on a
    GPU."""
    seconds = [_trained(language)["seconds"]]
    if language in LONGER:
        seconds[0] += row("training", language=language, length=12, **MEAN)["seconds"]
    if language in FURTHER:
        seconds.insert(0, row("training", language=language, length=64, **MEAN)["seconds"])
    return [float(one / 60) for one in seconds]


def _trained(language: str) -> "pd.Series":
    kind = "training"
    if language in LONGER + FURTHER:
        kind = "further training" if language in FURTHER else "longer training"
    rows = chosen(kind, language=language, **MEAN)
    return rows[rows["length"] == rows["length"].max()].iloc[0]


def _cells(labels: tuple[str, ...], column: int) -> Sequence[float] | None:
    language = labels[0].partition(",")[0]
    if column == 5:
        return minutes(language)
    columns = {3: divergence, 4: deviation}
    return [columns[column](language)] if column in columns else None


def _before() -> list[float]:
    return [number("training", language=one, length=64, **MEAN) for one in FURTHER]


ITEMS: tuple[Item, ...] = (
    Table("| language, L | width, depth | updates", _cells),
    Passage("were at {} and {} nats after their minutes", _before),
    Passage("brought them to {} and {}", lambda: [divergence(one) for one in FURTHER]),
    Passage("no model of the table is above {}", lambda: [max(map(divergence, LEARNED))]),
)
BESIDE = "trainings beside the rows"
OUTSIDE = (
    Outside("leave {} nats with drawn tokens and {} with exact targets;", BESIDE),
    Outside("were at {} and {} from more drawn tokens", "rows of an earlier profile"),
    Outside("half-masked sequences, {} and {};", BESIDE),
    Outside("is at {} after 5,500 updates of 512 sequences", "docs/gpu.md"),
)
