"""Li and Cai's lower bound (arXiv 2505.21400) for balanced sizes, which is a conjecture there.

    E_path KL >= (s_max / 16 L) sum_i sum_(j >= 0) 2^-j E I(X_i; X_(W_j)),

W_j random sets of other positions. Their definition was not at hand: three readings of |W_j|, W_j
uniform given its size. Under each the right side is (s/16) sum_j 2^-j Z_(|W_j| + 1), Z_j as in
`information`, and the left one a sum of Z_j - Z_(first j of the step). So a law whose Z rises only
from the last position of a step to the first of the next one costs nothing and refutes every
reading in which some W_j has information: an MDS code of dimension s and length 2s, in two steps.
The smallest one is the ternary tetracode, L = 4, s = 2: any two symbols are independent and tell
the other two. Over two symbols rare events come close to it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import torch
from torch import Tensor

from proofs_check.search.ascent import ascend
from proofs_check.search.information import information, mean_entropies, path_average
from proofs_check.search.linear_codes import Code, code_information, code_words, linear_codes
from proofs_check.search.search import Search, worst

READINGS = ("(1 - 2^-j) L", "2^j", "2^-j L")
CODES = ((2, 4, 2), (2, 6, 2), (2, 6, 3), (3, 4, 2))  # field, L, s
LAWS = ((2, 4, 2), (3, 4, 2), (2, 6, 2), (2, 6, 3))  # V, L, s
RESTARTS, ROUNDS, RATE = 10, 150, 0.1
NEAREST = (
    "with a uniformly random first size in 1..s and s from then on, "
    "E_path KL >= ((s-1)/(2L)) TC, twice that bound under (1 - 2^-j) L (`random_offset`)"
)


@dataclass(frozen=True)
class LawExample:
    """Words with probabilities and the sizes of the steps."""

    vocab_size: int
    words: Code
    probabilities: tuple[float, ...]
    sizes: tuple[int, ...]

    def __str__(self) -> str:
        largest = sorted(zip(self.probabilities, self.words), reverse=True)[:9]
        words = ", ".join(f"{''.join(map(str, word))}: {share:.3g}" for share, word in largest)
        return f"sizes {self.sizes}, {len(self.words)} words, the likeliest of them {words}"


def set_sizes(reading: str, length: int) -> tuple[tuple[int, Fraction], ...]:
    """|W_j| (at most L - 1) with the sum of its weights 2^-j over all j >= 0."""
    last = length.bit_length()  # from there on |W_j| stays as it is
    weights = [*(Fraction(1, 2**j) for j in range(last)), Fraction(2, 2**last)]
    weighted = []
    for j, weight in enumerate(weights):
        if reading == READINGS[0]:
            size = length - -(-length // 2**j)
        elif reading == READINGS[1]:
            size = min(2**j, length - 1)
        else:
            size = min(length // 2**j, length - 1)
        weighted.append((size, weight))
    return tuple(weighted)


def lower_bounds(curve: Tensor, size: int, reading: str) -> Tensor:
    """(B,): the right side in nats for equal sizes s, from Z_1..Z_L (B, L)."""
    terms = [
        float(weight) * curve[:, others] for others, weight in set_sizes(reading, curve.shape[1])
    ]
    return size / 16 * torch.stack(terms).sum(0)


@cache
def _curves(field: int, length: int) -> tuple[tuple[Code, tuple[Fraction, ...]], ...]:
    """Every code with its information curve."""
    return tuple((rows, code_information(rows, field)) for rows in linear_codes(field, length))


def _codes(field: int, length: int, size: int, reading: str) -> Iterator[Search]:
    """Every code in exact rationals; a law of independent tokens counts 0."""
    steps = (size,) * (length // size)
    for rows, curve in _curves(field, length):
        cost = sum(z - curve[at // size * size] for at, z in enumerate(curve))
        bound = Fraction(size, 16) * sum(
            weight * curve[others] for others, weight in set_sizes(reading, length)
        )
        if bound:
            words = code_words(rows, field)
            example = LawExample(field, words, (1 / len(words),) * len(words), steps)
            yield _record(reading, float(bound / cost) if cost else math.inf, example, 1)


@cache
def _by_gradient(vocab_size: int, length: int, size: int, reading: str) -> Search:
    """Ascent in the logits of all words."""
    sizes = (size,) * (length // size)

    def log_ratio(logits: Tensor) -> Tensor:
        curve = information(mean_entropies(logits.softmax(1), vocab_size, length))
        return (lower_bounds(curve, size, reading) / path_average(curve, sizes)).log()

    best = ascend((RESTARTS, vocab_size**length), log_ratio, spread=2.0, rate=RATE, rounds=ROUNDS)
    example = listed_example(best.point[0].softmax(0), vocab_size, length, sizes)
    return _record(reading, math.exp(best.value), example, best.cases)


def listed_example(law: Tensor, vocab_size: int, length: int, sizes: Sequence[int]) -> LawExample:
    """A law (V^L,) with its words in row-major order."""
    places = [vocab_size ** (length - 1 - place) for place in range(length)]
    words = tuple(tuple(word // place % vocab_size for place in places) for word in range(len(law)))
    return LawExample(vocab_size, words, tuple(law.tolist()), tuple(sizes))


def _record(reading: str, ratio: float, example: LawExample, cases: int) -> Search:
    return Search(
        id=f"li-cai-lower-bound-balanced-{READINGS.index(reading) + 1}",
        statement=(
            "for balanced sizes E_path KL >= (s_max/16L) sum_i sum_(j >= 0) 2^-j E I(X_i; X_(W_j))"
        ),
        reading=(
            f"our reading: all sizes equal to s >= 2, W_j uniform of size {reading}, rounded down "
            "and at most L - 1; exact denoiser; ratio: right side / E_path KL"
        ),
        family=(
            "uniform laws on all linear codes of (q, L, s) = (2, 4, 2), (2, 6, 2), (2, 6, 3), "
            "(3, 4, 2), and random laws of these sizes improved by gradient"
        ),
        cases=cases,
        worst=ratio,
        example=example,
        nearest=NEAREST,
    )


def search_balanced_sizes(reading: str, codes: bool = True) -> Search:
    """The worst law for one of `READINGS`; without the codes, by gradient alone."""
    cases = [_by_gradient(*law, reading) for law in LAWS]
    if codes:
        cases += [one for code in CODES for one in _codes(*code, reading)]
    return worst(cases)
