"""What a sampler accepts as a denoiser, and which laws of it."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from synthetic.denoisers import Oracle, as_denoiser
from synthetic.denoisers.denoiser import check_denoiser, check_log_probs
from synthetic.languages import CopyPairs
from synthetic.sampling import FirstHitting, generate

TOKENS = torch.tensor([[2, 0, 2]])
HALF = torch.full((1, 3, 2), 0.5).log()


def uniform(tokens: Tensor) -> Tensor:
    return torch.full((*tokens.shape, 2), 0.5, device=tokens.device).log()


def entry(position: int, value: float) -> Tensor:
    return HALF.index_put((torch.tensor([0]), torch.tensor([position])), torch.tensor(value))


def test_a_function_becomes_a_denoiser() -> None:
    denoiser = as_denoiser(uniform, 2)
    assert check_denoiser(denoiser) is denoiser
    assert denoiser.vocab_size == 2
    assert denoiser.device == torch.device("cpu")
    assert torch.equal(denoiser(TOKENS), HALF)
    words = generate(denoiser, FirstHitting(), length=4, count=3, generator=torch.Generator())
    assert words.tokens.shape == (3, 4)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (uniform, r"got function: wrap a function with as_denoiser\(function, vocab_size\)"),
        (torch.nn.Identity(), "got Identity: wrap"),
        (Oracle, "got the class Oracle"),
        (CopyPairs(2), "got CopyPairs: wrap"),
        (None, "got NoneType"),
    ],
)
def test_what_is_no_denoiser(given: object, message: str) -> None:
    for call in (
        lambda: check_denoiser(given),
        lambda: generate(
            given,  # type: ignore[arg-type]
            FirstHitting(),
            length=4,
            count=3,
            generator=torch.Generator(),
        ),
    ):
        with pytest.raises(TypeError, match=message) as error:
            call()
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: as_denoiser(3, 2), TypeError, "function is a function, got 3"),  # type: ignore[arg-type]
        (lambda: as_denoiser(uniform, 0), ValueError, "vocab_size is an integer >= 1, got 0"),
        (lambda: as_denoiser(uniform, True), ValueError, "vocab_size .* got True"),
    ],
)
def test_refusals(call: Callable[[], object], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        (entry(0, math.nan), ValueError, "got NaN at a masked position"),
        (entry(2, 0.3), ValueError, "at most 0, got a positive one, 0.3, at a masked position"),
        (HALF + math.log(2.5), ValueError, "got a positive one, 0.223"),
        (entry(0, math.inf), ValueError, "got a positive one, inf"),
        (HALF - 1e-3, ValueError, "whose log-sum is -0.001 instead of 0"),
        (HALF - math.inf, ValueError, "whose log-sum is -inf instead of 0"),
        (HALF[:, :2], ValueError, r"returns shape \(1, 3, 2\), got \(1, 2, 2\)"),
        (HALF[0], ValueError, r"returns shape \(1, 3, 2\), got \(3, 2\)"),
        (HALF.long(), ValueError, "returns floating-point numbers, got torch.int64"),
        ([[0.5]], TypeError, r"returns a tensor \(B, L, V\), got list"),
    ],
)
def test_laws_that_are_none(given: object, kind: type[Exception], message: str) -> None:
    denoiser = as_denoiser(lambda tokens: given, 2)  # type: ignore[arg-type,return-value]
    for call in (
        lambda: check_log_probs(given, TOKENS, 2),  # type: ignore[arg-type]
        lambda: generate(
            denoiser,
            FirstHitting(),
            length=3,
            count=1,
            generator=torch.Generator(),
            prompt=TOKENS,
        ),
    ):
        with pytest.raises(kind, match=message) as error:
            call()
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("garbage", [math.nan, math.inf, 7.0, -math.inf])
def test_revealed_positions_are_ignored(garbage: float) -> None:
    checked = check_log_probs(entry(1, garbage), TOKENS, 2)
    torch.testing.assert_close(checked[:, ::2], HALF[:, ::2].double())


def test_laws_within_single_precision_are_normalised() -> None:
    rough = torch.linspace(-3, 3, 50_000).log_softmax(-1).expand(1, 2, -1) + 5e-5
    checked = check_log_probs(rough, torch.full((1, 2), 50_000), 50_000)
    assert checked.dtype == torch.float64
    assert float(checked.exp().sum(-1).sub(1).abs().max()) < 1e-12
