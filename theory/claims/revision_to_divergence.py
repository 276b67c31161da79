"""Claim: revising noise reaches a divergence of whole words in calls that grow slower than length.

On languages where one order has linear rounds as on those where a short order is known.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from synthetic.experiments.unit import Unit
from theory.claims.claim import Claim, Example, Phrase, Test, judged
from theory.claims.rules import AtMost
from theory.studies.kinds import CallsToDivergence
from theory.studies.kinds.calls_to_divergence import METRIC
from theory.studies.profiles import Profile
from theory.studies.revision_units import TARGETS
from theory.tables.evidence import by_language, pick
from theory.tables.rows import longest
from theory.tables.statistics import growth_exponent, ratio

SLOW = AtMost(0.4, 0.7)  # the margins of the claims about steps that grow with length
FEWER = AtMost(0.5, 1.0)  # those of the claims about calls beside another sampler's
SAMPLER = "uniform noise, geometric grid"
ORDERS = ("best order", "fixed count")


def exponent(sampler: str, target: float) -> str:
    """The name of the growth of one sampler's calls."""
    return f"growth exponent of least calls with L, KL <= {target:g} bits, {sampler}"


def beside(target: float) -> str:
    """The name of the calls beside the best order."""
    return f"calls over rounds of the best order, KL <= {target:g} bits, greatest L"


def units(profile: Profile) -> Sequence[Unit]:
    """Least calls of every family, size and sampler."""
    return [unit for study in profile.noise.revision for unit in study.units()]


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Exponents, of which those of uniform noise decide, and calls beside the best order."""
    judgements = []
    for target in TARGETS:
        calls = pick(rows, CallsToDivergence, metric=METRIC, target=target)
        for sampler in (SAMPLER, *ORDERS):
            for language, table in by_language(pick(calls, CallsToDivergence, reveal=sampler)):
                # a whole number stands for a crossing that may lie anywhere beyond N - 1
                wide = table.assign(low=(table["low"] - 1).clip(lower=0.5))
                slope = growth_exponent(wide, "length")
                name, decides = exponent(sampler, target), sampler == SAMPLER
                judgements += judged("exact", language, name, slope, SLOW, decides=decides)
        revised = pick(calls, CallsToDivergence, reveal=SAMPLER)
        for language, table in by_language(longest(revised)):
            length = table["length"].iloc[0]
            best = pick(
                calls, CallsToDivergence, reveal=ORDERS[0], language=language, length=length
            )
            if len(best):
                share = ratio(table.iloc[0], best.iloc[0], "calls over rounds")
                judgements += judged("exact", language, beside(target), share, FEWER, decides=False)
    return judgements


def _growing(
    target: float, language: str, low: float, value: float, high: float
) -> Sequence[Mapping[str, object]]:
    """Least calls of 8 at L = 16 and of 8 * 4^exponent at L = 64."""
    common: dict[str, object] = {"kind": CallsToDivergence.kind, "language": language}
    common |= {"metric": METRIC, "reveal": SAMPLER, "target": target}
    points = ((16, (0.0, 0.0, 0.0)), (64, (low, value, high)))
    # the claim lets each stand for what lies down to one below its lower end
    return [
        common
        | {"length": length, "low": 8 * 4 ** ends[0] + 1}
        | {"value": 8 * 4 ** ends[1], "high": 8 * 4 ** ends[2]}
        for length, ends in points
    ]


claim = Claim(
    id="revision-to-divergence",
    statement=(
        "With noise that revises tokens the calls to a fixed divergence of whole words grow more "
        "slowly than length, where every order needs rounds in proportion to it as where a short "
        "order is known."
    ),
    source="ours, beside 2608.25505",
    prediction=(
        "Permutations and one-hot blocks: proportional to log n in the limit of fast grids "
        "(permutations-revised, one-hot-revised), against n 2^-eps rounds of every policy that "
        "chooses before it samples on permutations (permutation-rounds-random). Copy pairs: log L, "
        "where two rounds in the right order are exact. Balanced words and the walk have no "
        "theorem: one count and one long memory, which coarse noise has to settle before fine "
        "noise is any use; they can refute it."
    ),
    rule=(
        f"Exponent in L of the least calls on the geometric grid that ends at 0.01 / L, exact "
        f"denoiser, KL of 1 and of 0.1 bits a word: {SLOW}, the margins of the claims about steps, "
        "a whole N standing for all numbers from N - 1 to N. All families decide; where the KL is "
        "known from below alone (long walks) nothing does. Beside it, deciding nothing, the same "
        f"of the best order and of fixed count, and calls over rounds of the best order: {FEWER}. "
        "Fixed before its rows; some values for words of up to 16 tokens had been seen."
    ),
    units=units,
    tests=tests,
    phrases=tuple(
        Phrase(
            exponent(SAMPLER, target),
            f"calls to {said} grow more slowly than length where tokens are revised",
            f"calls to {said} grow in proportion to length where tokens are revised",
            "exponent{s} {}",
        )
        for target, said in zip(TARGETS, ("1 bit", "0.1 bits"), strict=True)
    ),
    examples=tuple(
        Example("exact", exponent(SAMPLER, target), SLOW, partial(_growing, target))
        for target in TARGETS
    ),
)
