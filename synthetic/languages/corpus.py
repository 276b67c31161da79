"""n-grams fitted to a text: counts of its windows, exact, and only the contexts that occur."""

from collections import Counter
from fractions import Fraction

import torch

from synthetic.arguments import check_integer, checked
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.automaton_language import AutomatonLanguage

STATE_LIMIT = 4096
WINDOW_SYMBOLS = 2**26  # of all windows of a text


@checked
class Corpus(AutomatonLanguage):
    """The n-gram of order n in which a symbol follows a context as often as it does in a text.

    The text is read as a ring, its start behind its end, so that every context has a successor and
    the law is stationary: each window of up to n symbols is as probable as it is frequent. Symbols
    are the characters of the text, sorted; line ends of Windows count as one, a byte-order mark as
    none. States are the contexts of up to n - 1 symbols, at most 4,096.
    """

    def __init__(self, text: str, order: int, *, device: torch.device | str = "cpu") -> None:
        self.order = check_integer("order", order, least=2)
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        if len(text) < order:
            raise ValueError(
                f"a text of at least {order} symbols is fitted with order {order}, got {len(text)}"
            )
        symbols = len(text) * order * (order + 1) // 2
        if symbols > WINDOW_SYMBOLS:
            raise ValueError(
                f"windows of up to {order} symbols of this text have {symbols} symbols, allowed "
                f"are {WINDOW_SYMBOLS}: lower the order or shorten the text"
            )
        ring = text + text[: order - 1]
        self.alphabet = alphabet = sorted(set(text))
        self.windows = {
            size: Counter(ring[at : at + size] for at in range(len(text)))
            for size in range(1, order + 1)
        }
        contexts = [part for size in range(1, order) for part in sorted(self.windows[size])]
        if len(contexts) > STATE_LIMIT:
            raise ValueError(
                f"this text has {len(contexts)} contexts of up to {order - 1} symbols, allowed are "
                f"{STATE_LIMIT}: lower the order or shorten the text"
            )
        index = {context: state for state, context in enumerate(contexts)}
        step = torch.zeros((len(index),) * 2, dtype=torch.float64, device="cpu")
        for size in range(2, order + 1):
            for window, count in self.windows[size].items():
                before, after = window[:-1], window[-(order - 1) :]
                share = count / self.windows[size - 1][before]
                step[index[before], index[after]] = share
        emission = torch.zeros((len(index), len(alphabet)), dtype=torch.float64, device="cpu")
        initial = torch.zeros(len(index), dtype=torch.float64, device="cpu")
        for context, state in index.items():
            emission[state, alphabet.index(context[-1])] = 1.0
            if len(context) == 1:
                initial[state] = self.windows[1][context] / len(text)
        tables = (initial, step, emission, torch.ones_like(initial))
        super().__init__(WeightedAutomaton(*(table.to(device) for table in tables)))

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """The product of the shares of its windows, by their counts."""
        text = "".join((self.alphabet or "")[symbol] for symbol in word)
        first = min(len(text), self.order)
        total = Fraction(self.windows[first][text[:first]], self.windows[1].total())
        for end in range(self.order + 1, len(text) + 1):
            window = text[end - self.order : end]
            if not self.windows[self.order][window]:
                return Fraction(0)
            context = self.windows[self.order - 1][window[:-1]]
            total *= Fraction(self.windows[self.order][window], context)
        return total
