"""Context-free languages: the words of a weighted grammar, each with the sum of its derivations."""

import math
from collections.abc import Iterable
from fractions import Fraction
from functools import cache

import torch
from torch import Tensor

from synthetic.languages.grammar_rules import Rules, Terminal, normal_form, parsed
from synthetic.languages.language import Language, log_fraction

LONGEST = 64


class Grammar(Language):
    """The law of a weighted context-free grammar, given the length of the word.

    Inside and outside sums in logarithms over Chomsky normal form, for lengths up to 64; a word
    with several derivations has the sum of their weights. Symbols are the terminals, sorted.
    """

    chomsky = "context-free"

    def __init__(self, text: str, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self.source = text
        self.rules: Rules = parsed(text)
        form = normal_form(self.rules)
        self.alphabet: list[str] = form.alphabet
        self.symbols = len(form.names)
        self._head, self._left, self._right = (
            torch.tensor([rule[part] for rule in form.binary], dtype=torch.int64, device=device)
            for part in range(3)
        )
        self._log_share = torch.tensor(
            [log_fraction(rule[3]) for rule in form.binary], dtype=torch.float64, device=device
        )
        lexical = torch.full(
            (len(form.alphabet), self.symbols), -math.inf, dtype=torch.float64, device="cpu"
        )
        for (head, symbol), share in _summed(form.lexical).items():
            lexical[symbol, head] = log_fraction(share)
        self._log_lexical = lexical.to(device)

    @property
    def vocab_size(self) -> int:
        """V, the number of terminals."""
        return len(self.alphabet)

    def lengths(self, maximum: int) -> list[int]:
        """Lengths up to `maximum`, and to 64, that have words."""
        rules = list(zip(*(part.tolist() for part in (self._head, self._left, self._right))))
        starts = (self._log_lexical > -math.inf).any(0).tolist()
        found = [{symbol for symbol, some in enumerate(starts) if some}]
        for length in range(2, min(maximum, LONGEST) + 1):
            halves = [(found[cut - 1], found[length - cut - 1]) for cut in range(1, length)]
            found.append(
                {
                    head
                    for head, left, right in rules
                    if any(left in first and right in second for first, second in halves)
                }
            )
        return [length for length, some in enumerate(found[:maximum], start=1) if 0 in some]

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """The sum over derivations of a word, by the rules as they are written."""
        start, text = next(iter(self.rules)), [self.alphabet[symbol] for symbol in word]

        @cache
        def side(parts: tuple[str | Terminal, ...], first: int, last: int) -> Fraction:
            """Derivations of text[first:last] from several parts, each of at least one symbol."""
            if len(parts) == 1:
                if isinstance(parts[0], str):
                    return span(first, last)[parts[0]]
                return Fraction(last - first == 1 and text[first] == parts[0].text)
            cuts = range(first + 1, last - len(parts) + 2)
            return sum(
                (side(parts[:1], first, cut) * side(parts[1:], cut, last) for cut in cuts),
                Fraction(0),
            )

        @cache
        def span(first: int, last: int) -> dict[str, Fraction]:
            """Derivations of text[first:last] from each symbol: a linear system."""
            names = list(self.rules)
            rows = []
            for name in names:
                row = [Fraction(name == other) for other in names] + [Fraction(0)]
                for parts, share in self.rules[name]:
                    if len(parts) == 1 and isinstance(parts[0], str):
                        row[names.index(parts[0])] -= share
                    else:
                        row[-1] += share * side(parts, first, last)
                rows.append(row)
            return dict(zip(names, _solved(rows)))

        return span(0, len(word))[start]

    def numbers(self, length: int) -> int:
        """Float64 numbers of working memory that one row needs."""
        return length * length * (2 * self.symbols + 4 * len(self._head)) + length * self.vocab_size

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of weight times `weights` (B, L, V), as (B,)."""
        return self._inside(weights)[-1][:, 0, 0]

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        inside = self._inside(weights)
        length = len(inside)
        outside = [torch.full_like(part, -math.inf) for part in inside]
        outside[-1][:, 0, 0] = 0.0
        for size in range(length, 1, -1):
            above = outside[size - 1][..., self._head] + self._log_share
            places = length - size + 1
            for cut in range(1, size):
                left = inside[cut - 1][:, :places]
                right = inside[size - cut - 1][:, cut : cut + places]
                for part, other, index, shift in (
                    (outside[cut - 1], right[..., self._right], self._left, 0),
                    (outside[size - cut - 1], left[..., self._left], self._right, cut),
                ):
                    here = part[:, shift : shift + places]
                    here.copy_(torch.logaddexp(here, _grouped(above + other, index, self.symbols)))
        sums = (outside[0].unsqueeze(2) + self._log_lexical).logsumexp(-1)
        return sums + weights.log()

    def _inside(self, weights: Tensor) -> list[Tensor]:
        """Log-sums (B, L - n + 1, N) of all spans of n symbols from each nonterminal, n = 1..L."""
        length = weights.shape[1]
        found = [(weights.log().unsqueeze(-1) + self._log_lexical).logsumexp(2)]
        for size in range(2, length + 1):
            places = length - size + 1
            cuts = [
                found[cut - 1][:, :places, self._left]
                + found[size - cut - 1][:, cut : cut + places, self._right]
                for cut in range(1, size)
            ]
            pairs = torch.stack(cuts).logsumexp(0) + self._log_share
            found.append(_grouped(pairs, self._head, self.symbols))
        return found


def _grouped(values: Tensor, index: Tensor, count: int) -> Tensor:
    """Logs of sums (..., count) of the values (..., R), logarithms, with each index (R,)."""
    places = index.expand_as(values)
    top = values.new_full((*values.shape[:-1], count), -math.inf)
    top = top.scatter_reduce(-1, places, values, "amax")
    shift = torch.where(top == -math.inf, 0.0, top)
    shares = (values - shift.gather(-1, places)).exp()
    return torch.zeros_like(top).scatter_add_(-1, places, shares).log() + shift


def _summed(lexical: Iterable[tuple[int, int, Fraction]]) -> dict[tuple[int, int], Fraction]:
    """Shares of equal rules, added."""
    found: dict[tuple[int, int], Fraction] = {}
    for head, symbol, share in lexical:
        found[head, symbol] = found.get((head, symbol), Fraction(0)) + share
    return found


def _solved(rows: list[list[Fraction]]) -> list[Fraction]:
    """The solution of a linear system, each row with its right side last, by elimination."""
    for pivot in range(len(rows)):
        rows[pivot] = [value / rows[pivot][pivot] for value in rows[pivot]]
        for other in range(len(rows)):
            factor = rows[other][pivot]
            if other != pivot and factor:
                rows[other] = [one - factor * two for one, two in zip(rows[other], rows[pivot])]
    return [row[-1] for row in rows]
