"""Errors of the exact denoiser by simulation, one seed for every number of steps."""

from collections.abc import Callable

from torch import Tensor

from synthetic.arguments import seeded
from synthetic.denoisers import Oracle
from synthetic.languages import Language
from synthetic.languages.prompted import Prompted
from synthetic.metrics import answer_error_rate, sequence_error_rate, token_error_rate_gap
from synthetic.quantities import Estimate
from synthetic.sampling import Strategy, generate
from synthetic.sampling.path import path_log_prob


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


def _generated(
    language: Language, strategy: Strategy, length: int, samples: int, seed: int
) -> Tensor:
    generator = seeded(seed)
    denoiser = Oracle(language)
    return generate(denoiser, strategy, length=length, count=samples, generator=generator).tokens
