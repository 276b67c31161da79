"""Weights of words by the rules of a grammar as they are written, in exact fractions."""

from fractions import Fraction
from functools import cache

from synthetic.languages.grammar_rules import Rules, Terminal
from synthetic.languages.normal_form import empty_words

Word = tuple[str, ...]


class RuleWeights:
    """The sum over the derivations of a word from each symbol; those of its parts are kept."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.empty = empty_words(rules)
        self.side = cache(self._side)
        self.span = cache(self._span)
        self.alone: list[tuple[str, str | Terminal, Fraction]] = []
        """Symbol, one part of a side of it, and the weight of all other parts being empty."""
        for name, sides in rules.items():
            for rule in sides:
                for place, part in enumerate(rule.side):
                    others = rule.side[:place] + rule.side[place + 1 :]
                    share = rule.share * self.side(others, (), 0)
                    if share:
                        self.alone.append((name, part, share))

    def _side(self, parts: tuple[str | Terminal, ...], word: Word, most: int) -> Fraction:
        """Derivations of a word from parts, none of them of more than `most` symbols."""
        if not parts:
            return Fraction(not word)
        part, rest = parts[0], parts[1:]
        total = Fraction(0)
        for cut in range(min(len(word), most) + 1):
            if isinstance(part, Terminal):
                weight = Fraction(word[:cut] == (part.text,))
            elif cut == 0:
                weight = self.empty.get(part, Fraction(0))
            else:
                weight = self.span(word[:cut])[part]
            if weight:
                after = word[cut:]
                total += weight * self.side(rest, after, min(most, len(after)))
        return total

    def _span(self, word: Word) -> dict[str, Fraction]:
        """Derivations of a word from each symbol: a linear system, since one part of a side can
        have the whole word while all others are empty."""
        totals = {
            name: sum(
                (rule.share * self.side(rule.side, word, len(word) - 1) for rule in sides),
                Fraction(0),
            )
            for name, sides in self.rules.items()
        }
        onward = []
        for name, part, share in self.alone:
            if isinstance(part, str):
                onward.append((name, part, share))
            elif word == (part.text,):
                totals[name] += share
        if not onward:
            return totals
        names = list(self.rules)
        index = {name: place for place, name in enumerate(names)}
        rows = [[Fraction(name == other) for other in names] + [totals[name]] for name in names]
        for name, part, share in onward:
            rows[index[name]][index[part]] -= share
        return dict(zip(names, _solved(rows)))


def _solved(rows: list[list[Fraction]]) -> list[Fraction]:
    """The solution of a linear system, each row with its right side last, by elimination."""
    for pivot in range(len(rows)):
        rows[pivot] = [value / rows[pivot][pivot] for value in rows[pivot]]
        for other in range(len(rows)):
            factor = rows[other][pivot]
            if other != pivot and factor:
                rows[other] = [one - factor * two for one, two in zip(rows[other], rows[pivot])]
    return [row[-1] for row in rows]
