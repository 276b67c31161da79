"""Training data as a function of (seed, step)."""

import hashlib

import torch
from torch import Tensor

from synthetic.languages.language import Language
from synthetic.training.config import TrainingConfig

CHUNK = 4096  # sequences of a fixed training set drawn at once


def stream_generator(seed: int, step: int, stream: str) -> torch.Generator:
    """A fresh generator on the processor, a function of its arguments.

    The seed is a SHA-256 of all three, so that neighbouring seeds and steps share nothing.
    """
    digest = hashlib.sha256(f"{seed}/{step}/{stream}".encode()).digest()
    return torch.Generator(device="cpu").manual_seed(int.from_bytes(digest[:8]) >> 1)


class Batches:
    """The batch of every step: new sequences, or draws from a fixed set of unique_sequences."""

    def __init__(self, language: Language, length: int, config: TrainingConfig) -> None:
        self.language, self.length, self.config = language, length, config
        self._fixed = self._draw_fixed(config.unique_sequences)

    def at(self, step: int) -> Tensor:
        """The sequences (batch_size, L) int64 of one step, on the language's device."""
        generator = stream_generator(self.config.seed, step, "data")
        size = self.config.batch_size
        if self._fixed is None:
            return self.language.sample(size, self.length, generator)
        chosen = torch.randint(len(self._fixed), (size,), generator=generator, device="cpu")
        return self._fixed[chosen].to(self.language.device, torch.int64)

    def fingerprint(self) -> str:
        """A SHA-256 of the first batch: tells one language, length or seed from another."""
        return hashlib.sha256(self.at(0).cpu().numpy().tobytes()).hexdigest()

    def _draw_fixed(self, count: int | None) -> Tensor | None:
        if count is None:
            return None
        # In the narrowest type: a million sequences of 512 positions are 4 GB as int64.
        kind = torch.uint8 if self.language.vocab_size <= 256 else torch.int32
        fixed = torch.empty((count, self.length), dtype=kind, device="cpu")
        for start in range(0, count, CHUNK):
            generator = stream_generator(self.config.seed, start, "fixed set")
            size = min(CHUNK, count - start)
            fixed[start : start + size] = self.language.sample(size, self.length, generator)
        return fixed
