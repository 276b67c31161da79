"""A language: a law over the sequences of each length.

Shapes: B sequences, L positions, V symbols. A masked position holds `mask`, which equals V.
Log-probabilities are natural logarithms in float64. The length is always tokens.shape[1]; each
length has a law of its own, and a prefix of a word need not be a word.
"""

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Self

import torch
from torch import Tensor

from synthetic.arguments import (
    check_count,
    check_generator,
    check_integer,
    check_length,
)
from synthetic.categorical import categorical
from synthetic.device import check_device
from synthetic.languages.lengths import check_maximum, of_length, up_to
from synthetic.languages.sequences import (
    balanced,
    check_tokens,
    check_weights,
    enumerate_sequences,
    log_laws,
    mask_weights,
)
from synthetic.mean_interval import missed_share
from synthetic.quantities import CertifiedValue, Estimate, Shown, gamma, mean_estimate
from synthetic.scaled import log_fraction

LISTED_WORDS = 2**16  # sequences weighed one by one
INSTEAD = ": use estimate_entropy"
MEMORY_BOUND = 128 * 2**20  # bytes of working memory beside input and output
CHOMSKY = ("finite", "regular", "context-free", "context-sensitive")


class Language(Shown, ABC):
    """A law over sequences whose every conditional probability can be computed.

    A family says which symbols there are, what a word weighs, and one sum over all words, the
    evidence of weights at every position. All else follows from it, slowly: a posterior is V sums
    a position. A family overrides what it can do faster.
    """

    chomsky: str = "not stated"
    """The least class of CHOMSKY that holds the set of its words of all lengths."""
    alphabet: Sequence[str] | None = None
    """What the symbols 0..V-1 are written as; None if they are numbers."""

    def __init_subclass__(cls, **named: Any) -> None:
        """A family's own `count` and `lengths` are called with checked numbers only."""
        super().__init_subclass__(**named)
        for name, checked_rule in (("count", of_length), ("lengths", up_to)):
            if name in vars(cls):
                setattr(cls, name, checked_rule(vars(cls)[name]))

    def __init__(self, device: torch.device | str = "cpu") -> None:
        self._device = check_device(device)
        self._log_normalisers: dict[int, float] = {}

    def __repr__(self) -> str:
        where = "" if self.device.type == "cpu" else f", on {self.device}"
        return f"{type(self).__name__}({', '.join(self._facts())}{where})"

    def _facts(self) -> list[str]:
        """What tells it from others of its family, in a few words each."""
        stated = [] if self.chomsky not in CHOMSKY else [self.chomsky]
        return [f"{self.vocab_size} symbols", *stated]

    @property
    @abstractmethod
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""

    @abstractmethod
    def weight(self, word: tuple[int, ...]) -> Fraction:
        """The weight of a complete sequence by definition: its share is weight over total weight.

        Exact and for one sequence; the referee of everything else.
        """

    @abstractmethod
    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of their weight times `weights` (B, L, V), as (B,).

        The weights are checked, and L has words. Minus infinity exactly where every word meets a
        zero.
        """

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats.

        Each position's may be in a unit of its own. Here by the sum with one symbol fixed, for each
        in turn.
        """
        length = weights.shape[1]
        return torch.stack([self._log_joint_at(weights, place) for place in range(length)], dim=1)

    @property
    def mask(self) -> int:
        """The symbol of a masked position, equal to V."""
        return self.vocab_size

    @property
    def device(self) -> torch.device:
        """Where tokens are expected and results are returned."""
        return self._device

    def to(self, device: torch.device | str) -> Self:
        """The same language with its tables on another device (float64 must exist there)."""
        moved = copy.copy(self)
        moved._device = check_device(device)
        for name, value in vars(self).items():
            if isinstance(value, Tensor):
                setattr(moved, name, value.to(device))
        return moved

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum` that have words: all, unless a family says otherwise."""
        return list(range(1, check_maximum(maximum) + 1))

    def count(self, length: int) -> int:
        """How many words of this length there are; an error where no family's rule says it.

        Here all sequences are weighed, at most 2^16 of them.
        """
        words = self._listed_words(length, "the number of words")
        return sum(self.weight(tuple(word)) > 0 for word in words)

    def text(self, tokens: Tensor) -> list[str]:
        """Sequences (B, L) as they are written: in the alphabet, else numbers between spaces.

        The mask is an underscore; a symbol that does not print, such as a line end, is escaped.
        """
        tokens = check_tokens(tokens, self.vocab_size, masked=True)
        written = self.alphabet or [str(symbol) for symbol in range(self.vocab_size)]
        shown = [part if part.isprintable() else repr(part)[1:-1] for part in [*written, "_"]]
        join = "" if self.alphabet and all(len(part) == 1 for part in written) else " "
        return [join.join(shown[token] for token in row) for row in tokens.tolist()]

    def log_normaliser(self, length: int) -> float:
        """Log of the total weight in nats of all words of this length.

        An error where the length has no words.
        """
        length = check_length(length)
        if length not in self._log_normalisers:
            self._check_words(length)
            ones = torch.ones((1, length, self.vocab_size), dtype=torch.float64, device=self.device)
            self._log_normalisers[length] = float(self.log_weight_given(ones))
        return self._log_normalisers[length]

    def log_prob(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of complete sequences (B, L), as (B,)."""
        return self._log_evidence(check_tokens(tokens, self.vocab_size, masked=False))

    def log_evidence(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of the revealed tokens of (B, L), masked ones summed out, (B,).

        Minus infinity exactly where the revealed tokens cannot occur together.
        """
        return self._log_evidence(check_tokens(tokens, self.vocab_size, masked=True))

    def log_evidence_given(self, weights: Tensor) -> Tensor:
        """Log of the mean in nats, over words, of the product of their weights (B, L, V), (B,).

        Minus infinity exactly where every word meets a zero.
        """
        weights = check_weights(weights, self.vocab_size)
        normaliser = self.log_normaliser(weights.shape[1])
        weights, exponent = balanced(weights)
        pieces = weights.split(self._rows(weights.shape[1]))
        log_weight = torch.cat([self.log_weight_given(rows) for rows in pieces])
        return log_weight + exponent.double() * math.log(2) - normaliser

    def posterior(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of each symbol at each position given the revealed, (B, L, V).

        Revealed positions are point masses. Where the revealed tokens cannot occur together there
        is no posterior: masked positions are uniform by convention.
        """
        tokens = check_tokens(tokens, self.vocab_size, masked=True)
        return self.posterior_given(mask_weights(tokens, self.vocab_size))

    def posterior_given(self, weights: Tensor) -> Tensor:
        """Log-probability in nats of each symbol given likelihoods (B, L, V), as (B, L, V).

        The weight of a symbol at a position is the likelihood of what was observed there; masks
        are ones, revealed symbols point masses. Where every word meets a zero there is no
        posterior: by convention the weights, normalised at each position.
        """
        weights = check_weights(weights, self.vocab_size)
        self._check_words(weights.shape[1])
        weights, _ = balanced(weights)
        pieces = weights.split(self._rows(weights.shape[1]))
        return torch.cat([log_laws(self.log_joint_given(rows), rows) for rows in pieces])

    def contains(self, tokens: Tensor) -> Tensor:
        """Whether complete sequences (B, L) have positive probability, (B,), decided exactly."""
        return self.log_prob(tokens) > -math.inf

    def sample(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        """Independent words, (count, length) int64, drawn on the generator's device and moved.

        Position by position, each from its law given those before.
        """
        count, length = check_count(count), check_length(length)
        check_generator(generator)
        self._check_words(length)
        uniforms = torch.rand(
            (length, count), dtype=torch.float64, generator=generator, device=generator.device
        ).to(self.device)
        tokens = torch.full((count, length), self.mask, dtype=torch.int64, device=self.device)
        most = self._rows(length)
        for position in range(length):
            for rows, draws in zip(tokens.split(most), uniforms[position].split(most)):
                joint = self._log_joint_at(mask_weights(rows, self.vocab_size), position)
                rows[:, position] = categorical(joint.log_softmax(-1), draws)
        return tokens

    def entropy(self, length: int) -> CertifiedValue:
        """Entropy in nats of the law at this length, all sequences weighed by definition.

        Weights are exact and their logarithms right to an ulp. An error beyond 2^16 sequences.
        """
        self._check_words(length)
        return self._entropy_of(self._listed_words(length, "exact entropy", INSTEAD))

    def _entropy_of(self, words: list[list[int]]) -> CertifiedValue:
        """Entropy in nats, all words being among these."""
        weights = [weight for word in words if (weight := self.weight(tuple(word)))]
        total = sum(weights)
        shares = [weight / total for weight in weights]
        value = math.fsum(-float(share) * log_fraction(share) for share in shares)
        return CertifiedValue(value, gamma(8) * (1 + value))

    def estimate_entropy(self, length: int, samples: int, generator: torch.Generator) -> Estimate:
        """Entropy in nats of the law at this length: the mean of -log q over samples from q."""
        samples = check_integer("samples", samples)
        values = -self.log_prob(self.sample(samples, length, generator))
        # of an event of probability d the mean of -log q is at most L log V - log d
        most = length * math.log(self.vocab_size) - math.log(missed_share(samples))
        return mean_estimate(values, "mean of -log q over samples", least=0.0, most=most)

    def numbers(self, length: int) -> int:
        """Float64 numbers of working memory that `log_weight_given` needs for one row."""
        return 4 * length * self.vocab_size

    def _listed_words(self, length: int, what: str, instead: str = "") -> list[list[int]]:
        """All sequences of a length, or an error that says `what` needs them."""
        self._check_listed(length, what, instead)
        return enumerate_sequences(self.vocab_size, length).tolist()

    def _check_listed(self, length: int, what: str, instead: str = "") -> None:
        """An error that says `what` needs all sequences of a length, where they are too many."""
        if self.vocab_size ** check_length(length) > LISTED_WORDS:
            raise ValueError(
                f"{what} at length {length} needs {self.vocab_size}^{length} sequences, "
                f"allowed are {LISTED_WORDS}{instead}"
            )

    def _check_words(self, length: int) -> None:
        """An error that names near lengths where the length has no words."""
        length = check_length(length)
        possible = self.lengths(length)
        if length not in possible:
            beyond = [near for near in self.lengths(2 * length + 64) if near > length]
            near = [*possible[-1:], *beyond[:1]]
            raise ValueError(
                f"this language has no words of length {length}, near it are {near or 'none'}"
            )

    def _log_evidence(self, tokens: Tensor) -> Tensor:
        """The same for tokens (B, L) that are checked."""
        normaliser = self.log_normaliser(tokens.shape[1])
        parts = [
            self.log_weight_given(mask_weights(rows, self.vocab_size))
            for rows in tokens.split(self._rows(tokens.shape[1]))
        ]
        return torch.cat(parts) - normaliser

    def _log_joint_at(self, weights: Tensor, position: int) -> Tensor:
        """The joint sums (B, V) in nats at one position."""
        symbols = torch.eye(self.vocab_size, dtype=torch.float64, device=self.device)
        joint = weights[:, position].log()
        fixed = weights.clone()
        for symbol in range(self.vocab_size):
            fixed[:, position] = symbols[symbol]
            joint[:, symbol] += self.log_weight_given(fixed)
        return joint

    def _rows(self, length: int) -> int:
        """How many rows stay within MEMORY_BOUND, one at the least."""
        return max(1, MEMORY_BOUND // 8 // (self.numbers(length) + 2 * length * self.vocab_size))
