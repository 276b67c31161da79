"""Any law over the sequences of one length as a language: the automaton of its prefixes."""

import torch
from torch import Tensor

from synthetic.languages import AutomatonLanguage, WeightedAutomaton
from synthetic.metrics.divergences import check_law


def listed_language(law: Tensor, vocab_size: int) -> AutomatonLanguage:
    """The language with given probabilities (V^L,) of its sequences of length L, row-major.

    A state is a prefix of positive probability, entered from the one before it with the conditional
    probability of its last symbol; only whole sequences may end. It has words of length L alone.
    Memory is 8 bytes for each pair of prefixes. A one-line error where the law is none, or its size
    is no power of V.
    """
    law = check_law(law).double()
    length = next((n for n in range(1, 64) if vocab_size**n >= len(law)), 1)
    if vocab_size < 2 or vocab_size**length != len(law):
        raise ValueError(
            f"a listed law over V >= 2 symbols has V^L entries, got {len(law)} for V = {vocab_size}"
        )
    shares = [law.view(vocab_size**size, -1).sum(1) for size in range(1, length + 1)]
    alive = [(share > 0).nonzero().flatten() for share in shares]
    starts = [sum(len(level) for level in alive[:size]) for size in range(length + 1)]
    symbols = torch.cat(alive) % vocab_size
    step = torch.zeros((starts[-1], starts[-1]), dtype=torch.float64, device=law.device)
    for size in range(1, length):
        after = alive[size]
        before = after // vocab_size
        row = torch.searchsorted(alive[size - 1], before) + starts[size - 1]
        column = torch.arange(len(after), device=law.device) + starts[size]
        step[row, column] = shares[size][after] / shares[size - 1][before]
    initial = torch.zeros(starts[-1], dtype=torch.float64, device=law.device)
    initial[: len(alive[0])] = shares[0][alive[0]]
    final = torch.zeros_like(initial)
    final[starts[-2] :] = 1.0
    emission = torch.eye(vocab_size, dtype=torch.float64, device=law.device)[symbols]
    return AutomatonLanguage(WeightedAutomaton(initial, step, emission, final))


def uniform_language(words: Tensor, vocab_size: int) -> AutomatonLanguage:
    """The language of listed words (K, L), each with the same share, repeats counted."""
    places = vocab_size ** torch.arange(words.shape[1] - 1, -1, -1, device=words.device)
    counts = torch.bincount((words * places).sum(1), minlength=vocab_size ** words.shape[1])
    return listed_language(counts.double() / len(words), vocab_size)
