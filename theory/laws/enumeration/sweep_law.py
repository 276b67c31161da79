"""The exact law of noisy words after one sweep of a Gibbs corrector that redraws one token."""

import torch
from torch import Tensor

from synthetic.denoisers import NoisyOracle
from synthetic.denoisers.leave_one_out import leave_one_out, noisy_conditional
from synthetic.languages import enumerate_sequences
from synthetic.metrics import enumerated_law
from synthetic.sampling import GibbsCorrector
from theory.laws.enumeration.ancestral_law import noisy_law


@torch.no_grad()
def sweep_laws(
    oracle: NoisyOracle, corrector: GibbsCorrector, eta: float, *, length: int
) -> tuple[Tensor, Tensor]:
    """The laws (V^L,) of noisy words at level eta, and of them after a sweep, row-major.

    From each word, sum over the position i that the corrector chooses (ties share its chance) and
    the symbol z that it draws from q(y_i | y_-i). Exact to rounding; memory V^L L V numbers. A
    corrector of several positions at once is a one-line error.
    """
    if corrector.positions != 1:
        raise ValueError(f"one position a sweep is enumerated, got {corrector.positions}")
    corrector.check(oracle.noise)
    size = oracle.vocab_size
    before = noisy_law(enumerated_law(oracle.language, length), oracle.noise, eta, length)
    words = enumerate_sequences(size, length, oracle.device)
    levels = torch.full(words.shape, eta, dtype=torch.float64, device=oracle.device)
    others = leave_one_out(oracle(words, levels), words, levels, oracle.noise)
    conditional = noisy_conditional(others, levels, oracle.noise)
    score = corrector.score(conditional, words)
    chosen = (score == score.amin(dim=1, keepdim=True)).double()
    flow = before.view(-1, 1, 1) * (chosen / chosen.sum(dim=1, keepdim=True)).unsqueeze(-1)
    flow = flow * conditional.exp()
    place = size ** torch.arange(length - 1, -1, -1, device=words.device)
    cleared = (words * place).sum(dim=1, keepdim=True) - words * place
    symbols = torch.arange(size, device=words.device) * place.unsqueeze(-1)
    after = torch.zeros_like(before)
    after.index_add_(0, (cleared.unsqueeze(-1) + symbols).flatten(), flow.flatten())
    return before, after
