"""A trained bidirectional transformer as a denoiser."""

import torch
from torch import Tensor

from synthetic.arguments import checked
from synthetic.device import exact_device
from synthetic.languages.sequences import check_tokens
from synthetic.models.transformer import Transformer


@checked
class Network:
    """The law a bidirectional transformer gives each position: float64 log-softmax of its logits.

    Log-probabilities are in nats and finite. The model is used as it is, without gradients, and
    put in evaluation mode.
    """

    def __init__(self, model: Transformer) -> None:
        if model.config.causal:
            raise ValueError(
                "Network needs a bidirectional transformer, got a causal one: use "
                "AutoregressiveModel"
            )
        if model.config.noise_level:
            raise ValueError(
                "Network needs a transformer of masked tokens, got one that reads noise levels: "
                "use NoisyNetwork"
            )
        self.model = model.eval()

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1; the mask is V."""
        return self.model.config.vocab_size

    @property
    def device(self) -> torch.device:
        """Where tokens are expected and results are returned: the model's, but the CPU for mps."""
        return exact_device(self.model.device)

    def __call__(self, tokens: Tensor) -> Tensor:
        """Log-probabilities (B, L, V) in nats, float64, of masked tokens (B, L)."""
        tokens = check_input(self.model, tokens, masked=True)
        with torch.inference_mode():
            logits = self.model(tokens.to(self.model.device))
        # Outside inference mode, so that a strategy may change what it is given.
        return torch.log_softmax(logits.to(self.device).double(), dim=-1)


def check_input(model: Transformer, tokens: Tensor, *, masked: bool) -> Tensor:
    """Tokens (B, L) that the model can take, or a one-line error."""
    tokens = check_tokens(tokens, model.config.vocab_size, masked=masked)
    if tokens.shape[1] > model.config.max_length:
        raise ValueError(
            f"the model takes at most {model.config.max_length} positions, got {tokens.shape[1]}"
        )
    return tokens
