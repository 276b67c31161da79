"""Expected rounds of permutations for policies that draw lots as well: still n 2^-eps.

A randomised policy is a mixture of deterministic ones. At a permutation x it generates p(x) = q(x)
E 2^-c(x), over its lots, c(x) the cost of the path to x, and a path of R rounds costs at least
log2(n/R): p(x)/q(x) <= E R(x)/n. A mixture can have less KL than its parts have in the mean, which
is why n/(1 + 2 eps ln 2), true of deterministic policies, fails for it above 1.81 bits.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from theory.bounds.policies.permutation_rounds_exponential import (
    ERROR,
    ERROR_PARAMETER,
    LENGTH,
    LENGTH_PARAMETER,
)
from theory.bounds.theorem import Family, Source, Theorem


@dataclass(frozen=True)
class MixedProfiles:
    """Lots over lists of sizes: with a weight each, a permutation is revealed in those rounds."""

    profiles: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]

    @property
    def length(self) -> int:
        """n, the length of the permutations."""
        return sum(self.profiles[0])

    @property
    def error(self) -> float:
        """KL(q || p) in bits, exact: every permutation has the same probability under p."""
        kept = (2 ** -profile_cost(profile) for profile in self.profiles)
        ratio = math.fsum(w * chance for w, chance in zip(self.weights, kept, strict=True))
        return max(0.0, -math.log2(ratio))

    @property
    def rounds(self) -> float:
        """Expected rounds."""
        return math.fsum(
            w * len(profile) for w, profile in zip(self.weights, self.profiles, strict=True)
        )


def profile_cost(sizes: tuple[int, ...]) -> float:
    """The KL in bits of a permutation that is revealed in rounds of these sizes."""
    left, cost = sum(sizes), 0.0
    for size in sizes:
        cost += math.fsum(-math.log2(1 - drawn / left) for drawn in range(size))
        left -= size
    return cost


def _cases() -> Iterator[tuple[str, MixedProfiles]]:
    for length in (2, 3, 6, 12, 40):
        singles = (1,) * length
        half = (length - length // 2, *(1,) * (length // 2))
        for one, other in itertools.combinations(dict.fromkeys(((length,), half, singles)), 2):
            for weight in (0.0, 0.1, 0.5, 0.9, 1.0):
                case = MixedProfiles((one, other), (weight, 1 - weight))
                rounds = f"{len(one)} or {len(other)} rounds"
                yield f"n={length}, {rounds}, {weight} of the first", case


theorem = Theorem[MixedProfiles](
    id="permutation-rounds-random",
    title="Rounds of permutations, any choose-then-sample policy",
    statement=(
        "For uniform permutations of n, every policy that chooses positions and then samples their "
        "tokens independently from their exact marginals, adaptive to values and randomised or "
        "not, with KL(q || p) <= eps bits per sequence takes at least n 2^-eps rounds in "
        "expectation under q and its lots. Equality at eps = 0, and for n = 2 at eps = 1."
    ),
    kind="lower",
    source=Source(
        "ours", "p/q at a permutation is a mean over lots; Jensen over permutations", "ours"
    ),
    takes=(LENGTH_PARAMETER, ERROR_PARAMETER),
    expression=LENGTH * 2**-ERROR,
    formula=lambda length, error: length * np.exp2(-error),
    parameters=lambda case: {"length": case.length, "error": case.error},
    exact=lambda case: case.rounds,
    family=Family("n = 2, 3, 6, 12, 40; lots between two of three lists of sizes", _cases),
    # true of deterministic policies alone
    twin=lambda length, error: length / (1 + 2 * error * math.log(2)),
)
