"""Numbers of the trained masked diffusion models of the standard profile."""

from collections.abc import Sequence

import pandas as pd

from tests.prose.page import Item, Outside, Table
from tests.prose.revision import ERROR
from tests.prose.rows import chosen, row

LONGER = ("running-sum-8", "addition-4")  # trained on from a first length
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


def minutes(language: str) -> float:
    """What the training took, with the one it began with."""
    seconds = _trained(language)["seconds"]
    if language in LONGER:
        seconds += row("training", language=language, length=12, **MEAN)["seconds"]
    return float(seconds / 60)


def _trained(language: str) -> "pd.Series":
    kind = "longer training" if language in LONGER else "training"
    rows = chosen(kind, language=language, **MEAN)
    return rows[rows["length"] == rows["length"].max()].iloc[0]


def _cells(labels: tuple[str, ...], column: int) -> Sequence[float] | None:
    columns = {3: divergence, 4: deviation, 5: minutes}
    language = labels[0].partition(",")[0]
    return [columns[column](language)] if column in columns else None


ITEMS: tuple[Item, ...] = (Table("| language, L | width, depth | updates", _cells),)
BESIDE = "trainings beside the rows"
OUTSIDE = (
    Outside("leave {} nats with drawn tokens and {} with exact targets;", BESIDE),
    Outside("were at {} and {} from more drawn tokens", "rows of an earlier profile"),
    Outside("Three stay above {} nats.", "the aim"),
    Outside("{} and {} nats at their worst and {} and {} with 56 of 64 tokens masked", BESIDE),
    Outside("left {} and {} (600 updates of 32), at L = 32 {} (1,000)", BESIDE),
    Outside("is at {} after 2,500 updates of 64", BESIDE),
)
