"""Rows by the kind of unit that made them."""

import pandas as pd

from synthetic.experiments.kinds import (
    AutoregressiveError,
    LanguageEntropy,
    LongerTraining,
    OracleError,
    SamplingSeconds,
    TrainedError,
    Training,
)
from synthetic.experiments.unit import Unit
from synthetic.sampling.named import STRATEGIES
from theory.studies.profiles import SWEPT

SAMPLED = (
    OracleError,
    TrainedError,
    AutoregressiveError,
    LanguageEntropy,
    SamplingSeconds,
    Training,
    LongerTraining,
)


def of_kind(rows: pd.DataFrame, *kinds: type[Unit]) -> pd.DataFrame:
    """The rows that units of some kinds made; no rows where they do not say what made them."""
    if "kind" not in rows:
        return rows.iloc[:0]
    return rows[rows["kind"].isin([kind.kind for kind in kinds])]


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
