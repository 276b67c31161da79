"""Small languages that families of cases are made of, by name: extreme ones and random ones."""

from collections.abc import Iterator
from functools import cache

from synthetic.languages import CopyPairs, Language, NGram, RunningSum

WORDS = (
    "19 languages (a repeated bit, independent bits, a clock, the golden mean, an absorbing chain, "
    "ten random 2-grams and 3-grams, copy pairs and running sums over 2 and 3 symbols)"
)
NGRAMS = "15 n-grams, n = 2, 3, over 2 and 3 symbols"
LENGTHS = (2, 3, 4)


@cache
def repeated_bit() -> NGram:
    """A fair bit, repeated."""
    return NGram([0.5, 0.5], [[1.0, 0.0], [0.0, 1.0]], device="cpu")


@cache
def golden_mean() -> NGram:
    """Bits without two ones in a row."""
    return NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]], device="cpu")


@cache
def clock() -> NGram:
    """Bits that alternate, the first one fair."""
    return NGram([0.5, 0.5], [[0.0, 1.0], [1.0, 0.0]], device="cpu")


def random_chain(vocab_size: int, branching: int, seed: int, order: int = 2) -> NGram:
    """A random n-gram."""
    return NGram.random(order, vocab_size, branching, 1.0, seed, device="cpu")


@cache
def ngrams() -> dict[str, NGram]:
    """Those of `languages` that are n-grams."""
    shapes = {(2, 2, 2): 3, (2, 3, 2): 3, (2, 3, 3): 2, (3, 2, 2): 2}
    return {
        "repeated bit": repeated_bit(),
        "independent bits": NGram([0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]], device="cpu"),
        "clock": clock(),
        "golden mean": golden_mean(),
        "absorbing chain": NGram([0.0, 1.0], [[1.0, 0.0], [0.25, 0.75]], device="cpu"),
    } | {
        f"{order}-gram over {size}, {branching} successors, seed {seed}": random_chain(
            size, branching, seed, order
        )
        for (order, size, branching), seeds in shapes.items()
        for seed in range(seeds)
    }


@cache
def languages() -> dict[str, Language]:
    """What bounds for every language are measured over, by name."""
    return {
        **ngrams(),
        "copy pairs of 2": CopyPairs(2, device="cpu"),
        "copy pairs of 3": CopyPairs(3, device="cpu"),
        "running sum of 2": RunningSum(2, device="cpu"),
        "running sum of 3": RunningSum(3, device="cpu"),
    }


def at_lengths() -> Iterator[tuple[str, Language, int]]:
    """Every language at each of the lengths 2, 3, 4 that has words of it."""
    for name, language in languages().items():
        for length in language.lengths(LENGTHS[-1]):
            if length in LENGTHS:
                yield f"{name}, L={length}", language, length
