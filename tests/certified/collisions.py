"""Certified errors of collision constants."""

import itertools
from functools import cache

from mpmath import mp, mpf
from torch import Tensor

from synthetic.languages import CopyPairs, NGram
from tests.certified.case import Case, roundings
from tests.certified.chains import GOLDEN, PAIRS
from theory.laws.chains.collision import collision_constant
from theory.laws.enumeration.collision_estimate import finite_collision_constant
from theory.laws.enumeration.listed_law import listed_law

FAR = 20  # a distance over which the chains have forgotten to 2^-20
LAWS = {GOLDEN: (mpf(2) / 3, mpf(1) / 3), PAIRS: (mpf(1) / 4,) * 4}  # stationary
UNEVEN = NGram([0.5, 0.25, 0.25], [[0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [0.5, 0.0, 0.5]])
LAWS[UNEVEN] = (mpf(1) / 3,) * 3


class Sum:
    """The terms of c = sum w(s) D(a, g, b) up to a distance, one by one, in sixty digits."""

    def __init__(self, language: NGram, distance: int) -> None:
        self.law, self.distance = LAWS[language], distance
        self.states = range(len(self.law))
        self.power = _powers(language)
        self.gaps = [gap for gap in range(1, 10) if self.pairs(gap)]
        self.near = mp.fsum(self._square(gap) for gap in self.gaps)
        self.strips = mp.fsum(self._strips(gap) for gap in self.gaps)
        self.far = mp.fsum(self._far(gap) for gap in self.gaps)
        self.value: mpf = self.near + self.strips + self.far

    def pairs(self, gap: int) -> list[tuple[int, int]]:
        """Pairs that cannot occur at a gap."""
        power = self.power[gap]
        return [(x, y) for x, y in itertools.product(self.states, self.states) if power[x, y] == 0]

    def deviation(self, distance: int) -> mpf:
        """The largest |T^n(u, x) / pi(x) - 1|."""
        power = self.power[distance] if distance < len(self.power) else self.power[1] ** distance
        return max(abs(power[u, x] / self.law[x] - 1) for u in self.states for x in self.states)

    def _square(self, gap: int) -> mpf:
        total, power = mpf(0), self.power
        for a, b in itertools.product(range(1, self.distance + 1), repeat=2):
            s = a + gap + b
            chance = mp.fsum(
                self.law[u] * power[a][u, x] * power[gap + b][x, v]
                * power[a + gap][u, y] * power[b][y, v] / power[s][u, v]
                for u in self.states
                for v in self.states
                if power[s][u, v]
                for x, y in self.pairs(gap)
            )  # fmt: skip
            total += mpf(2) / ((s - 2) * (s - 1) * s) * chance
        return total

    def _strips(self, gap: int) -> mpf:
        total, law, power = mpf(0), self.law, self.power
        for near in range(1, self.distance + 1):
            left = mp.fsum(
                law[u] * power[near][u, x] * power[near + gap][u, y]
                for u in self.states
                for x, y in self.pairs(gap)
            )
            right = mp.fsum(
                law[x] * law[y] * power[near + gap][x, v] * power[near][y, v] / law[v]
                for v in self.states
                for x, y in self.pairs(gap)
            )
            reach = near + gap + self.distance
            total += (left + right) / ((reach - 1) * reach)
        return total

    def _far(self, gap: int) -> mpf:
        return mp.fsum(self.law[x] * self.law[y] for x, y in self.pairs(gap)) / (
            2 * self.distance + gap
        )


@cache
def _powers(language: NGram) -> list[mp.matrix]:
    step = mp.matrix(language.transition.tolist())
    powers = [mp.eye(len(LAWS[language]))]
    for _ in range(2 * FAR + 16):
        powers.append(powers[-1] * step)
    return powers


@cache
def summed(language: NGram, distance: int) -> Sum:
    """The sum up to a distance."""
    return Sum(language, distance)


def stated_error(language: NGram, tolerance: float) -> mpf:
    """Truncation at the least distance that keeps the tolerance, and rounding."""
    some = summed(language, 1)
    harmonic = sum(mpf(1) / gap for gap in some.gaps)
    distance = 1
    while True:
        rest = sum(mpf(1) / (distance + gap) for gap in some.gaps)
        share = min(mpf("0.01"), mp.sqrt(tolerance / (64 * harmonic)), tolerance / (24 * rest))
        if some.deviation(distance + 1) <= max(mpf("1e-12"), share):
            break
        distance += 1
    cut, size = summed(language, distance), len(LAWS[language])
    table = 2 * distance + max(cut.gaps) + 1  # powers, of 2 V + 2 operations each
    power = roundings((2 * size + 2) * table)
    far, seen = table - 1, mpf(1)  # T^n of which the stationary law is a mean of rows
    while (seen := cut.deviation(far)) > roundings((2 * size + 2) * (far + 1)):
        far *= 2
    law = seen + roundings((2 * size + 2) * (far + 1))
    deviation = cut.deviation(distance + 1) + 2 * (law + power)
    one_sided, two_sided = (
        (1 + deviation) ** k
        - 1
        - k * deviation
        + deviation * ((1 + deviation) ** k - 1)
        + deviation**2 * (1 + deviation) ** k / (1 - deviation)
        for k in (2, 4)
    )
    sums = roundings(3 * (2 * size + 2) * table + 2 * size**2 + 2 * distance + 64)
    truncation = one_sided * cut.strips + two_sided * cut.far
    return mpf("1.01") * truncation + 2 * (sums + 4 * law) * cut.value


def evidence_error(length: int, rarest: float) -> mpf:
    """What the log probability of a partial sequence may be off by, the rarest of them known."""
    return roundings(8 * length) * (1 - mp.log(rarest))


class OffPairs(CopyPairs):
    """One copy pair whose evidence is off by all that it may be, so that the bound is reached."""

    def log_evidence(self, tokens: Tensor) -> Tensor:
        """Larger where one token is known, smaller where none is."""
        known = (tokens != self.mask).sum(1)
        return super().log_evidence(tokens) + float(evidence_error(2, 0.5)) * (
            (known == 1) * 2.0 - 1
        )


def constant(name: str, language: NGram, tolerance: float) -> Case:
    """The constant of a chain, its truth summed over distances that it has forgotten."""
    return Case(
        f"collision constant of {name} to {tolerance}",
        "theory/laws/chains/collision.py",
        lambda: collision_constant(language, tolerance=tolerance),
        lambda: summed(language, 3 if language is PAIRS else FAR).value,
        lambda: stated_error(language, tolerance),
    )


CASES = (
    constant("no two ones in a row", GOLDEN, 1e-2),
    constant("no two ones in a row", GOLDEN, 1e-4),
    constant("a cycle that may wait", UNEVEN, 1e-3),
    constant("pairs of symbols, which forget at once", PAIRS, 1e-9),
    Case(
        "collision constant at a finite length",
        "theory/laws/enumeration/collision_estimate.py",
        lambda: finite_collision_constant(OffPairs(2), length=2),
        lambda: mpf(1) / 4,
    ),
    Case(
        "collision constant at a finite length, stated",
        "theory/laws/enumeration/collision_estimate.py",
        lambda: finite_collision_constant(CopyPairs(2), length=4),
        lambda: mpf(1) / 4,
        lambda: 2 * (4 * evidence_error(4, 0.25) + roundings(2**2 + 16)) / 4,
    ),
    Case(  # each of two pairs collides given any of the sets of 0, 1 and 2 other positions
        "collision constant of listed words",
        "theory/laws/enumeration/listed_law.py",
        lambda: listed_law(CopyPairs(2), 4).collision_constant(),
        lambda: mpf(1) / 4,
        lambda: (15 * roundings(8 * 4) * (1 + mp.log(4)) + roundings(8 * 4 + 64)) / 2,
    ),
)
