"""Copy pairs under Bernoulli reveal: the closed form against enumeration."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs
from synthetic.languages.sequences import enumerate_sequences
from synthetic.metrics import kl_divergence
from synthetic.sampling import Bernoulli, linear
from theory.laws.enumeration.output_law import output_law
from theory.laws.policies.copy_pairs_bernoulli import (
    copy_pairs_least_steps,
    copy_pairs_token_error_rate_gap,
)


@pytest.mark.parametrize(("symbols", "length"), [(2, 2), (2, 4), (3, 3), (1, 2), (2, 1)])
@pytest.mark.parametrize("schedule", [(1.0,), (0.25, 0.75), linear(3)])
def test_the_gap_is_that_of_the_law_sampled(
    symbols: int, length: int, schedule: tuple[float, ...]
) -> None:
    language = CopyPairs(symbols)
    law = language.log_prob(enumerate_sequences(symbols, length, torch.device("cpu"))).exp()
    generated = output_law(Oracle(language), Bernoulli(schedule), length=length)
    gap = copy_pairs_token_error_rate_gap(symbols, length, schedule)
    assert gap == pytest.approx(kl_divergence(law, generated) / length, abs=1e-14)


@given(
    symbols=st.integers(1, 40),
    length=st.integers(1, 200),
    target=st.floats(1e-4, 2.0),
)
@settings(max_examples=40, deadline=None)
def test_the_least_steps_reach_the_target_and_one_less_does_not(
    symbols: int, length: int, target: float
) -> None:
    steps = copy_pairs_least_steps(symbols, length, target)
    assert copy_pairs_token_error_rate_gap(symbols, length, linear(steps)) <= target
    if steps > 1:
        assert copy_pairs_token_error_rate_gap(symbols, length, linear(steps - 1)) > target


def test_ten_steps_where_the_path_bound_needs_28() -> None:
    """The broken twin: what the bound log V / (2 N) <= 0.05 would say."""
    assert {copy_pairs_least_steps(16, length, 0.05) for length in (16, 32, 64, 128)} == {10}
    assert math.ceil(math.log(16) / (2 * 0.05)) == 28


def test_a_target_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="a gap > 0 in nats per token, got 0"):
        copy_pairs_least_steps(16, 16, 0)
