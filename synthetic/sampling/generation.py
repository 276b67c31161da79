"""What a sampler returns: the sequences and every count that stands behind them."""

from dataclasses import dataclass

from torch import Tensor

from synthetic.quantities import Shown


@dataclass(frozen=True, repr=False)
class Generation(Shown):
    """Generated sequences and what they cost; B sequences of L positions, all int64.

    tokens (B, L); evaluations (B,): calls of the denoiser that really ran for each sequence;
    probes (B,): those of them that a strategy made inside a step; positions (B,): positions
    computed in all calls; reveal_step (B, L): 0 on the prompt, else the step 1..N of the last
    reveal.
    """

    tokens: Tensor
    evaluations: Tensor
    probes: Tensor
    positions: Tensor
    reveal_step: Tensor

    def __repr__(self) -> str:
        count, length = self.tokens.shape
        calls = f", {float(self.evaluations.double().mean()):.4g} evaluations each" if count else ""
        return f"Generation({count:,} sequences of {length} tokens{calls})"
