"""The numbers of docs/revisable_tokens.md, sections 10 and 11: correctors, and orders of masks."""

from collections.abc import Sequence

from tests.prose.page import Item, Passage, Table
from tests.prose.revision import CHAIN, ERROR, PAIRS, calls_to_divergence, exact_error
from tests.prose.rows import interval, of, statistic

CORRECTORS = ("none", "random", "margin", "confidence")
REVISED = "uniform noise, geometric grid"
SAMPLERS = (
    "fixed count",
    "best order",
    "sample then choose",
    REVISED,
    "uniform noise, fast geometric grid",
    "uniform noise, cosine grid",
)
FAST = SAMPLERS[4]
WITH_ENDS = {
    ("permutations, 32", 3),
    ("permutations, 32", 5),
    ("permutations, 64", 3),
    ("permutations, 128", 3),
    ("permutations, 128", 4),
    ("walk, 8", 4),
}
GROWTH = "growth exponent of least calls with L, KL <= "
FAMILIES = {"one-hot": "one-hot blocks", "walk": "walks"}


def _corrected(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """SER, and the divergence of pairs of tokens in 1e-4 nats, at equal calls."""
    grid, calls = labels[0].split(", ")
    name = f"uniform noise, {grid} grid"
    steps = int(calls)
    if column:
        name += f", {CORRECTORS[column]} corrector of 4"
        steps = (steps + 1) // 2
    rate, pairs = (exact_error(CHAIN, 64, name, steps, what)[0] for what in (ERROR, PAIRS))
    return rate, 1e4 * pairs


def _moved() -> list[float]:
    """The least and the greatest total variation that a sweep moves a law by."""
    names = [f"TV moved by a sweep, {one} selection" for one in CORRECTORS[2:]]
    values = [test.value for name in names for test in of("corrector-invariance", name)]
    chains = len(of("corrector-invariance", names[0]))
    random = of("corrector-invariance", "TV moved by a sweep, random selection")
    return [min(values), max(values), chains, max(test.value for test in random)]


def _calls(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """Calls to 1 bit and to 0.1 bits; mean calls of the rule that samples first."""
    name, size = labels[0].split(", ", 1)
    number = int(size.strip("$").split()[0].replace(",", ""))
    length = number**2 if name == "one-hot" else number
    both = [
        calls_to_divergence(FAMILIES.get(name, name), length, SAMPLERS[column], bits)
        for bits in (1.0, 0.1)
    ]
    if SAMPLERS[column] == "sample then choose":
        return both[0][:1]
    return [both[0][0], *(both[1] if (labels[0], column) in WITH_ENDS else both[1][:1])]


def _rounds() -> list[float]:
    """Bounds on the rounds at n = 64 and 128, and the calls of revision to 1 and to 0.1 bits."""
    numbers: list[float] = []
    for size in (64, 128):
        calls = [calls_to_divergence("permutations", size, FAST, bits)[0] for bits in (1.0, 0.1)]
        numbers += [size / 2, size * 2**-0.1, *calls]
    return numbers


def _exponents(family: str) -> list[float]:
    return [
        end
        for bits in ("1", "0.1")
        for end in interval(
            statistic("revision-to-divergence", f"{GROWTH}{bits} bits, {REVISED}", family, "exact")
        )
    ]


def _walks() -> list[float]:
    """Calls to 1 and 0.1 bits: cosine and geometric grid at 10 steps, the fast one at 8."""
    settings = ((10, SAMPLERS[5]), (10, REVISED), (8, FAST))
    return [
        calls_to_divergence("walks", length, sampler, bits)[0]
        for length, sampler in settings
        for bits in (1.0, 0.1)
    ]


SECTIONS: tuple[Item, ...] = (
    Table("| grid, calls | none |", _corrected),
    Passage(
        "moves the law by a total variation of {} to {} on {} chains, random selection by {})",
        _moved,
    ),
    Table("| family, $L$ | fixed count |", _calls),
    Passage(
        "(`permutation-rounds-random`): {} and {} at $n = 64$, where revision takes {} and {} "
        "calls, {} and {} at $n = 128$, where it takes {} and {}.",
        _rounds,
    ),
    Passage(
        "that samples first is exact in {}.",
        lambda: [round(calls_to_divergence("permutations", 64, SAMPLERS[2], 1.0)[0])],
    ),
    Passage(
        "open on permutations ({} [{}, {}] and {} [{}, {}] over $n$ = 4 to 128)",
        lambda: _exponents("permutations"),
    ),
    Passage(
        "refuted by walks of 4 to 10 steps: {} [{}, {}] and {} [{}, {}].",
        lambda: _exponents("walks"),
    ),
    Passage(
        "on the cosine grid 10 steps take {} and {} calls, on the geometric one {} and {}; at "
        "eight steps the grid to $10^{-12}$ takes {} and {}.",
        _walks,
    ),
)
