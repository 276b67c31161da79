"""A fixed set of sequences seen in epochs, beside the unlimited stream of new ones.

Position t of all that a training reads is sequence order(e)[t mod U] of epoch e = t div U, so that
batches run on over the end of an epoch and every sequence is seen once in each of them.
"""

import hashlib
import os
from functools import cached_property, lru_cache

import numpy as np
import torch
from torch import Tensor

from synthetic.arguments import check_integer, check_length, check_seed, checked
from synthetic.languages.language import Language
from synthetic.training.stream import stream_generator

CHUNK = 4096  # sequences drawn at once


@checked
class TrainingCorpus:
    """`unique_sequences` independent words of a language at one length, in an order an epoch.

    The words and the order of each epoch are functions of the seed alone, the same for every
    model. Independent words can coincide: `coinciding` counts those that came before. More than the
    language has words, or than memory holds, is a one-line error.
    """

    def __init__(
        self, language: Language, length: int, unique_sequences: int, seed: int = 0
    ) -> None:
        self.language, self.length = language, check_length(length)
        self.unique_sequences = check_integer("unique_sequences", unique_sequences)
        self.seed = check_seed(seed)
        most = most_words(language, self.length)
        if self.unique_sequences > most:
            raise ValueError(
                f"the language has {most} words of length {length}, got unique_sequences "
                f"{unique_sequences}: take fewer, or longer words"
            )
        # In the narrowest type: a million sequences of 512 positions are 4 GB as int64.
        kind = torch.uint8 if language.vocab_size <= 256 else torch.int32
        check_memory(self.unique_sequences * self.length * kind.itemsize)
        self.tokens = torch.empty((unique_sequences, length), dtype=kind, device="cpu")
        """The words (U, L), in the narrowest type, on the processor."""
        for start in range(0, self.unique_sequences, CHUNK):
            generator = stream_generator(self.seed, start, "fixed set")
            size = min(CHUNK, self.unique_sequences - start)
            self.tokens[start : start + size] = language.sample(size, length, generator)
        self._order = lru_cache(maxsize=2)(self._draw_order)

    @cached_property
    def coinciding(self) -> int:
        """How many of the words equal one before them."""
        rows = self.tokens.numpy()
        whole = rows.view(np.dtype((np.void, rows.shape[1] * rows.itemsize)))
        return len(rows) - len(np.unique(whole))

    @property
    def coincidence(self) -> str:
        """How many words equal one before them, as a line for a person."""
        return f"{self.coinciding:,} of {self.unique_sequences:,} sequences equal one before them"

    def order(self, epoch: int) -> Tensor:
        """The permutation (U,) of an epoch, 0 first: a function of (seed, epoch)."""
        return self._order(check_integer("epoch", epoch, least=0))

    def batch(self, step: int, size: int) -> Tensor:
        """The sequences (size, L) int64 of one step, 0 first, on the language's device."""
        start, places = step * size, []
        while start < (step + 1) * size:
            epoch, first = divmod(start, self.unique_sequences)
            places.append(self.order(epoch)[first : first + (step + 1) * size - start])
            start += len(places[-1])
        return self.tokens[torch.cat(places)].to(self.language.device, torch.int64)

    @cached_property
    def fingerprint(self) -> str:
        """A SHA-256 of all the words."""
        return hashlib.sha256(self.tokens.numpy().tobytes()).hexdigest()

    def steps(self, epochs: int, batch_size: int) -> int:
        """The least number of updates that sees every word `epochs` times."""
        epochs = check_integer("epochs", epochs)
        return -(-epochs * self.unique_sequences // check_integer("batch_size", batch_size))

    def _draw_order(self, epoch: int) -> Tensor:
        generator = stream_generator(self.seed, epoch, "order")
        return torch.randperm(self.unique_sequences, generator=generator, device="cpu")


def most_words(language: Language, length: int) -> int:
    """The number of words of a length, or that of all sequences where counting takes too long."""
    try:
        return language.count(length)
    except ValueError:
        return language.vocab_size**length


def check_memory(size: int) -> None:
    """A one-line error where so many bytes are more than the machine has."""
    if "SC_PHYS_PAGES" not in os.sysconf_names:
        return
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if size > memory:
        raise ValueError(
            f"the corpus takes {size / 1e9:.3g} GB, this machine has {memory / 1e9:.3g} GB: take "
            "fewer unique sequences"
        )
