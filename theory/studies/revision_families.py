"""Languages of which order and revision can be compared at length, and their samplers.

All but the walk are symmetric enough that every sampler below gives all their words one
probability, so that KL(q || p) = -log(1 - SER), exactly or by the interval of a simulated SER.
Divergences are in bits.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from synthetic.quantities import Estimate

if TYPE_CHECKING:
    from torch import Tensor

    from synthetic.denoisers import NoisyDenoiser

PAIR_SYMBOLS = 16
FAST = 1e-12  # the last level of the fast geometric grid
RULE = 0.01  # over L: that of the geometric grid of all other studies
LONG_PERMUTATION = 32
COUNTED_WALKS = 10  # up to here frequencies of all 2^L walks are counted
WORDS_EACH = 50


@dataclass(frozen=True)
class RevisionFamily:
    """One language at growing sizes.

    `length` is L at a size. `fixed_count` and `revised` are the divergence of fixed count in random
    order and of uniform noise along a grid, both of the exact denoiser, at a number of steps;
    `best_order` the least divergences known of choose-then-sample policies in at most 1, 2, ..
    rounds; `sample_then_choose` the mean calls of an exact rule that draws first, where one is
    known. `simulated` says that samples stand behind the revised divergence, `fixed_simulated`
    behind that of fixed count. Above the size `counted` only what impossible words add to the
    divergence is known: a lower bound of it.
    """

    length: Callable[[int], int]
    fixed_count: Callable[[int, int, int, int], Estimate]  # size, steps, samples, seed
    revised: Callable[[int, str, int, int, int], Estimate]  # size, grid, steps, samples, seed
    best_order: Callable[[int], Iterator[float]]
    sample_then_choose: Callable[[int], float] | None
    simulated: bool = False
    fixed_simulated: bool = False
    counted: float = math.inf


def _exact(bits: float) -> Estimate:
    return Estimate(bits, bits, bits, 1, "exact law", 0.0)


def _bits(nats: float) -> Estimate:
    return _exact(nats / math.log(2))


def _of_errors(rate: Estimate) -> Estimate:
    """-log2(1 - SER) with the ends of the interval of SER."""
    value, low, high = (
        -math.log2(1 - end) if end < 1 else math.inf for end in (rate.value, rate.low, rate.high)
    )
    return Estimate(value, low, high, rate.samples, f"-log2(1 - SER), {rate.estimator}")


def grid_of(name: str, length: int, steps: int) -> "Tensor":
    """The grid `cosine`, `geometric` (to 0.01 / L) or `fast geometric` (to 1e-12)."""
    from synthetic.noise import cosine_grid, geometric_grid

    if name == "cosine":
        return cosine_grid(steps)
    return geometric_grid(steps, FAST if name == "fast geometric" else RULE / length)


def _revised_words(
    denoiser: "NoisyDenoiser", grid: str, length: int, steps: int, samples: int, seed: int
) -> "Tensor":
    from synthetic.arguments import seeded
    from synthetic.noise import Uniform
    from synthetic.sampling import ancestral

    noise = Uniform(denoiser.vocab_size)
    return ancestral(
        denoiser,
        noise,
        grid_of(grid, length, steps),
        length=length,
        count=samples,
        generator=seeded(seed),
    ).tokens


def _permutations_fixed(size: int, steps: int, samples: int, seed: int) -> Estimate:
    from synthetic.sampling import equal_sizes
    from theory.laws.policies.permutation_depth import permutation_error

    return _exact(permutation_error(equal_sizes(size, steps)))


def _permutations_revised(size: int, grid: str, steps: int, samples: int, seed: int) -> Estimate:
    from synthetic.denoisers import NoisyOracle
    from synthetic.denoisers.noisy_permutations import NoisyPermutations
    from synthetic.languages import Permutations
    from synthetic.metrics import sequence_error_rate
    from synthetic.noise import Uniform

    language = Permutations(size)
    oracle = NoisyOracle(language, Uniform(size))  # the quicker one for short words
    denoiser = NoisyPermutations(size) if size >= LONG_PERMUTATION else oracle
    words = _revised_words(denoiser, grid, size, steps, samples, seed)
    return _of_errors(sequence_error_rate(words, language))


def _permutations_best(size: int) -> Iterator[float]:
    from theory.laws.policies.permutation_depth import permutation_least_error

    return (permutation_least_error(size, rounds).error for rounds in itertools.count(1))


def _permutations_drawn(size: int) -> float:
    from theory.laws.policies.distinct_values import distinct_values_rounds

    return distinct_values_rounds(size)


def _counted_fixed(
    blocks: Callable[[int], int], ones: Callable[[int], int], size: int, steps: int, *_: int
) -> Estimate:
    from synthetic.sampling import equal_sizes
    from theory.laws.policies.counted_bits import counted_bits_divergence

    one = counted_bits_divergence(ones(size), equal_sizes(size, steps))
    return _bits(blocks(size) * one)


def _counted_best(
    blocks: Callable[[int], int], ones: Callable[[int], int], size: int
) -> Iterator[float]:
    from theory.laws.policies.counted_bits import counted_bits_least_divergences

    each = counted_bits_least_divergences(size, ones(size))
    return (blocks(size) * one / math.log(2) for one in each)


def _balanced_revised(size: int, grid: str, steps: int, samples: int, seed: int) -> Estimate:
    from synthetic.languages import Balanced
    from theory.laws.enumeration.counted_bits_noise import counted_bits_noise_law

    law = counted_bits_noise_law(Balanced(2), grid_of(grid, size, steps), length=size)
    return _bits(-math.log(law[size // 2]))


def _one_hot_revised(size: int, grid: str, steps: int, samples: int, seed: int) -> Estimate:
    from synthetic.languages import OneHot
    from theory.laws.enumeration.counted_bits_noise import counted_bits_noise_law

    levels = grid_of(grid, size * size, steps)
    law = counted_bits_noise_law(OneHot(size), levels, length=size)
    return _bits(-size * math.log(law[1]))


def _pairs_fixed(size: int, steps: int, samples: int, seed: int) -> Estimate:
    from synthetic.sampling import equal_sizes
    from theory.laws.policies.copy_pairs_fixed_count import copy_pairs_fixed_count_divergence

    return _bits(copy_pairs_fixed_count_divergence(PAIR_SYMBOLS, equal_sizes(size, steps)))


def _pairs_revised(size: int, grid: str, steps: int, samples: int, seed: int) -> Estimate:
    from theory.laws.chains.copy_pairs_noise import copy_pairs_unequal

    unequal = copy_pairs_unequal(PAIR_SYMBOLS, grid_of(grid, size, steps))
    return _bits(-(size // 2) * math.log1p(-unequal))


def _pairs_best(size: int) -> Iterator[float]:
    """All at once, or odd positions first."""
    return itertools.chain([size // 2 * math.log2(PAIR_SYMBOLS)], itertools.repeat(0.0))


def _walk_divergence(words: "Tensor") -> Estimate:
    from synthetic.metrics import sequence_error_rate
    from theory.laws.policies.bernoulli_walk import bernoulli_walk, walk_divergence

    size = words.shape[1]
    if size > COUNTED_WALKS:
        return _of_errors(sequence_error_rate(words, bernoulli_walk(size)))
    divergence = walk_divergence(words)
    ends = [end / math.log(2) for end in (divergence.value, divergence.low, divergence.high)]
    return replace(divergence, value=ends[0], low=ends[1], high=ends[2], standard_error=math.nan)


def _walk_samples(size: int, samples: int) -> int:
    return max(samples, WORDS_EACH * 2**size) if size <= COUNTED_WALKS else samples


def _walk_fixed(size: int, steps: int, samples: int, seed: int) -> Estimate:
    from synthetic.arguments import seeded
    from synthetic.denoisers import Oracle
    from synthetic.sampling import FixedCount, equal_sizes, generate
    from theory.laws.policies.bernoulli_walk import bernoulli_walk

    generation = generate(
        Oracle(bernoulli_walk(size)),
        FixedCount(equal_sizes(size, steps)),
        length=size,
        count=_walk_samples(size, samples),
        generator=seeded(seed),
    )
    return _walk_divergence(generation.tokens)


def _walk_revised(size: int, grid: str, steps: int, samples: int, seed: int) -> Estimate:
    from synthetic.denoisers import NoisyOracle
    from synthetic.noise import Uniform
    from theory.laws.policies.bernoulli_walk import bernoulli_walk

    oracle = NoisyOracle(bernoulli_walk(size), Uniform(size + 1))
    count = _walk_samples(size, samples)
    return _walk_divergence(_revised_words(oracle, grid, size, steps, count, seed))


def _walk_best(size: int) -> Iterator[float]:
    """The last position, then bisection: exact in ceil(log2 L) + 1 rounds; none with errors."""
    rounds = (size - 1).bit_length() + 1
    return itertools.chain(itertools.repeat(math.inf, rounds - 1), itertools.repeat(0.0))


def _same(size: int) -> int:
    return size


def _one(size: int) -> int:
    return 1


def _half(size: int) -> int:
    return size // 2


def _two_calls(size: int) -> float:
    """Bits: as many of the more frequent symbol as there may be, at random, then the rest; pairs:
    the odd positions of what was drawn."""
    return 2.0


FAMILIES = {
    "permutations": RevisionFamily(
        length=_same,
        fixed_count=_permutations_fixed,
        revised=_permutations_revised,
        best_order=_permutations_best,
        sample_then_choose=_permutations_drawn,
        simulated=True,
    ),
    "one-hot blocks": RevisionFamily(
        length=lambda size: size * size,
        fixed_count=partial(_counted_fixed, _same, _one),
        revised=_one_hot_revised,
        best_order=partial(_counted_best, _same, _one),
        sample_then_choose=_two_calls,
    ),
    "balanced words": RevisionFamily(
        length=_same,
        fixed_count=partial(_counted_fixed, _one, _half),
        revised=_balanced_revised,
        best_order=partial(_counted_best, _one, _half),
        sample_then_choose=_two_calls,
    ),
    "copy pairs": RevisionFamily(
        length=_same,
        fixed_count=_pairs_fixed,
        revised=_pairs_revised,
        best_order=_pairs_best,
        sample_then_choose=_two_calls,
    ),
    "walks": RevisionFamily(
        length=_same,
        fixed_count=_walk_fixed,
        revised=_walk_revised,
        best_order=_walk_best,
        sample_then_choose=None,
        simulated=True,
        fixed_simulated=True,
        counted=COUNTED_WALKS,
    ),
}


@cache
def family(name: str) -> RevisionFamily:
    """The family of a name, or a one-line error that lists them."""
    if name not in FAMILIES:
        raise ValueError(f"a family is one of {', '.join(FAMILIES)}, got {name!r}")
    return FAMILIES[name]
