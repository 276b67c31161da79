"""What is drawn follows the exact law: exact binomial tests with stated false-alarm rates."""

from collections.abc import Sequence

import pytest
import torch

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs
from synthetic.metrics import sequence_error_rate
from synthetic.sampling import (
    Bernoulli,
    FirstHitting,
    FixedCount,
    LeftToRight,
    Strategy,
    cosine,
    equal_sizes,
    generate,
    linear,
    two_phase,
)
from tests.synthetic.sampling.small_cases import (
    binomial_fits,
    brute_force_law,
    copy_pairs_error,
    frequencies_fit,
    generator,
    random_table,
)

FALSE_ALARM = 1e-6
DRAWS = 20000


@pytest.mark.parametrize(
    ("strategy", "vector", "twin", "twin_vector"),
    [
        (Bernoulli((0.5, 0.3, 0.2)), (0.5, 0.3, 0.2), "Bernoulli", (0.2, 0.3, 0.5)),
        (FixedCount((2, 1)), (2, 1), "FixedCount", (1, 2)),
        (FirstHitting(), (), "LeftToRight", (1,)),
        (LeftToRight(2), (2,), "LeftToRight", (1,)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_draws_follow_the_brute_force_law(
    strategy: Strategy, vector: Sequence[float], twin: str, twin_vector: Sequence[float]
) -> None:
    """False alarm 1e-6 over all 27 sequences; the law of a twin is refused by the same test."""
    table = random_table(3, 3, seed=11, zeros=0.2)
    made = generate(table, strategy, length=3, count=DRAWS, generator=generator(12))
    law = brute_force_law(table, type(strategy).__name__, vector)
    assert frequencies_fit(made.tokens, 3, law, FALSE_ALARM)
    assert not frequencies_fit(
        made.tokens, 3, brute_force_law(table, twin, twin_vector), FALSE_ALARM
    )


@pytest.mark.parametrize(
    ("schedule", "length", "count"),
    [
        (linear(16), 8, 8000),
        (linear(64), 64, 600),
        (cosine(32), 32, 800),
        (two_phase(8, 0.5), 6, 8000),
        ((0.2, 0.0, 0.5, 0.3), 4, 8000),
    ],
)
def test_copy_pairs_err_as_derived(schedule: tuple[float, ...], length: int, count: int) -> None:
    """False alarm 1e-6 (exact binomial).

    Twins refused: the factor of another number of symbols, and c = (sum a_k)^2 = 1.
    """
    pairs = CopyPairs(16)
    made = generate(
        Oracle(pairs), Bernoulli(schedule), length=length, count=count, generator=generator(13)
    )
    wrong = round(sequence_error_rate(made.tokens, pairs).value * count)
    expected = copy_pairs_error(16, length, schedule)
    assert binomial_fits(wrong, count, expected, FALSE_ALARM)
    assert not binomial_fits(wrong, count, copy_pairs_error(2, length, schedule), FALSE_ALARM)
    assert not binomial_fits(wrong, count, copy_pairs_error(16, length, (1.0,)), FALSE_ALARM)


def test_copy_pairs_never_err_with_one_token_a_step() -> None:
    pairs, length = CopyPairs(16), 12
    for strategy in (FixedCount(equal_sizes(length, length)), FirstHitting(), LeftToRight(1)):
        made = generate(Oracle(pairs), strategy, length=length, count=500, generator=generator(14))
        assert sequence_error_rate(made.tokens, pairs).value == 0


@pytest.mark.parametrize("schedule", [(0.5, 0.3, 0.2), cosine(6), (0.0, 1.0, 0.0)], ids=len)
def test_reveal_steps_are_independent_with_the_schedules_probabilities(
    schedule: tuple[float, ...],
) -> None:
    """Exact binomial tests of all pairs of steps of two positions, false alarm 1e-6 over pairs."""
    table = random_table(2, 2, seed=0)
    made = generate(table, Bernoulli(schedule), length=2, count=DRAWS, generator=generator(15))
    steps = len(schedule)
    vector = torch.tensor(schedule, dtype=torch.float64, device=table.device)
    pairs = (vector.unsqueeze(1) * vector).flatten()
    assert frequencies_fit(made.reveal_step - 1, steps, pairs, FALSE_ALARM)
    if steps == 3 and schedule[0]:
        backwards = pairs.flip(0)
        assert not frequencies_fit(made.reveal_step - 1, steps, backwards, FALSE_ALARM)
