"""Claim R1: tau-leaping needs steps linear in the length under uniform noise, fewer under masks."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Phrase, Test, judged
from theory.claims.linear_steps import SLOPE
from theory.claims.revision_to_divergence import units as calls_to_divergence
from theory.studies.kinds import CallsToDivergence
from theory.studies.kinds.calls_to_divergence import METRIC
from theory.studies.profiles import Profile
from theory.tables.evidence import by_language, pick
from theory.tables.statistics import growth_exponent

TARGET = 1.0  # bits a word
REVISED = ("uniform noise, cosine grid", "uniform noise, geometric grid")
MASKED = "fixed count"


def exponent(sampler: str) -> str:
    """The growth of the calls of a sampler that is beside the one of the claim."""
    return (
        f"growth exponent of least calls with L, KL <= {TARGET:g} bits, not tau-leaping: {sampler}"
    )


def units(profile: Profile) -> Sequence[Unit]:
    """Least calls to a divergence, which another claim has anyway."""
    return calls_to_divergence(profile)


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Exponents of other samplers, of which none has enough behind it to decide."""
    calls = pick(rows, CallsToDivergence, metric=METRIC, target=TARGET)
    judgements = []
    for sampler in (*REVISED, MASKED):
        for language, table in by_language(pick(calls, CallsToDivergence, reveal=sampler)):
            wide = table.assign(low=(table["low"] - 1).clip(lower=0.5))
            slope = growth_exponent(wide, "length")
            name, decides = exponent(sampler), sampler in REVISED
            judgements += judged("exact", language, name, slope, SLOPE, decides=decides)
    return [replace(test, enough=False) for test in judgements]


claim = Claim(
    id="tau-leaping-linear",
    statement=(
        "Under uniform noise tau-leaping needs steps in proportion to the length for KL <= eps, "
        "and no less will do; under masks a modified tau-leaping adapts to the dependence that is "
        "there, with fewer steps than length on hidden Markov models."
    ),
    source="arXiv 2602.15008, abstract, read without its proofs (our wording)",
    prediction=(
        "None that can be tested here. The bound is of path measures, and KL of the trajectories "
        "of uniform noise is indeed larger than that of masks and falls like 1/N for both; that of "
        "the last word alone, which is what a sampler is used for, falls like 1/N^2 under uniform "
        "noise (revised-divergence), so that ancestral sampling can need fewer steps than a bound "
        "by paths says. Neither speaks of tau-leaping."
    ),
    rule=(
        "Inconclusive whatever the rows say. The claim is about one algorithm, tau-leaping, which "
        "redraws tokens from rates that it holds fixed through a step and can leave a position "
        "twice; it is not built here, and a lower bound for it is neither met nor broken by "
        "another sampler. Its second half needs the modified tau-leaping. Beside it, without "
        f"weight: the exponent in L of least calls of ancestral sampling, KL of 1 bit: {SLOPE}, "
        "and of fixed count. Written when the rows of these exponents had been seen; they cannot "
        "move the verdict."
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        Phrase(
            exponent(sampler),
            f"tau-leaping needs steps linear in length beside {sampler.replace(',', ' on a')}",
            f"tau-leaping needs fewer steps than length beside {sampler.replace(',', ' on a')}",
            "exponent{s} of ancestral sampling {}",
        )
        for sampler in REVISED
    ),
)
