"""Families of policies: tokens drawn at once, adaptive rounds, depths, permutations, scans."""

import itertools
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from synthetic.languages import Finite
from synthetic.sampling.strategies.table_policy import TablePolicy
from theory.bounds.cases import Generated
from theory.bounds.policies.affine_depth import AffineWords
from theory.bounds.policies.balanced_depth import BalancedWords
from theory.bounds.policies.bisection_depth import Remembering
from theory.bounds.policies.deterministic_answer import replace_index, replace_random, shuffle
from theory.bounds.policies.entropy_bounded_certificate import Joint
from theory.bounds.policies.full_support_depth import Dependent
from theory.bounds.policies.one_hot_depth import OneHotBlocks
from theory.bounds.policies.permutation_recursion import PermutationRounds
from theory.bounds.policies.permutation_round_cost import PermutationRound
from theory.bounds.policies.permutation_rounds_exponential import PermutationTolerance
from theory.bounds.policies.random_policy_divergence import RandomPolicy
from theory.bounds.policies.several_tokens import TokensAtOnce
from theory.bounds.policies.walk_scan_cost import Scan
from theory.bounds.theorem import Family
from theory.tightness.generated import Cases
from theory.tightness.languages import NGRAMS, WORDS, languages, ngrams


def random_policy(vocab_size: int, length: int, seed: int) -> TablePolicy:
    """A table that decides every partial sequence by chance: adaptive to values."""
    generator = np.random.default_rng(seed)
    table = []
    for row in itertools.product(range(vocab_size + 1), repeat=length):
        masked = [2**place for place, token in enumerate(row) if token == vocab_size]
        kept = [bit for bit in masked if generator.random() < 0.5]
        table.append(sum(kept) or (int(generator.choice(masked)) if masked else 0))
    return TablePolicy(table)


def _adaptive() -> Cases:
    for name, language in languages().items():
        for seed in range(4):
            policy = random_policy(language.vocab_size, 4, seed)
            yield f"{name}, L=4, policy {seed}", Generated(language, 4, policy)


def _mixed() -> Cases:
    for name, language in languages().items():
        policies = tuple(random_policy(language.vocab_size, 4, seed) for seed in (0, 1))
        for weight in (1.0, 0.5, 0.9):
            case = RandomPolicy(language, 4, policies, (weight, 1 - weight))
            yield f"{name}, L=4, weight {weight}", case


def _chains() -> Cases:
    for name, language in ngrams().items():
        memory = language.order - 1
        for length in range(memory, 6 if language.vocab_size == 2 else 5):
            yield f"{name}, L={length}", Remembering(language, memory, length)


def _dependent() -> Cases:
    """Exponential weights: laws with full support, of which no two tokens are independent."""
    for (size, length), seed in itertools.product(((2, 2), (2, 3), (2, 4), (3, 3)), range(5)):
        weights = np.random.default_rng(seed).exponential(size=size**length)
        law = torch.tensor(weights / weights.sum(), dtype=torch.float64, device="cpu")
        yield f"V={size}, L={length}, seed {seed}", Dependent(Finite.from_law(law, size), length)


def _affine() -> Cases:
    for (prime, length), seed in itertools.product(((2, 3), (2, 5), (3, 3)), range(8)):
        generator = np.random.default_rng(seed)
        shift, *directions = generator.integers(prime, size=(1 + seed % 4, length)).tolist()
        case = AffineWords(prime, tuple(shift), tuple(map(tuple, directions)))
        yield f"p={prime}, n={length}, seed {seed}", case


def _balanced() -> Cases:
    for half in (1, 2, 3):
        yield f"h={half}", BalancedWords(half)


def _one_hot() -> Cases:
    for shape in ((1, 1), (2, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 2), (3, 2), (2, 3)):
        yield f"b={shape[0]}, m={shape[1]}", OneHotBlocks(*shape)


def _rounds() -> Cases:
    for length in range(1, 7):
        for shown, size in itertools.product(range(length), range(1, length + 1)):
            if shown + size <= length:
                known = tuple((place, length - 1 - place) for place in range(shown))
                places = tuple(range(shown, shown + size))
                case = PermutationRound(length, known, places)
                yield f"n={length}, {shown} known, B={size}", case


def _profiles() -> Cases:
    for length, rounds in itertools.product(range(1, 10), range(1, 11)):
        yield f"n={length}, R={rounds}", PermutationRounds(length, rounds)


def _tolerances() -> Cases:
    for length, error in itertools.product((2, 3, 7, 15, 25), (0.0, 0.1, 0.5, 1.0, 2.0, 4.0, 6.0)):
        yield f"n={length}, {error} bits", PermutationTolerance(length, error)


def _large_permutations() -> Cases:
    for length in (5, 15, 45, 135, 405):
        yield f"n={length}, R=2", PermutationRounds(length, 2)


def _scans() -> Cases:
    for length in (4, 16, 64, 256):
        for rounds in sorted({1, 2, length // 8, length // 4} - {0}):
            yield f"n={length}, R={rounds}", Scan(length, rounds)


SCANS = Family("n = 4, 16, 64, 256; R = 1, 2, n/8, n/4", _scans)
TOLERANCES = Family("n = 2, 3, 7, 15, 25; errors of 0 to 6 bits", _tolerances)

SHAPES = ((2, 2), (2, 3), (2, 4), (3, 2), (3, 3))


def _repeated(size: int, tokens: int) -> NDArray[np.float64]:
    """One uniform symbol, repeated."""
    law = np.zeros((size,) * tokens)
    for symbol in range(size):
        law[(symbol,) * tokens] = 1 / size
    return law


def _apart(size: int, tokens: int, doubt: float) -> NDArray[np.float64]:
    """The word 0..0, or with probability `doubt` each a word that differs from it at one token."""
    law = np.zeros((size,) * tokens)
    for token in range(tokens):
        law[tuple(int(token == other) for other in range(tokens))] = doubt
    law[(0,) * tokens] = 1 - tokens * doubt
    return law


def _laws() -> Iterator[tuple[str, NDArray[np.float64]]]:
    for size, tokens in SHAPES:
        given = f"V={size}, n={tokens}"
        yield f"{given}, repeated", _repeated(size, tokens)
        for doubt in (0.01, 0.1):
            yield f"{given}, apart by {doubt}", _apart(size, tokens, doubt)
        for seed, kept in itertools.product(range(3), (0.05, 0.5, 1.0)):
            noise = np.random.default_rng(seed).exponential(size=(size,) * tokens)
            point = np.zeros_like(noise)
            point[(0,) * tokens] = 1.0
            law = kept * noise / noise.sum() + (1 - kept) * point
            yield f"{given}, seed {seed}, {kept} random", law


def _joints() -> Cases:
    for name, law in _laws():
        yield name, Joint(law)


def _at_once() -> Cases:
    for name, law in _laws():
        tokens = law.ndim
        marginals = np.stack(
            [law.sum(tuple({*range(tokens)} - {place})) for place in range(tokens)]
        )
        for share in (0.0, 0.3):
            drawn = (1 - share) * marginals + share / law.shape[0]
            yield f"{name}, {share} of uniform", TokensAtOnce(law, drawn)


def _replaced() -> Cases:
    for items in range(2, 10):
        yield f"n={items}", replace_index(items, items // 2)


def _replaced_anywhere() -> Cases:
    for items in range(2, 40):
        yield f"n={items}", replace_random(items)


def _shuffled() -> Cases:
    for items in range(2, 8):
        yield f"n={items}", shuffle(items)


JOINTS = Family(
    "60 joint laws of 2 to 4 tokens, V = 2, 3: repeated, differing at one token, random, and near "
    "a point mass",
    _joints,
)


FAMILIES = {
    "adaptive-policy-divergence": Family(f"{WORDS} at L = 4; four random policies", _adaptive),
    "random-policy-divergence": Family(
        f"{WORDS} at L = 4; two random policies mixed in three ways", _mixed
    ),
    "bisection-depth": Family(f"{NGRAMS}, up to L = 5", _chains),
    "full-support-depth": Family("20 random laws with full support, V = 2, 3, L <= 4", _dependent),
    "affine-depth": Family("24 random affine subspaces, p = 2, 3, n <= 5", _affine),
    "balanced-depth": Family("h = 1, 2, 3", _balanced),
    "one-hot-depth": Family("9 shapes of at most 6 symbols", _one_hot),
    "permutation-round-cost": Family("all rounds of permutations of n <= 6", _rounds),
    "permutation-recursion": Family("n <= 9, R <= 10", _profiles),
    "permutation-rounds-exponential": TOLERANCES,
    "permutation-rounds-quadratic": TOLERANCES,
    "permutation-asymptotic": Family("R = 2, n = 5, 15, .., 405", _large_permutations),
    "walk-scan-cost": SCANS,
    "walk-scan-cost-sharp": SCANS,
    "entropy-bounded-certificate": JOINTS,
    "confident-argmax": JOINTS,
    "frechet-bound": JOINTS,
    "independence-test": JOINTS,
    "several-tokens": Family(
        f"{JOINTS.words}; drawn from their marginals and from those with 0.3 of uniform", _at_once
    ),
    "replace-index": Family("lists of 2 to 9 items", _replaced),
    "replace-random": Family("lists of 2 to 39 items", _replaced_anywhere),
    "shuffle": Family("lists of 2 to 7 items", _shuffled),
}
