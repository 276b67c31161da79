"""The least number of steps that reaches a target, from errors that have intervals.

Errors of the exact denoiser are simulated with one seed for every number of steps, and the least N
is searched or scanned three times: by their values and by either end of their 95% intervals.
"""

import math
from collections.abc import Callable, Iterable
from typing import Literal

from torch import Tensor

from synthetic.arguments import seeded
from synthetic.denoisers import Oracle
from synthetic.languages import Language
from synthetic.languages.prompted import Prompted
from synthetic.metrics import answer_error_rate, sequence_error_rate, token_error_rate_gap
from synthetic.quantities import Estimate
from synthetic.sampling import Strategy, generate
from synthetic.sampling.path import path_log_prob
from theory.laws.advantage import least_steps

End = Literal["value", "low", "high"]
Least = Callable[[End, int], float]  # the least N by one end, infinite where there is none


def least_steps_estimate(
    error: Callable[[int], Estimate], target: float, *, most: int, guess: int, samples: int
) -> Estimate:
    """The least N in 1..most with error(N) <= target by the search of `least_steps`.

    That search takes the error not to increase with N. The interval runs from the least N whose own
    interval reaches down to the target to the least N whose whole interval lies below it; infinite
    where there is none. `samples` are those behind each error.
    """

    def search(end: End, start: int) -> float:
        found = least_steps(lambda n: _end(error(n), end), target, most=most, guess=start)
        return math.inf if found is None else float(found)

    return _with_interval(search, most=most, guess=min(guess, most), samples=samples)


def scanned_least_steps(
    error: Callable[[int], Estimate], target: float, *, most: int, samples: int
) -> Estimate:
    """The same by looking at every N from 1 on: the least one, whether the error falls or not."""

    def scan(end: End, start: int) -> float:
        return _first(n for n in range(1, most + 1) if _end(error(n), end) <= target)

    return _with_interval(scan, most=most, guess=1, samples=samples)


def simulated_sequence_error_rate(
    language: Language, strategy: Strategy, *, length: int, samples: int, seed: int
) -> Estimate:
    """SER of `samples` sequences that a strategy draws from the exact denoiser."""
    return sequence_error_rate(_generated(language, strategy, length, samples, seed), language)


def simulated_answer_error_rate(
    language: Prompted, strategy: Strategy, *, length: int, samples: int, seed: int
) -> Estimate:
    """Error of the answer in such sequences, the prompt being generated as well."""
    return answer_error_rate(_generated(language, strategy, length, samples, seed), language)


def simulated_token_error_rate_gap(
    language: Language, strategy: Strategy, *, length: int, samples: int, seed: int
) -> Estimate:
    """Path bound of log TER(p) - log TER(q) in nats per token, one path of each of `samples` words.

    For a strategy that has one path to each word, such as bisection or least entropy, the gap
    itself rather than a bound of it.
    """
    generator = seeded(seed)
    words = language.sample(samples, length, generator)
    paths = path_log_prob(Oracle(language), strategy, words, generator)
    return token_error_rate_gap(paths, language.log_prob(words), length)


SIMULATIONS: dict[str, Callable[..., Estimate]] = {
    "sequence_error_rate": simulated_sequence_error_rate,
    "answer_error_rate": simulated_answer_error_rate,
    "token_error_rate_gap": simulated_token_error_rate_gap,
}


def _with_interval(least: Least, *, most: int, guess: int, samples: int) -> Estimate:
    value = least("value", guess)
    start = int(value) if math.isfinite(value) else most
    low, high = least("low", start), least("high", start)
    name = f"least N, {samples} sequences each"
    return Estimate(value, min(low, value), max(high, value), samples, name)


def _end(error: Estimate, end: End) -> float:
    return float(getattr(error, end))


def _first(steps: Iterable[int]) -> float:
    return float(next(iter(steps), math.inf))


def _generated(
    language: Language, strategy: Strategy, length: int, samples: int, seed: int
) -> Tensor:
    generator = seeded(seed)
    denoiser = Oracle(language)
    return generate(denoiser, strategy, length=length, count=samples, generator=generator).tokens
