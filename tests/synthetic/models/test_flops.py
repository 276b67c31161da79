"""The counted operations are those that PyTorch's own counter sees."""

from typing import Any

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from synthetic.models import (
    Transformer,
    TransformerConfig,
    autoregressive_flops,
    cached_step_flops,
    forward_flops,
)

LENGTHS = (32, 512)


def config(length: int, **changes: Any) -> TransformerConfig:
    fields: dict[str, Any] = {"vocab_size": 8, "width": 64, "depth": 3, "heads": 2, "causal": False}
    return TransformerConfig(max_length=length, **(fields | changes))


def counted(model: Transformer, tokens: torch.Tensor, held: int | None = None) -> int:
    """What PyTorch counts for one call, behind `held` cached positions."""
    cache = None if held is None else model.empty_cache(len(tokens))
    if cache is not None and held is not None:
        cache.length = held
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter, torch.no_grad():
        model(tokens, cache=cache)
    return counter.get_total_flops()


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize(
    "changes", [{}, {"causal": True}, {"rotary": True}, {"heads": 8}, {"loops": 3}]
)
def test_forward_flops(length: int, changes: dict[str, Any]) -> None:
    made = config(length, **changes)
    model = Transformer(made, seed=0, device="cpu")
    tokens = torch.zeros((2, length), dtype=torch.int64, device="cpu")
    assert counted(model, tokens) / 2 == pytest.approx(forward_flops(made, length=length), rel=0.05)


def test_a_count_without_attention_is_caught() -> None:
    """The broken twin: products with the weights alone are more than 5% short at L = 512."""
    made = config(512)
    model = Transformer(made, seed=0, device="cpu")
    tokens = torch.zeros((1, 512), dtype=torch.int64, device="cpu")
    weights = 512 * forward_flops(made, length=1)
    assert counted(model, tokens) != pytest.approx(weights, rel=0.05)


@pytest.mark.parametrize("loops", [1, 3])
@pytest.mark.parametrize("length", LENGTHS)
def test_cached_steps(length: int, loops: int) -> None:
    made = config(length, causal=True, loops=loops)
    model = Transformer(made, seed=0, device="cpu")
    token = torch.zeros((1, 1), dtype=torch.int64, device="cpu")
    for position in (0, length // 2, length - 1):
        expected = cached_step_flops(made, position=position)
        assert counted(model, token, held=position) == pytest.approx(expected, rel=0.05)
    steps = sum(cached_step_flops(made, position=position) for position in range(length))
    assert steps == autoregressive_flops(made, length=length)
    assert autoregressive_flops(made, length=length) < forward_flops(made, length=length)


def test_lengths_that_do_not_fit_are_refused() -> None:
    made = config(32)
    with pytest.raises(ValueError, match=r"^length is an integer in 1\.\.32, got 33$"):
        forward_flops(made, length=33)
    with pytest.raises(ValueError, match=r"^position is an integer in 0\.\.31, got 32$"):
        cached_step_flops(made, position=32)
    with pytest.raises(ValueError, match=r"^length is an integer, got 2\.0$"):
        autoregressive_flops(made, length=2.0)  # type: ignore[arg-type]
