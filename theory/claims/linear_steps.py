"""Claim 4: correct sequences need steps in proportion to their length."""

from collections.abc import Sequence

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Phrase, Test, judged, of_catalogue
from theory.claims.rules import AtLeast
from theory.studies.claim_units import ERROR_TARGET, all_trained_units, growth_units, law_units
from theory.studies.kinds import ChainError
from theory.studies.profiles import Profile
from theory.tables.evidence import (
    by_language,
    crossings,
    estimate,
    least_steps_by_language,
    pick,
    trained_curves,
)
from theory.tables.formal_rows import formal_exponents
from theory.tables.rows import longest
from theory.tables.statistics import growth_exponent

SLOPE = AtLeast(0.7, 0.4)
NEEDED = AtLeast(0.5, 0.0)
IN_ONE_STEP = "SER in one step, exact law"
WORST_CASE = "copy-pairs"  # the languages of the theorem
OTHER_REVEALS = ("fixed count", "least entropy", "bisection")
FORMAL = "growth exponent of least N with L, SER <= 0.5, bernoulli, languages of the catalogue"


def exponent(reveal: str) -> str:
    """The name of the statistic for one reveal."""
    return f"growth exponent of least N with L, SER <= 0.5, {reveal}"


def units(profile: Profile) -> Sequence[Unit]:
    """The chain's law, simulations for every language and reveal, and the trained curves."""
    once = [
        unit for unit in profile.laws.units() if isinstance(unit, ChainError) and unit.steps == 1
    ]
    wanted = [*law_units(profile), *once, *all_trained_units(profile)]
    sizes = [*profile.claims.growth, *profile.claims.reasoning]
    wanted += growth_units(sizes, "bernoulli", "sequence_error_rate", ERROR_TARGET)
    for reveal in OTHER_REVEALS:
        wanted += growth_units(
            profile.claims.other_reveals, reveal, "sequence_error_rate", ERROR_TARGET
        )
    return [*wanted, *profile.formal.units()]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """The exponent of the least N in L for each language and reveal; that of copy pairs under
    Bernoulli reveal decides."""
    judgements = []
    for reveal in ("bernoulli", *OTHER_REVEALS):
        for language, table in least_steps_by_language(
            rows, "sequence_error_rate", ERROR_TARGET, reveal
        ):
            slope = growth_exponent(table, "length")
            decides = _decides(language, reveal)
            judgements += judged("exact", language, exponent(reveal), slope, SLOPE, decides=decides)
    for reveal in ("bernoulli", "fixed count"):
        table = crossings(trained_curves(rows, "sequence_error_rate", reveal), ERROR_TARGET)
        for language, group in by_language(table):
            slope = growth_exponent(group, "length")
            decides = _decides(language, reveal)
            judgements += judged(
                "trained", language, exponent(reveal), slope, SLOPE, decides=decides
            )
    for language, group in by_language(
        pick(rows, ChainError, metric="sequence_error_rate", steps=1)
    ):
        once = estimate(longest(group).iloc[0])
        judgements += judged("exact", language, IN_ONE_STEP, once, NEEDED, decides=False)
    formal = formal_exponents(rows, "sequence_error_rate", ERROR_TARGET)
    judgements += of_catalogue(FORMAL, formal, SLOPE)
    return judgements


def _decides(language: str, reveal: str) -> bool:
    return reveal == "bernoulli" and language.startswith(WORST_CASE)


claim = Claim(
    id="linear-steps-for-sequence-error",
    statement=(
        "For correct sequences the number of denoising steps must grow linearly with the length "
        "in the worst case."
    ),
    source="arXiv 2502.09622, abstract and Theorem 4.4 (recalled)",
    prediction=(
        "The least N at which SER is at most 1/2 grows like L under Bernoulli reveal: by the "
        "collision law it is c L / log 2 on a Markov chain with zeros, by Theorem 4.4 0.676 L on "
        "copy pairs. Bisection needs about log2 L rounds on a chain of order 2."
    ),
    rule=(
        f"Exponent of least N in L: {SLOPE}. The claim is about the worst case: copy pairs, the "
        "language of the theorem, under Bernoulli reveal, its sampler, decide. Other languages "
        "say for which ordinary ones it holds, of a chain without zeros by its SER in one step: "
        f"{NEEDED}; other reveals how far it reaches. Languages of the catalogue, simulated at N = "
        "1, 2, 4, .. and up to three lengths, were added after the first rows. Version 2: all "
        "languages decided, though one is enough for a worst case and none refutes it."
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            exponent("bernoulli"),
            "the steps to SER 1/2 grow in proportion to length under Bernoulli reveal",
            "the steps to SER 1/2 grow more slowly than length under Bernoulli reveal",
            "exponent{s} {}",
        ),
        Phrase(
            FORMAL,
            "at a few N the steps to SER 1/2 grow in proportion to length",
            "at a few N the steps to SER 1/2 grow more slowly than length",
            "exponent{s} {}",
        ),
        Phrase(
            IN_ONE_STEP,
            "one step makes impossible sequences of a chain",
            "one step makes no impossible sequence where the language has none",
            "SER {}",
        ),
        Phrase(
            exponent("bisection"),
            "bisection takes steps in proportion to length",
            "bisection takes fewer steps than in proportion to length",
            "exponent{s} {}",
        ),
    ),
    version=3,
)
