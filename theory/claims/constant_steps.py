"""Claim 1: near-optimal token error rate in a number of steps that does not grow with L."""

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from theory.claims.claim import Claim, DenoiserName, Phrase, Test, judged, of_catalogue
from theory.claims.rules import AtMost
from theory.studies.claim_units import GAP_TARGET, all_trained_units, growth_units, law_units
from theory.studies.profiles import Profile
from theory.tables.evidence import (
    GAP,
    PATH_BOUND,
    above_own_level,
    by_language,
    crossings,
    estimate,
    least_steps_by_language,
)
from theory.tables.formal_rows import formal_exponents
from theory.tables.rows import longest
from theory.tables.statistics import growth_exponent

SLOPE = AtMost(0.25, 0.5)
SHARE = AtMost(1.0, 1.5)
EXPONENT = "growth exponent of least N with L, TER gap <= 0.05"
BOUND_EXPONENT = "growth exponent of least N with L, path bound on the TER gap <= 0.05"
FORMAL_EXPONENT = f"{BOUND_EXPONENT}, languages of the catalogue"
SHARE_OF_BOUND = "least N for a path bound 0.05 above own level, over log V / 0.05"


def units(profile: Profile) -> Sequence[Unit]:
    """The chain's law, simulations of the other languages, and the trained curves."""
    growth = growth_units(profile.claims.growth, "bernoulli", "token_error_rate_gap", GAP_TARGET)
    trained = all_trained_units(profile)
    return [*law_units(profile), *growth, *trained, *profile.formal.units()]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Exact: the exponent of the least N in L, that of the gap itself where it has a law or a
    closed form. Trained: the exponent of its path bound where a language has models of several
    lengths, and N over what the universal bound needs at any length."""
    judgements = []
    for language, table in least_steps_by_language(rows, GAP, GAP_TARGET):
        judgements += judged("exact", language, EXPONENT, growth_exponent(table, "length"), SLOPE)
    bounds = least_steps_by_language(rows, PATH_BOUND, GAP_TARGET)
    table = crossings(above_own_level(rows), GAP_TARGET)
    sides: tuple[tuple[DenoiserName, Iterable[tuple[str, pd.DataFrame]]], ...] = (
        ("exact", bounds),
        ("trained", by_language(table)),
    )
    for denoiser, tables in sides:
        for language, group in tables:
            slope = growth_exponent(group, "length")
            judgements += judged(denoiser, language, BOUND_EXPONENT, slope, SLOPE, decides=False)
    judgements += of_catalogue(FORMAL_EXPONENT, formal_exponents(rows, GAP, GAP_TARGET), SLOPE)
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
    version=2,
    prediction=(
        "The least N at which the TER gap is at most 0.05 nats per token grows like L^0; by the "
        "one-constant law it is c / 0.05 for the exact denoiser on a Markov chain."
    ),
    rule=(
        f"Exponent of least N in L, TER gap by an exact law or a closed form: {SLOPE}. Trained, at "
        "the longest length, N for the path bound over log V / 0.05, which bounds it too: "
        f"{SHARE}. These decide, one that fails refutes. Exponents of the path bound are shown: it "
        "lies above the gap, so that one that does not grow is enough, and one that grows refutes "
        "nothing. Version 2: path bounds stood for gaps and decided. The languages of the "
        "catalogue, simulated at N = 1, 2, 4, .. and up to three lengths, were added after the "
        "first rows."
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
        *(
            Phrase(
                name,
                f"{simulated}the steps to a path bound of 0.05 do not grow with length",
                f"{simulated}the steps to a path bound of 0.05 grow with length",
                "exponent{s} {}",
            )
            for name, simulated in ((BOUND_EXPONENT, ""), (FORMAL_EXPONENT, "at a few N "))
        ),
        Phrase(
            SHARE_OF_BOUND,
            "the log V / 0.05 steps of the universal bound are enough for a path bound of 0.05 "
            "above the model's own level",
            "the log V / 0.05 steps of the universal bound are too few for a path bound of 0.05 "
            "above the model's own level",
            "{} of them are needed",
        ),
    ),
)
