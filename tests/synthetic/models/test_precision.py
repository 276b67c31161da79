"""Models in any precision: cast, sampled, saved, loaded; weights whatever torch's defaults are."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.denoisers import AutoregressiveModel, Network
from synthetic.denoisers.denoiser import check_log_probs
from synthetic.languages import CopyPairs
from synthetic.models import Transformer, TransformerConfig, with_more_positions
from synthetic.models.rotary import rotations
from synthetic.sampling import Bernoulli, generate, generate_autoregressive, linear
from synthetic.training import (
    AnyOrder,
    TrainingConfig,
    conditional_divergence,
    evaluate,
    load_model,
    save_model,
    train,
)
from synthetic.training.model_file import model_digest
from tests.synthetic.models.test_transformer import CONFIG, build, words

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
# Largest distance of log-probabilities in nats from those in float64 over two blocks.
NEAR = {torch.float16: 0.03, torch.bfloat16: 0.3, torch.float32: 1e-5, torch.float64: 0.0}


def law(model: Transformer, tokens: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model(tokens).double().log_softmax(-1)


@settings(max_examples=20)
@given(seed=st.integers(0, 1000), causal=st.booleans(), dtype=st.sampled_from(DTYPES))
def test_a_cast_model_has_the_law_of_the_model(seed: int, causal: bool, dtype: torch.dtype) -> None:
    tokens = words(4, 12, seed)
    exact = law(build(seed, causal=causal).double(), tokens)
    model = build(seed, causal=causal).to(dtype)
    assert float((law(model, tokens) - exact).abs().max()) <= NEAR[dtype]
    # The broken twin: rotations that a cast has made real.
    model.rotation = model.rotation.real.to(model.rotation.dtype)
    assert float((law(model, tokens) - exact).abs().max()) > min(NEAR[dtype], 0.03)


def test_rotations_come_back_whole_after_any_casts() -> None:
    model = build()
    first = model.rotation
    assert torch.equal(model.half().double().bfloat16().float().rotation, first)
    assert first.dtype == torch.complex64
    precise = model.to(torch.float64).rotation
    assert torch.equal(precise, rotations(CONFIG.max_length, CONFIG.head_width, torch.float64))
    assert precise.dtype == torch.complex128


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rotary", [False, True])
def test_cached_generation_in_every_precision(dtype: torch.dtype, rotary: bool) -> None:
    model = AutoregressiveModel(build(causal=True, rotary=rotary).to(dtype))
    generator = torch.Generator(device="cpu").manual_seed(0)
    drawn = generate_autoregressive(model, length=8, count=6, generator=generator)
    log_probs, cache = model.begin(6)
    assert cache.keys.dtype == cache.values.dtype == dtype
    rows = [log_probs] + [model.advance(drawn.tokens[:, i : i + 1], cache) for i in range(7)]
    cached = torch.stack(rows, dim=1)
    assert float((cached - model.conditional(drawn.tokens)).abs().max()) <= NEAR[dtype] + 1e-6


@pytest.mark.parametrize("dtype", DTYPES)
def test_generation_and_evaluation_in_every_precision(dtype: torch.dtype) -> None:
    language = CopyPairs(5, device="cpu")
    model = build(causal=False).to(dtype)
    generator = torch.Generator(device="cpu").manual_seed(0)
    drawn = generate(Network(model), Bernoulli(linear(3)), length=8, count=5, generator=generator)
    assert drawn.tokens.shape == (5, 8)
    assert evaluate(model, language, length=8, sequences=20).loss.value > 0
    divergence = conditional_divergence(model, language, length=8, sequences=20)
    assert divergence.value > 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_saved_model_keeps_its_type_and_bits(dtype: torch.dtype, tmp_path: Path) -> None:
    model = build(seed=3).to(dtype)
    save_model(model, tmp_path / "model.safetensors")
    for path in (tmp_path / "model.safetensors", tmp_path, str(tmp_path)):
        computed = load_model(path)
        assert computed.dtype == dtype
        assert model_digest(computed) == model_digest(model)
        assert torch.equal(law(computed, words(2, 12)), law(model, words(2, 12)))
    assert model_digest(model) != model_digest(build(seed=4).to(dtype))
    longer = with_more_positions(model, 20)
    assert longer.dtype == dtype
    assert torch.equal(law(longer, words(2, 12)), law(model, words(2, 12)))


@pytest.fixture(params=[torch.float64, torch.bfloat16])
def default_dtype(request: pytest.FixtureRequest) -> Iterator[torch.dtype]:
    torch.set_default_dtype(request.param)
    yield request.param
    torch.set_default_dtype(torch.float32)


TRAINING: dict[str, Any] = {
    "length": 6,
    "model": TransformerConfig(
        vocab_size=3, max_length=6, width=8, depth=1, heads=2, causal=False, rotary=True
    ),
    "objective": AnyOrder(),
    "config": TrainingConfig(steps=4, batch_size=8, learning_rate=1e-2, average_decay=0.5),
}
EXPECTED = {
    "new": model_digest(build(seed=5)),
    "trained": model_digest(train(CopyPairs(3, device="cpu"), **TRAINING).model),
}


def test_weights_do_not_depend_on_the_default_type(default_dtype: torch.dtype) -> None:
    assert torch.get_default_dtype() == default_dtype
    assert model_digest(build(seed=5)) == EXPECTED["new"]
    trained = train(CopyPairs(3, device="cpu"), **TRAINING)
    assert model_digest(trained.model) == EXPECTED["trained"]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_training_in_half_precision_is_refused(dtype: torch.dtype) -> None:
    model = Transformer(TRAINING["model"], seed=0, device="cpu").to(dtype)
    with pytest.raises(
        ValueError, match=rf"^weights are trained in float32 or float64, got {dtype}"
    ):
        train(CopyPairs(3, device="cpu"), **(TRAINING | {"model": model}))
    assert train(CopyPairs(3), **(TRAINING | {"model": model.double()})).model.dtype == (
        torch.float64
    )


def test_half_precision_norm_of_loud_vectors_is_no_zero() -> None:
    """A sum of squares above 65,504 is infinite in float16."""
    model = build(causal=False).half()
    with torch.no_grad():
        model.embedding.mul_(200)
    loud = build(causal=False)
    with torch.no_grad():
        loud.embedding.mul_(200)
    difference = law(model, words(2, 8)) - law(loud, words(2, 8))
    assert float(difference.abs().max()) < 0.1


@settings(max_examples=40)
@given(
    seed=st.integers(0, 1000),
    symbols=st.sampled_from([2, 8, 300]),
    scale=st.sampled_from([0.0, 1.0, 20.0]),
    dtype=st.sampled_from([torch.float16, torch.bfloat16]),
)
def test_half_precision_rows_of_a_function_are_normalised(
    seed: int, symbols: int, scale: float, dtype: torch.dtype
) -> None:
    generator = torch.Generator(device="cpu").manual_seed(seed)
    logits = torch.randn(3, 4, symbols, generator=generator, device="cpu") * scale
    tokens = torch.full((3, 4), symbols)
    computed = check_log_probs(logits.to(dtype).log_softmax(-1), tokens, symbols)
    assert computed.dtype == torch.float64
    assert float(computed.exp().sum(-1).sub(1).abs().max()) < 1e-12


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_rows_further_off_are_refused(dtype: torch.dtype) -> None:
    rows = (torch.full((1, 2, 4), 0.25).log() + 0.1).to(dtype)
    message = rf"log-sum is 0\.\d+ instead of 0, more than {dtype} rounds: return float32$"
    with pytest.raises(ValueError, match=message):
        check_log_probs(rows, torch.full((1, 2), 4), 4)


def test_configs_are_compared_as_wholes(tmp_path: Path) -> None:
    save_model(build(), tmp_path / "m.safetensors")
    with pytest.raises(ValueError, match=r"is of something else: rotary is True, expected False$"):
        load_model(tmp_path / "m.safetensors", expected=dataclasses.replace(CONFIG, rotary=False))
