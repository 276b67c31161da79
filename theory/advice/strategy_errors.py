"""The error of the exact denoiser against steps, by the best that is known of a strategy.

For a chain, an `NGram` of order 2: SER by the exact laws of uniform Bernoulli reveal, of fixed
counts at short lengths and of bisection; the TER gap from exact p(x) over many words under uniform
Bernoulli reveal, and the exact path bound where that would take long and for fixed counts.
Everything else is simulated.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Literal

from synthetic.arguments import check_count, check_length, seeded
from synthetic.languages import Language, NGram
from synthetic.languages.prompted import Prompted
from synthetic.quantities import CertifiedValue, Estimate
from synthetic.sampling import Bernoulli, Bisection, FixedCount, equal_sizes, linear
from synthetic.sampling.path import has_path_probability
from synthetic.sampling.strategies.named_strategy import NamedStrategy
from theory.laws.chains.bisection_error_rate import chain_bisection_sequence_error_rate
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.chains.chain_token_error_rate import chain_token_error_rate
from theory.laws.chains.fixed_count_error_rate import chain_fixed_count_sequence_error_rate
from theory.laws.curves.information_curve import InformationCurve, information_curve
from theory.laws.least_steps import least_steps_estimate, scanned_least_steps
from theory.laws.simulations import SIMULATIONS
from theory.studies.kinds.sampled_least_steps import PER_TOKEN
from theory.studies.law_seconds import sequence_error_seconds, token_gap_seconds
from theory.tables.ranges import estimate_in_range

Metric = Literal["ter", "ser", "answer"]
QUANTITIES: dict[Metric, str] = {
    "ter": "token_error_rate_gap",
    "ser": "sequence_error_rate",
    "answer": "answer_error_rate",
}
MOST_BY_LAW = 2**20  # steps of Bernoulli reveal where no simulation is needed
SECONDS = 60  # a law that would take longer is not used
FIXED_COUNT_LENGTH = 8  # the recursion takes seconds a number of steps from here on
WORDS = 200  # of the mean over words of exact p(x)
SCANNED = 16  # so many numbers of steps are scanned, more are searched
EXACT = "exact law"


@dataclass(frozen=True)
class StrategyError:
    """The error after N steps, first <= N <= most, as an estimate; what is exact has no width.

    `estimator` says how it is known, `exact` whether without any sampling, `samples` how many
    sequences stand behind each error otherwise. A search begins at `start` steps where that is
    known to be near.
    """

    error: Callable[[int], Estimate]
    most: int
    estimator: str
    exact: bool
    samples: int = 1
    first: int = 1
    start: int | None = None

    def least_steps(self, target: float, guess: int) -> Estimate:
        """The least N that reaches a target, with its interval; infinite where none does."""
        if self.most - self.first < SCANNED:
            return scanned_least_steps(
                self.error, target, most=self.most, samples=self.samples, first=self.first
            )
        return least_steps_estimate(
            self.error, target, most=self.most, guess=self.start or guess, samples=self.samples
        )


def strategy_error(
    language: Language,
    strategy: NamedStrategy,
    metric: Metric,
    *,
    length: int,
    target: float,
    samples: int,
    seed: int,
) -> StrategyError | None:
    """The error of one strategy: by a law where one exists, by `samples` sequences otherwise.

    ter: log TER(p) - log TER(q) in nats per token; ser; answer: of languages that have one. Laws
    take the longer the smaller the target, which therefore decides with the length whether they
    are used. None for the TER gap of a strategy without path probabilities.
    """
    length = check_length(length)
    check_count(samples)
    if metric == "answer" and not isinstance(language, Prompted):
        raise ValueError(f"an answer error needs a language with answers, got {language!r}")
    if isinstance(language, NGram) and language.order == 2:
        law = _chain_law(language, strategy, metric, length, target, seed)
        if law is not None:
            return law
    if metric == "ter" and not has_path_probability(strategy.build(length, 1)):
        return None
    return _simulation(language, strategy, metric, length, samples, seed)


def _chain_law(
    language: NGram,
    strategy: NamedStrategy,
    metric: Metric,
    length: int,
    target: float,
    seed: int,
) -> StrategyError | None:
    """What is known of an order-2 n-gram without simulating the sampler, within `SECONDS`.

    Of Bernoulli reveal the uniform schedule alone, whose error vanishes, so that no search is long.
    """
    one = partial(_remembered, metric, exact=True)
    few = strategy.build(length, 3)
    most = MOST_BY_LAW if strategy.most_steps is None else strategy.most_steps(length)
    uniform = few == Bernoulli(linear(3))
    if metric == "ser" and uniform and sequence_error_seconds(length, target) < SECONDS:
        return one(lambda n: _chain_error(language, length, n), most, EXACT)
    if metric == "ser" and isinstance(few, FixedCount) and length <= FIXED_COUNT_LENGTH:
        return one(lambda n: _chain_fixed_count_error(language, length, n), most, EXACT)
    if metric == "ser" and isinstance(few, Bisection):
        return one(lambda n: _chain_bisection_error(language, length, n), most, EXACT)
    if metric == "ter" and uniform and token_gap_seconds(length, target, WORDS) < SECONDS:
        gap = partial(_chain_gap, language, length, seed)
        name = f"exact p(x), mean over {WORDS} words"
        return _remembered(metric, gap, most, name, exact=False, samples=WORDS)
    if metric == "ter" and (uniform or isinstance(few, FixedCount)):
        curve = information_curve(language, length)
        if uniform:
            return one(lambda n: _path_bound(curve, n), PER_TOKEN * length, "exact path bound")
        return one(lambda n: _path_bound_of_sizes(curve, n), most, "exact path bound")
    return None


def _simulation(
    language: Language,
    strategy: NamedStrategy,
    metric: Metric,
    length: int,
    samples: int,
    seed: int,
) -> StrategyError:
    """The sampler itself. One token a step is the chain rule: it makes no error."""
    measure = SIMULATIONS[QUANTITIES[metric]]
    name = "simulation"
    if metric == "ter":
        name += ", path bound" if strategy.random_order else ", exact p(x)"
    most = PER_TOKEN * length if strategy.most_steps is None else strategy.most_steps(length)

    def error(steps: int) -> Estimate:
        if strategy.one_by_one and steps >= most:
            return Estimate(0.0, 0.0, 0.0, samples, "chain rule", 0.0)
        built = strategy.build(length, steps)
        return measure(language, built, length=length, samples=samples, seed=seed)

    computed = _remembered(metric, error, most, name, exact=False, samples=samples)
    return computed if strategy.takes_steps else replace(computed, first=most)


def _remembered(
    metric: Metric,
    error: Callable[[int], Estimate],
    most: int,
    name: str,
    *,
    exact: bool,
    samples: int = 1,
) -> StrategyError:
    """Each error is computed once, with its ends in the range of the metric."""

    @cache
    def known(steps: int) -> Estimate:
        return estimate_in_range(QUANTITIES[metric], error(steps))

    return StrategyError(known, most, name, exact, samples)


def _chain_error(language: NGram, length: int, steps: int) -> Estimate:
    return _certain(chain_sequence_error_rate(language, length=length, schedule=linear(steps)))


def _chain_fixed_count_error(language: NGram, length: int, steps: int) -> Estimate:
    sizes = equal_sizes(length, steps)
    return _certain(chain_fixed_count_sequence_error_rate(language, length=length, sizes=sizes))


def _chain_bisection_error(language: NGram, length: int, steps: int) -> Estimate:
    return _certain(chain_bisection_sequence_error_rate(language, length=length, rounds=steps))


def _chain_gap(language: NGram, length: int, seed: int, steps: int) -> Estimate:

    return chain_token_error_rate(
        language,
        length=length,
        schedule=linear(steps),
        sequences=WORDS,
        generator=seeded(seed),
    ).gap


def _path_bound(curve: InformationCurve, steps: int) -> Estimate:
    return _certain(CertifiedValue(curve.path_bound(linear(steps)), 2 * curve.rounding))


def _path_bound_of_sizes(curve: InformationCurve, steps: int) -> Estimate:
    bound = curve.path_bound_of_sizes(equal_sizes(curve.length, steps))
    return _certain(CertifiedValue(bound, 2 * curve.rounding))


def _certain(exact: CertifiedValue) -> Estimate:
    """A computed number as an estimate without width: the upper end of what is proved of it."""
    upper = exact.value + exact.error
    return Estimate(upper, upper, upper, 1, EXACT, math.nan)
