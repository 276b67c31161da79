"""Enumeration as the referee: the whole joint table in exact fractions, from the definitions.

The weight of a sequence is the product of table entries along its paths. Nothing here knows the
forward-backward, and floats enter as the fractions that they are.
"""

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import torch
from scipy import stats
from torch import Tensor

from synthetic.languages import (
    Addition,
    AutomatonLanguage,
    CopyPairs,
    Derivation,
    Dyck,
    HiddenMarkov,
    Language,
    NGram,
    RunningSum,
    WeightedAutomaton,
)
from synthetic.scaled import log_fraction

Word = tuple[int, ...]
TOLERANCE = 1e-12


def weight_of(language: Language) -> Callable[[Word], Fraction]:
    """The weight of a complete sequence by the definition of the language's family.

    Those of older families stand here, others in `weight` of the family itself. A family of
    automata that says nothing is an error: its tables cannot be their own referee.
    """
    for kind in type(language).__mro__:
        if kind in DEFINITIONS:
            return functools.partial(DEFINITIONS[kind], language)
        if kind in (AutomatonLanguage, Language):
            break
        if "weight" in vars(kind) or "is_word" in vars(kind):
            return language.weight
    if type(language) is AutomatonLanguage:
        return functools.partial(_path_weight, _exact(*tables_of(language.automaton)))
    raise TypeError(f"{type(language).__name__} has no definition: give it a method weight(word)")


def tables_of(automaton: WeightedAutomaton) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The four tables of an automaton."""
    return automaton.initial, automaton.transition, automaton.emission, automaton.final


def _ngram_weight(language: NGram, word: Word) -> Fraction:
    known = language.order - 1
    start = language.initial[word[:known]].flatten().tolist()  # a marginal below n-1 symbols
    weight = sum(map(Fraction, start), Fraction(0))
    for last in range(known, len(word)):
        weight *= Fraction(language.transition[word[last - known : last + 1]].item())
    return weight


def _pairs_weight(symbols: int, word: Word) -> Fraction:
    equal = all(first == second for first, second in zip(word[::2], word[1::2]))
    return equal * Fraction(1, symbols) ** len(word[::2])


def _sums_weight(modulus: int, word: Word) -> Fraction:
    digits = itertools.accumulate(word[::2])
    right = all(total == digit % modulus for total, digit in zip(word[1::2], digits))
    return right * Fraction(1, modulus) ** len(word[::2])


def is_addition(word: Word, base: int) -> bool:
    """Whether every third digit is one of the sum, least significant first."""
    first, second, total = (
        sum(digit * base**place for place, digit in enumerate(word[offset::3]))
        for offset in range(3)
    )
    places, rest = divmod(len(word), 3)
    return rest == 0 and total == (first + second) % base**places


def is_derivation(word: Word, modulus: int) -> bool:
    """Whether moves of 1 and 2 lead from the first symbol to the second, every state written."""
    if len(word) < 4 or len(word) % 2:
        return False
    (place, target), moves, states = word[:2], word[2::2], word[3::2]
    for move, state in zip(moves, states, strict=True):
        place = (place + move) % modulus
        if move not in (1, 2) or place != state:
            return False
    return place == target


def is_nested(word: Word, kinds: int, depth: int) -> bool:
    """Whether a word of brackets is closed, well nested and at most `depth` deep."""
    still_open: list[int] = []
    for symbol in word:
        if symbol < kinds:
            still_open.append(symbol)
        elif not still_open or still_open.pop() != symbol - kinds:
            return False
        if len(still_open) > depth:
            return False
    return not still_open


class Tables(NamedTuple):
    """The tables of an automaton in exact fractions; of the transitions those above zero."""

    initial: list[tuple[int, Fraction]]
    transition: list[list[tuple[int, Fraction]]]
    emission: list[list[Fraction]]
    final: list[Fraction]


def _exact(initial: Tensor, transition: Tensor, emission: Tensor, final: Tensor) -> Tables:
    def positive(row: Sequence[float]) -> list[tuple[int, Fraction]]:
        return [(place, Fraction(weight)) for place, weight in enumerate(row) if weight]

    return Tables(
        positive(initial.tolist()),
        [positive(row) for row in transition.tolist()],
        [list(map(Fraction, row)) for row in emission.tolist()],
        list(map(Fraction, final.tolist())),
    )


def _path_weight(tables: Tables, word: Word) -> Fraction:
    def walks(state: int, left: Word) -> Iterator[Fraction]:
        """Weights of all paths that emit what is left, starting with this state."""
        emitted = tables.emission[state][left[0]]
        if not emitted:
            return
        if len(left) == 1:
            yield emitted * tables.final[state]
            return
        for following, weight in tables.transition[state]:
            for rest in walks(following, left[1:]):
                yield emitted * weight * rest

    paths = (weight * walk for state, weight in tables.initial for walk in walks(state, word))
    return sum(paths, Fraction(0))


HIDDEN: WeakKeyDictionary[HiddenMarkov, Tables] = WeakKeyDictionary()


def _hidden_weight(language: HiddenMarkov, word: Word) -> Fraction:
    if language not in HIDDEN:
        ones = torch.ones_like(language.initial)
        HIDDEN[language] = _exact(language.initial, language.transition, language.emission, ones)
    return _path_weight(HIDDEN[language], word)


DEFINITIONS: dict[type, Callable[[Any, Word], Fraction]] = {
    NGram: _ngram_weight,
    CopyPairs: lambda language, word: _pairs_weight(language.symbols, word),
    RunningSum: lambda language, word: _sums_weight(language.modulus, word),
    Addition: lambda language, word: Fraction(is_addition(word, language.base)),
    Derivation: lambda language, word: Fraction(is_derivation(word, language.modulus)),
    Dyck: lambda language, word: Fraction(is_nested(word, language.kinds, language.depth)),
    HiddenMarkov: _hidden_weight,
}


class Listed(NamedTuple):
    """A law in full: whole numbers in proportion to the probabilities, and their sum."""

    shares: dict[Word, int]
    total: int


LISTED: WeakKeyDictionary[Language, dict[int, Listed]] = WeakKeyDictionary()


def listed(language: Language, length: int) -> Listed:
    """The law of a language at one length, weighed once for all checks."""
    known = LISTED.setdefault(language, {})
    if length not in known:
        weight = weight_of(language)
        words = itertools.product(range(language.vocab_size), repeat=length)
        weights = {word: value for word in words if (value := weight(word))}
        unit = math.lcm(*(value.denominator for value in weights.values()))
        shares = {w: v.numerator * (unit // v.denominator) for w, v in weights.items()}
        known[length] = Listed(shares, sum(shares.values()))
    return known[length]


class Referee:
    """The law of a language at one length, listed in full.

    Sums are whole numbers: floats are scaled by a power of two until they are.
    """

    def __init__(self, language: Language, length: int) -> None:
        self.size = language.vocab_size
        self.length = length
        self.shares, self.total = listed(language, length)

    @cached_property
    def law(self) -> dict[Word, Fraction]:
        """The probability of each word."""
        return {word: Fraction(share, self.total) for word, share in self.shares.items()}

    def log_prob(self, word: Sequence[int]) -> float:
        """Log-probability of a complete sequence in nats."""
        return log_fraction(Fraction(self.shares.get(tuple(word), 0), self.total))

    def evidence(self, row: Sequence[int]) -> Fraction:
        """Probability of the revealed tokens of a partial sequence."""
        return self.evidence_given(self._masks(row))

    def posterior(self, row: Sequence[int]) -> list[list[float]]:
        """Log-posterior (L, V) by Bayes' rule; uniform and point masses as the protocol says."""
        return self.posterior_given(self._masks(row))

    def evidence_given(self, weights: Sequence[Sequence[float]]) -> Fraction:
        """Mean over words of the product of their weights (L, V)."""
        whole, unit = _whole(weights)
        return Fraction(sum(value for _, value in self._weighted(whole)), self.total * unit)

    def posterior_given(self, weights: Sequence[Sequence[float]]) -> list[list[float]]:
        """Log-posterior (L, V) by Bayes' rule; the weights, normalised, where there is none."""
        whole, _ = _whole(weights)
        joint = [[0] * self.size for _ in range(self.length)]
        for word, value in self._weighted(whole):
            for law, symbol in zip(joint, word):
                law[symbol] += value
        laws = joint if any(joint[0]) else whole
        return [
            [_log_ratio(value, total) for value in law] for law, total in zip(laws, map(sum, laws))
        ]

    def _weighted(self, whole: list[list[int]]) -> Iterator[tuple[Word, int]]:
        for word, share in self.shares.items():
            for law, symbol in zip(whole, word):
                share *= law[symbol]
                if not share:
                    break
            else:
                yield word, share

    def _masks(self, row: Sequence[int]) -> list[list[float]]:
        """Point masses, ones where masked."""
        symbols = range(self.size)
        return [[float(token in (self.size, symbol)) for symbol in symbols] for token in row]

    @cached_property
    def entropy(self) -> float:
        """Entropy in nats."""
        return math.fsum(-float(value) * log_fraction(value) for value in self.law.values())


def _log_ratio(value: int, total: int) -> float:
    """log(value / total) of whole numbers, without a fraction where the quotient is a float."""
    share = value / total
    return math.log(share) if 1e-300 < share < 0.5 else log_fraction(Fraction(value, total))


def _whole(weights: Sequence[Sequence[float]]) -> tuple[list[list[int]], int]:
    """Weights (L, V) times a power of two at each position, and the product of these powers."""
    integers, scale = [], 1
    for law in weights:
        ratios = [weight.as_integer_ratio() for weight in law]
        unit = max(below for _, below in ratios)  # powers of two
        integers.append([above * (unit // below) for above, below in ratios])
        scale *= unit
    return integers, scale


def p_value(language: Language, words: Tensor) -> float:
    """p-value of the counts of words against the enumerated law; 0 where one is impossible."""
    referee = Referee(language, words.shape[1])
    expected = {word: float(value) * len(words) for word, value in referee.law.items()}
    counts = dict.fromkeys(expected, 0)
    for word in map(tuple, words.tolist()):
        if word not in counts:
            return 0.0
        counts[word] += 1
    rare = [word for word, value in expected.items() if value < 5]
    observed = [float(counts[word]) for word in expected if word not in rare]
    predicted = [value for word, value in expected.items() if word not in rare]
    if rare:
        observed.append(float(sum(counts[word] for word in rare)))
        predicted.append(sum(expected[word] for word in rare))
    if len(observed) == 1:
        return 1.0
    scale = len(words) / sum(predicted)  # rounding alone
    return float(stats.chisquare(observed, [value * scale for value in predicted]).pvalue)


def assert_close(computed: Tensor, wanted: Sequence[object], tolerance: float = TOLERANCE) -> None:
    """Fails unless log-probabilities agree: infinities exactly, others to a relative tolerance."""
    expected = torch.tensor(wanted, dtype=torch.float64, device="cpu").reshape(computed.shape)
    same_infinities = torch.equal(computed == -math.inf, expected == -math.inf)
    error = (computed - expected).masked_fill(expected == -math.inf, 0.0).abs()
    assert same_infinities, (computed, expected)
    assert bool((error <= tolerance * expected.abs().clamp(1.0, 1e9)).all()), (computed, expected)
