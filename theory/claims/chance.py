"""How likely tests give a verdict by chance alone: each interval is a 95% interval by itself.

An interval with equal tails lies beyond a margin that the true value keeps with probability 2.5%
at most. One refuted test refutes a claim, so that its k tests have k such chances; all tests must
support it, so that a claim that fails in one of them is supported with 2.5% at most, whatever k
(the intersection-union test). Tests carry no standard errors or p-values, which Holm's correction
orders; their number is enough for a bound.
"""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from theory.claims.claim import Test
from theory.claims.counts import counts
from theory.claims.rules import Verdict

ONE_IN = 40
TAIL = 1 / ONE_IN
LEVEL = 0.05
SMALL = 0.001  # smaller probabilities are not told apart in words
EACH_BY_ITSELF = (
    "Each interval is a 95% interval by itself and lies beyond a true margin with probability 2.5% "
    "at most, if it has equal tails. One refuted test refutes: that m of k are, where the claim is "
    "true of all, has probability at most k x 2.5% / m, however they depend on each other "
    "(Markov's inequality). Supported takes all tests, and 2.5% holds for any k. A verdict stands "
    "for all its tests together where this is at most 5%. The bound counts tests and does not see "
    "how far an interval lies beyond its margin; proved errors leave nothing to chance, and the "
    "fastest and slowest of timed runs have no level."
)

Stands = Literal["yes", "if tests are independent", "no"]


class ByChance(NamedTuple):
    """Upper bounds on the probability of a verdict that is wrong, by chance alone: however its
    tests depend on each other, and if they are independent."""

    at_most: float
    if_independent: float

    @property
    def stands(self) -> Stands:
        """Whether the verdict holds at 95% for all its tests together."""
        if self.at_most <= LEVEL:
            return "yes"
        return "if tests are independent" if self.if_independent <= LEVEL else "no"


def verdict_by_chance(verdict: Verdict, tests: Sequence[Test]) -> ByChance | None:
    """That of a verdict on tests, of which those that decide count; None where it says nothing.

    Tests that were not learned or are inconclusive count among the k that might have refuted.
    """
    of_verdict = counts(tests)
    if verdict == "supported":
        return ByChance(TAIL, TAIL)
    if verdict == "refuted":
        return refuted_by_chance(sum(of_verdict.values()), of_verdict["refuted"])
    return None


def refuted_by_chance(tests: int, refuted: int) -> ByChance:
    """That so many or more of k true tests are refuted: by Markov's inequality, and by the binomial
    law of k independent ones."""
    if not 1 <= refuted <= tests:
        raise ValueError(f"refuted must be from 1 to {tests}, the number of tests, got {refuted}")
    binomial = math.fsum(
        math.comb(tests, count) * TAIL**count * (1 - TAIL) ** (tests - count)
        for count in range(refuted, tests + 1)
    )
    return ByChance(min(1.0, tests / (ONE_IN * refuted)), binomial)  # rounded once: 5% is 5%


def chance_text(verdict: Verdict, tests: Sequence[Test]) -> str:
    """The same in words, and whether the verdict stands for all tests together."""
    bounds = verdict_by_chance(verdict, tests)
    if bounds is None:
        return "nothing is said, so that nothing is wrong"
    if verdict == "supported":
        told = f"where it fails in some test, all support it with probability {TAIL:g} at most"
    else:
        told = (
            f"where all tests are true, as many or more are refuted with probability "
            f"{shown_probability(bounds.at_most)} at most, however they depend on each other, "
            f"{shown_probability(bounds.if_independent)} if they are independent"
        )
    return f"{told}; stands for all tests together: {bounds.stands}"


def shown_probability(value: float) -> str:
    """Two digits, and no more than that it is small where it is."""
    return f"{value:.2g}" if value >= SMALL else f"below {SMALL:g}"
