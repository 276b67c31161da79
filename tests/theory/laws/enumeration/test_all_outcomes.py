"""All outcomes of many rows at once, against the enumeration of one row at a time."""

import math
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.sampling.chance import Chance, outcomes
from tests.synthetic.sampling.small_cases import CPU, generator
from theory.laws.enumeration.all_outcomes import TooManyOutcomesError, all_outcomes

ROWS, LENGTH, SYMBOLS = 4, 3, 2
MANY = 2**20


def rule(seed: int, chance: Chance, rows: Tensor) -> Tensor:
    """Coins with certain ones among them, a subset as large as they say, symbols at its positions,
    and coins again that depend on the symbols."""
    g = generator(seed)
    shape = (ROWS, LENGTH)
    coins = torch.rand(shape, dtype=torch.float64, generator=g, device=CPU)
    coins = (1.4 * coins - 0.2).clamp(0, 1)[rows]
    candidates = (torch.rand(shape, generator=g, device=CPU) < 0.7)[rows]
    laws = torch.rand((*shape, SYMBOLS), dtype=torch.float64, generator=g, device=CPU)
    laws = (laws - 0.3).clamp(min=0) + torch.tensor([1e-9, 0.0], dtype=torch.float64, device=CPU)
    log_probs = (laws / laws.sum(-1, keepdim=True)).log()[rows]
    flipped = chance.flips(coins)
    subset = chance.subset(candidates, flipped.sum(1))
    values = chance.symbols(log_probs, subset)
    again = chance.flips(values.double() / 4)
    return torch.cat((flipped, subset, values, again), dim=1).long()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_outcomes_and_probabilities_are_those_of_single_rows(seed: int) -> None:
    rows, probability, results = all_outcomes(
        lambda chance, rows: rule(seed, chance, rows), torch.arange(ROWS, device=CPU), MANY
    )
    laws: list[dict[tuple[int, ...], float]] = [{} for _ in range(ROWS)]
    entries = zip(rows.tolist(), probability.tolist(), results.tolist(), strict=True)
    for row, share, result in entries:
        assert tuple(result) not in laws[row], "an outcome comes once"
        laws[row][tuple(result)] = share
    for row in range(ROWS):
        alone = torch.tensor([row], device=CPU)
        expected = {
            tuple(result[0].tolist()): share
            for share, result in outcomes(lambda chance: rule(seed, chance, alone))  # noqa: B023
        }
        assert laws[row] == pytest.approx(expected, abs=1e-15)
        assert math.fsum(laws[row].values()) == pytest.approx(1, abs=1e-14)


def test_subsets_are_equally_probable() -> None:
    """Of two sizes at once; a size above the number of candidates takes them all."""
    candidates = torch.tensor([[True, True, False, True], [True, False, False, False]], device=CPU)
    sizes = torch.tensor([2, 3], device=CPU)
    rows, probability, subsets = all_outcomes(
        lambda chance, rows: chance.subset(candidates[rows], sizes[rows]),
        torch.arange(2, device=CPU),
        MANY,
    )
    assert rows.tolist() == [0, 0, 0, 1]
    assert probability.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1])
    assert Counter(map(tuple, subsets.int().tolist())) == {
        (1, 1, 0, 0): 1, (1, 0, 0, 1): 1, (0, 1, 0, 1): 1, (1, 0, 0, 0): 1
    }  # fmt: skip


def test_too_many_outcomes_stop_several_rows_but_not_one() -> None:
    half = torch.full((3, 4), 0.5, dtype=torch.float64, device=CPU)

    def flips(chance: Chance, rows: Tensor) -> Tensor:
        return chance.flips(half[rows])

    with pytest.raises(TooManyOutcomesError):
        all_outcomes(flips, torch.arange(3, device=CPU), 16)
    rows, _, _ = all_outcomes(flips, torch.arange(1, device=CPU), 15)
    assert len(rows) == 16


def test_chance_is_asked_for_all_rows() -> None:
    half = torch.full((3, 4), 0.5, dtype=torch.float64, device=CPU)
    with pytest.raises(ValueError, match="asks chance for all 3 rows at once, got 2"):
        all_outcomes(lambda chance, rows: chance.flips(half[:2]), torch.arange(3, device=CPU), MANY)
