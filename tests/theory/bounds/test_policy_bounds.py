"""Value-adaptive policies: the exact identity, serial depths, scans of walks, permutations."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import assume
from hypothesis import strategies as st

from synthetic.languages import CopyPairs, Finite, Language, NGram, enumerate_sequences
from synthetic.sampling.strategies.table_policy import TablePolicy
from tests.generators import SEEDS, ngrams
from tests.synthetic.sampling.small_cases import CPU
from tests.theory.bounds.checking import (
    check_asymptotic,
    check_expression,
    check_on_cases,
    check_tight,
)
from tests.theory.bounds.generated import LANGUAGES
from tests.theory.laws.random_laws import policy_of, random_law
from theory.bounds import THEOREMS
from theory.bounds.cases import Generated
from theory.bounds.policies.affine_depth import AffineWords
from theory.bounds.policies.balanced_depth import BalancedWords
from theory.bounds.policies.bisection_depth import Remembering
from theory.bounds.policies.full_support_depth import Dependent
from theory.bounds.policies.one_hot_depth import OneHotBlocks
from theory.bounds.policies.permutation_recursion import PermutationRounds
from theory.bounds.policies.permutation_round_cost import PermutationRound
from theory.bounds.policies.permutation_rounds_exponential import PermutationTolerance
from theory.bounds.policies.random_policy_divergence import RandomPolicy
from theory.bounds.policies.walk_scan_cost import Scan
from theory.laws import optimal_policy
from theory.laws.policies.walk_depth import binomial_entropy

ADAPTIVE = THEOREMS["adaptive-policy-divergence"]
RANDOM = THEOREMS["random-policy-divergence"]
BISECTION = THEOREMS["bisection-depth"]
SCAN = THEOREMS["walk-scan-cost"]
SHARP = THEOREMS["walk-scan-cost-sharp"]
ROUND = THEOREMS["permutation-round-cost"]
RECURSION = THEOREMS["permutation-recursion"]
EXPONENTIAL = THEOREMS["permutation-rounds-exponential"]
QUADRATIC = THEOREMS["permutation-rounds-quadratic"]
ASYMPTOTIC = THEOREMS["permutation-asymptotic"]
BALANCED = THEOREMS["balanced-depth"]
ONE_HOT = THEOREMS["one-hot-depth"]
AFFINE = THEOREMS["affine-depth"]
FULL = THEOREMS["full-support-depth"]


@st.composite
def listed(draw: st.DrawFn) -> Language:
    """Random laws, half of them with zeros."""
    shape = draw(st.sampled_from([(2, 2), (2, 3), (2, 4), (3, 2), (3, 3)]))
    law = random_law(*shape, draw(SEEDS), draw(st.sampled_from([0.0, 0.5])))
    return Finite.from_law(law, shape[0])


def random_policy(vocab_size: int, length: int, seed: int) -> TablePolicy:
    """A table that decides every partial sequence by chance: adaptive to values."""
    generator = np.random.default_rng(seed)
    table = []
    for row in itertools.product(range(vocab_size + 1), repeat=length):
        masked = [2**place for place, token in enumerate(row) if token == vocab_size]
        kept = [bit for bit in masked if generator.random() < 0.5]
        table.append(sum(kept) or (int(generator.choice(masked)) if masked else 0))
    return TablePolicy(table)


@st.composite
def policy_cases(draw: st.DrawFn) -> Generated:
    language = draw(st.one_of(LANGUAGES, listed()).filter(lambda one: bool(one.lengths(4))))
    length = max(language.lengths(4))
    case = Generated(language, length, random_policy(language.vocab_size, length, draw(SEEDS)))
    # products of marginals as small as these underflow to zero, and KL to infinity
    assume(float(case.language_law[case.language_law > 0].min()) > 1e-200)
    return case


@st.composite
def random_policies(draw: st.DrawFn) -> RandomPolicy:
    first = draw(policy_cases())
    seeds = draw(st.lists(SEEDS, min_size=1, max_size=3))
    policies = [random_policy(first.language.vocab_size, first.length, seed) for seed in seeds]
    parts = draw(st.lists(st.integers(1, 9), min_size=len(seeds), max_size=len(seeds)))
    weights = tuple(part / sum(parts) for part in parts)
    return RandomPolicy(first.language, first.length, tuple(policies), weights)


def test_the_divergence_of_adaptive_policies() -> None:
    check_on_cases(ADAPTIVE, policy_cases(), lambda correlation: correlation / 2)
    check_expression(ADAPTIVE, {"correlation": [0.0, 0.5, 3.0]})
    with pytest.raises(ValueError, match=r"correlation .* is a number in 0"):
        ADAPTIVE.bound(correlation=-0.5)


def test_the_divergence_of_random_policies() -> None:
    check_on_cases(RANDOM, random_policies(), lambda correlation: correlation / 2, examples=60)
    check_expression(RANDOM, {"correlation": [0.0, 0.5, 3.0]})
    all_at_once = policy_of(2, 4, lambda masked: masked)
    pairs = policy_of(2, 4, lambda masked: masked[:2])
    crossed = policy_of(2, 4, lambda masked: masked[::2] if len(masked) == 4 else masked)
    same = RandomPolicy(CopyPairs(2), 4, (all_at_once, pairs), (0.25, 0.75))
    check_tight(RANDOM, same)
    # two laws, one exact: strictly below the average, which the identity would demand
    strict = RandomPolicy(CopyPairs(2), 4, (all_at_once, crossed), (0.5, 0.5))
    assert strict.divergence < 0.7 * RANDOM.bound_of(strict)
    # two laws that differ outside the support of q alone: equality all the same
    copies = Finite(torch.tensor([[0, 0, 0], [1, 1, 1]], device=CPU), vocab_size=2)
    near = policy_of(2, 3, lambda masked: masked[:2])
    far = policy_of(2, 3, lambda masked: masked[::2])
    outside = RandomPolicy(copies, 3, (near, far), (0.5, 0.5))
    first, second = (case.law for case in outside.cases)
    assert float((first - second).abs().max()) > 0.1
    check_tight(RANDOM, outside)
    with pytest.raises(ValueError, match=r"correlation .* is a number in 0"):
        RANDOM.bound(correlation=-0.5)


@st.composite
def remembering(draw: st.DrawFn) -> Remembering:
    memory = draw(st.integers(1, 3))
    language = draw(ngrams(orders=(memory + 1, memory + 1), most=2))
    return Remembering(language, memory, draw(st.integers(memory, 5)))


def test_the_depth_of_chains() -> None:
    check_on_cases(BISECTION, remembering(), lambda memory, length: memory)
    lengths, memories = [1, 2, 3, 8, 9, 24, 25, 2**40], [1, 1, 2, 2, 3, 3, 3, 1]
    check_expression(BISECTION, {"memory": memories, "length": lengths})
    dense = NGram([0.5, 0.5], [[0.9, 0.1], [0.3, 0.7]])
    for length in (1, 2, 4):
        check_tight(BISECTION, Remembering(dense, 1, length))
    check_tight(BISECTION, Remembering(Finite.from_law(random_law(2, 3, 0, 0.0), 2), 3, 3))
    # dependent, but not given any value: copies of one bit take two rounds instead of three
    copies = Finite(torch.tensor([[0] * 4, [1] * 4], device=CPU), vocab_size=2)
    assert Remembering(copies, 1, 4).depth == 2 < BISECTION.bound(memory=1, length=4)
    # without the memory: a law of four tokens that all depend on one another takes four rounds
    forgetful = Finite.from_law(random_law(2, 4, 0, 0.0), 2)
    assert Remembering(forgetful, 1, 4).depth > float(BISECTION.bound(memory=1, length=4))
    with pytest.raises(ValueError, match="bisection-depth holds only for length >= memory"):
        BISECTION.bound(memory=3, length=2)


@st.composite
def scans(draw: st.DrawFn) -> Scan:
    length = draw(st.integers(1, 60))
    return Scan(length, draw(st.integers(1, length)))


def test_the_cost_of_scanning_walks() -> None:
    check_on_cases(SCAN, scans(), lambda length, rounds: length * np.log2(length / rounds) / 2)
    check_on_cases(
        SHARP, scans(), lambda length, rounds: length * (np.log2(length / rounds) / 2 - 0.6)
    )
    points = {"length": [1.0, 7.0, 4096.0], "rounds": [1.0, 3.0, 4096.0]}
    check_expression(SCAN, points)
    check_expression(SHARP, points)
    for theorem in (SCAN, SHARP):
        with pytest.raises(ValueError, match="holds only for rounds <= length"):
            theorem.bound(length=2, rounds=3)
    with pytest.raises(ValueError, match=r"length \(n\) is an integer in 1\.\.4096, got 5000"):
        SHARP.bound(length=5000, rounds=3)


def test_the_constants_of_a_scan_hold_for_every_round() -> None:
    """Rounds of at most 4096 tokens need a constant of .6734, and the limit is .67425."""
    sizes = np.arange(1, 4097)
    entropies = np.array([binomial_entropy(int(size)) for size in sizes])
    needed = np.log2(sizes) / 2 - np.cumsum(entropies - 1) / sizes
    assert 0.673 < needed.max() < 0.675
    assert (np.diff(needed[:-1]) > 0).all()
    assert needed[-1] < 1 - math.log2(math.pi / 2) / 2 < 0.675
    assert (entropies > np.log2(math.pi * sizes) / 2).all()  # the lemma behind 1.3


@st.composite
def permutation_rounds(draw: st.DrawFn) -> PermutationRound:
    length = draw(st.integers(1, 6))
    order = draw(st.permutations(range(length)))
    values = draw(st.permutations(range(length)))
    shown = draw(st.integers(0, length - 1))
    size = draw(st.integers(1, length - shown))
    known = tuple(zip(order[:shown], values[:shown], strict=True))
    return PermutationRound(length, known, tuple(order[shown : shown + size]))


def test_the_cost_of_a_round_of_permutations() -> None:
    # the twin forgets that what was revealed is gone: log2(M^B / B!)
    check_on_cases(
        ROUND,
        permutation_rounds(),
        lambda left, size: size * math.log2(left) - math.log2(math.factorial(int(size))),
    )
    check_expression(ROUND, {"left": [1, 2, 5, 16, 40], "size": [1, 2, 3, 16, 1]})
    assert ROUND.bound(left=[3, 5], size=[3, 1]) == pytest.approx([math.log2(27 / 6), 0])
    with pytest.raises(ValueError, match="holds only for size <= left"):
        ROUND.bound(left=2, size=3)


def uniform_permutations(length: int) -> Language:
    words = torch.tensor(list(itertools.permutations(range(length))), device=CPU)
    return Finite(words, vocab_size=length)


def test_permutations_in_few_rounds() -> None:
    cases = st.builds(PermutationRounds, st.integers(1, 9), st.integers(1, 10))
    # the twin takes one token a round in the end, and the rest at once
    check_on_cases(
        RECURSION,
        cases,
        lambda length, rounds: float(ROUND.bound(left=length, size=max(length - rounds + 1, 1))),
    )
    check_expression(RECURSION, {"length": [1, 3, 5, 6, 7], "rounds": [1, 2, 3, 4, 5]})
    assert RECURSION.bound(length=7, rounds=[7, 9]).tolist() == [0.0, 0.0]
    for length in (2, 3, 4):  # adapting to values gains nothing at a fixed number of rounds
        schedules = optimal_policy(uniform_permutations(length), length=length).schedules
        bits = [point.kl_divergence / math.log(2) for point in schedules]
        wanted = RECURSION.bound(length=length, rounds=np.arange(1, length + 1))
        assert bits == pytest.approx(wanted, abs=1e-9)
    with pytest.raises(ValueError, match=r"rounds \(R\) is an integer in 1\.\.1000, got 0"):
        RECURSION.bound(length=5, rounds=0)


def test_rounds_of_permutations_at_an_error() -> None:
    cases = st.builds(
        PermutationTolerance, st.integers(1, 25), st.floats(0, 6) | st.sampled_from([0.0, 1.0])
    )
    check_on_cases(EXPONENTIAL, cases, lambda length, error: length * 2 ** (-error / 2))
    check_on_cases(QUADRATIC, cases, lambda length, error: length / (1 + error * math.log(2)))
    points = {"length": [1, 5, 9, 30], "error": [0.0, 1.0, 0.25, 7.5]}
    for theorem in (EXPONENTIAL, QUADRATIC):
        check_expression(theorem, points)
        for length in (1, 2, 7):  # reached
            exact = PermutationTolerance(length, 0.0)
            assert theorem.exact(exact) == theorem.bound_of(exact) == length
        with pytest.raises(ValueError, match=r"error .* is a number in 0"):
            theorem.bound(length=3, error=-1.0)
    reached = PermutationTolerance(2, 1.0)
    assert EXPONENTIAL.exact(reached) == EXPONENTIAL.bound_of(reached) == 1


@pytest.mark.parametrize("length", [2, 3, 4])
def test_no_policy_beats_the_mixtures_of_profiles(length: int) -> None:
    """The points of the best adaptive policies lie on or above what the cases call least."""
    for point in optimal_policy(uniform_permutations(length), length=length).points:
        error = max(0.0, point.kl_divergence / math.log(2)) + 1e-9
        case = PermutationTolerance(length, error)
        assert point.rounds >= case.rounds - 1e-6
        assert point.rounds >= max(EXPONENTIAL.bound_of(case), QUADRATIC.bound_of(case)) - 1e-6


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_permutations_in_few_rounds_of_many_tokens(rounds: int) -> None:
    cases = [PermutationRounds(length, rounds) for length in (5, 30, 240)]

    def twin(length: float, rounds: float) -> float:
        return float(ASYMPTOTIC.bound(length=length, rounds=rounds + 1))

    check_asymptotic(ASYMPTOTIC, cases, twin, last=1e-4)


def test_the_asymptotic_of_permutations_in_symbols() -> None:
    check_expression(ASYMPTOTIC, {"length": [1, 10, 10, 1000], "rounds": [1, 1, 2, 5]})
    remainders = [
        ASYMPTOTIC.exact(case) - ASYMPTOTIC.bound_of(case)
        for case in [PermutationRounds(length, 4) for length in range(50, 120, 5)]
    ]
    assert min(remainders) > -1 / (12 * 50 * math.log(2))
    with pytest.raises(ValueError, match=r"length \(n\) is an integer"):
        ASYMPTOTIC.bound(length=0, rounds=1)


def test_the_depth_of_balanced_words() -> None:
    check_on_cases(BALANCED, st.builds(BalancedWords, st.integers(1, 3)), lambda half: 2 * half)
    check_expression(BALANCED, {"half": [1, 2, 3, 50]})
    with pytest.raises(ValueError, match=r"half \(h = n / 2\) is an integer"):
        BALANCED.bound(half=1.5)


def test_the_depth_of_one_hot_blocks() -> None:
    shapes = [(1, 1), (2, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 2), (3, 2), (2, 3)]
    cases = st.sampled_from([OneHotBlocks(*shape) for shape in shapes])
    check_on_cases(ONE_HOT, cases, lambda blocks, size: size, examples=len(shapes))
    check_expression(ONE_HOT, {"blocks": [1, 1, 3, 7, 20], "size": [1, 2, 3, 9, 20]})
    sizes = np.arange(2, 200)
    depths = ONE_HOT.bound(blocks=sizes, size=sizes)
    assert (depths >= sizes - 1 / (math.e * (math.e - 1))).all()
    with pytest.raises(ValueError, match=r"blocks \(b\) is an integer"):
        ONE_HOT.bound(blocks=0, size=2)


@st.composite
def affine_words(draw: st.DrawFn) -> AffineWords:
    prime, length = draw(st.sampled_from([(2, 2), (2, 4), (2, 5), (3, 2), (3, 3)]))
    word = st.tuples(*[st.integers(0, prime - 1)] * length)
    return AffineWords(prime, draw(word), tuple(draw(st.lists(word, max_size=3))))


def test_the_depth_of_affine_subspaces() -> None:
    check_on_cases(AFFINE, affine_words(), lambda dimension, varying: 2.0)
    check_expression(AFFINE, {"dimension": [0, 1, 2, 3], "varying": [0, 1, 5, 4]})
    # dropped: linear over no prime field; two bits that are not both one take a round each
    words = torch.tensor([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], device=CPU)
    assert optimal_policy(Finite(words, vocab_size=2), length=3).points[-1].rounds > 2.4
    with pytest.raises(ValueError, match="holds only for d <= v"):
        AFFINE.bound(dimension=3, varying=2)


@st.composite
def dependents(draw: st.DrawFn) -> Dependent:
    shape = draw(st.sampled_from([(2, 1), (2, 2), (2, 3), (2, 4), (2, 5), (3, 2), (3, 3)]))
    return Dependent(Finite.from_law(random_law(*shape, draw(SEEDS), 0.0), shape[0]), shape[1])


def test_the_depth_of_laws_with_full_support() -> None:
    check_on_cases(FULL, dependents(), lambda length, dependence: (length + 1) / 2)
    check_expression(FULL, {"length": [1, 2, 9], "dependence": [1.0, 0.25, 0.5]})
    # dropped: a chain has full support and independent tokens given the one between them
    chain = Dependent(NGram([0.5, 0.5], [[0.9, 0.1], [0.3, 0.7]]), 3)
    assert chain.dependence < 1e-12
    assert chain.depth == pytest.approx(2)
    with pytest.raises(ValueError, match=r"dependence .* without the ends, got 0"):
        FULL.bound(length=3, dependence=0.0)


def test_the_words_of_a_listed_language() -> None:
    law = random_law(2, 3, 5, 0.5)
    computed = Finite.from_law(law, 2).log_prob(enumerate_sequences(2, 3)).exp()
    assert torch.allclose(law, computed)
