"""Numbers of docs/limited_data.md: hidden Markov models, and the data potential by size."""

import math
from collections.abc import Sequence

from tests.prose import data
from tests.prose.limited_data_claims import AHEAD
from tests.prose.page import Item, Outside, Passage
from tests.prose.rows import of_kind
from theory.tables.limited_data import STOPPED, curves, data_potential

SIZES = (512, 1024, 2048)


def _potential(size: int) -> list[float]:
    """U_AR / U beside AR* at each size of corpus, geometric means over draws and seeds."""
    table = data.models(size)
    ratios = data_potential(curves(table[~table["fresh"].astype(bool)], STOPPED))
    means = ratios.groupby(ratios["unique_tokens"].round())["value"].mean()
    return [math.exp(float(means[float(tokens)])) for tokens in SIZES]


def _ahead() -> list[float]:
    """By how much the least KL of diffusion is above that of AR* at 2,048 tokens, and below it at
    4,096."""
    arms = (data.TUNED, data.DIFFUSION)
    above = []
    for tokens in (2048, 4096):
        tuned, diffusion = (data.least(a, tokens, data.SMALL, data.HIDDEN)[0] for a in arms)
        above.append(diffusion - tuned)
    return [above[0], -above[1]]


def _needed() -> list[float]:
    """How many times the data AR* and AR0 need, with intervals."""
    names = [f"{AHEAD}{arm}" for arm in (data.TUNED, data.PLAIN)]
    intervals = [data.statistic("data-potential", one, None, data.HIDDEN) for one in names]
    return [math.exp(number) for interval in intervals for number in interval]


def hidden_needed() -> list[float]:
    """Of AR* alone."""
    return _needed()[:3]


def _measured(metric: str) -> float:
    """A metric of diffusion at 2,048 tokens and 256 epochs, annealed."""
    table = data.models(data.SMALL, data.HIDDEN, metric)
    table = table[(table["arm"] == data.DIFFUSION) & (table["unique_tokens"] == 2048)]
    table = table[(table["epoch"] == 256) & table["annealed"].astype(bool)]
    return float(table["value"].mean())


def _orders() -> Sequence[float]:
    rows = of_kind("limited data")
    bound = rows[(rows["metric"] == "conditional_divergence") & rows["masked"].isna()]
    bound = bound[bound["language"].str.startswith(data.HIDDEN.replace(" ", ","))]
    bound = bound[(bound["unique_sequences"] == 256) & (bound["epoch"] == 256)]
    assert (bound["seed"].nunique(), bound["language"].nunique()) == (3, data.DRAWS[data.HIDDEN])
    return (
        _measured("random_order_divergence"),
        _measured("chain_rule_divergence"),
        float(bound["value"].mean()),
    )


def _surest() -> list[float]:
    """Confidence and truth in the surest tenth at the last epoch, by arm."""
    rows = of_kind("limited data")
    rows = rows[(rows["tenth"] == 10) & (rows["unique_sequences"] == 256)]
    rows = rows[~rows["fresh"].astype(bool)]
    means = rows.groupby(["denoiser", "metric"])["value"].mean()
    return [
        float(means[arm, f"{name}_of_tenth"])
        for arm in (data.PLAIN, data.TUNED, data.DIFFUSION)
        for name in ("confidence", "truth")
    ]


HIDDEN: tuple[Item, ...] = (
    Passage(
        "with 25 thousand parameters at most {}, {} and {} beside AR*,",
        lambda: _potential(data.SMALL),
    ),
    Passage(
        "with 100 thousand at most {}, {} and {}. On more data",
        lambda: _potential(data.LARGE),
    ),
    Passage("{} behind AR* at 2,048 tokens, {} ahead of it at 4,096,", _ahead),
    Passage(
        "AR* would need {} times [{}, {}] the data for what diffusion reaches, AR0 at its best {} "
        "[{}, {}];",
        _needed,
    ),
    Passage(
        "in random order, exactly, is {} nats a token from the language, its conditionals left to "
        "right {}, and the bound that it is trained on {}.",
        _orders,
    ),
    Passage(
        "its best symbol probability {} in the tenth of the contexts where it is surest, where the "
        "true one is {}; AR* {} against {}, diffusion {} against {}.",
        _surest,
    ),
)
OUTSIDE = (
    Outside(
        "covers {} to {} of the time at three draws",
        "simulated by the test of these intervals, not in rows",
    ),
)
