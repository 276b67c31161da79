"""The numbers of docs/gpu.md that are among the rows of the GPU, or of the standard profile."""

from collections.abc import Sequence
from functools import cache

import pandas as pd

from tests.prose.page import ROOT, Outside, Page, Passage, Table
from tests.prose.rows import statistic
from tests.prose.trained_models import FURTHER, divergence

HALF = "calls over autoregressive at SER <= 0.5"
RUN = "a run on one GPU, timed there"


@cache
def _rows() -> pd.DataFrame:
    return pd.read_parquet(ROOT / "results" / "gpu" / "rows.parquet")


def _row(**columns: object) -> "pd.Series":
    """The only row of the GPU with the given values."""
    rows = _rows()
    for name, value in columns.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, f"{len(rows)} rows with {columns}"
    return rows.iloc[0]


def _trained(labels: tuple[str, ...], column: int) -> Sequence[float] | None:
    """Seconds and mean divergence of the masked models trained at one length; None for all else."""
    language, length = labels[:2]
    metrics = {2: "seconds", 3: "value"}
    if column not in metrics or not length.isdigit() or "noise" in language:
        return None
    row = _row(language=language, length=int(length), metric="conditional_divergence")
    return (float(row[metrics[column]]),)


def _excesses() -> list[float]:
    wanted = {"denoiser": "autoregressive", "metric": "held_out_excess", "length": 64}
    languages = ("ngram3-v8", "hmm32-v8", "ngram4-v8")
    return [float(_row(language=language, **wanted)["value"]) for language in languages]


def _further() -> list[float]:
    return [divergence(language) for language in FURTHER]


def _calls() -> list[float]:
    return [statistic("efficiency-advantage", HALF, one, "trained").value for one in FURTHER]


page = Page(
    "docs/gpu.md",
    (
        Table("| language | L | width, depth |", _trained, labels=2),
        Passage("have an excess of {}, {} and {} nats a token.", _excesses),
        Passage("to {} and {} nats", _further),
        Passage("in {} (ngram3-v8) and {} (hmm32-v8) of the calls", _calls),
    ),
    outside=(
        Outside(
            "took {} microseconds a token in float32 and {} under bfloat16 autocast, {} and {} "
            "times as fast",
            RUN,
        ),
        Outside(
            "{} nats with at most 30% masked first, {} to {} with at most 10%, at learning rates "
            "{} and {} alike; at L = 16 the any-order loss from the first step stayed at {} nats",
            "trainings that were given up",
        ),
    ),
    least=8,
)
