"""What a transformer refuses to be called on: one line with what was given and what to do."""

import re
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch

from synthetic.models import Transformer, TransformerConfig
from synthetic.models.inputs import rows_at

LENGTH, SYMBOLS = 6, 5


def build(**changes: Any) -> Transformer:
    size: dict[str, Any] = {"width": 8, "depth": 1, "heads": 2, "causal": False}
    config = TransformerConfig(vocab_size=SYMBOLS, max_length=LENGTH, **size | changes)
    return Transformer(config, seed=0, device="cpu").eval()


def tokens(*rows: list[int]) -> torch.Tensor:
    return torch.tensor(rows, device="cpu")


def levels(*shape: int) -> torch.Tensor:
    return torch.full(shape, 0.5, device="cpu")


PAIR = tokens([0, 1], [2, 5])
CAUSAL, NOISY = {"causal": True}, {"noise_level": True}
ANY_ORDER = {"causal": True, "any_order": True}

REFUSED: list[tuple[dict[str, Any], Callable[[Transformer], Any], str]] = [
    (
        {},
        lambda m: m([[0, 1]]),
        "tokens are a tensor (B, L) such as torch.tensor([[0, 1, 1]]), got",
    ),
    (
        {},
        lambda m: m("01"),
        "tokens are a tensor (B, L) such as torch.tensor([[0, 1, 1]]), got '01'",
    ),
    (
        {},
        lambda m: m(PAIR.float()),
        "tokens are integers (int64), got torch.float32: use tokens.long",
    ),
    ({}, lambda m: m(PAIR > 1), "tokens are integers (int64), got torch.bool"),
    ({}, lambda m: m(PAIR[0]), "tokens have shape (B, L), got (2,)"),
    ({}, lambda m: m(PAIR[None]), "tokens have shape (B, L), got (1, 2, 2)"),
    ({}, lambda m: m(PAIR + 1), "tokens lie in 0..5, got 6"),
    ({}, lambda m: m(PAIR - 1), "tokens lie in 0..5, got -1"),
    (CAUSAL, lambda m: m(PAIR + 90), "tokens lie in 0..5, got 95"),
    ({}, lambda m: m(tokens([0] * 7)), "at most 6 positions, got 7: build the model with a larger"),
    ({}, lambda m: m(PAIR.to("meta")), "tokens are on the device of the model, cpu, got meta: use"),
    (NOISY, lambda m: m(PAIR), "this model reads noise levels (B, L), got none"),
    (NOISY, lambda m: m(PAIR, 0.5), "eta is a tensor (B, L) of noise levels such as torch.full"),
    (NOISY, lambda m: m(PAIR, levels(2)), "eta has a noise level for each token, (2, 2), got (2,)"),
    (NOISY, lambda m: m(PAIR, levels(2, 3)), "eta has a noise level for each token, (2, 2), got"),
    (NOISY, lambda m: m(PAIR, levels(2, 2) * 1j), "eta holds real numbers, got torch.complex64"),
    (ANY_ORDER, lambda m: m(PAIR, order=[[1, 0]]), "order are a tensor (B, L) such as"),
    (ANY_ORDER, lambda m: m(PAIR, order=PAIR[:1]), "order has shape (2, 2), got (1, 2)"),
    (ANY_ORDER, lambda m: m(PAIR, order=PAIR + 9), "order lie in 0..5, got 14"),
    (
        ANY_ORDER,
        lambda m: m(PAIR, order=PAIR.double()),
        "order are integers (int64), got torch.flo",
    ),
    (CAUSAL, lambda m: m(PAIR, cache=m.empty_cache(3)), "cache has keys of shape (1, 2, 2, 6, 4)"),
    (CAUSAL, lambda m: m(PAIR, cache=build(**CAUSAL, depth=2).empty_cache(2)), "cache has keys of"),
    (CAUSAL, lambda m: m.empty_cache(-1), "count is an integer"),
]


@pytest.mark.parametrize(("changes", "call", "message"), REFUSED)
def test_what_does_not_fit_is_one_line(
    changes: dict[str, Any], call: Callable[[Transformer], Any], message: str
) -> None:
    model = build(**changes)
    with pytest.raises((ValueError, TypeError), match=f"^{re.escape(message)}[^\n]*$"):
        call(model)


@pytest.mark.parametrize("kind", [torch.int32, torch.int64])
def test_what_fits_is_taken(kind: torch.dtype) -> None:
    model = build()
    assert torch.equal(model(PAIR.to(kind)), model(PAIR))
    assert build(**ANY_ORDER)(PAIR, order=tokens([1, 0], [0, 1])).shape == (2, 2, SYMBOLS)
    assert build(**NOISY)(PAIR, levels(2, 2)).shape == (2, 2, SYMBOLS)


def test_nothing_is_read_of_tokens_in_range() -> None:
    """A GPU would have to be waited for: tokens that have no numbers to read pass the checks."""
    looked_up = rows_at("tokens", PAIR.to("meta"), torch.zeros(6, 3, device="meta"))
    assert looked_up.shape == (2, 2, 3)


def test_the_checks_can_be_compiled() -> None:
    model = build()
    compiled = torch.compile(model, backend="eager", fullgraph=True)
    # torch's own, of the gradients it writes
    with warnings.catch_warnings(action="ignore"), torch.no_grad():
        torch.testing.assert_close(compiled(PAIR), model(PAIR))
