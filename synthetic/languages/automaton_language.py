"""A language given by a weighted automaton: all of `Language`, exactly and fast."""

import math
from collections.abc import Iterable
from fractions import Fraction
from operator import mul
from typing import Self

import torch
from torch import Tensor

from synthetic.arguments import check_count, check_generator, check_length, checked
from synthetic.categorical import cumulative_mass, invert
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.language import Language
from synthetic.languages.sequences import check_tokens, check_weights, enumerate_sequences
from synthetic.quantities import CertifiedValue, gamma

ENUMERATION_LIMIT = 2**20  # sequences
SETS_LIMIT = 2**16
DRAWN_AT_ONCE = 2**22  # numbers


@checked
class AutomatonLanguage(Language):
    """The law at length L that gives each sequence of L symbols its weight over all weights.

    A family derives from it and turns its tables into the automaton.
    """

    chomsky = "regular"

    def __init__(self, automaton: WeightedAutomaton) -> None:
        super().__init__(automaton.device)
        self.automaton = automaton

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.automaton.vocab_size

    def to(self, device: torch.device | str) -> Self:
        """The same language with its tables on another device (float64 must exist there)."""
        moved = super().to(device)
        moved.automaton = self.automaton.to(device)
        return moved

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """The weight of a complete sequence: the sum over its paths, in exact fractions."""
        tables = self.automaton
        emission = [[Fraction(value) for value in row] for row in tables.emission.T.tolist()]
        paths = [Fraction(value) for value in tables.initial.tolist()]
        step = [[Fraction(value) for value in row] for row in tables.transition.T.tolist()]
        for place, symbol in enumerate(word):
            if place:
                paths = [sum(map(mul, paths, column), Fraction(0)) for column in step]
            paths = list(map(mul, paths, emission[symbol]))
        return sum(map(mul, paths, map(Fraction, tables.final.tolist())), Fraction(0))

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum` that have words."""
        step = (self.automaton.transition > 0).float()
        ends = self.automaton.final > 0
        emits = (self.automaton.emission > 0).any(-1)
        possible = (self.automaton.initial > 0) & emits
        lengths = []
        for length in range(1, maximum + 1):
            if bool((possible & ends).any()):
                lengths.append(length)
            before, possible = possible, (possible.float() @ step > 0) & emits
            if possible.equal(before):  # and so at every length from here on
                rest = range(length + 1, maximum + 1) if bool((possible & ends).any()) else ()
                return [*lengths, *rest]
        return lengths

    def count(self, length: int) -> int:
        """How many words of this length there are: prefixes by the set of states they can be in.

        An error beyond 2^16 such sets at once, which automata of more than one path can have.
        """
        onward = [_set(row) for row in (self.automaton.transition > 0).tolist()]
        emits = [_set(column) for column in (self.automaton.emission > 0).T.tolist()]
        ends = _set((self.automaton.final > 0).tolist())
        prefixes = {_set((self.automaton.initial > 0).tolist()): 1}
        for _ in range(check_length(length)):
            read: dict[int, int] = {}
            for states, words in prefixes.items():
                for symbol in emits:
                    if states & symbol:
                        read[states & symbol] = read.get(states & symbol, 0) + words
            if len(read) > SETS_LIMIT:
                raise ValueError(
                    f"the number of words at length {length} needs more than {SETS_LIMIT} sets of "
                    "states"
                )
            prefixes = {}
            for states, words in read.items():
                following = _united(states, onward)
                prefixes[following] = prefixes.get(following, 0) + words
        return sum(words for states, words in read.items() if states & ends)

    def sample(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        """Independent words, (count, length) int64, drawn on the generator's device and moved."""
        count, length = check_count(count), check_length(length)
        check_generator(generator)
        self.log_normaliser(length)
        uniforms = torch.rand(
            (length, 2, count), dtype=torch.float64, generator=generator, device=generator.device
        ).to(self.device)
        tables = self.automaton
        future = tables.log_future(length)
        emission = cumulative_mass(tables.emission.log().log_softmax(-1).exp())
        first = cumulative_mass(_conditional(tables.initial.log(), future[0]).exp())
        state = invert(first, uniforms[0, 0])
        tokens = torch.empty((count, length), dtype=torch.int64, device=self.device)
        for position in range(length):
            if position:
                if position == 1 or not tables.stochastic:
                    law = _conditional(tables.transition.log(), future[position])
                    step = cumulative_mass(law.exp())
                state = _draw(step, state, uniforms[position, 0])
            tokens[:, position] = _draw(emission, state, uniforms[position, 1])
        return tokens

    def log_normaliser(self, length: int) -> float:
        """Log of the total weight in nats of all sequences of this length.

        An error where the length has no words.
        """
        length = check_length(length)
        if length not in self._log_normalisers:
            masked = torch.full((1, length), self.mask, dtype=torch.int64, device=self.device)
            if not bool(self.automaton.accepts(masked)):
                self._check_words(length)
            total = 0.0 if self.automaton.stochastic else float(self.automaton.log_weight(masked))
            self._log_normalisers[length] = total
        return self._log_normalisers[length]

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of their weight times `weights` (B, L, V), as (B,).

        Minus infinity exactly where every word meets a zero.
        """
        return self.automaton.log_weight_given(weights)

    def _log_evidence(self, tokens: Tensor) -> Tensor:
        return self.automaton.log_weight(tokens) - self.log_normaliser(tokens.shape[1])

    def posterior(self, tokens: Tensor) -> Tensor:
        """Log-probability in nats of each symbol at each position given the revealed, (B, L, V).

        Revealed positions are point masses. Where the revealed tokens cannot occur together there
        is no posterior: masked positions are uniform by convention.
        """
        tokens = check_tokens(tokens, self.vocab_size, masked=True)
        self.log_normaliser(tokens.shape[1])
        return self.automaton.log_posterior(tokens)

    def log_evidence_given(self, weights: Tensor) -> Tensor:
        """Log of the mean in nats, over words, of the product of their weights (B, L, V), (B,).

        Minus infinity exactly where every word meets a zero.
        """
        weights = check_weights(weights, self.vocab_size)
        normaliser = self.log_normaliser(weights.shape[1])
        return self.automaton.log_weight_given(weights) - normaliser

    def posterior_given(self, weights: Tensor) -> Tensor:
        """Log-probability in nats of each symbol given likelihoods (B, L, V), as (B, L, V).

        As in `Language`, by one forward-backward.
        """
        weights = check_weights(weights, self.vocab_size)
        self.log_normaliser(weights.shape[1])
        return self.automaton.log_posterior_given(weights)

    def contains(self, tokens: Tensor) -> Tensor:
        """Whether complete sequences (B, L) have positive probability, (B,), decided exactly."""
        tokens = check_tokens(tokens, self.vocab_size, masked=False)
        self.log_normaliser(tokens.shape[1])
        return self.automaton.accepts(tokens)

    def entropy(self, length: int) -> CertifiedValue:
        """Entropy in nats of the law at this length.

        Where the symbols determine the state, the log-weight of a word is a sum over its one path,
        so H = log Z - sum over edges of expected count times log-weight. Otherwise all V^L
        sequences are enumerated up to 2^20 of them, and beyond that it is an error.
        The rounding error is at most gamma_m times one plus the sum of the absolute values of the
        terms, m the operations on the longest chain of dependent ones.
        """
        log_normaliser = self.log_normaliser(length)
        magnitude = 1 + math.ceil(abs(log_normaliser))  # absolute errors of logs become relative
        operations = (length + 1) * (2 * self.automaton.states + self.vocab_size + 8) * magnitude
        if self.automaton.deterministic:
            expected = self._expected_log_weight(length)
            terms = 1 + abs(log_normaliser) + abs(expected)  # 1: rows sum to one up to rounding
            return CertifiedValue(log_normaliser - expected, gamma(2 * operations) * terms)
        count = self.vocab_size**length
        if count > ENUMERATION_LIMIT:
            raise ValueError(
                f"exact entropy at length {length} needs {self.vocab_size}^{length} sequences, "
                f"allowed are {ENUMERATION_LIMIT}: use estimate_entropy"
            )
        log_prob = self.log_prob(enumerate_sequences(self.vocab_size, length, self.device))
        value = float(torch.special.entr(log_prob.exp()).sum())
        return CertifiedValue(value, gamma(2 * operations + count) * (value + 1))

    def _expected_log_weight(self, length: int) -> float:
        """Mean log-weight in nats of the one path of a word; all its terms are at most zero."""
        tables = self.automaton
        future = tables.log_future(length)
        log_transition = tables.transition.log()
        log_emission = tables.emission.log()
        emission_term = _mean_log(log_emission.log_softmax(-1).exp(), log_emission)
        state = _conditional(tables.initial.log(), future[0]).exp()
        total = _mean_log(state, tables.initial.log())
        for position in range(length):
            if position:
                step = _conditional(log_transition, future[position]).exp()
                total = total + state @ _mean_log(step, log_transition)
                state = state @ step
            total = total + state @ emission_term
        return float(total + _mean_log(state, tables.final.log()))


def _set(members: Iterable[bool]) -> int:
    """A set of states as the bits of a number."""
    return sum(1 << state for state, inside in enumerate(members) if inside)


def _united(states: int, sets: list[int]) -> int:
    """The union of the sets of some states."""
    reached = 0
    while states:
        last = states & -states
        reached |= sets[last.bit_length() - 1]
        states ^= last
    return reached


def _draw(cumulative: Tensor, rows: Tensor, uniforms: Tensor) -> Tensor:
    """Symbols (B,) from the chosen rows (B,) of distribution functions, a few rows at a time."""
    most = max(1, DRAWN_AT_ONCE // cumulative.shape[1])
    pieces = zip(rows.split(most), uniforms.split(most))
    return torch.cat([invert(cumulative[row], uniform) for row, uniform in pieces])


def _conditional(log_step: Tensor, log_future: Tensor) -> Tensor:
    """Log-law of the next state: a step times what can follow, normalised where it exists."""
    joint = log_step + log_future
    total = torch.logsumexp(joint, dim=-1, keepdim=True)
    return torch.where(total == -math.inf, joint, joint - total)


def _mean_log(law: Tensor, log_weight: Tensor) -> Tensor:
    """Sum over the last axis of law times log-weight, 0 log 0 being 0."""
    return torch.where(law > 0, law * log_weight, 0.0).sum(-1)
