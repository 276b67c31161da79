"""Theorem 4.4 of arXiv 2502.09622 as recalled, under Bernoulli reveal: a search over schedules.

The language is copy pairs over 16 symbols, the denoiser the one that helps most within the
learning error: two tokens of a pair that share a step agree with probability M (`largest_match`),
which makes SER = 1 - (1 - (1 - M) c)^floor(L/2), c = sum_k a_k^2, the least over denoisers. Over
schedules c >= 1/N, so the search has to end at the uniform one.
"""

import math
from dataclasses import dataclass

from torch import Tensor

from proofs_check.search.ascent import ascend
from proofs_check.search.search import Search, worst
from theory.bounds.collisions.copy_pairs_largest_match import largest_match

SYMBOLS, LEARNING = 16, 1 / 128
MATCH = largest_match(SYMBOLS, LEARNING)
LENGTHS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 20, 24, 32, 48, 64, 128, 256)
RESTARTS, ROUNDS, RATE = 8, 200, 0.1


@dataclass(frozen=True)
class ScheduleExample:
    """A length and a schedule (a_1..a_N) of Bernoulli reveal."""

    length: int
    schedule: tuple[float, ...]


def pairs_error(schedules: Tensor, length: int) -> Tensor:
    """(B,): the least SER of copy pairs within the learning error, of schedules (B, N)."""
    shared = schedules.square().sum(1)
    return 1 - (1 - (1 - MATCH) * shared) ** (length // 2)


def _at_length(length: int, rate: float) -> Search:
    """Ascent in the logits of the schedule."""
    best = ascend(
        (RESTARTS, max(1, math.floor(rate * length))),
        lambda logits: 0.5 / pairs_error(logits.softmax(1), length),
        rate=RATE,
        rounds=ROUNDS,
    )
    schedule = best.point[0].softmax(0)
    return Search(
        id="theorem-4.4-as-recalled",
        statement=(
            "there is an HMM over 16 symbols such that for every p_theta with eps_learning < 1/128 "
            f"and every schedule, N = C L steps with C = {rate:g} give SER > 1/2"
        ),
        reading=(
            "copy pairs, Bernoulli reveal, N = max(1, floor(C L)), the best denoiser within "
            "1/128 nats; ratio: (1/2) / SER"
        ),
        family=f"schedules by gradient from random ones, L in {LENGTHS[0]}..{LENGTHS[-1]}",
        cases=best.cases,
        worst=best.value,
        example=ScheduleExample(length, tuple(schedule.tolist())),
        nearest=(
            "the uniform schedule is the best one, as sum a_k^2 >= 1/N; N < 7 L / (16 log 2) gives "
            "SER > 1/2 for even L by copy-pairs-linear-steps"
        ),
    )


def search_sequence_error(rate: float = 0.6) -> Search:
    """The schedule of least SER over all lengths, N = `rate` L."""
    return worst([_at_length(length, rate) for length in LENGTHS])
