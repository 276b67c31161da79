"""Claim 1: near-optimal token error rate in a number of steps that does not grow with L."""

import math
from collections.abc import Sequence

import pandas as pd

from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from theory.claims.claim import Claim, Phrase, Test, judged
from theory.claims.rules import AtMost
from theory.studies.claim_units import GAP_TARGET, all_trained_units, growth_units, law_units
from theory.studies.profiles import Profile
from theory.tables.evidence import (
    above_own_level,
    by_language,
    crossings,
    estimate,
    least_steps_by_language,
    longest,
)
from theory.tables.statistics import growth_exponent

SLOPE = AtMost(0.25, 0.5)
SHARE = AtMost(1.0, 1.5)
EXPONENT = "growth exponent of least N with L, TER gap <= 0.05"
SHARE_OF_BOUND = "least N for a TER gap 0.05 above own level, over log V / 0.05"


def units(profile: Profile) -> Sequence[Unit]:
    """The chain's law, simulations of the other languages, and the trained curves."""
    growth = growth_units(profile.claims.growth, "bernoulli", "token_error_rate_gap", GAP_TARGET)
    return [*law_units(profile), *growth, *all_trained_units(profile)]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Exact: the exponent of the least N in L. Trained: the same where a language has models of
    several lengths, and N over what the universal bound needs at any length."""
    judgements = []
    for language, table in least_steps_by_language(rows, "token_error_rate_gap", GAP_TARGET):
        judgements += judged("exact", language, EXPONENT, growth_exponent(table, "length"), SLOPE)
    table = crossings(above_own_level(rows), GAP_TARGET)
    for language, own in by_language(table):
        slope = growth_exponent(own, "length")
        judgements += judged("trained", language, EXPONENT, slope, SLOPE)
    for _, line in longest(table).iterrows():
        most = math.log(catalogue.load(str(line["language"])).vocab_size) / GAP_TARGET
        share = estimate(line, 1 / most, "crossing over bound")
        judgements += judged("trained", line["language"], SHARE_OF_BOUND, share, SHARE)
    return judgements


claim = Claim(
    id="constant-steps-for-token-error",
    statement=(
        "Masked diffusion models reach near-optimal token error rate in a number of steps that "
        "does not grow with the sequence length."
    ),
    source="arXiv 2502.09622, abstract and Theorem 4.2 (recalled)",
    prediction=(
        "The least N at which the TER gap is at most 0.05 nats per token grows like L^0; by the "
        "one-constant law it is c / 0.05 for the exact denoiser on a Markov chain."
    ),
    rule=(
        f"Exponent of least N in L: {SLOPE}. Trained, at the longest length, N over log V / 0.05: "
        f"{SHARE}. All tests decide, one that fails refutes."
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            EXPONENT,
            "the steps to a TER gap of 0.05 do not grow with length",
            "the steps to a TER gap of 0.05 grow with length",
            "exponent{s} {}",
        ),
        Phrase(
            SHARE_OF_BOUND,
            "the log V / 0.05 steps of the universal bound are enough for a gap of 0.05 above the "
            "model's own level",
            "the log V / 0.05 steps of the universal bound are too few for a gap of 0.05 above the "
            "model's own level",
            "{} of them are needed",
        ),
    ),
)
