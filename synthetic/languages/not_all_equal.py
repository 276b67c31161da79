"""Latent bits and what is observed of them: whether three of them are not all equal."""

import itertools
from fractions import Fraction

import numpy as np
import torch

from synthetic.arguments import check_integer, check_seed, checked
from synthetic.languages.finite import Finite


@checked
class NotAllEqual(Finite):
    """N uniform bits, then P observations: 1 where the bits of a triple are not all equal.

    The triples are drawn without replacement and belong to the language, of arXiv 2502.06768. L =
    N + P; 2^N words. Masks are answered by sets of bits over the words, to N = 20; weights by the
    graph of the words, to N = 12 in about a second.
    """

    def __init__(
        self, latents: int, observations: int, seed: int, *, device: torch.device | str = "cpu"
    ) -> None:
        self.latents = check_integer("latents", latents, least=3, most=20)
        triples = list(itertools.combinations(range(latents), 3))
        self.observations = check_integer("observations", observations, most=len(triples))
        generator = np.random.default_rng(check_seed(seed))
        chosen = generator.choice(len(triples), size=observations, replace=False)
        self.triples = np.array([triples[place] for place in chosen])
        bits = np.arange(2**latents)[:, None] >> np.arange(latents)[::-1] & 1
        seen = bits[:, self.triples].sum(2) % 3 > 0
        super().__init__(np.concatenate([bits, seen], axis=1), vocab_size=2, device=device)

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """One where each observation is right."""
        if len(word) != self.latents + self.observations:
            return Fraction(0)
        bits, seen = word[: self.latents], word[self.latents :]
        wanted = tuple(len({bits[place] for place in triple}) > 1 for triple in self.triples)
        return Fraction(seen == wanted)
