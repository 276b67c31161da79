"""Trained transformers as laws: exact float64 probabilities, and refusals in one line."""

import math
import re
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import AutoregressiveModel, Network
from synthetic.denoisers.denoiser import check_denoiser, check_log_probs
from synthetic.languages import enumerate_sequences
from synthetic.models import Transformer, TransformerConfig

V, LONGEST = 3, 6


def transformer(*, causal: bool, seed: int = 0) -> Transformer:
    config = TransformerConfig(
        vocab_size=V, max_length=LONGEST, width=16, depth=2, heads=2, causal=causal
    )
    return Transformer(config, seed=seed, device="cpu")


def tokens_of(rows: list[list[int]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.int64, device="cpu")


@settings(deadline=None, max_examples=20)
@given(length=st.integers(1, LONGEST), seed=st.integers(0, 2**32 - 1))
def test_network_is_a_normalised_float64_denoiser(length: int, seed: int) -> None:
    network = Network(transformer(causal=False, seed=seed))
    generator = torch.Generator(device="cpu").manual_seed(seed)
    tokens = torch.randint(V + 1, (4, length), generator=generator, device="cpu")
    log_probs = check_log_probs(check_denoiser(network)(tokens), tokens, network.vocab_size)
    assert log_probs.dtype == torch.float64
    assert log_probs.device == network.device == torch.device("cpu")
    assert float(log_probs.exp().sum(-1).sub(1).abs().max()) < 1e-14
    assert bool(torch.isfinite(log_probs).all())


def test_network_returns_what_a_strategy_may_change() -> None:
    log_probs = Network(transformer(causal=False))(tokens_of([[V, 0]]))
    assert not log_probs.requires_grad
    assert not log_probs.is_inference()
    log_probs.fill_(0.0)


def test_network_puts_the_model_in_evaluation_mode() -> None:
    assert not Network(transformer(causal=False).train()).model.training
    assert not AutoregressiveModel(transformer(causal=True).train()).model.training


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (torch.zeros(3, dtype=torch.int64, device="cpu"), "tokens have shape (B, L), got (3,)"),
        (torch.zeros((1, 2), device="cpu"), "tokens are integers, got torch.float32"),
        (tokens_of([[0, 4]]), "tokens lie in 0..2 or the mask 3, got 4"),
        (tokens_of([[0] * 7]), "the model takes at most 6 positions, got 7"),
    ],
)
def test_wrong_tokens_are_refused(tokens: Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Network(transformer(causal=False))(tokens)


@pytest.mark.parametrize("wrap", [Network, AutoregressiveModel])
def test_wrong_models_are_refused(wrap: Any) -> None:
    causal = wrap is Network
    other = "AutoregressiveModel" if causal else "Network"
    with pytest.raises(ValueError, match=rf"^{wrap.__name__} needs a .* one: use {other}$"):
        wrap(transformer(causal=causal))
    with pytest.raises(TypeError, match=r"^model is a Transformer, got"):
        wrap(tokens_of)


@settings(deadline=None, max_examples=15)
@given(length=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_autoregressive_law_sums_to_one(length: int, seed: int) -> None:
    model = AutoregressiveModel(transformer(causal=True, seed=seed))
    every = enumerate_sequences(V, length, "cpu")
    log_prob = model.log_prob(every)
    assert log_prob.dtype == torch.float64
    assert log_prob.shape == (V**length,)
    # each float32 conditional depends on the prefix alone, so the chain rule telescopes
    assert float(log_prob.exp().sum()) == pytest.approx(1.0, abs=1e-6)


def test_sum_of_conditionals_that_see_their_own_token_is_not_one() -> None:
    """The broken twin of the test above: the input not shifted."""
    model = AutoregressiveModel(transformer(causal=True))
    every = enumerate_sequences(V, 3, "cpu")
    with torch.inference_mode():
        rows = torch.log_softmax(model.model(every).double(), dim=-1)
    wrong = rows.gather(-1, every.unsqueeze(-1)).squeeze(-1).sum(-1)
    assert float(wrong.exp().sum()) != pytest.approx(1.0, abs=1e-3)


@settings(deadline=None, max_examples=15)
@given(length=st.integers(1, LONGEST), seed=st.integers(0, 2**32 - 1))
def test_cached_steps_give_the_conditionals(length: int, seed: int) -> None:
    model = AutoregressiveModel(transformer(causal=True, seed=seed))
    generator = torch.Generator(device="cpu").manual_seed(seed)
    tokens = torch.randint(V, (3, length), generator=generator, device="cpu")
    log_probs, cache = model.begin(3)
    steps = [model.advance(tokens[:, place : place + 1], cache) for place in range(length - 1)]
    rows = [log_probs, *steps]
    difference = torch.stack(rows, dim=1) - model.conditional(tokens)
    assert float(difference.abs().max()) < 1e-4
    assert model.log_prob(tokens).tolist() == pytest.approx(
        model.conditional(tokens).gather(-1, tokens.unsqueeze(-1)).sum((1, 2)).tolist()
    )


def test_autoregressive_model_is_no_denoiser() -> None:
    model = AutoregressiveModel(transformer(causal=True))
    with pytest.raises(TypeError, match=r"^a denoiser has vocab_size, device and __call__, got"):
        check_denoiser(model)
    with pytest.raises(TypeError, match="not callable"):
        model(tokens_of([[0]]))  # type: ignore[operator]


def test_autoregressive_model_takes_no_mask() -> None:
    with pytest.raises(ValueError, match=r"^tokens lie in 0\.\.2 with no mask, got 3$"):
        AutoregressiveModel(transformer(causal=True)).log_prob(tokens_of([[0, V]]))


def test_default_device_is_never_used() -> None:
    tokens = tokens_of([[0, 1]])
    try:
        torch.set_default_device("meta")
        network = Network(transformer(causal=False))
        model = AutoregressiveModel(transformer(causal=True))
        assert math.isfinite(float(network(tokens).sum()))
        assert math.isfinite(float(model.log_prob(tokens).sum()))
        log_probs, cache = model.begin(1)
        assert math.isfinite(float((log_probs + model.advance(tokens[:, :1], cache)).sum()))
    finally:
        torch.set_default_device(None)
