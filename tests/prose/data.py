"""Numbers of models on limited data of one size or of both, means over draws and three seeds."""

from collections.abc import Sequence
from functools import cache

import pandas as pd

from tests.prose.rows import of_kind
from theory.claims import CLAIMS, Test
from theory.claims.data_orders import BIDIRECTIONAL
from theory.studies.data_sizes import LOOPED
from theory.tables.limited_data import SAME_SIZE, in_cells_of_plain, over_units, runs
from theory.tables.repeated_data import recovered, stable_phase

SMALL, LARGE = 25376, 99904
LENGTH = 8
FAMILY = "ngram:order=2 vocab=8 branching=8 temperature=0.5"
HIDDEN = "hmm:states=4 vocab=8 branching=4 symbols=8 temperature=0.5"
LARGEST = {FAMILY: 8192, HIDDEN: 4096}  # tokens of the largest corpus
DRAWS = {FAMILY: 3, HIDDEN: 6}
DIFFUSION, PLAIN, TUNED = "masked diffusion", "AR0", "AR*"
UNIFORM = "uniform diffusion"
ENSEMBLE = "ensemble of 3 AR*"
DENSER = (("", SMALL), (LOOPED, SMALL), ("", LARGE))  # behind the name of an arm, and its size
DIFFUSION_FRESH = "masked diffusion, weight decay 0.1"


@cache
def models(size: int, family: str = FAMILY, metric: str = "chain_rule_divergence") -> pd.DataFrame:
    """The runs of one size of model on one family of languages."""
    table = in_cells_of_plain(runs(of_kind("limited data"), metric))
    return table[(table["parameters"] == size) & (table["family"] == family)]


@cache
def curve(
    arm: str,
    tokens: int,
    size: int,
    annealed: bool = True,
    fresh: bool = False,
    family: str = FAMILY,
) -> "pd.Series":
    """Mean KL over draws and seeds by epoch."""
    table = models(size, family)
    table = table[(table["arm"] == arm) & (table["unique_tokens"] == tokens)]
    table = table[(table["annealed"] == annealed) & (table["fresh"] == fresh)]
    assert table["draw"].nunique() == DRAWS[family], f"{arm}, {tokens} tokens: draws are missing"
    return table.groupby("epoch")["value"].mean()


def least(arm: str, tokens: int, size: int, family: str = FAMILY) -> tuple[float, float]:
    """The least of it, annealed, and its epoch."""
    means = curve(arm, tokens, size, family=family)
    at = int(means.to_numpy().argmin())
    return float(means.iloc[at]), float(means.index.to_numpy()[at])


def last(arm: str, tokens: int, size: int, family: str = FAMILY) -> float:
    """KL at the last epoch, of AR0 not annealed."""
    return float(curve(arm, tokens, size, annealed=arm != PLAIN, family=family).iloc[-1])


def new(arm: str, updates: int, size: int, family: str = FAMILY) -> float:
    """Annealed KL after so many updates of 16 new sequences each; an epoch is as many new tokens
    as the largest corpus has."""
    tokens = LARGEST[family]
    means = curve(arm, tokens, size, fresh=True, family=family)
    return float(means[updates * 16 * LENGTH / tokens])


@cache
def crossed(arm: str, column: str, size: int = SMALL) -> float:
    """Mean KL of an arm at 2,048 tokens: at the last epoch in the stable phase, or least
    annealed."""
    table = runs(_rows(size))
    table = table[(table["arm"] == arm) & (table["unique_tokens"] == 2048) & ~table["fresh"]]
    means = table.groupby(["annealed", "epoch"])["value"].mean()
    return float(means[False].iloc[-1] if column == "last epoch" else means[True].min())


def ahead_at_best(arm: str, margin: float) -> tuple[int, int]:
    """How many of the smaller models of an arm have a least KL, annealed, at 2,048 tokens that is
    above that of diffusion by more than a margin, and how many there are."""
    table = models(SMALL)
    table = table[(table["unique_tokens"] == 2048) & table["annealed"] & ~table["fresh"]]
    best = table.groupby(["arm", "draw", "seed"])["value"].min()
    gaps = best[arm] - best[DIFFUSION]
    return int((gaps > margin).sum()), len(gaps)


def recovered_by(arm: str) -> Sequence[float]:
    """The share of the gap of AR0 to diffusion of all orders that an arm of the factorial keeps at
    the last epoch, with its interval."""
    table = runs(_rows(SMALL))
    share = recovered(stable_phase(table[~table["fresh"]]), PLAIN, arm, BIDIRECTIONAL)
    mean = over_units(share, 1)
    assert mean is not None
    return mean.value, mean.low, mean.high


@cache
def _rows(size: int | None, family: str = FAMILY) -> pd.DataFrame:
    """Those of models of a size, or of all, on one family of languages."""
    rows = of_kind("limited data")
    rows = rows[rows["language"].str.startswith(family.replace(" ", ","))]
    if size is None:
        return rows
    return rows[(rows["parameters"] >= size) & (rows["parameters"] <= SAME_SIZE * size)]


@cache
def judged(claim: str, size: int | None, family: str = FAMILY) -> tuple[Test, ...]:
    """The tests of a claim by models of a size alone, or by all, as in the ledger."""
    return tuple(CLAIMS[claim].tests(_rows(size, family)))


def statistic(claim: str, name: str, size: int | None, family: str = FAMILY) -> Sequence[float]:
    """Value and ends of the one test of a claim whose statistic has a name that begins so."""
    fits = [test for test in judged(claim, size, family) if test.statistic.startswith(name)]
    assert len(fits) == 1, f"{len(fits)} tests of {claim} begin with {name!r}"
    return fits[0].value, fits[0].low, fits[0].high


def new_by_draw(arm: str, updates: int, size: int) -> list[float]:
    """KL on new data of each draw of the language, mean over seeds."""
    table = models(size)
    table = table[(table["arm"] == arm) & table["annealed"] & table["fresh"]]
    at = table[table["epoch"] == updates * 16 * LENGTH / 8192]
    return list(at.groupby("draw")["value"].mean())


@cache
def seconds(size: int | None) -> tuple[float, ...]:
    """What each unit of a size took."""
    rows = pd.concat([_rows(size), _rows(size, HIDDEN)])
    return tuple(rows.drop_duplicates("unit")["seconds"])
