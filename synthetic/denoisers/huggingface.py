"""A masked language model of Hugging Face transformers, or a torch module like one, as a denoiser.

symbols 0..V-1 and the mask V  ->  their tokens in the model and `mask_token_id`  ->  model  ->  its
logits of those tokens, normalised among themselves. Only the interface is used, so that
transformers is not imported here; `model.config`, where there is one, says what the model can take.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from synthetic.arguments import check_integer, checked
from synthetic.device import exact_device
from synthetic.languages.sequences import check_tokens

Forward: TypeAlias = Callable[[nn.Module, Tensor], Any]
DIRECTION_ROWS = 8  # symbols tried to see whether a model looks to the right


@checked
class HuggingFaceDenoiser:
    """The law a masked language model gives each position, over the V symbols of a language.

    Symbol v is the token `symbols[v]` of the model, or token v where `vocab_size` = V is given
    instead; the mask is its token `mask_token_id`. What the model expects of other tokens is left
    out, so that the law is that given a symbol. Log-probabilities are in nats, float64, always of
    the model in evaluation mode, in which it is left unless it is put in training mode again.

    `forward(model, input_ids)` calls the model where it takes other arguments than `input_ids` and
    perhaps `attention_mask`, all ones since there is no padding. Logits (B, L, tokens of the model)
    are what it returns, or the first item of a tuple, or the item or attribute `logits`.

    A padding token among the symbols is an error: its embedding is never trained, and some models
    count no position for it. So is a causal model, noticed at the first call on two positions or
    more by two calls that differ in the right half alone.
    """

    def __init__(
        self,
        model: nn.Module,
        *,
        mask_token_id: int,
        vocab_size: int | None = None,
        symbols: Sequence[int] | None = None,
        forward: Forward | None = None,
    ) -> None:
        if not isinstance(model, nn.Module):
            raise TypeError(
                "HuggingFaceDenoiser wraps a torch module such as BertForMaskedLM(config), got "
                f"{model.__name__ if isinstance(model, type) else type(model).__name__}"
            )
        self.symbols = _check_symbols(vocab_size, symbols)
        self.vocab_size = len(self.symbols)
        self.mask_token_id = check_integer("mask_token_id", mask_token_id, least=0)
        if self.mask_token_id in self.symbols:
            raise ValueError(
                f"mask_token_id is the token of no symbol, got {mask_token_id}, the token of "
                f"symbol {self.symbols.index(self.mask_token_id)}"
            )
        config = getattr(model, "config", None)
        _check_known(getattr(config, "vocab_size", None), self.symbols, self.mask_token_id)
        _check_padding([getattr(config, "pad_token_id", None)], self.symbols, self.mask_token_id)
        self.forward = _stock_forward(model) if forward is None else forward
        if not callable(self.forward):
            raise TypeError(f"forward is a callable (model, input_ids) -> logits, got {forward!r}")
        self.model = model.eval()
        self.max_length = _positions(model)
        self._checked = False

    @property
    def device(self) -> torch.device:
        """Where tokens are expected and results are returned: the model's, but the CPU for mps."""
        return exact_device(self._model_device)

    @property
    def _model_device(self) -> torch.device:
        first = next(self.model.parameters(), None)
        return torch.device("cpu") if first is None else first.device

    def logits(self, tokens: Tensor) -> Tensor:
        """Logits (B, L, V) of masked tokens (B, L), with gradients: what a loss is trained through.

        In nats up to a constant for each position, on the model's device and in its type, in the
        mode the model is in.
        """
        tokens = check_tokens(tokens, self.vocab_size, masked=True).to(self._model_device)
        if self.max_length is not None and tokens.shape[1] > self.max_length:
            raise ValueError(
                f"the model takes at most {self.max_length} positions, got {tokens.shape[1]}"
            )
        if self._checked:
            return self._logits(tokens)
        _check_padding(_built_paddings(self.model), self.symbols, self.mask_token_id)
        logits = self._logits(tokens)
        if tokens.shape[1] > 1:
            self._check_direction(tokens.shape[1])
            self._checked = True
        return logits

    def __call__(self, tokens: Tensor) -> Tensor:
        """Log-probabilities (B, L, V) in nats, float64, of masked tokens (B, L)."""
        with torch.inference_mode(), _evaluation(self.model):
            logits = self.logits(tokens)
        # Outside inference mode, so that a strategy may change what it is given.
        return torch.log_softmax(logits.to(self.device).double(), dim=-1)

    def _logits(self, tokens: Tensor) -> Tensor:
        table = torch.tensor([*self.symbols, self.mask_token_id], device=tokens.device)
        inputs = table[tokens]
        try:
            output = self.forward(self.model, inputs)
        except torch.OutOfMemoryError:
            raise
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            RuntimeError,
            TypeError,
            ValueError,
        ) as error:
            raise ValueError(
                f"{type(self.model).__name__} cannot be called on input_ids of shape "
                f"{tuple(inputs.shape)}: {type(error).__name__}: {error}"
            ) from error
        logits = _logits_of(output)
        if logits.dim() != 3 or logits.shape[:2] != tokens.shape:
            raise ValueError(
                f"the model returns logits for {tuple(tokens.shape)} tokens, got "
                f"{tuple(logits.shape)}"
            )
        if logits.shape[2] <= max(self.symbols):
            raise ValueError(
                f"the model returns logits of {max(self.symbols) + 1} tokens or more, got "
                f"{logits.shape[2]}"
            )
        if not logits.dtype.is_floating_point:
            raise ValueError(f"the model returns floating-point logits, got {logits.dtype}")
        if self.symbols == tuple(range(self.vocab_size)):
            return logits[..., : self.vocab_size]
        return logits[..., table[:-1]]

    def _check_direction(self, length: int) -> None:
        """An error where what stands on the right changes no law on the left, but not conversely.

        A row for each of a few symbols, which fills one half of it. A law that no token changes,
        such as that of independent symbols, is no causal one.
        """
        rows, half = min(self.vocab_size, DIRECTION_ROWS), length // 2
        symbols = torch.arange(rows, device=self._model_device).unsqueeze(1)
        masked = torch.full((rows, length), self.vocab_size, device=self._model_device)
        right, left = masked.clone(), masked.clone()
        right[:, half:], left[:, :half] = symbols, symbols
        with torch.inference_mode(), _evaluation(self.model):
            law = self._logits(masked)
            if not torch.equal(self._logits(right)[:, :half], law[:, :half]):
                return
            changed = (self._logits(left) != law)[:, half:].flatten(1).any(dim=1)
        if bool(changed.all()):
            raise ValueError(
                f"{type(self.model).__name__} is causal, no law changes with tokens to the right: "
                "a denoiser needs a bidirectional model; sequence_error_rate takes what a causal "
                "one has generated by itself"
            )


def _check_symbols(vocab_size: int | None, symbols: Sequence[int] | None) -> tuple[int, ...]:
    """The token of each symbol."""
    if (vocab_size is None) == (symbols is None):
        raise ValueError(
            f"give vocab_size or symbols, one of them, got {vocab_size!r} and {symbols!r}"
        )
    if symbols is None:
        assert vocab_size is not None
        return tuple(range(check_integer("vocab_size", vocab_size)))
    items = symbols.tolist() if hasattr(symbols, "tolist") else list(symbols)
    tokens = tuple(check_integer(f"symbols[{v}]", item, least=0) for v, item in enumerate(items))
    if not tokens or len(set(tokens)) < len(tokens):
        raise ValueError(f"symbols are different tokens, one or more, got {items}")
    return tokens


def _check_known(known: int | None, symbols: tuple[int, ...], mask: int) -> None:
    if known is not None and mask >= known:
        raise ValueError(f"the model has the tokens 0..{known - 1}, got mask_token_id {mask}")
    if known is not None and max(symbols) >= known:
        raise ValueError(f"the model has the tokens 0..{known - 1}, got the symbol {max(symbols)}")


def _check_padding(paddings: Sequence[object], symbols: tuple[int, ...], mask: int) -> None:
    """An error where a symbol or the mask is padding."""
    for padding in paddings:
        if isinstance(padding, int) and (padding in symbols or padding == mask):
            kind = "mask_token_id" if padding == mask else f"symbol {symbols.index(padding)}"
            raise ValueError(
                f"{kind} is token {padding}, the padding of the model: build it with another "
                "pad_token_id in its config, or give symbols=[...] without that token"
            )


def _built_paddings(model: nn.Module) -> list[object]:
    """The padding tokens that parts of the model were built with, whatever its config says now."""
    return [getattr(part, "padding_idx", None) for part in model.modules()]


def _positions(model: nn.Module) -> int | None:
    """Most positions of an input, None if the model does not say."""
    said = getattr(getattr(model, "config", None), "max_position_embeddings", None)
    bounds = [said] if isinstance(said, int) and said > 0 else []
    for name, part in model.named_modules():
        # RoBERTa and its kin number positions from the padding's number on.
        padding = getattr(part, "padding_idx", None)
        if name.endswith("position_embeddings") and isinstance(part, nn.Embedding):
            bounds.append(part.num_embeddings - (0 if padding is None else padding + 1))
    return min(bounds, default=None)


def _stock_forward(model: nn.Module) -> Forward:
    """A call of the model with the arguments it takes, or an error that names those it needs."""
    parameters = inspect.signature(model.forward).parameters
    needed = [
        name
        for name, parameter in parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ]
    named = "input_ids" in parameters or not needed
    extra = [name for name in needed[not named :] if name not in ("input_ids", "attention_mask")]
    if extra:
        raise ValueError(
            f"{type(model).__name__} needs {', '.join(extra)}: give "
            f"forward=lambda model, input_ids: model(input_ids, {extra[0]}=...)"
        )
    masked = "attention_mask" in parameters

    def forward(model: nn.Module, input_ids: Tensor) -> Any:
        more = {"attention_mask": torch.ones_like(input_ids)} if masked else {}
        return model(input_ids=input_ids, **more) if named else model(input_ids, **more)

    return forward


def _logits_of(output: Any) -> Tensor:
    """The logits in what a model returns."""
    returned = output
    if isinstance(output, Mapping) and "logits" in output:
        returned = output["logits"]
    elif isinstance(output, tuple | list) and len(output):
        returned = output[0]
    elif not isinstance(output, Tensor):
        returned = getattr(output, "logits", None)
    if not isinstance(returned, Tensor):
        raise TypeError(
            "the model returns logits, or a tuple, dict or object with them, got "
            f"{type(output).__name__}: use a class with a head, such as BertForMaskedLM"
        )
    return returned


@contextmanager
def _evaluation(model: nn.Module) -> Iterator[None]:
    """The model in evaluation mode, each part of it in the mode it was in before afterwards."""
    training = [part for part in model.modules() if part.training]
    for part in training:
        part.training = False
    try:
        yield
    finally:
        for part in training:
            part.training = True
