"""Theorem 4.4 of arXiv 2502.09622 read for every reveal rule: for which ones it is true.

Positions may be drawn with given sizes of steps (uniformly, or from the left), or the odd ones
first. Only Bernoulli reveal is left out here: see `sequence_error`.

From the left N steps cut the sequence N - 1 times, so that at least floor(L/2) - (N - 1) pairs
share a step, at least one for N <= L/2; then SER >= 1 - M > 1/2, M as in `sequence_error`.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from proofs_check.search.search import Search, worst
from proofs_check.search.sequence_error import MATCH
from proofs_check.search.shared_pairs import fixed_count_pairs_error
from synthetic.sampling import equal_sizes

RULES = ("fixed count", "left to right", "odd positions first")
LENGTHS = tuple(range(4, 23, 2))
LONG = (32, 64, 100)  # where only sizes that differ by at most one are tried


@dataclass(frozen=True)
class RuleExample:
    """A rule and the sizes of its steps; the length is their sum."""

    rule: str
    sizes: tuple[int, ...]

    def __str__(self) -> str:
        sizes = ", ".join(map(str, sorted(set(self.sizes))))
        return f"{self.rule}, L = {sum(self.sizes)} in N = {len(self.sizes)} steps of {sizes}"

    @property
    def error(self) -> float:
        """The least SER of copy pairs within the learning error."""
        if self.rule == "fixed count":
            return fixed_count_pairs_error(self.sizes, MATCH)
        if self.rule == "left to right":
            return 1 - MATCH ** _whole_pairs(self.sizes)
        return 0.0  # every token of a pair is known when the other one is drawn


def _whole_pairs(sizes: tuple[int, ...]) -> int:
    """Pairs of positions 2j-1, 2j that no boundary of steps cuts."""
    cuts = set(itertools.accumulate(sizes))
    return sum(2 * pair + 1 not in cuts for pair in range(sum(sizes) // 2))


def partitions(total: int, parts: int, most: int) -> Iterator[tuple[int, ...]]:
    """Sizes of as many steps in falling order, none above `most`, that sum to `total`."""
    if parts == 0:
        if total == 0:
            yield ()
        return
    for first in range(min(most, total - parts + 1), (total - 1) // parts, -1):
        for rest in partitions(total - first, parts - 1, first):
            yield (first, *rest)


def _sizes(rule: str, length: int, steps: int) -> Iterator[tuple[int, ...]]:
    if rule == "odd positions first":
        if steps >= 2:
            yield (length // 2, length // 2)
    elif rule == "fixed count" and length in LONG:
        yield equal_sizes(length, steps)
    elif rule == "fixed count":
        yield from partitions(length, steps, length)
    else:  # all boundaries odd as far as there are odd ones: no cut is wasted
        cuts = [*range(1, length, 2), *range(2, length, 2)][: steps - 1]
        ends = [0, *sorted(cuts), length]
        yield tuple(after - before for before, after in itertools.pairwise(ends))


def search_reveal_rules(rate: float = 0.6, rules: tuple[str, ...] = RULES) -> Search:
    """The rule and the sizes of least SER at N = floor(`rate` L) steps."""
    cases = []
    for length, rule in itertools.product(LENGTHS + LONG, rules):
        for sizes in _sizes(rule, length, max(1, math.floor(rate * length))):
            example = RuleExample(rule, sizes)
            error = example.error
            cases.append(_record(rate, rules, 0.5 / error if error else math.inf, example))
    return worst(cases)


def _record(rate: float, rules: tuple[str, ...], ratio: float, example: RuleExample) -> Search:
    return Search(
        id=f"theorem-4.4-{'-or-'.join(rule.replace(' ', '-') for rule in rules)}-at-{rate:g}",
        statement=(
            "the same for every schedule and reveal rule that fixes the sizes of its steps: "
            f"N = C L steps with C = {rate:g} give SER > 1/2"
        ),
        reading=(
            f"copy pairs over 16 symbols, {' or '.join(rules)}, the best denoiser within 1/128 "
            "nats; ratio: (1/2) / SER"
        ),
        family=(
            f"all sizes of floor(C L) steps, even L in {LENGTHS[0]}..{LENGTHS[-1]}; equal sizes "
            f"for L in {LONG}"
        ),
        cases=1,
        worst=ratio,
        example=example,
        nearest=(
            "Bernoulli reveal up to C = 0.6; from the left up to C = 1/2, where a step holds a "
            "whole pair; fixed count up to C = 0.4 as far as searched; none for odd positions "
            "first, and none up to C = 1 for one token a step"
        ),
    )
