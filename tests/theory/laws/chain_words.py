"""Two chains, all their words, and the routes by which p(x) is computed."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from torch import Tensor

from synthetic.languages import NGram
from synthetic.languages.sequences import enumerate_sequences
from synthetic.scaled import Scaled
from theory.laws.chains import interval_recursion
from theory.laws.chains.interval_recursion import Ordinary, Rate

# the package gives the function of this name
module = importlib.import_module("theory.laws.chains.chain_token_error_rate")
LANGUAGE = NGram([0.2, 0.5, 0.3], [[0.5, 0.5, 0.0], [0.3, 0.3, 0.4], [0.6, 0.0, 0.4]])
TINY = NGram(
    [0.2, 0.8 - 1e-300, 1e-300],
    [[1e-300, 0.5, 0.5 - 1e-300], [1 - 1e-9, 0.0, 1e-9], [1e-200, 1e-300, 1.0]],
)


def words_of(language: NGram, length: int) -> tuple[Tensor, Tensor]:
    """All sequences, and which of them are words."""
    sequences = enumerate_sequences(language.vocab_size, length, "cpu")
    return sequences, language.contains(sequences)


def with_exponents(patch: pytest.MonkeyPatch) -> None:
    """No word is trusted to ordinary numbers."""

    def refuse(self: Ordinary, bits: float) -> None:
        self.safe &= False

    patch.setattr(Ordinary, "_check", refuse)


def in_small_pieces(patch: pytest.MonkeyPatch) -> None:
    """Several bands and blocks even in short words."""
    patch.setattr(interval_recursion, "BAND", 2)
    patch.setattr(interval_recursion, "BLOCK", 2)


def as_it_is(patch: pytest.MonkeyPatch) -> None:
    pass


ROUTES = (as_it_is, in_small_pieces, with_exponents)


@contextmanager
def counted_scaled_steps() -> Iterator[list[int]]:
    """The numbers of words that take a step in numbers with exponents."""
    words: list[int] = []

    def counted(after: Scaled, reach: Scaled, rate: Rate) -> Scaled:
        words.append(len(after.mantissa))
        return interval_recursion.earlier_scaled(after, reach, rate)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "earlier_scaled", counted)
        yield words
