"""The numbers of docs/results.md."""

from synthetic.languages import catalogue
from tests.prose import laws, trained_models
from tests.prose.formal import depth_correlation, depth_languages
from tests.prose.page import Item, Outside, OutsideTable, Page, Passage
from tests.prose.results_claims import CHANGED
from tests.prose.revision import (
    CHAIN,
    COPY_PAIRS,
    ERROR,
    calls_of_masks,
    growth_of,
    least_of,
    least_samples,
    least_steps,
    masked_network_error,
    network_error,
    share_of_masks,
)
from tests.prose.rows import chosen, ends, number, row, statistic
from theory.report.verdict_table import HEADER
from theory.studies.noise_units import OTHERS

GEOMETRIC = "growth exponent of least N with L, SER <= 0.5, uniform noise, geometric grid"


def _impossible() -> list[float]:
    """Percent of impossible sequences of the exact denoiser at N = 32, 64 and 256."""
    wanted = {"language": CHAIN, "reveal": "bernoulli", "metric": ERROR, "length": 64}
    return [100 * number("oracle error", steps=steps, **wanted) for steps in (32, 64, 256)]


def _gap_steps() -> list[float]:
    rows = chosen("least steps law", metric="least_steps_token_error_rate_gap", target=0.05)
    rows = rows[(rows["estimator"] != "collision law") & (rows["length"] == 64)]
    return [*rows["value"], laws.gap_words()]


def _one_token_a_step() -> list[float]:
    wanted = {"language": CHAIN, "reveal": "fixed count", "steps": 64, "length": 64}
    exact = row("oracle error", metric=ERROR, **wanted)
    trained = row("trained error", metric=ERROR, **wanted)
    assert exact["value"] == 0
    return [exact["samples"], 100 * trained["value"], trained["samples"]]


def _other_languages() -> list[float]:
    """Least N at the longest words of five languages, exponents, and masked steps over L."""
    last = {language: max(lengths) for language, lengths in OTHERS.items()}
    calls = [least_steps(length, "geometric", language=one) for one, length in last.items()]
    claim = "linear-steps-for-any-diffusion"
    slopes = [statistic(claim, GEOMETRIC, one, "exact") for one in OTHERS]
    masks = [least_of(one, length) / length for one, length in last.items()]
    top = max(test.high for test in slopes)
    return [
        min(calls),
        max(calls),
        min(last.values()),
        max(last.values()),
        *ends(slopes),
        top,
        min(masks),
        max(masks),
    ]


def _trained_revision() -> list[float]:
    return [
        network_error(CHAIN, 32, "geometric", 32, low=False),
        masked_network_error(CHAIN, 32, 32),
        network_error(CHAIN, 32, "geometric", 32, low=True),
        *(
            end
            for name in (f"{CHAIN}, L = 32", f"{CHAIN}, L = 64", COPY_PAIRS)
            for end in share_of_masks(name)
        ),
    ]


ABOVE: tuple[Item, ...] = (
    Passage(
        "within 0.05 nats per token of the optimum at N = 32, where it is {}, and not at N = 16 "
        "({}); the TER itself is within 0.05 at N = {}, by exact p(x) of {} words.",
        lambda: [laws.path_bound(32), laws.path_bound(16), *_gap_steps()],
    ),
    Passage(
        "At N = 32 the sampler still makes {}% impossible sequences, {}% at N = 64 and {}% at N = "
        "256.",
        _impossible,
    ),
    Passage(
        "at N = L made no error in {} samples: what counts is not the number of steps alone but "
        "which tokens share one. The trained masked diffusion model (orange) makes {}% impossible "
        "sequences at one token a step ({} samples)",
        _one_token_a_step,
    ),
    Passage(
        "ends at 0.01/L it takes {} calls for SER 1/2 at L = 512, where masks take {}.",
        lambda: [least_steps(512, "geometric"), calls_of_masks(512)],
    ),
    Passage(
        "the linear one grows with exponent {}, and takes more calls than they do for SER 0.1",
        lambda: growth_of("linear")[:1],
    ),
    Passage(
        "({} words at short lengths, {} at L = 512)",
        lambda: [least_samples(8), least_samples(512)],
    ),
    Passage(
        "the geometric grid takes {} to {} calls at L = {} to {} (exponents {} to {}, none above "
        "{} if N is known to a whole number only), masks {} to {} L steps.",
        _other_languages,
    ),
    Passage(
        "has a floor (SER {} in 32 calls at L = 32, trained masks {}), one trained on at low "
        "noise has none of that size ({}), and reaches SER 0.1 in {} [{}, {}] of the calls of "
        "masks, at L = 64 in {} [{}, {}] and on copy pairs in {} [{}, {}];",
        _trained_revision,
    ),
    Passage("All {} languages of the catalogue at L = 32", lambda: [len(catalogue.ENTRIES)]),
    Passage(
        "on {} languages of at most {} tokens",
        lambda: depth_languages()[:2],
    ),
    Passage(
        "rank correlation {} among the {} of at most {} tokens.",
        lambda: [depth_correlation("best order"), *depth_languages()[2:]],
    ),
    Passage("one constant of the language, c = {}, gives both", lambda: [laws.constant()]),
)


page = Page(
    "docs/results.md",
    (*ABOVE, *trained_models.ITEMS, *CHANGED),
    outside=(
        *trained_models.OUTSIDE,
        Outside("and {} of the calls counted as no advantage |", "a verdict before"),
        Outside("probability {}% at most, if both tails are equal", "the level of intervals"),
        Outside("supports it has probability {}% at most, whatever k", "the same"),
        Outside("at most k x {}% / m however", "the same"),
        OutsideTable(HEADER, "written from the ledger, and compared with it by a test of its own"),
        Outside("error rates of {} or more on both sides", "the margin of a rule"),
    ),
    least=100,
)
