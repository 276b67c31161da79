"""The numbers of docs/revisable_tokens.md."""

import math

from synthetic.languages import catalogue
from tests.prose import (
    revision_distance,
    revision_grids,
    revision_growth,
    revision_networks,
    revision_orders,
    revision_powers,
)
from tests.prose.page import Outside, Page, Passage
from tests.prose.revision import CHAIN
from theory.laws import repair_constant
from theory.tables.noise_rows import masked_calls


def _copy_pairs() -> list[float]:
    """V = 16, L = 16,384: SER in 19 steps of ever faster grids; calls of masks for SER 1/2."""
    unequal, pairs = 15 / 16, 8192
    rate = 1 - (1 - unequal * 2.0**-18) ** pairs
    steps = math.ceil(unequal / (1 - 0.5 ** (1 / pairs)))
    return [rate, masked_calls(2 * pairs, steps)]


SETTING, MARGIN = "a setting", "a margin that values are compared with"

page = Page(
    "docs/revisable_tokens.md",
    (
        Passage(
            "{} for `ngram2-v8` in the limit of long words.",
            lambda: [repair_constant(catalogue.load(CHAIN)).value],
        ),
        Passage(
            "has SER {} in 19 calls, where masks in random order take {} calls for SER 1/2;",
            _copy_pairs,
        ),
        *revision_powers.SECTION,
        *revision_growth.SECTION,
        *revision_distance.SECTION,
        *revision_networks.SECTION,
        *revision_orders.SECTIONS,
        *revision_grids.SECTION,
    ),
    outside=(
        Outside(
            "SER at $N = 8$ and 16 is {} and {} for $n = 8$, {} and {} for $n = 16$, {} and {} for "
            "$n = 32$ (2,000 samples each).",
            "simulated beside the rows",
        ),
        Outside(
            "With that network at levels above .2 alone, or from .02 to .2 alone, and the exact "
            "denoiser elsewhere, SER is {} and {} at 24 calls (600 words, beside the rows): later "
            "steps repair what learning error spoils, as they repair collisions. With the network "
            "below .02 alone it is {}.",
            "a network that is exact at some levels is no unit of work",
        ),
        Outside("the hybrid has a uniform share of {}.", SETTING),
        Outside("stays at {} nats at level .18 on running sums", "rows of an earlier profile"),
        Outside("levels up to {}, growing to all", SETTING),
        Outside("end at {} nats at level .56 and {} at .18", "a training beside the rows"),
        Outside("and has a floor above {}; with", MARGIN),
        Outside("where that of the chain is below {}, and no", MARGIN),
        Outside("(exponent of the calls in $L$ at most {}, on all families)", MARGIN),
        Outside("One word of probability {} and one far from it of {}:", SETTING),
        Outside(
            "bits with probabilities {} and {}, exact (`counted_bits_noise_law`); KL, and in "
            "brackets what is left of the {}:",
            SETTING,
        ),
        Outside("One of 256 words of 8 bits has {}, the others", SETTING),
    ),
    least=961,
)
