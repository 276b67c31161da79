"""Exact sequence error rate of the exact denoiser on a Markov chain under Bernoulli reveal.

The reveal steps of the positions are independent of the tokens, and between two revealed tokens a
Markov chain knows nothing of what lies outside. So the probability that everything ends valid is a
recursion over segments of masked positions, from the last step back to the first: `segments`.

After step k only segments of moderate length occur. A position is masked with probability 1 - r_k,
r_k = a_1 + .. + a_k; a run of D masked positions begins at the first position or behind a revealed
one, so some run of D or more exists with probability at most (1 + (L - D) r_k) (1 - r_k)^D.
Segments longer than D_k are dropped, which lowers the result by at most the sum of these.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from synthetic.arguments import check_length, check_number, check_work, checked
from synthetic.quantities import UNIT_ROUNDOFF, CertifiedValue, gamma
from synthetic.sampling.schedules import check_schedule
from theory.laws.chains.markov_chain import markov_chain, powers
from theory.laws.chains.segments import BLOCK_OPERATIONS, Segments, mixing
from theory.laws.one_thread import one_thread

INSTEAD = "take a shorter length or fewer steps, simulate with generate, or use collision_curve"


@checked
@one_thread()
def chain_sequence_error_rate(
    language: object, *, length: int, schedule: Sequence[float], tolerance: float = 1e-9
) -> CertifiedValue:
    """SER at this length of the exact denoiser of an `NGram` of order 2, Bernoulli reveal.

    `schedule` is any vector (a_1..a_N). The error is proved: at most `tolerance` from dropped
    segments and forgotten tokens, plus rounding. Time grows like N L^3 V^4, and like N L^2 V^3 once
    the segments are longer than the memory of the chain; memory is that of `Segments`. What takes
    more than 10^13 operations, half an hour on one core or more, is a one-line error.

    Examples:
        No two ones in a row, three tokens in one step or in a hundred:

        >>> from synthetic.languages import NGram
        >>> from synthetic.sampling import linear
        >>> language = NGram([0.5, 0.5], [[0.5, 0.5], [1, 0]])
        >>> for steps in (1, 100):
        ...     rate = chain_sequence_error_rate(language, length=3, schedule=linear(steps))
        ...     print(f"{rate.value:.4f}")
        0.1719
        0.0019
    """
    chain = markov_chain(language)
    length = check_length(length)
    schedule = check_schedule(schedule)
    tolerance = check_number(
        "tolerance", tolerance, math.ulp(0.0), sys.float_info.max, allowed="> 0, such as 1e-6"
    )
    if bool((chain.initial > 0).all() and (chain.transition > 0).all()):
        return CertifiedValue(0.0, 0.0)  # every sequence is possible
    what = f"the error rate at length {length}, {chain.symbols} symbols and {len(schedule)} steps"
    check_work(what, BLOCK_OPERATIONS * (length * chain.symbols) ** 2, INSTEAD)
    table = powers(chain, length + 1)
    segments = Segments(chain, table, mixing(chain, table, tolerance / 2))
    plan = _plan(length, schedule, tolerance / 2)
    work = math.fsum(segments.operations(stage.first, stage.last) for stage in plan)
    check_work(what, work, INSTEAD)
    valid = segments.neighbours()
    for stage in reversed(plan):
        valid = segments.before(valid, stage.reveal, stage.first, stage.last)
    dropped = math.fsum(stage.dropped for stage in plan)
    rounding = gamma(math.fsum(stage.operations(segments, length, len(plan)) for stage in plan))
    value = 1 - float(valid[length + 1, -1, -1])
    return CertifiedValue(value, dropped + segments.forgotten + rounding)


@dataclass(frozen=True)
class _Stage:
    """A step that reveals: w, the part a of all positions that it reveals and the part `masked`
    after it, the distances first..last of the segments before it, and the probability that a
    longer one exists then."""

    reveal: float
    part: float
    masked: float
    first: int
    last: int
    dropped: float

    def operations(self, segments: Segments, length: int, stages: int) -> float:
        """Expected number of roundings that this step adds to a term, so that m u bounds the error.

        All terms are non-negative and their weights sum to at most one: the error of the sum is at
        most the mean of theirs. A position that stays masked adds one for 1 - w. That w is off, by
        a division and the sums l_j of the parts from the last on, adds over all steps at most
        2 + 2 stages / e a position: with 1 for the whole, an error of l_j adds to all steps k <= j,
        in sum l_j sum_k (1 - l_(k+1) / l_k) <= -l_j log l_j <= 1 / e. A segment in which nothing is
        revealed adds its power and one addition a level; a revealed token adds its law and the
        inner sums.
        """
        levels = math.log2(self.last + 1) + 8
        stay = length * self.masked + (stages + 2) * length * self.part
        alive = (1 + length * self.masked * (1 - self.masked)) * levels
        law = 3 * segments.table.relative_error / UNIT_ROUNDOFF + 4
        sums = 2 * segments.chain.symbols * self.last + 2 * levels
        return stay + alive + length * self.part * (law + sums)


def _plan(length: int, schedule: Sequence[float], tolerance: float) -> list[_Stage]:
    """The steps that reveal something. Before the first there is one segment, of distance L + 1."""
    parts = [part for part in schedule if part > 0]
    remaining = list(accumulate(reversed(parts)))[::-1]
    allowed = tolerance / len(parts)
    stages = []
    last, first, dropped = length + 1, length + 1, 0.0
    for part, left, after in zip(parts, remaining, [*remaining[1:], 0.0], strict=True):
        stages.append(
            _Stage(part / left, part / remaining[0], after / remaining[0], first, last, dropped)
        )
        first = 2
        while last > 1 and _longer_run(length, last - 1, stages[-1].masked) <= allowed:
            last -= 1
        dropped = _longer_run(length, last, stages[-1].masked)
    return stages


def _longer_run(length: int, run: int, masked: float) -> float:
    """A bound on the probability of a run of `run` or more masked positions among `length`."""
    return 0.0 if run > length else (1 + (length - run) * (1 - masked)) * masked**run
