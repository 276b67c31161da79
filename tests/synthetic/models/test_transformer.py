"""The backbone: its seed, what each position sees, its cache."""

import dataclasses
import re
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.models import Transformer, TransformerConfig
from synthetic.models.transformer import begin_shifted

CONFIG = TransformerConfig(
    vocab_size=5, max_length=12, width=16, depth=2, heads=2, causal=True, rotary=True
)
LONGER = r"^at most 12 positions, got 13: build the model with a larger max_length$"
TOLERANCE = 2e-5  # float32 over two blocks


def build(seed: int = 0, **changes: Any) -> Transformer:
    return Transformer(dataclasses.replace(CONFIG, **changes), seed=seed, device="cpu").eval()


def words(count: int, length: int, seed: int = 0) -> Tensor:
    generator = torch.Generator(device="cpu").manual_seed(seed)
    return torch.randint(6, (count, length), generator=generator, device="cpu")


def close(first: Tensor, second: Tensor) -> bool:
    return float((first - second).abs().max()) < TOLERANCE


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"vocab_size": 0}, "vocab_size is an integer >= 1, got 0"),
        ({"depth": 2.0}, "depth is an integer, got 2.0"),
        ({"heads": True}, "heads is an integer, got True"),
        ({"causal": 1}, "causal is True or False, got 1"),
        ({"heads": 3}, "width is a multiple of heads, got width 16 and 3 heads"),
        ({"heads": 16}, "rotary positions need an even width / heads, got 16 / 16"),
    ],
)
def test_wrong_config_is_refused_in_one_line(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        dataclasses.replace(CONFIG, **changes)


def test_weights_are_a_function_of_the_seed_alone() -> None:
    before = torch.random.get_rng_state()
    first = build(seed=3)
    assert torch.equal(before, torch.random.get_rng_state())
    torch.rand(1, device="cpu")
    again, other = build(seed=3), build(seed=4)
    for name, value in first.state_dict().items():
        assert torch.equal(value, again.state_dict()[name])
        assert not torch.equal(value, other.state_dict()[name])


def test_backbone_is_the_same_for_both_kinds() -> None:
    causal, bidirectional = build(), build(causal=False, rotary=False)
    assert causal.state_dict().keys() == bidirectional.state_dict().keys()
    for name, value in causal.state_dict().items():
        assert torch.equal(value, bidirectional.state_dict()[name])


@settings(deadline=None, max_examples=25)
@given(
    rotary=st.booleans(), length=st.integers(2, 12), data=st.data(), seed=st.integers(0, 2**32 - 1)
)
def test_causal_model_never_looks_right(
    rotary: bool, length: int, data: st.DataObject, seed: int
) -> None:
    place = data.draw(st.integers(1, length - 1))
    tokens = words(3, length, seed)
    changed = tokens.clone()
    changed[:, place:] = words(3, length - place, seed + 1)
    changed[:, place] = (tokens[:, place] + 1) % 6
    with torch.no_grad():
        causal, twin = build(rotary=rotary), build(rotary=rotary, causal=False)
        left = slice(0, place)
        assert close(causal(tokens)[:, left], causal(changed)[:, left])
        assert not close(twin(tokens)[:, left], twin(changed)[:, left])


@settings(deadline=None, max_examples=25)
@given(rotary=st.booleans(), parts=st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_cached_logits_are_the_uncached_ones(rotary: bool, parts: list[int]) -> None:
    model, tokens = build(rotary=rotary), words(2, sum(parts))
    cache = model.empty_cache(2)
    with torch.no_grad():
        pieces = [model(piece, cache=cache) for piece in tokens.split(parts, dim=1)]
        assert close(torch.cat(pieces, dim=1), model(tokens))
    assert cache.length == sum(parts)


def test_a_cache_that_is_not_extended_is_caught() -> None:
    """The broken twin of the test above: a cache that forgets its length."""
    model, tokens = build(), words(2, 4)
    cache = model.empty_cache(2)
    with torch.no_grad():
        model(tokens[:, :3], cache=cache)
        cache.length = 0
        assert not close(model(tokens[:, 3:], cache=cache), model(tokens)[:, 3:])


@pytest.mark.parametrize("rotary", [False, True])
def test_without_positions_a_bidirectional_model_has_no_order(rotary: bool) -> None:
    model = build(causal=False, rotary=rotary)
    tokens, order = words(2, 8), torch.randperm(8, generator=torch.Generator(device="cpu"))

    def ordered() -> bool:
        with torch.no_grad():
            return not close(model(tokens[:, order]), model(tokens)[:, order])

    assert ordered()
    with torch.no_grad():
        model.positions.zero_()
    assert ordered() == rotary


def test_rotary_positions_are_relative() -> None:
    """Without absolute positions only differences of places count."""
    model = build()
    with torch.no_grad():
        model.positions.zero_()
        tokens = words(2, 5)
        alone = model(tokens)
        model.rotation.copy_(model.rotation.roll(-3, dims=0))
        assert close(model(tokens), alone)


def test_autocast_is_near_float32() -> None:
    model, tokens = build(causal=False), words(4, 12)
    with torch.no_grad():
        reference = model(tokens)
        with torch.autocast("cpu", torch.bfloat16):
            short = model(tokens)
    assert short.dtype == torch.bfloat16
    torch.testing.assert_close(short.float(), reference, rtol=0.05, atol=0.1)


def test_inputs_that_do_not_fit_are_refused() -> None:
    model = build()
    cache = model.empty_cache(1)
    with pytest.raises(ValueError, match=LONGER):
        model(words(1, 13))
    with torch.no_grad():
        model(words(1, 12), cache=cache)
    with pytest.raises(ValueError, match=LONGER):
        model(words(1, 1), cache=cache)
    bidirectional = build(causal=False)
    with pytest.raises(ValueError, match=r"^only a causal transformer has a key-value cache$"):
        bidirectional(words(1, 1), cache=bidirectional.empty_cache(1))


def test_begin_shifted() -> None:
    tokens = torch.tensor([[1, 2, 3]], device="cpu")
    assert begin_shifted(tokens, 5).tolist() == [[5, 1, 2]]
    assert begin_shifted(tokens[:, :1], 5).tolist() == [[5]]


@pytest.mark.parametrize("causal", [False, True])
def test_default_device_is_never_used(causal: bool) -> None:
    try:
        torch.set_default_device("meta")
        model = build(causal=causal)
        tokens = words(2, 5)
        assert model(tokens).device.type == "cpu"
        with torch.autocast("cpu", torch.bfloat16):
            assert model(tokens).device.type == "cpu"
        if causal:
            with torch.no_grad():
                assert model(tokens, cache=model.empty_cache(2)).device.type == "cpu"
    finally:
        torch.set_default_device(None)
