"""The kernels are the plain functions, forward and backward."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.models.kernels import RMS_EPSILON, attention, linear, root_mean_square_norm

SIZES = st.integers(1, 40)


def normal(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator(device="cpu").manual_seed(seed)
    return torch.randn(shape, generator=generator, device="cpu")


def gradients(outputs: Tensor, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    weights = normal(*outputs.shape, seed=9).to(outputs.dtype)
    return torch.autograd.grad((outputs * weights).sum(), inputs)


def near(short: Tensor, full: Tensor) -> bool:
    """Equal but for the 8 bits of bfloat16."""
    return torch.allclose(short.float(), full, rtol=0.05, atol=0.05)


@settings(deadline=None, max_examples=30)
@given(rows=SIZES, width=SIZES, outputs=SIZES)
def test_linear_and_its_gradients(rows: int, width: int, outputs: int) -> None:
    inputs = normal(rows, width).requires_grad_()
    weight = normal(outputs, width, seed=1).requires_grad_()
    ours, plain = linear(inputs, weight), F.linear(inputs, weight)
    torch.testing.assert_close(ours, plain)
    pairs = zip(gradients(ours, (inputs, weight)), gradients(plain, (inputs, weight)), strict=True)
    for gradient, reference in pairs:
        torch.testing.assert_close(gradient, reference, rtol=1e-5, atol=1e-4)


def test_linear_under_autocast_is_in_bfloat16() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        assert linear(normal(3, 4), normal(5, 4)).dtype == torch.bfloat16


@settings(deadline=None, max_examples=30)
@given(rows=SIZES, width=SIZES)
def test_norm_is_the_stock_norm(rows: int, width: int) -> None:
    inputs = normal(rows, width)
    ours, stock = root_mean_square_norm(inputs), F.rms_norm(inputs, (width,), eps=RMS_EPSILON)
    torch.testing.assert_close(ours, stock)


def test_norm_has_the_gradient_of_its_values() -> None:
    inputs = normal(3, 7).double().requires_grad_()
    assert torch.autograd.gradcheck(root_mean_square_norm, (inputs,))


def test_norm_of_zeros_is_zero() -> None:
    zeros = torch.zeros(2, 3, device="cpu", requires_grad=True)
    outputs = root_mean_square_norm(zeros)
    assert torch.equal(outputs, torch.zeros(2, 3, device="cpu"))
    assert bool(torch.isfinite(gradients(outputs, (zeros,))[0]).all())


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("length", [1, 5])
def test_bfloat16_attention_is_the_float32_one(causal: bool, length: int) -> None:
    queries, keys, values = (normal(2, 3, length, 4, seed=seed) for seed in range(3))
    full = queries.requires_grad_(), keys.requires_grad_(), values.requires_grad_()
    first, second, third = (part.detach().bfloat16().requires_grad_() for part in full)
    reference = F.scaled_dot_product_attention(queries, keys, values, is_causal=causal)
    ours = attention(first, second, third, causal=causal)
    assert near(ours, reference)
    half, whole = gradients(ours, (first, second, third)), gradients(reference, full)
    assert all(near(*pair) for pair in zip(half, whole, strict=True))
    if length > 1:
        assert not near(attention(first, second, third, causal=not causal), reference)
