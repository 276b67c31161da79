"""Weights of words by the rules of a grammar as they are written, in exact fractions."""

from fractions import Fraction
from functools import cache

from synthetic.languages.grammar_rules import Rules, Terminal
from synthetic.languages.normal_form import chains, empty_words

Word = tuple[str, ...]


class RuleWeights:
    """The sum over the derivations of a word from each symbol; those of its parts are kept."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.empty = empty_words(rules)
        self.side = cache(self._side)
        self.span = cache(self._span)
        self.letters: dict[str, list[tuple[str, Fraction]]] = {}
        """Symbols of a terminal, each with the weight of it alone while all else is empty."""
        names = list(rules)
        index = {name: place for place, name in enumerate(names)}
        passed_on: list[tuple[int, int, Fraction]] = []
        for name, sides in rules.items():
            for rule in sides:
                for place, part in enumerate(rule.side):
                    others = rule.side[:place] + rule.side[place + 1 :]
                    share = rule.share * self.side(others, (), 0)
                    if isinstance(part, Terminal):
                        self.letters.setdefault(part.text, []).append((name, share))
                    elif share:
                        passed_on.append((index[name], index[part], share))
        self.chains: dict[str, dict[str, Fraction]] = {name: {} for name in names}
        """Weights of all ways to each symbol, by parts that have the whole word or by none."""
        for start, end, weight in chains(len(names), passed_on, rules):
            self.chains[names[start]][names[end]] = weight

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
        """Derivations of a word from each symbol: chains to a symbol in which the word is split or
        is one letter."""
        totals = {
            name: sum(
                (rule.share * self.side(rule.side, word, len(word) - 1) for rule in sides),
                Fraction(0),
            )
            for name, sides in self.rules.items()
        }
        if len(word) == 1:
            for name, share in self.letters.get(word[0], []):
                totals[name] += share
        return {
            name: sum(
                (weight * totals[other] for other, weight in chain.items() if totals[other]),
                Fraction(0),
            )
            for name, chain in self.chains.items()
        }
