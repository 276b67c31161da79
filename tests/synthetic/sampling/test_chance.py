"""The sources of chance: draws, forced symbols, and the enumeration of every outcome."""

import itertools
import math
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.sampling.chance import Chance, Draw, Enumerate, Forced, outcomes
from tests.synthetic.sampling.small_cases import (
    CPU,
    binomial_fits,
    frequencies_fit,
    generator,
    index_of,
)

CANDIDATES = torch.tensor([[True, True, False, True, True]], device=CPU)


def sizes(*values: int) -> Tensor:
    return torch.tensor(values, device=CPU)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=4), st.data())
def test_subsets_are_of_the_candidates_and_of_the_size(
    rows: list[list[bool]], data: st.DataObject
) -> None:
    candidates = torch.tensor(rows, device=CPU)
    wanted = data.draw(st.lists(st.integers(0, 6), min_size=len(rows), max_size=len(rows)))
    chosen = Draw(generator(data.draw(st.integers(0, 99)))).subset(candidates, sizes(*wanted))
    assert not bool((chosen & ~candidates).any())
    expected = torch.minimum(sizes(*wanted), candidates.sum(1))
    assert chosen.sum(1).tolist() == expected.tolist()


def subset_counts(rows: int, take: int, draw: Draw) -> Counter[tuple[int, ...]]:
    chosen = draw.subset(CANDIDATES.expand(rows, -1), torch.full((rows,), take, device=CPU))
    return Counter(tuple(row.nonzero().flatten().tolist()) for row in chosen)


class FirstOnes(Draw):
    """A broken twin: ties instead of uniforms, so that the leftmost candidates win."""

    def _uniforms(self, shape: object, device: torch.device) -> Tensor:
        return super()._uniforms(shape, device).mul(2).floor_()  # type: ignore[arg-type]


@pytest.mark.parametrize("take", [1, 2, 3])
def test_subsets_are_uniform(take: int) -> None:
    """Exact binomial tests, false alarm 1e-6 over all subsets of a size."""
    rows = 20000
    possible = list(itertools.combinations([0, 1, 3, 4], take))

    def fits(draw: Draw) -> bool:
        counts = subset_counts(rows, take, draw)
        assert set(counts) <= set(possible)
        share, alarm = 1 / len(possible), 1e-6 / len(possible)
        return all(binomial_fits(counts[subset], rows, share, alarm) for subset in possible)

    assert fits(Draw(generator(take)))
    assert not fits(FirstOnes(generator(take)))


def test_coins_come_up_as_often_as_they_should() -> None:
    """Exact binomial tests, false alarm 1e-6 over all coins; 0 and 1 are certain."""
    rows, values = 20000, [0.0, 1.0, 0.3, 0.001, 1 - 0.001]
    probabilities = torch.tensor([values], dtype=torch.float64, device=CPU).expand(rows, -1)
    heads = Draw(generator(1)).flips(probabilities).sum(0).tolist()
    assert heads[:2] == [0, rows]
    for count, value in zip(heads[2:], values[2:], strict=True):
        assert binomial_fits(count, rows, value, 1e-6 / 3)
        assert not binomial_fits(count, rows, value * 0.8 + 0.1, 1e-6 / 3)


def test_symbols_are_drawn_at_the_positions_alone() -> None:
    """Exact binomial tests, false alarm 1e-6 over all pairs of symbols."""
    rows = 20000
    law = torch.tensor([[0.5, 0.2, 0.3], [0.1, 0.0, 0.9]], dtype=torch.float64, device=CPU)
    log_probs = torch.full((rows, 3, 3), torch.nan, dtype=torch.float64, device=CPU)
    log_probs[:, [0, 2]] = law.log()
    positions = torch.tensor([[True, False, True]], device=CPU).expand(rows, -1)
    values = Draw(generator(2)).symbols(log_probs, positions)
    assert values[:, 1].eq(0).all()
    joint = (law[0].unsqueeze(1) * law[1]).flatten()
    assert frequencies_fit(values[:, [0, 2]], 3, joint, 1e-6)
    assert not frequencies_fit(values[:, [2, 0]], 3, joint, 1e-6)


@pytest.mark.parametrize("leave_out", [0, 3])
def test_leaving_out_rows_changes_nothing_for_the_others(leave_out: int) -> None:
    """Nor does it move the generator: one draw of B * L uniforms whatever is asked for."""
    positions = torch.ones((4, 5), dtype=torch.bool, device=CPU)
    few = positions.clone()
    few[leave_out] = False
    log_probs = torch.full((4, 5, 3), -math.log(3), dtype=torch.float64, device=CPU)
    one, other = Draw(generator(3)), Draw(generator(3))
    kept = torch.arange(4, device=CPU) != leave_out
    assert torch.equal(one.symbols(log_probs, positions)[kept], other.symbols(log_probs, few)[kept])
    subsets = (one.subset(positions, sizes(1, 2, 3, 4)), other.subset(few, sizes(1, 2, 3, 4)))
    assert torch.equal(subsets[0][kept], subsets[1][kept])
    assert torch.equal(one.generator.get_state(), other.generator.get_state())


def test_forced_symbols_are_the_given_ones_and_counted() -> None:
    words = torch.tensor([[2, 0, 1], [1, 1, 1]], device=CPU)
    log_probs = torch.rand((2, 3, 3), dtype=torch.float64, generator=generator(4), device=CPU).log()
    positions = torch.tensor([[True, False, True], [False, True, False]], device=CPU)
    forced = Forced(Draw(generator(0)), words)
    assert forced.symbols(log_probs, positions).tolist() == [[2, 0, 1], [0, 1, 0]]
    first = log_probs[0, 0, 2] + log_probs[0, 2, 1]
    assert forced.log_prob.tolist() == [float(first), float(log_probs[1, 1, 1])]
    forced.symbols(log_probs, ~positions)
    assert float(forced.log_prob[0]) == pytest.approx(float(first + log_probs[0, 1, 0]))


def rule(chance: Chance) -> tuple[object, ...]:
    """Coins, then a subset whose size they decide, then symbols at its positions."""
    coins = torch.tensor([[0.25, 0.0, 1.0, 0.5, 0.0]], dtype=torch.float64, device=CPU)
    flipped = chance.flips(coins)
    subset = chance.subset(CANDIDATES, flipped.sum(1) - 1)
    law = torch.tensor([0.5, 0.0, 0.5], dtype=torch.float64, device=CPU)
    values = chance.symbols(law.log().expand(1, 5, 3), subset)
    return (
        *flipped.int().flatten().tolist(),
        *subset.int().flatten().tolist(),
        *values.tolist()[0],
    )


def test_every_outcome_comes_once_with_its_probability() -> None:
    computed = list(outcomes(rule))
    results = [result for _, result in computed]
    # 0, 1 or 2 extra heads in 1, 2, 1 ways; as many of 4 positions; 2 symbols at each
    assert len(results) == len(set(results)) == 1 + 2 * 4 * 2 + 6 * 4
    assert math.fsum(probability for probability, _ in computed) == pytest.approx(1, abs=1e-15)
    by_heads: Counter[int] = Counter()
    for probability, result in computed:
        heads = sum(int(str(value)) for value in result[:5])
        by_heads[heads] += 1
        share = {1: 0.375, 2: (0.125 + 0.375) / 16, 3: 0.125 / 24}[heads]
        if heads != 2:
            assert probability == pytest.approx(share, abs=1e-15)
    assert by_heads == {1: 1, 2: 16, 3: 24}


def test_draws_follow_the_enumerated_law() -> None:
    """Exact binomial tests, false alarm 1e-6 over the 41 outcomes."""
    samples, g = 4000, generator(6)
    counts = Counter(rule(Draw(g)) for _ in range(samples))
    law = {result: probability for probability, result in outcomes(rule)}
    assert set(counts) <= set(law)
    alarm = 1e-6 / len(law)
    assert all(binomial_fits(counts[result], samples, law[result], alarm) for result in law)
    swapped = dict(zip(law, reversed(law.values()), strict=True))
    assert not all(binomial_fits(counts[result], samples, swapped[result], alarm) for result in law)


def test_a_replay_takes_the_scripted_branch() -> None:
    every = list(outcomes(rule))
    branch = Enumerate([1, 0, 0])
    assert rule(branch) in [result for _, result in every]
    assert branch.taken[:3] == [1, 0, 0]
    assert len(branch.taken) == len(branch.alternatives)


def test_outcomes_are_of_one_row() -> None:
    both = torch.full((2, 3), 0.5, dtype=torch.float64, device=CPU)
    with pytest.raises(ValueError, match="one row at a time, got 2"):
        list(outcomes(lambda chance: chance.flips(both)))


def test_frequencies_that_do_not_fit_are_refused() -> None:
    """The referee itself: a law that is off by a twentieth, and one impossible sequence."""
    law = torch.tensor([0.25, 0.25, 0.5, 0.0], dtype=torch.float64, device=CPU)
    index = torch.multinomial(law, 50000, replacement=True, generator=generator(7))
    tokens = torch.stack([index // 2, index % 2], 1)
    assert torch.equal(index_of(tokens, 2), index)
    assert frequencies_fit(tokens, 2, law, 1e-6)
    off = torch.tensor([0.3, 0.2, 0.5, 0.0], dtype=torch.float64, device=CPU)
    assert not frequencies_fit(tokens, 2, off, 1e-6)
    tokens[0] = 1
    assert not frequencies_fit(tokens, 2, law, 1e-6)
