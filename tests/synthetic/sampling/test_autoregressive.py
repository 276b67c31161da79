"""Autoregressive generation: its law, its counts, its prefixes."""

import re
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import AutoregressiveModel, Network
from synthetic.languages import enumerate_sequences
from synthetic.models import Transformer, TransformerConfig
from synthetic.sampling import Generation, generate_autoregressive

V, LONGEST = 3, 6


def transformer(*, causal: bool = True, seed: int = 0) -> Transformer:
    config = TransformerConfig(
        vocab_size=V, max_length=LONGEST, width=16, depth=2, heads=2, causal=causal
    )
    return Transformer(config, seed=seed, device="cpu")


def sampled(seed: int = 0, **changes: Any) -> Generation:
    generator = torch.Generator(device="cpu").manual_seed(seed)
    arguments: dict[str, Any] = {"length": 4, "count": 5, "generator": generator}
    return generate_autoregressive(AutoregressiveModel(transformer()), **(arguments | changes))


@settings(deadline=None, max_examples=25)
@given(length=st.integers(1, LONGEST), count=st.integers(1, 5), data=st.data())
def test_counts_prefix_and_shapes(length: int, count: int, data: st.DataObject) -> None:
    known = data.draw(st.integers(0, length))
    shared = data.draw(st.booleans())
    shape = (known,) if shared else (count, known)
    prefix = torch.randint(
        V, shape, generator=torch.Generator(device="cpu").manual_seed(1), device="cpu"
    )
    made = sampled(length=length, count=count, prefix=prefix)
    assert made.tokens.shape == (count, length)
    assert made.tokens.dtype == torch.int64
    assert torch.equal(made.tokens[:, :known], prefix.expand(count, known))
    assert bool(((made.tokens >= 0) & (made.tokens < V)).all())
    calls = length if known < length else 0
    assert made.evaluations.tolist() == made.positions.tolist() == [calls] * count
    assert made.probes.tolist() == [0] * count
    steps = [0] * known + list(range(1, length - known + 1))
    assert made.reveal_step.tolist() == [steps] * count


@settings(deadline=None, max_examples=15)
@given(count=st.integers(1, 9), batch_size=st.integers(1, 9), seed=st.integers(0, 2**32 - 1))
def test_batches_change_no_draw(count: int, batch_size: int, seed: int) -> None:
    """Products over other rows may round otherwise, by 1e-7: a flip once in 10^5 examples."""
    whole = sampled(seed, count=count)
    assert torch.equal(whole.tokens, sampled(seed, count=count, batch_size=batch_size).tokens)


def frequencies(tokens: Tensor) -> Tensor:
    codes = (tokens * V ** torch.arange(tokens.shape[1] - 1, -1, -1, device="cpu")).sum(1)
    return codes.bincount(minlength=V ** tokens.shape[1]).double() / len(tokens)


def worst(frequency: Tensor, law: Tensor, count: int) -> float:
    """The largest deviation of a frequency in standard errors."""
    return float(((frequency - law) / (law * (1 - law) / count).sqrt()).abs().max())


def test_frequencies_are_the_chain_rule() -> None:
    """81 frequencies of 50,000 within 5.5 standard errors: a false alarm in 3e5 (fixed seed)."""
    count, model = 50_000, AutoregressiveModel(transformer())
    law = model.log_prob(enumerate_sequences(V, 4, "cpu")).exp()
    computed = frequencies(sampled(count=count).tokens)
    assert worst(computed, law, count) < 5.5
    other = AutoregressiveModel(transformer(seed=1)).log_prob(enumerate_sequences(V, 4, "cpu"))
    assert worst(computed, other.exp(), count) > 5.5


def test_a_prefix_conditions() -> None:
    """9 frequencies of 20,000 within 5.5 standard errors: a false alarm in 2e6 (fixed seed)."""
    count, model = 20_000, AutoregressiveModel(transformer())
    every = enumerate_sequences(V, 4, "cpu")
    law = model.log_prob(every).exp()[(every[:, :2] == torch.tensor([2, 1], device="cpu")).all(1)]
    prefix = torch.tensor([2, 1], device="cpu")
    computed = frequencies(sampled(count=count, prefix=prefix).tokens[:, 2:])
    assert worst(computed, law / law.sum(), count) < 5.5
    assert worst(computed, torch.full_like(law, 1 / 9), count) > 5.5


def ints(*rows: Any) -> Tensor:
    return torch.tensor(rows, dtype=torch.int64, device="cpu")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"prefix": ints(0, V, 1)},
            "an autoregressive model takes a prefix of tokens 0..2, got another symbol: use "
            "generate with a denoiser for a prompt with masks",
        ),
        (
            {"prefix": ints(0, 1, 2, 0, 1)},
            "prefix is an integer tensor of shape (P,) or (5, P), P <= 4, got (5,)",
        ),
        (
            {"prefix": ints([0], [1])},
            "prefix is an integer tensor of shape (P,) or (5, P), P <= 4, got (2, 1)",
        ),
        (
            {"prefix": [0, 1]},
            "prefix is an integer tensor of shape (P,) or (5, P), P <= 4, got list",
        ),
        ({"length": 0}, "length is an integer >= 1, got 0"),
        ({"length": 7}, "the model takes at most 6 positions, got 7"),
        ({"count": 0}, "count is an integer >= 1, got 0"),
        ({"batch_size": 0}, "batch_size is an integer >= 1, got 0"),
    ],
)
def test_wrong_requests_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        sampled(**changes)


def test_a_prefix_of_another_kind_of_number_is_refused() -> None:
    for kind in (torch.float32, torch.bool):
        with pytest.raises(ValueError, match=r"^prefix is an integer tensor of shape"):
            sampled(prefix=torch.zeros(2, dtype=kind, device="cpu"))


def test_a_denoiser_is_refused() -> None:
    generator = torch.Generator(device="cpu")
    network: Any = Network(transformer(causal=False))
    with pytest.raises(TypeError, match=r"got Network: use generate for a denoiser$"):
        generate_autoregressive(network, length=2, count=1, generator=generator)


def test_default_device_is_never_used() -> None:
    reference = sampled(prefix=ints(1))
    try:
        torch.set_default_device("meta")
        made = sampled(prefix=ints(1))
    finally:
        torch.set_default_device(None)
    assert torch.equal(made.tokens, reference.tokens)
    assert torch.equal(made.reveal_step, reference.reveal_step)
