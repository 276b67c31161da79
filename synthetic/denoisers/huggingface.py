"""A masked language model of Hugging Face transformers as a denoiser.

tokens 0..V-1 and the mask V  ->  the same numbers and `mask_token_id`  ->  model  ->  its logits of
0..V-1, normalised among themselves. Only the interface is used, so that transformers is not
imported here: `model(input_ids=..., attention_mask=...)` returns an object with `logits` of shape
(B, L, at least V), and `model.config`, where there is one, says what the model can take.
"""

import torch
from torch import Tensor, nn

from synthetic.device import exact_device
from synthetic.languages.language import check_integer, check_tokens


class HuggingFaceDenoiser:
    """The law a masked language model gives each position, over the V symbols of a language.

    Symbol v is token v of the model, the mask is its token `mask_token_id`; what the model expects
    of other tokens is left out, so that the law is that given a symbol. Log-probabilities are in
    nats, float64. The model sees every position (no padding) and is put in evaluation mode; it
    must be bidirectional, which is not checked. A padding token among the symbols is an error: its
    embedding is never trained, and some models count no position for it.
    """

    def __init__(self, model: nn.Module, *, vocab_size: int, mask_token_id: int) -> None:
        if not isinstance(model, nn.Module):
            raise TypeError(
                "HuggingFaceDenoiser wraps a torch module such as BertForMaskedLM(config), got "
                f"{model.__name__ if isinstance(model, type) else type(model).__name__}"
            )
        self.vocab_size = check_integer("vocab_size", vocab_size)
        self.mask_token_id = check_integer("mask_token_id", mask_token_id, least=0)
        if mask_token_id < vocab_size:
            raise ValueError(
                f"mask_token_id is no symbol: an integer >= vocab_size = {vocab_size}, got "
                f"{mask_token_id}"
            )
        config = getattr(model, "config", None)
        known = getattr(config, "vocab_size", None)
        if known is not None and mask_token_id >= known:
            raise ValueError(
                f"the model has the tokens 0..{known - 1}, got mask_token_id {mask_token_id}"
            )
        padding = getattr(config, "pad_token_id", None)
        if padding is not None and 0 <= padding < vocab_size:
            raise ValueError(
                f"pad_token_id {padding} of the model is one of the symbols 0..{vocab_size - 1}: "
                "set it to None in its config"
            )
        self.model = model.eval()
        self.max_length: int | None = getattr(config, "max_position_embeddings", None)

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

        In nats up to a constant for each position, on the model's device and in its type.
        """
        tokens = check_tokens(tokens, self.vocab_size, masked=True).to(self._model_device)
        if self.max_length is not None and tokens.shape[1] > self.max_length:
            raise ValueError(
                f"the model takes at most {self.max_length} positions, got {tokens.shape[1]}"
            )
        inputs = tokens.masked_fill(tokens == self.vocab_size, self.mask_token_id)
        output = self.model(input_ids=inputs, attention_mask=torch.ones_like(inputs))
        logits = getattr(output, "logits", None)
        if not isinstance(logits, Tensor):
            raise TypeError(
                f"the model returns an object with logits, got {type(output).__name__}: use a "
                "class with a head, such as BertForMaskedLM"
            )
        if logits.dim() != 3 or logits.shape[:2] != tokens.shape:
            raise ValueError(
                f"the model returns logits for {tuple(tokens.shape)} tokens, got "
                f"{tuple(logits.shape)}"
            )
        if logits.shape[2] < self.vocab_size:
            raise ValueError(
                f"the model returns logits of {self.vocab_size} symbols or more, got "
                f"{logits.shape[2]}"
            )
        return logits[..., : self.vocab_size]

    def __call__(self, tokens: Tensor) -> Tensor:
        """Log-probabilities (B, L, V) in nats, float64, of masked tokens (B, L)."""
        with torch.inference_mode():
            logits = self.logits(tokens)
        # Outside inference mode, so that a strategy may change what it is given.
        return torch.log_softmax(logits.to(self.device).double(), dim=-1)
