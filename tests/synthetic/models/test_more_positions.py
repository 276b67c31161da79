"""A model for longer inputs: what it took already as before, places by their period."""

import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.models import Transformer, with_more_positions
from tests.synthetic.models.test_transformer import CONFIG, build, close, words

HELD = CONFIG.max_length


@given(
    longer=st.integers(HELD, 3 * HELD),
    length=st.integers(1, HELD),
    causal=st.booleans(),
    rotary=st.booleans(),
)
@settings(max_examples=25)
def test_shorter_inputs_give_the_logits_of_the_model_itself(
    longer: int, length: int, causal: bool, rotary: bool
) -> None:
    model = build(seed=1, causal=causal, rotary=rotary)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    tokens = words(2, length)
    lengthened = with_more_positions(model, longer)
    assert lengthened.config.max_length == longer
    assert torch.equal(lengthened(tokens), model(tokens))
    assert not lengthened.training
    with torch.no_grad():
        lengthened.positions.zero_()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@given(st.integers(2, 4), st.integers(0, 100))
@settings(max_examples=10)
@torch.no_grad()
def test_a_word_said_again_is_read_as_the_word(times: int, seed: int) -> None:
    """Without rotary positions: each place attends to every place as many times as before."""
    model = build(seed=2, causal=False, rotary=False)
    tokens = words(2, HELD, seed)
    read = with_more_positions(model, times * HELD)(tokens.repeat(1, times))
    assert close(read, model(tokens).repeat(1, times, 1))
    shifted = with_more_positions(model, times * HELD)
    with torch.no_grad():
        shifted.positions.copy_(shifted.positions.roll(1, 0))
    assert not close(shifted(tokens.repeat(1, times)), model(tokens).repeat(1, times, 1))


def test_a_shorter_model_is_refused() -> None:
    message = f"max_length is an integer >= {HELD}, got {HELD - 1}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        with_more_positions(build(), HELD - 1)


def test_the_copy_is_trained_like_the_model() -> None:
    model: Transformer = build().train()
    assert with_more_positions(model, HELD).training
    assert all(weight.requires_grad for weight in with_more_positions(model, 2 * HELD).parameters())
