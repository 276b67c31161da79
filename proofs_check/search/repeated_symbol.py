"""The law of a repeated symbol under Bernoulli reveal, in closed form: the worst n-gram found.

Until the first step that reveals anything nothing is known; the K tokens of that step are
independent and uniform, and agree with a given word with probability V^-K; then all is known.
"""

import math
from collections.abc import Iterable
from itertools import accumulate, pairwise

from synthetic.sampling.schedules import check_schedule


def repeated_symbol_gap(vocab_size: int, length: int, schedule: Iterable[float]) -> float:
    """log TER(p) - log TER(q) in nats per token, exact denoiser.

    p(x) = sum_k (1 - r_(k-1) - a_k (1 - 1/V))^L - (1 - r_k)^L for each of the V words.
    """
    schedule = check_schedule(schedule)
    ends = [0.0, *accumulate(schedule)]
    ends[-1] = 1.0
    logs = [
        length * math.log(agree) + math.log1p(-((none / agree) ** length))
        for before, after in pairwise(ends)
        if (none := 1 - after) < (agree := 1 - before - (after - before) * (1 - 1 / vocab_size))
    ]
    largest = max(logs)
    total = math.fsum(math.exp(one - largest) for one in logs)
    return -(math.log(vocab_size * total) + largest) / length
