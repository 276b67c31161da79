"""Looped layers: the plain model of as many times the depth whose layers are tied."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.languages import NGram
from synthetic.models import Transformer, TransformerConfig, forward_flops, with_more_positions
from synthetic.models.stacked import StackedTransformer, parameter_count
from synthetic.training import CheckpointError, Member, SideBySide, load_model, save_model
from synthetic.training.arms import plain_autoregressive
from synthetic.training.model_file import model_digest

CONFIG = TransformerConfig(
    vocab_size=5, max_length=8, width=16, depth=2, heads=2, causal=True, rotary=True, loops=3
)
TOLERANCE = 2e-5  # float32 over six blocks
KINDS: dict[str, dict[str, Any]] = {
    "causal": {},
    "bidirectional": {"causal": False},
    "any order": {"any_order": True},
    "noise level": {"causal": False, "noise_level": True, "rotary": False},
}


def build(seed: int = 0, **changes: Any) -> Transformer:
    return Transformer(dataclasses.replace(CONFIG, **changes), seed=seed, device="cpu").eval()


def words(count: int, length: int, seed: int = 0) -> Tensor:
    generator = torch.Generator(device="cpu").manual_seed(seed)
    return torch.randint(6, (count, length), generator=generator, device="cpu")


def untied(model: Transformer, layers: list[int]) -> Transformer:
    """The plain model with copies of the given layers, one above another."""
    config = dataclasses.replace(model.config, depth=len(layers), loops=1)
    plain = Transformer(config, seed=1, device="cpu").eval()
    weights = {n: w for n, w in model.state_dict().items() if not n.startswith("blocks.")}
    for place, layer in enumerate(layers):
        copied = model.blocks[layer].state_dict()
        weights |= {f"blocks.{place}.{name}": weight for name, weight in copied.items()}
    plain.load_state_dict(weights)
    return plain


def logits(model: Transformer, tokens: Tensor) -> Tensor:
    eta = torch.full(tokens.shape, 0.25) if model.config.noise_level else None
    with torch.no_grad():
        return model(tokens, eta)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=15)
@given(
    depth=st.integers(1, 3),
    loops=st.integers(1, 4),
    length=st.integers(1, 8),
    seed=st.integers(0, 2**32 - 1),
)
def test_it_is_a_plain_model_of_tied_layers(
    kind: str, depth: int, loops: int, length: int, seed: int
) -> None:
    model, tokens = build(seed, depth=depth, loops=loops, **KINDS[kind]), words(3, length, seed)
    plain = untied(model, [*range(depth)] * loops)
    assert torch.equal(logits(model, tokens), logits(plain, tokens))
    assert forward_flops(model.config, length=length) == forward_flops(plain.config, length=length)


def test_broken_twin_each_layer_several_times_in_a_row_is_another_model() -> None:
    model, tokens = build(), words(3, 8)
    for layers in ([0, 0, 0, 1, 1, 1], [0, 1, 0, 1], [0, 1]):
        assert not torch.allclose(logits(model, tokens), logits(untied(model, layers), tokens))


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_a_tied_layer_are_the_sums_over_its_passes(kind: str) -> None:
    model, tokens = build(**KINDS[kind]), words(3, 8)
    plain = untied(model, [0, 1] * 3)
    for one in (model, plain):
        eta = torch.full(tokens.shape, 0.25) if one.config.noise_level else None
        one(tokens, eta).square().mean().backward()
    gradients = {name: weight.grad for name, weight in plain.named_parameters()}
    for layer in (0, 1):
        for name, weight in model.blocks[layer].named_parameters():
            passes = [gradients[f"blocks.{place}.{name}"] for place in range(layer, 6, 2)]
            expected = torch.stack([one for one in passes if one is not None]).sum(0)
            torch.testing.assert_close(weight.grad, expected, rtol=1e-4, atol=1e-6)


@settings(deadline=None, max_examples=25)
@given(loops=st.integers(1, 4), parts=st.lists(st.integers(1, 3), min_size=1, max_size=2))
def test_cached_logits_are_the_uncached_ones(loops: int, parts: list[int]) -> None:
    model, tokens = build(loops=loops), words(2, sum(parts))
    cache = model.empty_cache(2)
    with torch.no_grad():
        pieces = [model(piece, cache=cache) for piece in tokens.split(parts, dim=1)]
    torch.testing.assert_close(torch.cat(pieces, dim=1), logits(model, tokens), rtol=0, atol=2e-5)
    assert len(cache.keys) == 2 * loops


def test_broken_twin_passes_that_share_a_cache_are_caught() -> None:
    """Keys of the first pass where those of the last belong."""
    model, tokens = build(), words(2, 8)
    cache = model.empty_cache(2)
    with torch.no_grad():
        model(tokens[:, :7], cache=cache)
        cache.keys[4:], cache.values[4:] = cache.keys[:2].clone(), cache.values[:2].clone()
        last = model(tokens[:, 7:], cache=cache)
    assert float((last - logits(model, tokens)[:, 7:]).abs().max()) > 100 * TOLERANCE


def test_one_pass_is_the_model_without_loops() -> None:
    """Weights, fields on disk and digest: nothing says that there could be more."""
    given = {name: value for name, value in vars(CONFIG).items() if name != "loops"}
    before, once = TransformerConfig(**given), dataclasses.replace(CONFIG, loops=1)
    assert before == once
    assert once.saved == given
    assert CONFIG.saved == given | {"loops": 3}
    assert parameter_count(CONFIG) == parameter_count(once)
    twice = build(loops=2)
    alike = build(loops=1)
    alike.load_state_dict(twice.state_dict())
    assert model_digest(alike) != model_digest(twice)


@pytest.mark.parametrize("loops", [1, 2, 8])
def test_what_layers_add_is_as_loud_whatever_the_passes(loops: int) -> None:
    """As in a plain model of as many layers, so that the sum of all is of order one."""
    model, plain = build(loops=loops, width=64), build(loops=1, depth=2 * loops, width=64)
    for name in ("attention.out", "mlp.down", "mlp.up"):
        looped, deep = (one.blocks[0].get_parameter(name).std().item() for one in (model, plain))
        assert looped == pytest.approx(deep, rel=0.05)


@pytest.mark.parametrize("kind", ["causal", "bidirectional", "any order"])
def test_side_by_side_each_is_what_it_is_alone(kind: str) -> None:
    models = [build(seed, **KINDS[kind]) for seed in range(3)]
    stacked, tokens = StackedTransformer(models), words(4, 8)
    with torch.no_grad():
        together = stacked(tokens.expand(3, -1, -1))
    for place, model in enumerate(models):
        torch.testing.assert_close(together[place], logits(model, tokens), rtol=0, atol=TOLERANCE)
        copy = stacked.model(place)
        assert copy.config == model.config
        assert torch.equal(logits(copy, tokens), logits(model, tokens))


def test_models_of_other_loops_are_not_side_by_side() -> None:
    with pytest.raises(ValueError, match="models side by side have one shape"):
        StackedTransformer([build(), build(loops=1)])


def test_a_saved_model_keeps_its_loops_and_an_old_file_has_one(tmp_path: Path) -> None:
    tokens = words(2, 8)
    for loops in (1, 3):
        path = tmp_path / f"{loops}.safetensors"
        save_model(build(loops=loops), path)
        loaded = load_model(path)
        assert loaded.config.loops == loops
        assert torch.equal(logits(loaded, tokens), logits(build(loops=loops), tokens))
        assert fields(path).get("loops") == (None if loops == 1 else loops)
    with pytest.raises(CheckpointError, match="loops is 3, expected None"):
        load_model(tmp_path / "3.safetensors", expected=build(loops=1).config)
    longer = with_more_positions(build(), 9)
    assert longer.config.loops == 3
    assert torch.equal(logits(longer, tokens), logits(build(), tokens))


def fields(path: Path) -> dict[str, Any]:
    with safetensors.safe_open(path, framework="pt") as file:
        return dict(json.loads(file.metadata()["config"]))


def test_a_run_is_not_gone_on_with_in_other_loops(tmp_path: Path) -> None:
    """One that was stopped before there were loops goes on where they are one."""
    language = NGram.random(2, 5, 5, 1.0, 0)

    def run(loops: int) -> SideBySide:
        config = dataclasses.replace(CONFIG, loops=loops)
        members = [Member(plain_autoregressive(1e-2), 0, None)]
        return SideBySide(language, config, members, batch_size=2)

    first = run(1)
    first.advance(2)
    first.save(tmp_path, [])
    assert "loops" not in first.identity["model"]
    again = run(1)
    again.restore(tmp_path)
    assert torch.equal(again.weights, first.weights)
    with pytest.raises(CheckpointError, match=r"model\.loops is None there and 3 here"):
        run(3).restore(tmp_path)


@pytest.mark.parametrize(
    ("loops", "message"),
    [
        (0, "loops is an integer >= 1, got 0"),
        (2.0, "loops is an integer, got 2.0"),
        (True, "loops is an integer, got True"),
    ],
)
def test_wrong_loops_are_refused_in_one_line(loops: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        dataclasses.replace(CONFIG, loops=loops)
