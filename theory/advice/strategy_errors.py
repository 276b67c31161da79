"""The error of the exact denoiser against steps, by the best that is known of a strategy.

                 bernoulli            fixed count          least entropy   bisection
chain, ter       p(x), many words     path bound           simulation      simulation
chain, ser       law                  law, short lengths   simulation      law
all others       simulation           simulation           simulation      simulation

A chain is an `NGram` of order 2; where a law would take long, simulation stands in for it, or for
the gap the exact path bound.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

from synthetic.arguments import check_count, check_length, seeded
from synthetic.experiments.kinds.reveal import Reveal, uniform_strategy
from synthetic.languages import Language, NGram
from synthetic.languages.prompted import Prompted
from synthetic.quantities import CertifiedValue, Estimate
from synthetic.sampling import bisection_rounds, equal_sizes, linear
from theory.laws.chains.bisection_error_rate import chain_bisection_sequence_error_rate
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.chains.chain_token_error_rate import chain_token_error_rate
from theory.laws.chains.fixed_count_error_rate import chain_fixed_count_sequence_error_rate
from theory.laws.curves.information_curve import InformationCurve, information_curve
from theory.laws.least_steps_estimate import (
    SIMULATIONS,
    least_steps_estimate,
    scanned_least_steps,
)
from theory.studies.kinds.sampled_least_steps import PER_TOKEN
from theory.studies.law_seconds import sequence_error_seconds, token_gap_seconds

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
    """The error after N steps, 1 <= N <= most, as an estimate; what is exact has no width.

    `estimator` says how it is known, `exact` whether without any sampling, `samples` how many
    sequences stand behind each error otherwise.
    """

    error: Callable[[int], Estimate]
    most: int
    estimator: str
    exact: bool
    samples: int = 1

    def least_steps(self, target: float, guess: int) -> Estimate:
        """The least N that reaches a target, with its interval; infinite where none does."""
        if self.most <= SCANNED:
            return scanned_least_steps(self.error, target, most=self.most, samples=self.samples)
        return least_steps_estimate(
            self.error, target, most=self.most, guess=guess, samples=self.samples
        )


def strategy_error(
    language: Language,
    reveal: Reveal,
    metric: Metric,
    *,
    length: int,
    target: float,
    samples: int,
    seed: int,
) -> StrategyError:
    """The error of one strategy: by a law where one exists, by `samples` sequences otherwise.

    ter: log TER(p) - log TER(q) in nats per token; ser; answer: of languages that have one. Laws
    take the longer the smaller the target, which therefore decides with the length whether they
    are used. Bisection has ceil(log2(L + 1)) rounds at most, fixed counts and least entropy L.
    """
    length = check_length(length)
    check_count(samples)
    if metric == "answer" and not isinstance(language, Prompted):
        raise ValueError(f"an answer error needs a language with answers, got {language!r}")
    if isinstance(language, NGram) and language.order == 2:
        law = _chain_law(language, reveal, metric, length, target, seed)
        if law is not None:
            return law
    return _simulation(language, reveal, metric, length, samples, seed)


def _chain_law(
    language: NGram, reveal: Reveal, metric: Metric, length: int, target: float, seed: int
) -> StrategyError | None:
    """What is known of an order-2 n-gram without simulating the sampler, within `SECONDS`."""
    one = partial(_remembered, exact=True)
    if (metric, reveal) == ("ser", "bernoulli"):
        if sequence_error_seconds(length, target) < SECONDS:
            return one(lambda n: _chain_error(language, length, n), MOST_BY_LAW, EXACT)
    elif (metric, reveal) == ("ser", "fixed count"):
        if length <= FIXED_COUNT_LENGTH:
            return one(lambda n: _chain_fixed_count_error(language, length, n), length, EXACT)
    elif (metric, reveal) == ("ser", "bisection"):
        rounds = bisection_rounds(length)
        return one(lambda n: _chain_bisection_error(language, length, n), rounds, EXACT)
    elif (metric, reveal) == ("ter", "bernoulli"):
        if token_gap_seconds(length, target, WORDS) < SECONDS:
            gap = partial(_chain_gap, language, length, seed)
            name = f"exact p(x), mean over {WORDS} words"
            return _remembered(gap, MOST_BY_LAW, name, exact=False, samples=WORDS)
        curve = information_curve(language, length)
        return one(lambda n: _path_bound(curve, n), PER_TOKEN * length, "exact path bound")
    elif (metric, reveal) == ("ter", "fixed count"):
        curve = information_curve(language, length)
        return one(lambda n: _path_bound_of_sizes(curve, n), length, "exact path bound")
    return None


def _simulation(
    language: Language, reveal: Reveal, metric: Metric, length: int, samples: int, seed: int
) -> StrategyError:
    """The sampler itself. One token a step is the chain rule: it makes no error."""
    measure = SIMULATIONS[QUANTITIES[metric]]
    one_by_one = reveal in ("fixed count", "least entropy")
    name = "simulation"
    if metric == "ter":
        name += ", path bound" if reveal in ("bernoulli", "fixed count") else ", exact p(x)"
    most = {"bernoulli": PER_TOKEN * length, "bisection": bisection_rounds(length)}

    def error(steps: int) -> Estimate:
        if one_by_one and steps >= length:
            return Estimate(0.0, 0.0, 0.0, samples, "chain rule", 0.0)
        strategy = uniform_strategy(reveal, length, steps)
        return measure(language, strategy, length=length, samples=samples, seed=seed)

    return _remembered(error, most.get(reveal, length), name, exact=False, samples=samples)


def _remembered(
    error: Callable[[int], Estimate], most: int, name: str, *, exact: bool, samples: int = 1
) -> StrategyError:
    return StrategyError(cache(error), most, name, exact, samples)


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


def _certain(found: CertifiedValue) -> Estimate:
    """A computed number as an estimate without width: the upper end of what is proved of it."""
    upper = found.value + found.error
    return Estimate(upper, upper, upper, 1, EXACT, math.nan)
