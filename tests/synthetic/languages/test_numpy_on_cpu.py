"""What numpy computes on a CPU is what torch computes elsewhere."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.languages import HiddenMarkov, numpy_on_cpu
from synthetic.languages.numpy_on_cpu import Recursion, log_, multiply, true_places
from tests.generators import SEEDS

EVERY = settings(max_examples=30, deadline=None, derandomize=True)


def uniform(*shape: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, dtype=torch.float64, generator=generator, device="cpu")


def close(value: Tensor, wanted: Tensor) -> bool:
    return torch.allclose(value, wanted, rtol=1e-13, atol=0.0)


def check_recursion(
    recursion: Recursion, matrices: Tensor, vectors: Tensor, weights: Tensor
) -> None:
    out, work = torch.full_like(weights, math.nan), vectors.clone()
    recursion(work, weights, out)
    for image, weight in zip(out, weights):
        assert close(image, matrices @ vectors)
        vectors = image * weight
    assert torch.equal(work, vectors)


@EVERY
@given(
    st.integers(1, 2),
    st.integers(1, 6),
    st.integers(1, 5),
    st.integers(0, 4),
    st.sampled_from([0, numpy_on_cpu.SMALL]),
    SEEDS,
)
def test_a_recursion_is_its_steps(
    directions: int, states: int, batch: int, steps: int, small: int, seed: int
) -> None:
    """With numpy and, where nothing counts as small, with torch."""
    matrices = uniform(directions, states, states, seed=seed)
    vectors = uniform(directions, states, batch, seed=seed + 1)
    weights = uniform(steps, directions, states, batch, seed=seed + 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numpy_on_cpu, "SMALL", small)
        check_recursion(Recursion(list(matrices)), matrices, vectors, weights)
        if steps:  # a broken twin: the matrices act from the other side
            other = Recursion(list(matrices.mT + 1))
            with pytest.raises(AssertionError):
                check_recursion(other, matrices, vectors, weights)


@pytest.mark.parametrize("small", [0, 2**12, numpy_on_cpu.SMALL])
@pytest.mark.parametrize("rows", [0, 1, 255, 256, 257, 3000])
def test_rows_are_multiplied_whatever_their_number(
    rows: int, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numpy_on_cpu, "SMALL", small)
    columns, matrix = uniform(4, rows, seed=0), uniform(4, 3, seed=1)
    out = torch.full((rows, 3), math.nan, dtype=torch.float64)
    multiply(columns.T, matrix, out)
    assert close(out, columns.T @ matrix)


def test_logarithms_and_places() -> None:
    numbers = torch.tensor([0.0, 1.0, 0.25, 5e-324], dtype=torch.float64)
    logs = numbers.clone()
    log_(logs)
    assert close(logs[1:], numbers.log()[1:])
    assert logs[0] == -math.inf
    flags = torch.tensor([False, True, False, True])
    assert true_places(flags).tolist() == [1, 3]
    assert true_places(flags).dtype == torch.int64
    assert true_places(flags[:1]).tolist() == []


@pytest.mark.parametrize(("rows", "length"), [(1, 6), (6, 1), (3, 4)])
def test_given_tokens_stay_as_they_are(rows: int, length: int) -> None:
    language = HiddenMarkov.random(4, 3, 2, 1.0, 0)
    tokens = torch.full((rows, length), language.mask)
    before = tokens.clone()
    language.posterior(tokens)
    language.log_evidence(tokens)
    assert torch.equal(tokens, before)
