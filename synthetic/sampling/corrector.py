"""Gibbs correctors: redraw some noisy tokens given all others, at one noise level."""

from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.denoisers.leave_one_out import leave_one_out, noisy_conditional
from synthetic.noise import Noise
from synthetic.sampling.chance import Chance

Selection = Literal["random", "margin", "confidence"]
RESOLUTION = 2.0**-30  # nats: what ties in exact arithmetic then ties in floating point


@checked
@dataclass(frozen=True)
class GibbsCorrector:
    """Each sweep redraws `positions` tokens from q(y_i | y_-i) at the present noise level.

    `selection` chooses them: `random` uniformly; `confidence` those whose own symbol has the least
    conditional probability; `margin` those whose own symbol is furthest behind, or least ahead of,
    the best other one (informed correctors, arXiv 2407.21243, our form). Scores are logarithms,
    rounded to 2^-30 nats, and ties are broken uniformly at random. The tokens of a sweep are drawn
    independently from one state, with one call of the denoiser. Only with one position, chosen at
    random, does a sweep leave the law of noisy words unchanged; the other choices do not.
    """

    selection: Selection = "random"
    positions: int = 1
    sweeps: int = 1

    def __post_init__(self) -> None:
        if self.selection not in get_args(Selection):
            allowed = ", ".join(get_args(Selection))
            raise ValueError(f"selection is one of {allowed}, got {self.selection!r}")
        check_integer("positions", self.positions)
        check_integer("sweeps", self.sweeps)

    def check(self, noise: Noise) -> None:
        """A one-line error where noise leaves no doubt about a token that it shows."""
        if not bool((noise.law()[: noise.vocab_size] > 0).all()):
            raise ValueError(
                f"a Gibbs corrector needs noise under which any token can be wrong, got {noise}"
            )

    def sweep(
        self, log_probs: Tensor, tokens: Tensor, levels: Tensor, noise: Noise, chance: Chance
    ) -> Tensor:
        """Noisy tokens (B, L) after a sweep, from log-posteriors (B, L, V) and levels (B, L)."""
        others = leave_one_out(log_probs, tokens, levels, noise)
        conditional = noisy_conditional(others, levels, noise)
        chosen = self._choose(conditional, tokens, levels > 0, chance)
        return torch.where(chosen, chance.symbols(conditional, chosen), tokens)

    def _choose(
        self, conditional: Tensor, tokens: Tensor, candidates: Tensor, chance: Chance
    ) -> Tensor:
        """The positions (B, L) bool to redraw."""
        size = candidates.sum(dim=1).clamp(max=self.positions)
        if self.selection == "random":
            return chance.subset(candidates, size)
        score = self.score(conditional, tokens).masked_fill(~candidates, torch.inf)
        last = (size - 1).clamp(min=0).unsqueeze(1)
        threshold = score.sort(dim=1).values.gather(1, last)
        sure = candidates & (score < threshold)
        tied = candidates & (score == threshold)
        return sure | chance.subset(tied, size - sure.sum(dim=1))

    def score(self, conditional: Tensor, tokens: Tensor) -> Tensor:
        """How sure each token is, (B, L) in nats: the least are redrawn. All equal where random."""
        place = tokens.unsqueeze(-1)
        score = conditional.gather(-1, place).squeeze(-1)
        if self.selection == "random":
            return torch.zeros_like(score)
        if self.selection == "margin":
            score = score - conditional.scatter(-1, place, -torch.inf).amax(dim=-1)
        return (score / RESOLUTION).round() * RESOLUTION
