"""Families of languages at a length, with reveal probabilities where a theorem needs them."""

import itertools
import math
from itertools import pairwise

from theory.bounds.curves.growth_complexity_limit import BestSchedule
from theory.bounds.curves.log_odds_blocks import OddsBlocks
from theory.bounds.curves.log_odds_step import RevealStep
from theory.bounds.curves.monotone_curve import RevealedMore
from theory.bounds.curves.odds_ratio_schedule import OddsSchedule, log_odds
from theory.bounds.curves.total_correlation_sum import LanguageAtLength
from theory.bounds.theorem import Family
from theory.tightness.generated import Cases
from theory.tightness.languages import WORDS, at_lengths, repeated_bit

ENDS = (0.01, 0.1, 0.5, 0.9, 0.99)
BLOCKS = ((0.1, 0.9), (0.05, 0.3, 0.95), (0.01, 0.5, 0.99))


def _languages() -> Cases:
    for name, language, length in at_lengths():
        yield name, LanguageAtLength(language, length)


def _fractions() -> Cases:
    for name, language, length in at_lengths():
        for start, end in itertools.combinations((0.0, *ENDS, 1.0), 2):
            yield f"{name}, r={start}..{end}", RevealedMore(language, length, start, end)


def _inner_steps() -> Cases:
    for name, language, length in at_lengths():
        for start, end in itertools.combinations(ENDS, 2):
            yield f"{name}, t={start}..{end}", RevealStep(language, length, start, end)


def _steps() -> Cases:
    yield from _inner_steps()
    for name, language, length in at_lengths():
        for start in ENDS:
            yield f"{name}, t={start}..1", RevealStep(language, length, start, 1.0)


def _schedules() -> Cases:
    for name, language, length in at_lengths():
        for first, last in ((0.05, 0.95), (0.2, 0.8), (0.01, 0.99)):
            for steps in (1, 4, 16):
                case = OddsSchedule(language, length, first, last, steps)
                yield f"{name}, t={first}..{last}, N={steps}", case


def _blocks() -> Cases:
    for name, language, length in at_lengths():
        for ends in BLOCKS:
            spans = sum(log_odds(after) - log_odds(before) for before, after in pairwise(ends))
            least = math.ceil(2 * (len(ends) - 1 + spans) + 1e-9)
            for steps in (least, 4 * least):
                case = OddsBlocks(language, length, ends, steps)
                yield f"{name}, t={ends}, N={steps}", case


def _best() -> Cases:
    for steps in (4, 8, 16, 32, 64, 128):
        yield f"N={steps}", BestSchedule(repeated_bit(), 6, steps)


AT_LENGTH = Family(f"{WORDS} at L = 2, 3, 4", _languages)
FRACTIONS = "from one to another of 0.01, 0.1, 0.5, 0.9, 0.99"

FAMILIES = {
    "total-correlation-sum": AT_LENGTH,
    "dual-total-correlation-sum": AT_LENGTH,
    "cardinality-growth": AT_LENGTH,
    "monotone-curve": Family(f"{AT_LENGTH.words}; {FRACTIONS}, and 0 and 1", _fractions),
    "log-odds-step": Family(f"{AT_LENGTH.words}; {FRACTIONS}, and on to 1", _steps),
    "odds-ratio-step": Family(f"{AT_LENGTH.words}; {FRACTIONS}", _inner_steps),
    "odds-ratio-schedule": Family(
        f"{AT_LENGTH.words}; between 0.05, 0.2, 0.01 and the same from 1; N = 1, 4, 16", _schedules
    ),
    "log-odds-blocks": Family(
        f"{AT_LENGTH.words}; three lists of blocks; the fewest steps and four times as many",
        _blocks,
    ),
    "growth-complexity-limit": Family("a repeated bit, L = 6, N = 4, 8, .., 128", _best),
}
