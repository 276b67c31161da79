"""Families of revised tokens: beside the cases of the theorems' files those that come nearest.

revised-total-variation   copy pairs in one step: TV is 1 - 1/V, the bound 1
revised-pairs-every-grid  noise that falls by 1e-20 a step: the factor 1/2 a step is reached
one-hot-revised           large blocks in one step: (1 - 1/n)^(n-1) is near 1/e
"""

import itertools
from collections.abc import Callable

from synthetic.languages import CopyPairs
from theory.bounds import THEOREMS
from theory.bounds.revision.one_hot_revised import RevisedBlocks
from theory.bounds.revision.revised_pairs_every_grid import RevisedPairs
from theory.bounds.revision.revised_total_variation import Revised
from theory.bounds.theorem import Family
from theory.tightness.generated import Cases


def fast_grid(steps: int) -> tuple[float, ...]:
    """1, 1e-20, 1e-40, .., 0."""
    return (*(10.0 ** (-20 * step) for step in range(steps)), 0.0)


def _pairs_at_once() -> Cases:
    for symbols in (8, 16):
        case = Revised(CopyPairs(symbols, device="cpu"), 2, (1.0, 0.0))
        yield f"copy pair of {symbols}, L=2, N=1", case


def _fast_pairs() -> Cases:
    for symbols, steps in itertools.product((2, 16, 1000), (2, 4, 8, 12)):
        yield f"V={symbols}, N={steps}, fast", RevisedPairs(symbols, fast_grid(steps))


def _large_blocks() -> Cases:
    for size in (50, 100):
        yield f"m=1, n={size}, N=1", RevisedBlocks(1, size, 1)


def _nearer(theorem: str, words: str, cases: Callable[[], Cases]) -> Family:
    """The family of the theorem's file with more cases."""
    given = THEOREMS[theorem].family
    assert given is not None
    return Family(f"{given.words}; {words}", lambda: itertools.chain(given.cases(), cases()))


FAMILIES = {
    theorem: _nearer(theorem, words, cases)
    for theorem, words, cases in (
        ("revised-total-variation", "copy pairs of 8 and 16 in one step", _pairs_at_once),
        ("revised-pairs-every-grid", "N = 2, 4, 8, 12 with noise 1e-20 a step", _fast_pairs),
        ("one-hot-revised", "a block of 50 or 100 in one step", _large_blocks),
    )
}
