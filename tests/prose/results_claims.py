"""The numbers of docs/results.md on claims whose rules changed."""

from collections.abc import Callable
from statistics import median

from tests.prose import laws
from tests.prose.page import Item, Passage
from tests.prose.rows import chosen, ends, interval, number, of, ranges
from theory.laws.policies.copy_pairs_bernoulli import copy_pairs_least_steps

SLOPE = "growth exponent of least N with L, "
BERNOULLI = f"{SLOPE}SER <= 0.5, bernoulli, languages of the catalogue"
PATH = "path bound on the TER gap <= 0.05"
OF_CATALOGUE = ", languages of the catalogue"
FALL = "SER at 4L steps over SER at L steps, uniform schedule, languages of the catalogue"
COSTS = "efficiency-advantage"


def _learned() -> list[float]:
    """Trained models, those that have learned SER 0.1, and 1/2."""
    both = [
        of(COSTS, f"calls over autoregressive at SER <= {end}", "trained") for end in (0.1, 0.5)
    ]
    return [len(both[0]), *(sum(test.learned for test in tests) for tests in both)]


def _falls() -> list[float]:
    deciding = [test for test in of("sequence-error-vanishes", FALL) if test.decides]
    return [*ends(deciding), median(test.value for test in deciding), len(deciding)]


def _growth() -> list[float]:
    every = of("linear-steps-for-sequence-error", BERNOULLI)
    grow = [test for test in every if test.verdict == "supported"]
    still = [test for test in every if test.verdict == "refuted"]
    return [len(grow), len(every), *ends(grow), median(test.value for test in grow), len(still)]


def _path_growth() -> list[float]:
    every = of("constant-steps-for-token-error", f"{SLOPE}{PATH}{OF_CATALOGUE}")
    still = [test for test in every if test.verdict == "supported"]
    assert not [test for test in every if test.verdict == "refuted"]
    values = {test.language: test.value for test in every}
    most = sorted(values.values())[-2:]
    assert most == [values["tomita-7"], values["walks-7"]]
    return [len(still), max(test.value for test in still), *reversed(most)]


def _calls() -> list[float]:
    path, half, tenth = (
        of(COSTS, f"calls over autoregressive at {what}{OF_CATALOGUE}")
        for what in (PATH, "SER <= 0.5", "SER <= 0.1")
    )
    return [
        sum(test.high <= 0.5 for test in path),
        len(path),
        median(test.value for test in path),
        sum(test.high <= 0.9 for test in half),
        sum(test.verdict == "inconclusive" for test in tenth),
        len(tenth),
    ]


def _remaining() -> list[float]:
    name = "growth exponent of calls that remain with L, SER <= 0.5, languages of the catalogue"
    every = of("caching-does-not-rescue", name)
    return [sum(test.verdict == "supported" for test in every), len(every)]


def _least_to_gap() -> list[float]:
    """Least N on the chain, and on copy pairs at every length, the last one, and path bounds."""
    lengths = (16, 32, 64, 128)
    steps = {copy_pairs_least_steps(16, length, 0.05) for length in lengths}
    assert len(steps) == 1
    bounds = chosen("sampled least steps", metric="least_steps_token_error_rate_gap", target=0.05)
    languages = bounds["language"].nunique()
    return [
        *laws.gap_steps()[:2],
        *steps,
        laws.gap_steps()[2],
        languages,
        bounds["value"].min(),
        bounds["value"].max(),
    ]


def _costs() -> list[float]:
    exact = [
        f"calls over autoregressive at {what}"
        for what in ("TER gap <= 0.05", "SER <= 0.1", "SER <= 0.5")
    ]
    return [
        *ranges(COSTS, *exact),
        *ranges(COSTS, "calls over autoregressive at SER <= 0.5", denoiser="trained"),
        *ranges(COSTS, f"FLOPs over autoregressive at {PATH}", denoiser="trained"),
    ]


def _seconds() -> list[float]:
    every = of(COSTS, f"seconds over autoregressive at {PATH}", "trained")
    surely = [test for test in every if test.verdict == "refuted"]
    assert len(surely) == 1
    return [len(every), *interval(surely[0]), len(every) - 1]


def _by_chance() -> list[float]:
    """The error of the prompted answers of one model at 4L steps, and that of chance."""
    wanted = {"language": "running-sum-8", "prompted": True, "steps": 256}
    error = number("trained reasoning", metric="answer_error_rate", **wanted)
    return [error, 1 - 1 / 8]


def _differences() -> list[float]:
    """By how much exponents by SER are greater than by the gap, and by the path bound."""
    names = [f"{SLOPE}by SER less by {what}" for what in ("TER gap", "path bound on the TER gap")]
    return [
        number
        for name in names
        for number in (len(of("metric-decides", name)), *ranges("metric-decides", name))
    ]


def counted(
    claim: str, name: str, verdict: str, denoiser: str = "trained"
) -> Callable[[], list[float]]:
    """How many tests have a verdict, and how many there are."""
    return lambda: [len(of(claim, name, denoiser, verdict)), len(of(claim, name, denoiser))]


CHANGED: tuple[Item, ...] = (
    Passage("of {} trained models {} have learned SER 0.1, {} SER 1/2", _learned),
    Passage(
        "More steps lower SER at 4L steps to {} to {} (median {}) of that at L on the {} languages",
        _falls,
    ),
    Passage(
        "in proportion to length on {} of {} languages (exponents {} to {}, median {}); not on {} "
        "that have full support",
        _growth,
    ),
    Passage(
        "Steps to a path bound of 0.05 do not grow on {} (up to {}), none grows for sure: walks-7 "
        "({}) and tomita-7 ({}) come nearest.",
        _path_growth,
    ),
    Passage(
        "Calls at a path bound of 0.05 are at most half of L on {} of {} for sure (median {} of "
        "all), those at SER 1/2 at most 0.9 L on {}, permutations being the exception, where 0.9 "
        "is the margin for an advantage that is left; at SER 0.1 {} of {} are open.",
        _calls,
    ),
    Passage("the calls to SER 1/2 grow in proportion to length on {} of {}.", _remaining),
    Passage(
        "N = {} or {} on ngram2-v8, by exact p(x), and N = {} on copy pairs, by their closed form, "
        "at every L to {}. Path bounds, {} languages with {} to {} steps, are shown",
        _least_to_gap,
    ),
    Passage(
        "1 - exp(-L gap): {} of {} keep to it for sure.",
        counted(
            "sequence-error-vanishes",
            "SER at one token a step, less 1 - exp(-L path bound on the TER gap)",
            "supported",
        ),
    ),
    Passage(
        "cheaper by TER ({} and {} of autoregression) and still by SER ({} to {} at SER 0.1, {} to "
        "{} at 1/2), trained models at SER 1/2 by {} to {}; by FLOPs ({} to {} times) not cheaper",
        _costs,
    ),
    Passage(
        "at which their SER allows a TER gap of 0.05: by seconds one of {} costs more for sure ({} "
        "[{}, {}] times), {} are open",
        _seconds,
    ),
    Passage("One model answers by chance where its prompt is given ({}, chance {})", _by_chance),
    Passage(
        "grow faster than by the gap on {} languages ({} to {}), than by the path bound on {} ({} "
        "to {}) |",
        _differences,
    ),
    Passage(
        "refuted by {} model of {}, by seven of eight before",
        counted("guidance", f"seconds over autoregressive at {PATH}", "refuted"),
    ),
)
