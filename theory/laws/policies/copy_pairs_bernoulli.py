"""Copy pairs under Bernoulli reveal: the TER gap of the law that is sampled, in closed form.

Both tokens of a pair are revealed in one step k with probability sum_k a_k^2, and then agree with
chance 1/V; else they agree for certain. So every word has, for each of its pairs, 1 - (1 - 1/V)
sum_k a_k^2 of its own probability, the same for all words.
"""

import math
from collections.abc import Sequence

from synthetic.arguments import check_integer, check_length
from synthetic.sampling import linear
from synthetic.sampling.schedules import check_schedule


def copy_pairs_token_error_rate_gap(symbols: int, length: int, schedule: Sequence[float]) -> float:
    """log TER(p) - log TER(q) = KL(q || p) / L in nats per token: **exact**, to rounding."""
    symbols, length = check_integer("symbols", symbols), check_length(length)
    together = math.fsum(part**2 for part in check_schedule(schedule))
    return -math.log1p(-(1 - 1 / symbols) * together) * (length // 2) / length + 0.0


def copy_pairs_least_steps(symbols: int, length: int, target: float) -> int:
    """The least N at which the gap is at most a target in nats per token, uniform schedule.

    N >= (1 - 1/V) / (1 - exp(-target L / pairs)); what rounding leaves open the gap itself decides.
    """
    if not 0 < target < math.inf:
        raise ValueError(f"the target is a gap > 0 in nats per token, got {target}")
    symbols, length = check_integer("symbols", symbols), check_length(length)
    pairs = length // 2
    if not pairs:
        return 1
    steps = max(1, math.floor((1 - 1 / symbols) / -math.expm1(-target * length / pairs)))
    while copy_pairs_token_error_rate_gap(symbols, length, linear(steps)) > target:
        steps += 1
    return steps
