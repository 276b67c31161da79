"""Rows by the kind of unit that made them."""

import numpy as np
import pandas as pd

from synthetic.experiments.kinds import (
    AutoregressiveError,
    FurtherTraining,
    LanguageEntropy,
    LimitedData,
    LongerTraining,
    OracleError,
    SamplingSeconds,
    TrainedError,
    Training,
)
from synthetic.experiments.unit import Unit
from synthetic.sampling.named import STRATEGIES
from theory.studies.profiles import SWEPT

# what was measured; all other columns say how often, with which chance, when and where
QUANTITY = (
    *("kind", "language", "denoiser", "reveal", "steps", "length", "metric"),
    *("annealed", "bound", "branching", "epoch", "epsilon", "fresh", "masked", "parameters"),
    *("prompted", "schedule", "target", "temperature", "tenth", "unique_sequences"),
)
NEEDED = ("kind", "version", "metric", "estimator", "samples", "seed")
SEVERAL_WAYS = ("token_error_rate", "window_divergence", "noisy_divergence")
"""Metrics of which estimators measure different things, such as a path bound."""
PREDICTED = "collision law"  # least steps by it stand beside those that are computed
SAMPLED = (
    OracleError,
    TrainedError,
    AutoregressiveError,
    LanguageEntropy,
    SamplingSeconds,
    Training,
    LongerTraining,
    FurtherTraining,
)


def of_kind(rows: pd.DataFrame, *kinds: type[Unit]) -> pd.DataFrame:
    """The rows that units of some kinds made; no rows where they do not say what made them."""
    if "kind" not in rows:
        return rows.iloc[:0]
    return rows[rows["kind"].isin([kind.kind for kind in kinds])]


def longest(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the greatest length of each language."""
    return table[table["length"] == table.groupby("language")["length"].transform("max")]


def one_each(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a quantity: of several measurements of one the newest, of these that of the most
    samples, the first of equals. Seeds of models on limited data stay: tables average over them.
    """
    if not {*NEEDED} <= set(rows):
        return rows
    estimators = rows["estimator"].astype(str)
    several = rows["metric"].astype(str).str.startswith(SEVERAL_WAYS) | (estimators == PREDICTED)
    said = rows[[name for name in QUANTITY if name in rows]].assign(
        estimator=estimators.where(several, ""),
        seed=rows["seed"].where(rows["kind"] == LimitedData.kind, 0),
    )
    order = np.lexsort((-rows["samples"].to_numpy(float), -rows["version"].to_numpy(float)))
    repeated = np.empty(len(rows), dtype=bool)
    repeated[order] = said.iloc[order].duplicated().to_numpy()
    return rows[~repeated]


def sampled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of measurements on sampled sequences and of the models behind them.

    Rows of exact laws have the same metrics and the same denoiser, the exact one; they are left
    out. Rows that do not say which kind made them are kept.
    """
    return swept(of_kind(rows, *SAMPLED)) if "kind" in rows else rows


def swept(rows: pd.DataFrame) -> pd.DataFrame:
    """Without the strategies that only a claim looks at, at a few numbers of steps."""
    others = rows["reveal"].isin(set(STRATEGIES) - set(SWEPT))
    return rows[~others | (rows["denoiser"] == "autoregressive")]
