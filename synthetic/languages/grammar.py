"""Context-free languages: the words of a weighted grammar, each with the sum of its derivations."""

import math
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from synthetic.arguments import (
    check_count,
    check_generator,
    check_integer,
    check_length,
    check_seed,
    checked,
)
from synthetic.languages.derivations import Derivations
from synthetic.languages.derived_words import derived_words
from synthetic.languages.grammar_rules import Rules, parsed
from synthetic.languages.inside_outside import InsideOutside
from synthetic.languages.language import INSTEAD, Language
from synthetic.languages.normal_form import normal_form
from synthetic.languages.rule_weights import RuleWeights
from synthetic.quantities import CertifiedValue, gamma

LONGEST = 64
WEIGHED_WORDS = 2**12
WEIGHED_PRODUCTS = 2**20
CHECKED_WORDS = 64
SHARES = 1000  # a random rule has a whole number of them


@checked
class Grammar(Language):
    """The law of a weighted context-free grammar, given the length of the word.

    Lengths go up to 64; a word with several derivations has the sum of their weights, and symbols
    are the terminals, sorted. `uniform`: every derivation of a length weighs the same, whatever
    probabilities are written. `unambiguous` declares that no word has two derivations, so that
    there are exact entropies and counts; sampled words are then checked.
    """

    chomsky = "context-free"

    def __init__(
        self,
        text: str,
        *,
        uniform: bool = False,
        unambiguous: bool = False,
        device: torch.device | str = "cpu",
    ) -> None:
        super().__init__(device)
        self.source = text
        self.unambiguous = unambiguous
        self.rules: Rules = parsed(text)
        if uniform:
            self.rules = _counting(self.rules)
        form = normal_form(self.rules)
        self.alphabet: list[str] = form.alphabet
        self._derivations = Derivations(form)
        self._sums = InsideOutside(form, self.device)

    @classmethod
    def random(
        cls,
        nonterminals: int,
        binary: int,
        vocab_size: int,
        seed: int,
        *,
        device: torch.device | str = "cpu",
    ) -> Self:
        """A random grammar of rules A -> B C, `binary` of them, and A -> v, two for each A.

        Every symbol is reached, and its rules of two symbols weigh .4 together, so that words are
        finite. Symbols are the letters a, b, ...
        """
        nonterminals = check_integer("nonterminals", nonterminals)
        binary = check_integer("binary", binary, nonterminals, nonterminals**3)
        vocab_size = check_integer("vocab_size", vocab_size, 2, 26)
        generator = np.random.default_rng(check_seed(seed))
        lines = []
        for head in range(nonterminals):
            count = binary // nonterminals + (head < binary % nonterminals)
            others = generator.permutation(nonterminals**2)
            first = (head + 1) % nonterminals * nonterminals + int(generator.integers(nonterminals))
            chosen = [first, *(pair for pair in others.tolist() if pair != first)][:count]
            sides = [f"N{pair // nonterminals} N{pair % nonterminals}" for pair in chosen]
            letters = generator.choice(vocab_size, size=2, replace=False).tolist()
            sides += [f"'{chr(ord('a') + letter)}'" for letter in letters]
            shares = [*_split(generator, 2 * SHARES // 5, count), *_split(generator, 600, 2)]
            rules = [f"{side} [{share / SHARES}]" for side, share in zip(sides, shares)]
            lines.append(f"N{head} -> " + " | ".join(rules))
        return cls("\n".join(lines), device=device)

    @property
    def vocab_size(self) -> int:
        """V, the number of terminals."""
        return len(self.alphabet)

    def to(self, device: torch.device | str) -> Self:
        """The same language on another device (float64 must exist there)."""
        moved = super().to(device)
        moved._sums = InsideOutside(self._derivations.form, device)
        return moved

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_derived"}

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum`, and to 64, that have words."""
        lengths = range(1, min(maximum, LONGEST) + 1)
        return [n for n in lengths if self._derivations.log_total(n) > -math.inf]

    def count(self, length: int) -> int:
        """How many words of this length there are: derivations, where each word has one; else all
        sequences are looked at, at most 2^16 of them."""
        if not self.unambiguous:
            self._check_listed(length, "the number of words")
            return len(derived_words(self._derivations.form, length))
        self._check_unambiguous(length)
        return self._counted.count(length)

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """The sum over derivations of a word, by the rules as they are written."""
        return self._derived.span(tuple(self.alphabet[symbol] for symbol in word))[
            next(iter(self.rules))
        ]

    def log_normaliser(self, length: int) -> float:
        """Log of the total weight in nats of all derivations of this length."""
        self._check_words(length)
        return self._derivations.log_total(length)

    def entropy(self, length: int) -> CertifiedValue:
        """Entropy in nats: log of the total weight less the mean log-weight of a derivation.

        That is where the grammar is declared unambiguous, which 64 sampled words have to confirm;
        else its words are listed and weighed in exact fractions, and there is an error beyond 2^12
        words, 2^16 sequences or 2^20 products of fractions.
        """
        if not self.unambiguous:
            self._check_words(length)
            self._check_listed(length, "exact entropy", INSTEAD)
            words = derived_words(self._derivations.form, length).tolist()
            if len(words) > WEIGHED_WORDS:
                raise ValueError(
                    f"exact entropy at length {length} weighs {len(words)} words, allowed are "
                    f"{WEIGHED_WORDS}{INSTEAD}"
                )
            products = self._products(len(words), length)
            if products > WEIGHED_PRODUCTS:
                raise ValueError(
                    f"exact entropy at length {length} takes {products} products of "
                    f"fractions, allowed are {WEIGHED_PRODUCTS}{INSTEAD}"
                )
            return self._entropy_of(words)
        total = self.log_normaliser(length)
        self._check_unambiguous(length)
        mean = self._derivations.mean_log_weight(length)
        operations = 8 * length * length * (1 + len(self._derivations.form.binary))
        return CertifiedValue(total - mean, gamma(operations) * (1 + abs(total) + abs(mean)))

    def sample(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        """Independent words, (count, length) int64, drawn on the generator's device and moved.

        A derivation from its start: rule and cut of each span, the longest first.
        """
        count, length = check_count(count), check_length(length)
        self._check_words(length)
        drawn = self._derivations.draw(count, length, check_generator(generator))
        return drawn.to(self.device)

    def numbers(self, length: int) -> int:
        """Float64 numbers of working memory that one row needs."""
        return self._sums.numbers(length)

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of weight times `weights` (B, L, V), as (B,)."""
        return self._sums.log_sum(weights)

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        return self._sums.log_joint(weights)

    def derivations(self, tokens: Tensor) -> Tensor:
        """How many derivations words (B, L) have, as (B,) float64: exact below 2^53."""
        inside = InsideOutside(self._counted.form, self.device)
        weights = torch.nn.functional.one_hot(tokens, self.vocab_size).double()
        return inside.log_sum(weights).exp().round()

    def _products(self, words: int, length: int) -> int:
        """At most so many products of fractions weigh all parts of so many words: one for each
        rule and cut of a part, and each chain to another symbol."""
        parts = [
            min(self.vocab_size**size, words * (length - size + 1)) for size in range(1, length + 1)
        ]
        cuts = sum(size * count for size, count in enumerate(parts, start=1))
        sides = (rule.side for rules in self.rules.values() for rule in rules)
        chains = sum(len(chain) - 1 for chain in self._derived.chains.values())
        return cuts * sum(max(0, len(side) - 1) for side in sides) + sum(parts) * chains

    @cached_property
    def _derived(self) -> RuleWeights:
        return RuleWeights(self.rules)

    @cached_property
    def _counted(self) -> Derivations:
        """The derivations by their number."""
        return Derivations(normal_form(_counting(self.rules)))

    def _check_unambiguous(self, length: int) -> None:
        """An error that names a word of several derivations, where a sampled one has them."""
        generator = torch.Generator().manual_seed(0)
        words = self.sample(CHECKED_WORDS, length, generator)
        many = self.derivations(words)
        if bool((many > 1).any()):
            row = int(many.argmax())
            raise ValueError(
                f"the grammar is declared unambiguous, but {self.text(words[row : row + 1])[0]} "
                f"has {int(many[row])} derivations"
            )

    def _check_words(self, length: int) -> None:
        if check_length(length) > LONGEST:
            raise ValueError(f"grammars take lengths up to {LONGEST}, got {length}")
        super()._check_words(length)


def _counting(rules: Rules) -> Rules:
    """The same rules, each of weight one."""
    one = Fraction(1)
    return {name: [rule._replace(share=one) for rule in sides] for name, sides in rules.items()}


def _split(generator: np.random.Generator, total: int, count: int) -> list[int]:
    """Whole numbers >= 1 of a sum, about in proportion to exponential variables."""
    raw = generator.exponential(size=count)
    parts = np.maximum(1, np.floor(raw / raw.sum() * total)).astype(int).tolist()
    parts[int(np.argmax(parts))] += total - sum(parts)
    return parts
