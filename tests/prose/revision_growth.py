"""The numbers of docs/revisable_tokens.md, section 8: growth with length."""

from collections.abc import Sequence

from tests.prose.page import Item, Passage, Table
from tests.prose.revision import (
    calls_of_masks,
    growth_of,
    least_of,
    least_samples,
    least_steps,
    least_table,
    masked_steps,
)
from tests.prose.rows import chosen, interval, of, statistic
from theory.studies.noise_units import LENGTHS

BOTH = "revision-by-both-metrics"
AUTOREGRESSION = "calls to SER <= 0.1 over those of autoregression"
STEPS = "growth exponent of least N with L, SER <= 0.5, "
SAMPLERS = {
    "masks in random order": "masks",
    "uniform, cosine": "cosine",
    "uniform, linear": "linear",
    "uniform, geometric": "geometric",
    "hybrid, geometric": "hybrid noise, geometric grid",
}


def _chain(labels: tuple[str, ...], column: int) -> Sequence[float]:
    sampler = SAMPLERS[labels[0]]
    if column == len(LENGTHS):
        return growth_of(sampler)
    return (float(least_table(sampler, 0.5).set_index("length")["steps"][LENGTHS[column]]),)


def _others(labels: tuple[str, ...], column: int) -> Sequence[float]:
    language, *lengths = labels[0].split(", ")
    grid, target = ((), ("cosine", 0.5), ("geometric", 0.5), ("geometric", 0.1))[column] or ("", 0)
    if not grid:
        return [least_of(language, int(length)) for length in lengths]
    return [least_steps(int(length), grid, target, language) for length in lengths]


def _other_samples() -> list[float]:
    """Words at each N: at the shorter lengths the least and the most, and at L = 128."""
    rows = chosen("noisy least steps")
    rows = rows[rows["language"] != "ngram2-v8"]
    shorter = rows["samples"][rows["length"] < 128]
    longest = rows["samples"][rows["length"] == 128]
    assert longest.nunique() == 1
    return [shorter.min(), shorter.max(), longest.iloc[0]]


def _exponents() -> list[float]:
    """Of masks the least and greatest of six languages, of the geometric grid those of the five
    others, and the upper ends of two."""
    claim = "linear-steps-for-any-diffusion"
    geometric = {test.language: test for test in of(claim, f"{STEPS}uniform noise, geometric grid")}
    masks = [
        statistic(claim, f"{STEPS}masks in random order", one, "exact").value for one in geometric
    ]
    values = [test.value for test in geometric.values()]
    ends = [geometric[one].high for one in ("running-sum-8", "copy-pairs-16")]
    assert [
        min(test.high for test in geometric.values()),
        max(test.high for test in geometric.values()),
    ] == ends
    return [min(masks), max(masks), min(values), max(values), *ends]


def _autoregression() -> list[float]:
    exact = [test.value for test in of(BOTH, AUTOREGRESSION)]
    trained = [
        statistic(BOTH, AUTOREGRESSION, one, "trained")
        for one in ("ngram2-v8", "copy-pairs-16", "running-sum-8")
    ]
    return [min(exact), max(exact), *(end for test in trained for end in interval(test))]


def _tenth() -> list[float]:
    return [least_steps(length, "geometric", 0.1) for length in LENGTHS]


SECTION: tuple[Item, ...] = (
    Passage(
        "simulation ({} words at $L \\le 64$, down to {} at $L = 512$)",
        lambda: [least_samples(64), least_samples(512)],
    ),
    Passage(
        "masks need fewer calls than steps, {} in {} steps at $L = 512$",
        lambda: [calls_of_masks(512), masked_steps(512)],
    ),
    Table("| $L$ | 8 | 16 | 32 | 64 | 128 |", _chain),
    Passage("For SER .1 the geometric grid takes {}, {}, {}, {}, {}, {}, {} calls", _tenth),
    Passage("over these lengths (SER .1: {} [{}, {}]).", lambda: growth_of("cosine", 0.1)),
    Passage(
        "The linear grid has {} and, for SER .1 up to $L = 128$, {} [{}, {}]:",
        lambda: [growth_of("linear")[0], *growth_of("linear", 0.1)],
    ),
    Passage("least $N$ for SER 1/2 and .1 ({} to {} words, {} at $L = 128$)", _other_samples),
    Table("| language, $L$ | masks, 1/2 |", _others),
    Passage(
        "(exponents {} to {}) and the geometric grid adds about one call for each doubling "
        "(exponents {} to {}). So few calls are known to a whole number only: if each $N$ stands "
        "for all that lies from $N - 1$ to $N$, the exponents end at {} (running sum) to {} (copy "
        "pairs)",
        _exponents,
    ),
    Passage(
        "{} to {} of the calls of autoregression at SER .1 at the greatest length, {} [{}, {}] "
        "(chain), {} [{}, {}] (copy pairs) and {} [{}, {}] (running sums)",
        _autoregression,
    ),
)
