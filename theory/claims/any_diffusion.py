"""Claim: correct sequences need steps in proportion to length under any noise, not masks alone."""

from collections.abc import Sequence

import pandas as pd

from synthetic.experiments.kinds import NoisyTrainedError
from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Phrase, Test, judged
from theory.claims.linear_steps import SLOPE
from theory.studies.claim_units import ERROR_TARGET, growth_units, law_units
from theory.studies.kinds import NoisyLeastSteps
from theory.studies.profiles import Profile
from theory.tables.evidence import (
    by_language,
    crossings,
    least_steps_by_language,
    noisy_curves,
    pick,
)
from theory.tables.statistics import growth_exponent

MASKED = "masks in random order"
REVISED = (
    "uniform noise, geometric grid",
    "uniform noise, cosine grid",
    "uniform noise, linear grid",
    "hybrid noise, geometric grid",
)


def exponent(sampler: str) -> str:
    """The name of the statistic for one sampler."""
    return f"growth exponent of least N with L, SER <= 0.5, {sampler}"


def units(profile: Profile) -> Sequence[Unit]:
    """Laws and searches for masks, and searches and networks under noise that revises tokens."""
    sizes = [*profile.claims.growth, *profile.claims.reasoning]
    masks = growth_units(sizes, "bernoulli", "sequence_error_rate", ERROR_TARGET)
    return [*law_units(profile), *masks, *profile.noise.searches(), *profile.noise.trained()]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """The exponent of the least N in L under each sampler; those that revise tokens decide."""
    judgements = []
    for language, table in least_steps_by_language(rows, "sequence_error_rate", ERROR_TARGET):
        slope = growth_exponent(table, "length")
        judgements += judged("exact", language, exponent(MASKED), slope, SLOPE, decides=False)
    for sampler in REVISED:
        wanted = {"metric": "least_steps_sequence_error_rate", "target": ERROR_TARGET}
        for language, table in by_language(pick(rows, NoisyLeastSteps, reveal=sampler, **wanted)):
            # N is a whole number, the least one above a crossing that may lie anywhere beyond N - 1
            slope = growth_exponent(table.assign(low=table["low"] - 1), "length")
            judgements += judged("exact", language, exponent(sampler), slope, SLOPE)
        curves = noisy_curves(rows, NoisyTrainedError, sampler)
        for language, group in by_language(crossings(curves, ERROR_TARGET)):
            slope = growth_exponent(group, "length")
            judgements += judged("trained", language, exponent(sampler), slope, SLOPE)
    return judgements


claim = Claim(
    id="linear-steps-for-any-diffusion",
    statement=(
        "For correct sequences the number of steps must grow linearly with the length for any "
        "diffusion language model."
    ),
    source="arXiv 2502.09622, abstract, read without its sampler (our wording, for a test)",
    prediction=(
        "The theorem is about masks revealed in random order. Uniform noise redraws every token at "
        "every step and can repair what one step got wrong, so that with the exact denoiser the "
        "least N for SER 1/2 should grow like sqrt(L) on the cosine grid, more slowly on a "
        "geometric one that ends at level 0.01 / L, and like L on the linear grid, whose last step "
        "is the coarsest."
    ),
    rule=(
        f"Exponent of least N in L: {SLOPE}, the margins of the claim about masks. Samplers that "
        "revise tokens decide, masks in random order stand beside them: one sampler and language "
        "that grows more slowly refutes the claim. The margins are those fixed earlier; that they "
        "apply here was written when some of the simulated values had been seen. Version 2: the "
        "steps of samplers that revise are few, and a least N stands for all numbers from N - 1 to "
        "N; before, whole numbers without an interval refuted it on single languages."
    ),
    units=units,
    tests=tests,
    version=2,
    phrases=tuple(
        Phrase(
            exponent(sampler),
            f"the steps to SER 1/2 grow in proportion to length under {sampler}",
            f"the steps to SER 1/2 grow more slowly than length under {sampler}",
            "exponent{s} {}",
        )
        for sampler in (MASKED, *REVISED)
    ),
)
