"""The numbers of README.md."""

import math
from collections.abc import Sequence

from synthetic.languages import catalogue
from synthetic.sampling import linear
from tests.prose import data, laws
from tests.prose.limited_data_hidden import hidden_needed
from tests.prose.page import Outside, Page, Passage
from tests.prose.revision import (
    CHAIN,
    COPY_PAIRS,
    SUMS,
    calls_of_masks,
    calls_to_divergence,
    least_steps,
    masked_network_error,
    masked_steps,
    network_error,
)
from tests.prose.revision_distance import COSINE, GEOMETRIC, MASKS, ZEROS, least
from tests.prose.revision_networks import BRACKETS
from theory import chain_sequence_error_rate

FAST = "uniform noise, fast geometric grid"


def _five_lines() -> list[float]:
    language = catalogue.load("ngram2-v8")
    return [chain_sequence_error_rate(language, length=64, schedule=linear(32)).value]


def _revision_calls() -> list[float]:
    return [calls_of_masks(512), *(least_steps(512, grid) for grid in ("cosine", "geometric"))]


def _trained() -> list[float]:
    """SER in 16 calls on both languages: low noise last, masks, and one training."""
    both = (CHAIN, COPY_PAIRS)
    return [
        max(network_error(one, 64, "geometric", 16, low=True) for one in both),
        *(masked_network_error(one, 64, 16) for one in both),
        *(network_error(one, 64, "geometric", 16, low=False) for one in both),
    ]


def _by_total_variation() -> list[float]:
    """Of the chain with zeros, L = 7."""
    return [least(ZEROS, sampler)[-1] for sampler in (MASKS, GEOMETRIC, COSINE)]


def _permutations() -> list[float]:
    """The bound on rounds, calls under revision, calls of the rule that samples first."""
    calls = [
        calls_to_divergence("permutations", 128, one, 0.1)[0]
        for one in (FAST, "sample then choose")
    ]
    return [128 * 2**-0.1, *calls]


def _limited_data() -> list[float]:
    statistic = "log of U_AR / U at equal least KL, against AR*"
    values: list[float] = []
    for size in (data.SMALL, data.LARGE):
        ratios = map(math.exp, data.statistic("data-potential", statistic, size))
        values += [*ratios, 1000 * round(size / 1000)]
    return values


def _orders() -> Sequence[float]:
    return data.statistic("data-any-order", "share of the gap of AR0 to diffusion", None)


def _unlimited_data() -> list[float]:
    arms = (data.DIFFUSION, data.DIFFUSION_FRESH, data.PLAIN)
    return [4096, *(data.new(arm, 4096, data.SMALL) for arm in arms)]


page = Page(
    "README.md",
    (
        Passage(
            "SER at most 1/2: N is {} at L = 8 and {} at L = 512",
            lambda: [masked_steps(8), masked_steps(512)],
        ),
        Passage(
            "TER within 0.05 nats per token of the optimum: N is {} or {} at every L up to {};",
            laws.gap_steps,
        ),
        Passage(
            "(NELBO) is not that low at N = {}, L = 64, and is at N = {}.", laws.path_bound_steps
        ),
        Passage("means of exact p(x) over {} words", lambda: [laws.gap_words()]),
        Passage("one constant of the language, c = {}, by which", lambda: [laws.constant()]),
        Passage(
            "exact SER at L = 512 differs from that by at most {} at N = 64, 128, 256 and 512",
            lambda: [laws.deviation(512)],
        ),
        Passage(
            "bisection makes no error in {} steps at L = 64", lambda: [laws.bisection_rounds(64)]
        ),
        Passage("schedule=linear(32)) # {}", _five_lines),
        Passage(
            "For SER 1/2 at L = 512 with the exact denoiser: masks {}, uniform noise {} on a "
            "cosine grid and {} on a geometric one whose last noise level is 0.01 / L",
            _revision_calls,
        ),
        Passage(
            "at L = 64 SER {} in 16 calls on a chain and on copy pairs, where trained masks have "
            "{} and {}; without it, {} and {}.",
            _trained,
        ),
        Passage(
            "{} for 0.1 bits at n = 128, where revised tokens take {}. A rule that samples first "
            "takes {}.",
            _permutations,
        ),
        Passage(
            "stopped in time needs {} times [{}, {}] its unique data on a chain over 8 symbols "
            "with {} parameters and {} times [{}, {}] with {},",
            _limited_data,
        ),
        Passage("on a hidden Markov model {} times [{}, {}], means over", hidden_needed),
        Passage(
            "not told the noise level keeps less: at L = 32, {} in 16 calls for {}.",
            lambda: [
                network_error(CHAIN, 32, "geometric", 16, low=True, told=told)
                for told in (False, True)
            ],
        ),
        Passage(
            "On nested brackets, L = 32, SER is {} in 12 calls and {} in 32 with masks",
            lambda: [
                network_error(BRACKETS, 32, "geometric", 12, low=True),
                masked_network_error(BRACKETS, 32, 32),
            ],
        ),
        Passage(
            "first do: at L = 64 SER {} in 16 calls, and {} with masks that learned the same way.",
            lambda: [
                network_error(SUMS, 64, "geometric", 16, low=True),
                masked_network_error(SUMS, 64, 16),
            ],
        ),
        Passage(
            "for 0.1 at L = 7 masks take {}, the geometric grid {} and the cosine one {}.",
            _by_total_variation,
        ),
        Passage("orders keeps {} [{}, {}] of it.", _orders),
        Passage(
            "Within {} updates the smaller one is short of training too: with unlimited "
            "data it is at {} nats, with its weight decay chosen for them at {}, where "
            "autoregression is at {}.",
            _unlimited_data,
        ),
    ),
    outside=(Outside("--metric ser --target {}", "an argument"),),
    least=31,
)
