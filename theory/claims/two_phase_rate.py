"""Claim 2: the rate of Theorem 4.2 for n-grams, and whether it is tight."""

from collections.abc import Iterator, Sequence

import pandas as pd

from synthetic.experiments.kinds import Training
from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from synthetic.quantities import Estimate
from theory.claims.claim import Claim, DenoiserName, Phrase, Test, judged
from theory.claims.rules import AtLeast, AtMost
from theory.studies.claim_units import law_units, sampled_least_steps
from theory.studies.kinds import LeastSteps, SampledLeastSteps, TwoPhaseRate
from theory.studies.profiles import Profile
from theory.studies.trainings import fitting_length
from theory.tables.evidence import GAP, PATH_BOUND, by_language, estimate, pick
from theory.tables.rows import longest
from theory.tables.statistics import growth_exponent

RATE = AtMost(1.0, 1.0)
SHARE_OF_BOUND = "largest path bound on the TER gap over 4 eps log V + eps_learning"
TIGHTNESS = "exponent of least N in 1 / TER gap, less n"
BOUND_TIGHTNESS = "exponent of least N in 1 / path bound on the TER gap, less n"
TIGHT = AtLeast(-0.25, -0.5)


def units(profile: Profile) -> Sequence[Unit]:
    """The two-phase schedule for each n-gram and eps, exact and trained; least steps to gaps."""
    wanted: list[Unit] = [*law_units(profile)]
    trained = {diffusion.language: diffusion for diffusion, _ in profile.first_trainings()}
    for name, order in profile.claims.ngrams:
        for epsilon in profile.claims.epsilons:
            wanted += [
                TwoPhaseRate(
                    **catalogue.named(name),
                    length=fitting_length(name, profile.length),
                    order=order,
                    epsilon=epsilon,
                    samples=profile.samples(name, profile.claims.rate_samples),
                    training=training,
                )
                for training in dict.fromkeys((None, trained.get(name)))
            ]
        if order > 2:
            wanted += [
                sampled_least_steps(
                    name,
                    profile.length,
                    "bernoulli",
                    "token_error_rate_gap",
                    target,
                    profile.samples(name, profile.claims.rate_samples),
                )
                for target in profile.claims.gap_targets
            ]
    return wanted


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """The largest gap over its bound, over all eps; and how the least N grows with 1 / gap."""
    judgements = []
    rates = longest(pick(rows, TwoPhaseRate, metric=GAP, estimator=PATH_BOUND))
    for (denoiser, name), group in rates.groupby(["denoiser", "language"], sort=False):
        language = str(name)
        bound = group["bound"] + _learning_error(rows, str(denoiser), language, group)
        worst = int((group["value"] / bound).argmax())
        line = group.iloc[worst]
        share = estimate(line, 1 / bound.iloc[worst], f"path bound at eps = {line['epsilon']:g}")
        source: DenoiserName = "exact" if denoiser == "oracle" else "trained"
        judgements += judged(source, language, SHARE_OF_BOUND, share, RATE)
    for name, language, group in _steps_to_gaps(rows):
        slope = growth_exponent(group.assign(reciprocal=1 / group["target"]), "reciprocal")
        order = catalogue.entry(language).parameters["order"]
        if slope is not None:
            less = Estimate(
                slope.value - order,
                slope.low - order,
                slope.high - order,
                slope.samples,
                slope.estimator,
            )
            judgements += judged("exact", language, name, less, TIGHT, decides=False)
    return judgements


def _learning_error(rows: pd.DataFrame, denoiser: str, language: str, rates: pd.DataFrame) -> float:
    """The mean learning error of a trained model, zero for the exact denoiser.

    The theorem's eps_learning bounds every conditional; the mean is smaller, so the test is harder.
    """
    if denoiser == "oracle":
        return 0.0
    measured = pick(
        rows,
        Training,
        language=language,
        length=int(rates["length"].iloc[0]),
        metric="conditional_divergence",
    )
    return float(measured["value"].iloc[0])


def _steps_to_gaps(rows: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """The statistic, and for each n-gram the least N to each TER gap, or to each path bound, at the
    longest length that has two of them."""
    kinds: tuple[tuple[type[Unit], str], ...] = (
        (LeastSteps, TIGHTNESS),
        (SampledLeastSteps, BOUND_TIGHTNESS),
    )
    for kind, name in kinds:
        steps = pick(rows, kind, metric=f"least_steps_{GAP}", reveal="bernoulli")
        steps = steps[steps["estimator"] != "collision law"]
        steps = steps[steps["language"].str.startswith("ngram")]
        several = steps.groupby(["language", "length"])["target"].transform("nunique") > 1
        for language, group in by_language(longest(steps[several])):
            yield name, language, group


claim = Claim(
    id="two-phase-rate",
    statement=(
        "For an n-gram language N = O((n-1)/eps^n) steps reach a TER gap of 4 eps log V plus the "
        "learning error; is this rate tight?"
    ),
    source="arXiv 2502.09622, Theorem 4.2 (recalled; our statement with explicit constants)",
    prediction=(
        "Under the two-phase schedule, a first step of eps and N = 1 + ceil((n-1)/eps^n) steps in "
        "all, the gap is below its bound; the universal bound says that N of order 1/gap suffices."
    ),
    rule=(
        f"Largest path bound on the gap over the bound of the theorem, which holds for it too: "
        f"{RATE}, which decides. Tightness, exponent of N in 1/gap less n, or in 1 / path bound: "
        f"{TIGHT}; it does not decide whether the rate holds. Version 2: path bounds were called "
        "gaps, and one exponent held both."
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            SHARE_OF_BOUND,
            "under the two-phase schedule the path bound stays below the bound on the TER gap",
            "under the two-phase schedule the path bound exceeds the bound on the TER gap",
            "{} of it",
        ),
        Phrase(
            TIGHTNESS,
            "the rate in N is tight",
            "the rate in N is not tight",
            "the exponent of N in 1/gap, less n, is {}",
        ),
        Phrase(
            BOUND_TIGHTNESS,
            "for the path bound the rate in N is tight",
            "for the path bound the rate in N is not tight",
            "the exponent of N in 1 / path bound, less n, is {}",
        ),
    ),
    version=2,
)
