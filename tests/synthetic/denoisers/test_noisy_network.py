"""A network as a denoiser of noisy tokens, and the noise level as its input."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Network, NoisyNetwork, leave_one_out
from synthetic.denoisers.noisy_denoiser import check_noisy_denoiser
from synthetic.models import Transformer, TransformerConfig
from synthetic.models.noise_input import noise_features
from synthetic.noise import Absorbing, Hybrid, Noise, Uniform, geometric_grid
from synthetic.sampling import ancestral
from synthetic.training import load_model, save_model

CONFIG = TransformerConfig(
    vocab_size=5, max_length=12, width=16, depth=2, heads=2, causal=False, noise_level=True
)
ANY: Any = (Network, 5)  # parts that do not fit


def build(**changes: Any) -> Transformer:
    return Transformer(dataclasses.replace(CONFIG, **changes), seed=0, device="cpu")


def words(count: int, length: int, symbols: int = 5, seed: int = 0) -> Tensor:
    generator = torch.Generator(device="cpu").manual_seed(seed)
    return torch.randint(symbols, (count, length), generator=generator, device="cpu")


def test_features_are_finite_and_tell_levels_apart() -> None:
    """At 0 and at 1, and levels a quarter apart down to 1e-5; not below what a float32 tells."""
    levels = torch.tensor([0.0, *(1e-5 * 1.25**k for k in range(52)), 1.0], dtype=torch.float64)
    features = noise_features(levels)
    assert features.dtype == torch.float64
    assert bool(torch.isfinite(features).all())
    assert float(features.abs().max()) <= 1
    apart = torch.cdist(features, features) + torch.eye(len(levels)) * 9
    assert float(apart.min()) > 0.2
    near = noise_features(torch.tensor([1e-4, 1.01e-4, 2e-4], dtype=torch.float64))
    assert float((near[0] - near[1]).norm()) < 0.2 < float((near[0] - near[2]).norm())


@pytest.mark.parametrize("noise", [Uniform(5), Absorbing(5), Hybrid(5, 0.4)], ids=str)
def test_a_network_is_a_denoiser_of_noisy_tokens(noise: Noise) -> None:
    network = check_noisy_denoiser(NoisyNetwork(build(), noise))
    tokens = words(3, 7, noise.shown)
    for eta in (0.0, 1e-300, 1e-4, 1.0, torch.rand(3), torch.rand(3, 7)):
        law = network(tokens, eta)
        assert law.dtype == torch.float64
        assert float(law.exp().sum(-1).sub(1).abs().max()) < 1e-14
        assert bool(torch.isfinite(law).all())
        assert not law.is_inference()
        assert not law.requires_grad


@settings(max_examples=20)
@given(eta=st.floats(1e-5, 0.5), seed=st.integers(0, 100))
def test_the_level_counts_where_it_is_an_input(eta: float, seed: int) -> None:
    tokens = words(2, 6, seed=seed)
    told, blind = (NoisyNetwork(build(noise_level=on), Uniform(5)) for on in (True, False))
    assert float((told(tokens, eta) - told(tokens, 2 * eta)).abs().max()) > 1e-3
    assert torch.equal(blind(tokens, eta), blind(tokens, 2 * eta))
    levels = torch.full((2, 6), eta, dtype=torch.float64)
    assert torch.equal(told(tokens, levels), told(tokens, eta))
    assert torch.equal(told(tokens, levels[:, 0]), told(tokens, eta))
    # A prompt's level is its own: one position at level 0 is another input.
    levels[:, 2] = 0.0
    assert not torch.allclose(told(tokens, levels), told(tokens, eta), atol=1e-4)


def test_the_own_token_is_added_to_what_the_others_say() -> None:
    tokens, noise = words(3, 6), Uniform(5)
    plain, apart = (NoisyNetwork(build(), noise, leave_one_out=on) for on in (False, True))
    for eta in (1.0, 0.3, 1e-6):
        computed = leave_one_out(apart(tokens, eta), tokens, eta, noise)
        torch.testing.assert_close(computed, plain(tokens, eta))
    assert torch.equal(apart(tokens, 0.0).argmax(-1), tokens)
    assert bool((apart(tokens, 0.0).exp().amax(-1) == 1).all())


def test_the_other_weights_are_those_of_the_model_without_the_level() -> None:
    told, blind = build().state_dict(), build(noise_level=False).state_dict()
    assert told.keys() - blind.keys() == {"noise.weight"}
    for name, value in blind.items():
        assert torch.equal(told[name], value)


def test_it_is_sampled_with_a_prompt() -> None:
    prompt = torch.tensor([5, 1, 5, 3, 5, 5])
    drawn = ancestral(
        NoisyNetwork(build(), Uniform(5)),
        Uniform(5),
        geometric_grid(4),
        length=6,
        count=20,
        generator=torch.Generator(device="cpu").manual_seed(0),
        prompt=prompt,
    )
    assert drawn.evaluations.tolist() == [4] * 20
    assert bool((drawn.tokens[:, [1, 3]] == prompt[[1, 3]]).all())
    assert int(drawn.tokens.max()) < 5


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_in_any_precision_and_from_a_file(dtype: torch.dtype, tmp_path: Path) -> None:
    model = build().to(dtype)
    tokens, near = words(2, 6), {torch.float16: 0.03, torch.bfloat16: 0.3}.get(dtype, 1e-4)
    law = NoisyNetwork(model, Uniform(5))(tokens, 0.01)
    exact = NoisyNetwork(build(), Uniform(5))(tokens, 0.01)
    assert float((law - exact).abs().max()) < near
    save_model(model, tmp_path / "m.safetensors")
    again = load_model(tmp_path / "m.safetensors")
    assert again.config == CONFIG
    assert torch.equal(NoisyNetwork(again, Uniform(5))(tokens, 0.01), law)


@pytest.mark.parametrize(
    ("build_it", "message"),
    [
        (lambda: NoisyNetwork(ANY[0], Uniform(5)), "model is a Transformer, got"),
        (
            lambda: NoisyNetwork(build(noise_level=False, causal=True), Uniform(5)),
            "NoisyNetwork needs a bidirectional transformer, got a causal one",
        ),
        (
            lambda: NoisyNetwork(build(), ANY[1]),
            "noise is a Noise such as Uniform",
        ),
        (lambda: NoisyNetwork(build(), Uniform(6)), "noise and model have the same symbols, got 6"),
        (lambda: Network(build()), "got one that reads noise levels: use NoisyNetwork"),
        (lambda: build(causal=True), "noise_level is an input of a bidirectional model, got a cau"),
        (lambda: build(noise_level=1), "noise_level is True or False, got 1"),
        (lambda: build()(words(1, 2)), "this model reads noise levels (B, L), got none"),
        (
            lambda: NoisyNetwork(build(), Uniform(5))(words(1, 2, 6, seed=3) * 0 + 5, 0.1),
            "tokens lie in 0..4 with no mask, got 5",
        ),
        (lambda: NoisyNetwork(build(), Uniform(5))(words(1, 13), 0.1), "at most 12 positions"),
        (
            lambda: NoisyNetwork(build(), Uniform(5))(words(1, 2), 1.1),
            "levels eta lie in 0..1",
        ),
    ],
)
def test_what_does_not_fit_is_refused(build_it: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        build_it()
