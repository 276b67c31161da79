"""Claim 7: the verdict depends on the metric."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from synthetic.experiments.kinds import OracleError, TrainedError
from synthetic.experiments.unit import Unit
from synthetic.quantities import Estimate
from theory.claims.claim import Claim, DenoiserName, Phrase, Test, judged, of_catalogue
from theory.claims.rules import AtLeast, AtMost
from theory.studies.claim_units import (
    ERROR_TARGET,
    GAP_TARGET,
    all_trained_units,
    growth_units,
    law_units,
    oracle_curves,
)
from theory.studies.kinds import ChainError, ChainTokenError
from theory.studies.profiles import Profile
from theory.tables.evidence import (
    GAP,
    PATH_BOUND,
    above_own_level,
    by_language,
    crossings,
    least_steps_by_language,
    pick,
    trained_curves,
)
from theory.tables.formal_rows import formal_differences
from theory.tables.rows import longest
from theory.tables.statistics import difference, growth_exponent, rank_correlation

APART = AtLeast(0.5, 0.2)
ALIKE = AtLeast(0.9, 0.5)
ONE_CONSTANT = AtMost(0.05, 0.2)
EXPONENTS = "growth exponent of least N with L, by SER less by TER gap"
BOUND_EXPONENTS = "growth exponent of least N with L, by SER less by path bound on the TER gap"
FORMAL_EXPONENTS = f"{BOUND_EXPONENTS}, languages of the catalogue"
RANKS = "rank correlation of TER gap (path bound) and SER over reveals and steps"
CONSTANT = "relative distance of TER gap and -log(1-SER)/L at the most steps"


def units(profile: Profile) -> Sequence[Unit]:
    """Least steps by both metrics, curves of both, and the chain's laws."""
    growth = profile.claims.growth
    laws = [unit for unit in profile.laws.units() if isinstance(unit, ChainError | ChainTokenError)]
    return [
        *law_units(profile),
        *laws,
        *growth_units(growth, "bernoulli", "sequence_error_rate", ERROR_TARGET),
        *growth_units(growth, "bernoulli", "token_error_rate_gap", GAP_TARGET),
        *oracle_curves(profile),
        *all_trained_units(profile),
        *profile.formal.units(),
    ]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """The difference of both exponents decides; how alike both metrics order samplers, and the one
    constant behind both, are shown."""
    judgements = []
    exact_error = dict(least_steps_by_language(rows, "sequence_error_rate", ERROR_TARGET))
    for metric, name in ((GAP, EXPONENTS), (PATH_BOUND, BOUND_EXPONENTS)):
        for language, table in least_steps_by_language(rows, metric, GAP_TARGET):
            if language in exact_error:
                apart = _apart(exact_error[language], table)
                judgements += judged("exact", language, name, apart, APART)
    formal = formal_differences(rows, ERROR_TARGET, GAP_TARGET)
    judgements += of_catalogue(FORMAL_EXPONENTS, formal, APART)
    gap = crossings(above_own_level(rows), GAP_TARGET)
    error = crossings(trained_curves(rows, "sequence_error_rate", "bernoulli"), ERROR_TARGET)
    for language in gap["language"].unique():
        apart = _apart(error[error["language"] == language], gap[gap["language"] == language])
        judgements += judged("trained", language, BOUND_EXPONENTS, apart, APART)
    kinds: tuple[tuple[type[Unit], DenoiserName], ...] = (
        (OracleError, "exact"),
        (TrainedError, "trained"),
    )
    for kind, denoiser in kinds:
        measured = longest(pick(rows, kind))
        for language, group in by_language(measured):
            bound = group[
                (group["metric"] == "token_error_rate_gap") & (group["estimator"] == PATH_BOUND)
            ]
            shares = group[group["metric"] == "sequence_error_rate"]
            if shares["value"].nunique() > 2:
                ranks = rank_correlation(bound, shares, ("reveal", "steps"))
                judgements += judged(denoiser, language, RANKS, ranks, ALIKE, decides=False)
    return [*judgements, *_one_constant(rows)]


def _apart(error: pd.DataFrame, gap: pd.DataFrame) -> Estimate | None:
    first, second = growth_exponent(error, "length"), growth_exponent(gap, "length")
    if first is None or second is None:
        return None
    return difference(pd.Series(asdict(first)), pd.Series(asdict(second)), "difference of slopes")


def _one_constant(rows: pd.DataFrame) -> list[Test]:
    """|gap L / -log(1 - SER) - 1| of the chain with impossible words at the most steps of the
    greatest length."""
    judgements = []
    keys = ["language", "length", "steps"]
    both = (
        pick(rows, ChainTokenError)
        .drop_duplicates(keys)
        .merge(pick(rows, ChainError).drop_duplicates(keys), on=keys, suffixes=("_gap", "_error"))
    )
    both = longest(both[both["value_error"] > 0])
    for language, group in by_language(both):
        last = group.sort_values("steps").iloc[-1]
        per_token = -np.log1p(-float(last["value_error"])) / float(last["length"])
        ends = [float(last[f"{end}_gap"]) / per_token - 1 for end in ("value", "low", "high")]
        low = 0.0 if ends[1] <= 0 <= ends[2] else min(abs(ends[1]), abs(ends[2]))
        distance = Estimate(
            abs(ends[0]),
            low,
            max(abs(ends[1]), abs(ends[2])),
            int(last["samples_gap"]),
            "exact laws, TER gap as mean over words",
        )
        judgements += judged("exact", language, CONSTANT, distance, ONE_CONSTANT, decides=False)
    return judgements


claim = Claim(
    id="metric-decides",
    statement="Whether masked diffusion is efficient depends on the metric.",
    source="arXiv 2502.09622, abstract; the one-constant law is ours",
    prediction=(
        "The least N grows like L^1 at a fixed SER and like L^0 at a fixed TER gap; to first order "
        "the TER gap is c/N per token and -log(1-SER) is c L/N, with the same c."
    ),
    rule=(
        f"Exponent by SER less exponent by TER gap, by an exact law or a closed form, or by its "
        f"path bound, a metric of its own: {APART}, which decides. Rank correlation: {ALIKE}; "
        f"relative distance of both constants: {ONE_CONSTANT}; these are shown, and so are the "
        "languages of the catalogue, which say where it is so: that efficiency can depend on the "
        "metric is no statement about each. Version 2: gaps and path bounds were one statistic. "
        "The languages of the catalogue were added after the first rows."
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            EXPONENTS,
            "the steps grow faster with length at a fixed SER than at a fixed TER gap",
            "the steps grow no faster with length at a fixed SER than at a fixed TER gap",
            "their exponents differ by {}",
        ),
        *(
            Phrase(
                name,
                f"{simulated} grow faster with length at a fixed SER than at a fixed path bound",
                f"{simulated} grow no faster with length at a fixed SER than at a fixed path bound",
                "their exponents differ by {}",
            )
            for name, simulated in (
                (BOUND_EXPONENTS, "the steps"),
                (FORMAL_EXPONENTS, "at a few N the steps"),
            )
        ),
        Phrase(
            RANKS,
            "both metrics order samplers alike",
            "both metrics order samplers differently",
            "rank correlation{s} {}",
        ),
        Phrase(
            CONSTANT,
            "one constant gives both metrics of a chain",
            "no single constant gives both metrics of a chain",
            "relative distance {}",
        ),
    ),
    version=2,
)
