"""Training data as a function of (seed, step)."""

import hashlib

from torch import Tensor

from synthetic.languages.language import Language
from synthetic.training.config import TrainingConfig
from synthetic.training.corpus import TrainingCorpus
from synthetic.training.stream import stream_generator


class Batches:
    """The batch of every step: new sequences, or those of a corpus in its epochs."""

    def __init__(
        self,
        language: Language,
        length: int,
        config: TrainingConfig,
        corpus: TrainingCorpus | None = None,
    ) -> None:
        if corpus is not None and (corpus.language is not language or corpus.length != length):
            raise ValueError(
                f"the corpus is of another language or length than the training, {corpus.length} "
                f"and {length} tokens: draw it from the language that is trained on"
            )
        self.language, self.length, self.config, self.corpus = language, length, config, corpus

    def at(self, step: int) -> Tensor:
        """The sequences (batch_size, L) int64 of one step, on the language's device."""
        if self.corpus is not None:
            return self.corpus.batch(step, self.config.batch_size)
        generator = stream_generator(self.config.seed, step, "data")
        return self.language.sample(self.config.batch_size, self.length, generator)

    def fingerprint(self) -> str:
        """A SHA-256 of the corpus or the first batch: tells one language, length or seed from
        another."""
        if self.corpus is not None:
            return self.corpus.fingerprint
        return hashlib.sha256(self.at(0).cpu().numpy().tobytes()).hexdigest()
