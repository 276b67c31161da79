"""The numbers of docs/collision_law.md."""

import math
from collections.abc import Sequence
from functools import cache

from synthetic.languages import NGram, catalogue
from synthetic.sampling import linear
from tests.prose import laws
from tests.prose.page import Outside, OutsideTable, Page, Passage, Table
from tests.prose.revision import CHAIN
from tests.prose.rows import number
from theory.laws import (
    chain_fixed_count_sequence_error_rate,
    chain_sequence_error_rate,
    collision_constant,
)

LENGTHS = (16, 32, 64, 128)
LONGEST = 64  # the law at 128 takes half a second; at 32 and 64 there are rows
FIXED = {2: (8, 10), 3: (9, 12), 4: (8, 12)}


def _chain(name: str) -> NGram:
    """The chain of a line of the table."""
    if CHAIN in name:
        return catalogue.load(CHAIN)  # type: ignore[return-value]
    return NGram([0.5, 0.5], [[0.5, 0.5], [1, 0]], device="cpu")


@cache
def _uniform(labels: tuple[str, ...], column: int) -> Sequence[float] | None:
    """-log(1 - SER) at L = N, and c."""
    chain = _chain(labels[0])
    if column == len(LENGTHS):
        return (collision_constant(chain).value,)
    length = LENGTHS[column]
    if length > LONGEST:
        return None
    if CHAIN in labels[0] and length > LENGTHS[0]:
        rate = number("chain error law", language=CHAIN, length=length, steps=length)
    else:
        rate = chain_sequence_error_rate(chain, length=length, schedule=linear(length)).value
    return (-math.log1p(-rate),)


def _fixed_count() -> list[float]:
    """-log(1 - SER) / (s - 1) at the two shortest lengths of each s; longer ones take seconds."""
    chain = _chain(CHAIN)
    values = []
    for size, lengths in FIXED.items():
        for length in lengths:
            sizes = (size,) * (length // size)
            rate = chain_fixed_count_sequence_error_rate(chain, length=length, sizes=sizes)
            values.append(-math.log1p(-rate.value) / (size - 1))
    return values


def _right(*shares: float) -> float:
    """1 - SER of a chain of period 2 that starts in its phases so, lambda = 1, c = 0."""
    return sum(math.expm1(share) for share in shares) / math.expm1(1)


def _period() -> list[float]:
    stationary = _right(0.5, 0.5)
    return [-math.log(stationary), 1 - stationary, 1 - _right(0.8, 0.2)]


page = Page(
    "docs/collision_law.md",
    (
        Passage(
            "confidence {}% $P(Y>0) \\le {}/n$, and the interval ends at ${}/n$ times",
            lambda: [97.5, -math.log(0.025), -math.log(0.025)],
        ),
        Passage(
            "yet $-\\log(1-\\mathrm{SER}) \\to {}$ (SER {}) at $\\lambda = 1$; from $(0.8, 0.2)$ "
            "SER is {},",
            _period,
        ),
        Table("| chain | $L=16$ |", _uniform),
        Passage("against the same {}, is estimated", lambda: [laws.constant()]),
        Passage(
            "= {}, {}, .3805, .3769 at $L = 8, 10, 12, 14$ for $s = 2$, {}, {}, .3886, .3828 at "
            "$L = 9, 12, 15, 18$ for $s = 3$, and {}, {}, .3995, .3900 at $L = 8, 12, 16, 20$",
            _fixed_count,
        ),
        Passage("against $c = {}$.", lambda: [laws.constant()]),
    ),
    outside=(
        OutsideTable("| | $L=8$ | 16 | 32 | 64 |", "an estimator that no unit of work has"),
        Outside(
            "has $c_L = {} \\pm {}$ and $-\\log(1-\\mathrm{SER}) = {} \\pm {}$; `hmm16-v8` has ${} "
            "\\pm {}$ and ${} \\pm {}$.",
            "simulated at L = N = 128, beside the rows",
        ),
        Outside("from the last two: {}, {}, {}, against", "of laws that take seconds"),
    ),
    least=21,
)
