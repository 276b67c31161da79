"""Li and Cai's lower bound, mended: equal sizes that begin at a random place.

The first size is uniform on 1..s, all others are s but for the rest at the end. Then the step of
the j-th revealed token begins at the max(1, j - u)-th, u uniform on 0..s-1, and with Z_1 = 0

    E_path KL = (1/s) sum_u sum_j (Z_j - Z_max(1, j-u)) = (1/s) sum_(u<s) sum_(i > L-u) Z_i
             >= (1/s) sum_(u<s) u TC/L = ((s-1)/(2L)) TC,

as Z does not fall, so that its last u terms have a mean of at least TC/L, TC = sum_j Z_j. Under
|W_j| = floor((1 - 2^-j) L) the right side of the conjecture is at most (s/(8L)) TC: the step
function G(x) = Z_(floor(xL)+1) has the integral TC/L and is at least G(1 - 2^-j) on an interval of
length 2^-(j+1). For s >= 2 that is at most half of ((s-1)/(2L)) TC.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from proofs_check.search.ascent import ascend
from proofs_check.search.balanced_sizes import LAWS, listed_example
from proofs_check.search.information import information, mean_entropies, path_average
from proofs_check.search.search import Search, worst

RESTARTS, ROUNDS, RATE = 10, 150, 0.1


def offset_sizes(length: int, size: int, first: int) -> tuple[int, ...]:
    """`first`, then s as often as it fits, then the rest."""
    whole, rest = divmod(length - first, size)
    return (first, *[size] * whole, *[rest] * (rest > 0))


def offset_average(curve: Tensor, size: int) -> Tensor:
    """(B,): E_path KL in nats, the mean over the s first sizes, from Z_1..Z_L (B, L)."""
    length = curve.shape[1]
    averages = [
        path_average(curve, offset_sizes(length, size, first)) for first in range(1, size + 1)
    ]
    return torch.stack(averages).mean(0)


def _by_gradient(law: Sequence[int], constant: float) -> Search:
    """Ascent in the logits of all words."""
    vocab_size, length, size = law

    def log_ratio(logits: Tensor) -> Tensor:
        curve = information(mean_entropies(logits.softmax(1), vocab_size, length))
        bound = constant * (size - 1) / length * curve.sum(1)
        return (bound / offset_average(curve, size)).log()

    best = ascend((RESTARTS, vocab_size**length), log_ratio, spread=2.0, rate=RATE, rounds=ROUNDS)
    return Search(
        id="li-cai-lower-bound-random-offset",
        statement=(
            "for a uniformly random first size in 1..s and s from then on, E_path KL >= "
            f"{constant:g} ((s-1)/L) TC"
        ),
        reading="exact denoiser; ratio: right side / E_path KL",
        family="laws on all words of (V, L, s) in (2, 4, 2), (3, 4, 2), (2, 6, 2), (2, 6, 3)",
        cases=best.cases,
        worst=math.exp(best.value),
        example=listed_example(
            best.point[0].softmax(0), vocab_size, length, (size,) * (length // size)
        ),
        nearest="proved in this file's docstring, Z_1..Z_L being non-decreasing",
    )


def search_random_offset(constant: float = 0.5) -> Search:
    """The worst law found, with `constant` in the place of 1/2."""
    return worst([_by_gradient(law, constant) for law in LAWS])
