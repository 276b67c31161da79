"""The exact law of every strategy: enumerated chance, brute force and theory agree."""

from collections.abc import Callable, Sequence
from math import comb
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs, Language, NGram, enumerate_sequences
from synthetic.metrics import enumerated_law, sequence_error_rate_of_law
from synthetic.sampling import (
    Bernoulli,
    FirstHitting,
    FixedCount,
    LeftToRight,
    Strategy,
    cosine,
    equal_sizes,
    linear,
    two_phase,
)
from tests.generators import languages, schedules, sizes_of
from tests.synthetic.sampling.small_cases import (
    CPU,
    Table,
    brute_force_law,
    copy_pairs_error,
    law_by_outcomes,
    random_table,
    tabulated,
)

STRATEGIES: dict[str, Callable[[Any], Strategy]] = {
    "Bernoulli": Bernoulli,
    "FixedCount": FixedCount,
    "FirstHitting": lambda _: FirstHitting(),
    "LeftToRight": lambda vector: LeftToRight(vector[0]),
}
FEW = settings(max_examples=40, deadline=None, derandomize=True)
TOLERANCE = 1e-12


def assert_laws_equal(law: Tensor, other: Tensor) -> None:
    np.testing.assert_allclose(law.numpy(), other.numpy(), rtol=0, atol=TOLERANCE)


def assert_laws_differ(law: Tensor, other: Tensor) -> None:
    with pytest.raises(AssertionError):
        assert_laws_equal(law, other)


def language(seed: int, order: int = 2) -> NGram:
    return NGram.random(order=order, vocab_size=3, branching=2, temperature=1.0, seed=seed)


@pytest.mark.parametrize(
    ("vocab_size", "length", "kind", "vector"),
    [
        (3, 3, "Bernoulli", (0.5, 0.3, 0.2)),
        (2, 4, "Bernoulli", (0.5, 0.3, 0.2)),
        (3, 3, "Bernoulli", (0.25, 0.0, 0.75, 0.0)),
        (3, 4, "FixedCount", (2, 1, 1)),
        (3, 3, "FixedCount", (1, 0, 2, 0)),
        (3, 4, "FixedCount", (3, 1)),
        (2, 4, "FirstHitting", ()),
        (3, 3, "FirstHitting", ()),
        (3, 4, "LeftToRight", (1,)),
        (3, 4, "LeftToRight", (3,)),
    ],
)
def test_enumerated_law_is_the_brute_force_law(
    vocab_size: int, length: int, kind: str, vector: Sequence[int]
) -> None:
    """In a table of unrelated laws no two orders agree, so that every choice counts."""
    table = random_table(vocab_size, length, seed=length, zeros=0.2)
    law = law_by_outcomes(table, STRATEGIES[kind](vector), length)
    assert float(law.sum()) == pytest.approx(1, abs=TOLERANCE)
    assert_laws_equal(law, brute_force_law(table, kind, vector))


@FEW
@given(st.integers(2, 3), st.integers(1, 3), st.integers(0, 2**31), st.floats(0, 0.6), schedules(3))
def test_bernoulli_law_on_random_denoisers(
    vocab_size: int, length: int, seed: int, zeros: float, schedule: tuple[float, ...]
) -> None:
    table = random_table(vocab_size, length, seed, zeros)
    law = law_by_outcomes(table, Bernoulli(schedule), length)
    assert_laws_equal(law, brute_force_law(table, "Bernoulli", schedule))


@FEW
@given(st.data(), st.integers(2, 3), st.integers(1, 3), st.integers(0, 2**31))
def test_fixed_count_law_on_random_denoisers(
    data: st.DataObject, vocab_size: int, length: int, seed: int
) -> None:
    table = random_table(vocab_size, length, seed)
    sizes = data.draw(sizes_of(length, most=4))
    law = law_by_outcomes(table, FixedCount(sizes), length)
    assert_laws_equal(law, brute_force_law(table, "FixedCount", sizes))


@pytest.mark.parametrize("order", [2, 3])
def test_the_check_refuses_laws_of_other_strategies(order: int) -> None:
    """Broken twins: other schedules, the other random order, an argmax at the end."""
    table = tabulated(Oracle(language(order, order)), 3)
    law = law_by_outcomes(table, Bernoulli((0.5, 0.3, 0.2)), 3)
    assert_laws_differ(law, brute_force_law(table, "Bernoulli", (0.2, 0.3, 0.5)))
    assert_laws_differ(law, brute_force_law(table, "FixedCount", (1, 1, 1)))
    best = table.log_probs.argmax(-1, keepdim=True)
    point = torch.full_like(table.log_probs, -torch.inf).scatter(-1, best, 0.0)
    late = table.log_probs.clone()
    shown = (enumerate_sequences(4, 3) != 3).sum(1)
    late[shown == 2] = point[shown == 2]  # the last token is the most probable one
    assert_laws_differ(law, brute_force_law(Table(late), "Bernoulli", (0.5, 0.3, 0.2)))


@pytest.mark.parametrize("length", [1, 2, 3])
def test_first_hitting_is_one_token_a_step_in_random_order(length: int) -> None:
    table = random_table(3, length, seed=length)
    hitting = law_by_outcomes(table, FirstHitting(), length)
    assert_laws_equal(hitting, law_by_outcomes(table, FixedCount((1,) * length), length))
    if length > 1:
        assert_laws_differ(hitting, law_by_outcomes(table, LeftToRight(1), length))


EXACT: list[Strategy] = [LeftToRight(1), FixedCount((1, 1, 1)), FixedCount((0, 1, 1, 0, 1)),
                         FirstHitting()]  # fmt: skip
INEXACT: list[Strategy] = [Bernoulli(linear(3)), Bernoulli(linear(12)), FixedCount((2, 1)),
                           LeftToRight(2)]  # fmt: skip


@FEW
@given(languages(), st.integers(1, 3), st.sampled_from(["LeftToRight", "FirstHitting"]))
def test_one_token_a_step_of_the_oracle_is_any_language(
    law: Language, length: int, kind: str
) -> None:
    assume(length in law.lengths(3) and law.vocab_size <= 3)
    table = tabulated(Oracle(law), length)
    generated = law_by_outcomes(table, STRATEGIES[kind]((1,)), length)
    assert_laws_equal(generated, enumerated_law(law, length))


@pytest.mark.parametrize("seed", range(3))
def test_one_token_a_step_of_the_oracle_is_the_language(seed: int) -> None:
    target = enumerated_law(language(seed, 2 + seed % 2), 3)
    table = tabulated(Oracle(language(seed, 2 + seed % 2)), 3)
    for strategy in EXACT:
        assert_laws_equal(law_by_outcomes(table, strategy, 3), target)
    for strategy in INEXACT[:1] + INEXACT[2:]:
        assert_laws_differ(law_by_outcomes(table, strategy, 3), target)


@pytest.mark.parametrize(
    "strategy", [Bernoulli((1.0,)), Bernoulli((1.0, 0.0)), Bernoulli((0.0, 1.0)),
                 FixedCount((3,)), FixedCount((0, 3)), LeftToRight(3), LeftToRight(7)],
)  # fmt: skip
def test_one_step_gives_the_product_of_marginals(strategy: Strategy) -> None:
    oracle = Oracle(language(5))
    marginals = oracle(torch.full((1, 3), 3, device=CPU))[0].exp()
    product = torch.einsum("a,b,c->abc", *marginals).flatten()
    assert_laws_equal(law_by_outcomes(tabulated(oracle, 3), strategy, 3), product)
    assert_laws_differ(product, enumerated_law(oracle.language, 3))


@pytest.mark.parametrize(
    ("symbols", "length", "schedule"),
    [
        (2, 4, (0.5, 0.5)),
        (2, 4, (0.5, 0.3, 0.2)),
        (2, 4, (0.0, 0.6, 0.4)),
        (2, 3, (0.5, 0.3, 0.2)),
        (3, 2, cosine(7)),
        (3, 2, linear(8)),
        (3, 4, two_phase(2, 0.7)),
        (3, 4, (1.0,)),
    ],
)
def test_copy_pairs_err_as_derived(symbols: int, length: int, schedule: tuple[float, ...]) -> None:
    pairs = CopyPairs(symbols)
    law = law_by_outcomes(tabulated(Oracle(pairs), length), Bernoulli(schedule), length)
    error = sequence_error_rate_of_law(law, enumerated_law(pairs, length))
    assert error == pytest.approx(copy_pairs_error(symbols, length, schedule), abs=TOLERANCE)
    assert error > 0.05


def test_copy_pairs_err_otherwise_in_fixed_counts_and_in_order() -> None:
    """No collision at N = L; at N = 2 a pair shares a step when the step takes two of two."""
    pairs = CopyPairs(2)
    table, target = tabulated(Oracle(pairs), 4), enumerated_law(pairs, 4)

    def error(strategy: Strategy) -> float:
        return sequence_error_rate_of_law(law_by_outcomes(table, strategy, 4), target)

    assert error(FixedCount(equal_sizes(4, 4))) == error(LeftToRight(1)) == 0
    # both pairs share a step in 2 of the 6 splits, and then each fails with probability 1/2
    assert error(FixedCount((2, 2))) == pytest.approx(2 / comb(4, 2) * 3 / 4, abs=TOLERANCE)
    assert error(FixedCount((2, 2))) != pytest.approx(copy_pairs_error(2, 4, linear(2)), abs=1e-3)
