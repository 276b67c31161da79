"""A trained causal transformer: exact probabilities by the chain rule, and cached steps."""

import torch
from torch import Tensor

from synthetic.arguments import check_count, checked
from synthetic.denoisers.network import check_input
from synthetic.device import exact_device
from synthetic.models.key_value_cache import KeyValueCache
from synthetic.models.transformer import Transformer, begin_shifted


@checked
class AutoregressiveModel:
    """The law of a causal transformer over sequences of each length: p(x) = prod_i p(x_i | x_<i).

    It cannot be called: it is no denoiser, since it knows nothing of tokens to the right.
    """

    def __init__(self, model: Transformer) -> None:
        if not model.config.causal:
            raise ValueError(
                "AutoregressiveModel needs a causal transformer, got a bidirectional one: use "
                "Network"
            )
        self.model = model.eval()

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.model.config.vocab_size

    @property
    def device(self) -> torch.device:
        """Where tokens are expected and results are returned: the model's, but the CPU for mps."""
        return exact_device(self.model.device)

    def conditional(self, tokens: Tensor) -> Tensor:
        """log p(v | x_<i) in nats of each symbol v at each position i of (B, L), as (B, L, V).

        Float64; the tokens are complete and the last one is not looked at.
        """
        tokens = check_input(self.model, tokens, masked=False)
        return self._log_probs(begin_shifted(tokens, self.vocab_size), None)

    def log_prob(self, tokens: Tensor) -> Tensor:
        """log p(x) in nats of complete sequences (B, L), as (B,) float64."""
        rows = self.conditional(tokens)
        chosen = rows.gather(-1, tokens.to(rows.device).long().unsqueeze(-1))
        return chosen.squeeze(-1).sum(dim=-1)

    def begin(self, count: int) -> tuple[Tensor, KeyValueCache]:
        """log p(x_1) of `count` new sequences, (count, V) float64, and their cache: one step."""
        cache = self.model.empty_cache(check_count(count))
        start = torch.full((count, 1), self.vocab_size, dtype=torch.int64, device=self.device)
        return self._log_probs(start, cache)[:, -1], cache

    def advance(self, tokens: Tensor, cache: KeyValueCache) -> Tensor:
        """Log-law (B, V) float64 of the token after the next tokens (B, n); extends the cache."""
        tokens = check_input(self.model, tokens, masked=False)
        return self._log_probs(tokens, cache)[:, -1]

    def _log_probs(self, inputs: Tensor, cache: KeyValueCache | None) -> Tensor:
        with torch.inference_mode():
            logits = self.model(inputs.to(self.model.device), cache=cache)
        return torch.log_softmax(logits.to(self.device).double(), dim=-1)
