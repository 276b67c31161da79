"""Bits under uniform noise where only their number counts: the exact law of ancestral sampling.

If the probability of a word of bits depends on its number of ones alone, as of balanced words and
of a one-hot block, so does that of a noisy word at every level, and a step turns each of its j ones
into a one with one chance and each of its n - j zeros with another: the law of the number of ones
goes by the sum of two binomials, n + 1 numbers for 2^n words.
"""

import itertools

import numpy as np
import torch
from scipy import stats

from synthetic.arguments import check_length
from synthetic.denoisers import NoisyOracle
from synthetic.languages.language import Language
from synthetic.noise import Uniform, check_grid
from synthetic.sampling.ancestral import AncestralSampler


def counted_bits_noise_law(language: Language, grid: object, *, length: int) -> np.ndarray:
    """The law (n + 1,) of the number of ones that `ancestral` generates, exact denoiser.

    The language gives every word of n bits with so many ones the same probability; of others it is
    not the law. Exact to the rounding of its posteriors; time O(n^2) a step and one posterior of
    n + 1 words.
    """
    size = check_length(length)
    if language.vocab_size != 2:
        raise ValueError(f"bits are two symbols, got a language of {language.vocab_size}")
    noise = Uniform(2)
    sampler = AncestralSampler(NoisyOracle(language, noise), noise)
    places = torch.arange(size, device=language.device)
    ones = torch.arange(size + 1, device=language.device).unsqueeze(1)
    words = (places < ones).long()  # one word for each number of ones, those first
    law = stats.binom.pmf(np.arange(size + 1), size, 0.5)
    for eta, lower in itertools.pairwise(check_grid(grid).tolist()):
        kernel = sampler.kernel(words, eta, lower).exp().cpu().numpy()
        becomes_one = kernel[..., 1] / kernel.sum(axis=-1)  # sums to one but for rounding
        after = np.zeros_like(law)
        for count in range(size + 1):
            kept = stats.binom.pmf(np.arange(count + 1), count, becomes_one[count, 0])
            rest = size - count
            new = stats.binom.pmf(np.arange(rest + 1), rest, becomes_one[count, -1])
            after += law[count] * np.convolve(kept, new)
        law = after
    return law
