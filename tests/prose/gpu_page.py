"""The numbers of docs/gpu.md that are among the rows of the standard profile."""

from collections.abc import Sequence

from tests.prose.page import Outside, Page, Passage, Table
from tests.prose.rows import number, statistic

HALF = "calls over autoregressive at SER <= 0.5"
DIVERGENCE = {"metric": "conditional_divergence"}
RUN = "a run on one GPU, timed there; its rows are in results/gpu"


def _trained(labels: tuple[str, ...], column: int) -> Sequence[float] | None:
    """The mean divergence of models of the standard profile; None for all else."""
    language = labels[0]
    if column != 4 or language.startswith(("ngram2-v8", "running-sum-8")):
        return None
    return (number("training", language=language, length=64, **DIVERGENCE),)


def _excesses() -> list[float]:
    wanted = {"denoiser": "autoregressive", "metric": "held_out_excess", "length": 64}
    languages = ("ngram3-v8", "hmm32-v8", "ngram4-v8")
    return [number("training", language=language, **wanted) for language in languages]


def _calls() -> list[float]:
    languages = ("ngram3-v8", "hmm32-v8")
    return [statistic("efficiency-advantage", HALF, one, "trained").value for one in languages]


page = Page(
    "docs/gpu.md",
    (
        Table("| language | L | width, depth |", _trained),
        Passage("have an excess of {}, {} and {} nats a token.", _excesses),
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
