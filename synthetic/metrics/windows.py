"""Laws of short windows of tokens: what the sequence error rate cannot see, at any length."""

import torch
from torch import Tensor

from synthetic.arguments import check_integer
from synthetic.languages.language import Language
from synthetic.languages.sequences import check_tokens, enumerate_sequences
from synthetic.mean_interval import quantile
from synthetic.quantities import Estimate

GROUPS = 20  # of words left out in turn
ROWS_AT_ONCE = 2**13


def window_law(language: Language, length: int, width: int) -> Tensor:
    """The law (V^w,) of w neighbouring tokens of a word, averaged over their places, row-major."""
    width = check_integer("width", width)
    if width > length:
        raise ValueError(f"a window is at most as long as the word, got {width} of {length}")
    windows = enumerate_sequences(language.vocab_size, width, language.device)
    law = torch.zeros(len(windows), dtype=torch.float64, device=language.device)
    for first in range(length - width + 1):
        for part in torch.arange(len(windows), device=language.device).split(ROWS_AT_ONCE):
            tokens = windows.new_full((len(part), length), language.mask)
            tokens[:, first : first + width] = windows[part]
            law[part] += language.log_evidence(tokens).exp()
    return law / (length - width + 1)


def window_divergence(
    tokens: Tensor, language: Language, width: int, law: Tensor | None = None
) -> Estimate:
    """Jensen-Shannon divergence in nats of the laws of w neighbouring tokens, in 0..log 2.

    Of generated sequences (B, L), B >= 2, against the language's own law (`window_law`, computed
    where it is not given), both averaged over places; finite where either misses a window. The
    plug-in estimate is too large by about (windows that occur) / (8 x windows seen), more where
    those of one word depend on each other; the delete-a-group jackknife over 20 groups of words
    takes the bias of first order away and gives the interval, so that the value can fall a little
    below 0.
    """
    tokens = check_tokens(tokens, language.vocab_size, masked=False).to(language.device)
    if len(tokens) < 2:
        raise ValueError(f"a window divergence needs 2 sequences or more, got {len(tokens)}")
    law = window_law(language, tokens.shape[1], width) if law is None else law
    groups = min(GROUPS, len(tokens))
    places = language.vocab_size ** torch.arange(width - 1, -1, -1, device=tokens.device)
    codes = (tokens.unfold(1, width, 1) * places).sum(-1)
    group = torch.arange(len(tokens), device=tokens.device) % groups
    cells = (group.unsqueeze(1) * len(law) + codes).flatten()
    counts = torch.bincount(cells, minlength=groups * len(law)).double().view(groups, len(law))
    whole = counts.sum(0, keepdim=True)
    whole_divergence = float(_divergence(whole, law))
    without = _divergence(whole - counts, law)
    value = groups * whole_divergence - (groups - 1) * float(without.mean())
    error = float(((groups - 1) / groups * (without - without.mean()).square().sum()).sqrt())
    reach = quantile(groups - 1) * error
    name = f"Jensen-Shannon of windows of {width}, jackknife"
    return Estimate(value, value - reach, value + reach, len(tokens), name, error)


def _divergence(counts: Tensor, law: Tensor) -> Tensor:
    """Jensen-Shannon divergences (G,) in nats of the frequencies of counts (G, K) from a law."""
    seen = counts / counts.sum(-1, keepdim=True)
    mean = (seen + law) / 2
    entropies = [torch.special.entr(each).sum(-1) for each in (mean, seen, law)]
    return entropies[0] - (entropies[1] + entropies[2]) / 2
