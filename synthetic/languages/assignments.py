"""Assignments to variables, step by step, and a question about the last values."""

from collections.abc import Iterable

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.languages.graph import CountedGraph
from synthetic.languages.prompted import Prompted

Assigned = tuple[int, ...]


@checked
class Assignments(CountedGraph, Prompted):
    """Steps target, source[, value]: a variable becomes another's value plus one, modulo `modulus`.

    All begin at zero; behind the steps stand a variable and its value, the answer. Target, source
    and asked variable are uniform and independent. Where `shown`, each step writes the new value
    and L = 3 k + 2; else the reader keeps it in mind and L = 2 k + 2. A state holds all values and
    what has been read of a step.
    """

    chomsky = "regular"

    def __init__(
        self,
        variables: int,
        modulus: int,
        *,
        shown: bool = True,
        device: torch.device | str = "cpu",
    ) -> None:
        super().__init__(device)
        self.variables = check_integer("variables", variables)
        self.modulus = check_integer("modulus", modulus, least=2)
        self.shown = bool(shown)
        self.step = 3 if shown else 2

    @property
    def vocab_size(self) -> int:
        """V: variables and values share the symbols 0..V-1."""
        return max(self.variables, self.modulus)

    def prompt_positions(self, length: int) -> Tensor:
        """Targets, sources and the asked variable, (L,) bool."""
        self._check_words(length)
        place = torch.arange(length, device=self.device)
        return (place % self.step < 2) & (place < length - 1)

    def answer_positions(self, length: int) -> Tensor:
        """The value that is asked, (L,) bool."""
        self._check_words(length)
        return torch.arange(length, device=self.device) == length - 1

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether every value written follows from the steps before."""
        steps, rest = divmod(len(word) - 2, self.step)
        if rest or steps < 1:
            return False
        values = [0] * self.variables
        for step in range(steps):
            target, source, *written = word[step * self.step : (step + 1) * self.step]
            if max(target, source) >= self.variables:
                return False
            values[target] = (values[source] + 1) % self.modulus
            if written and written[0] != values[target]:
                return False
        return word[-2] < self.variables and word[-1] == values[word[-2]]

    def count(self, length: int) -> int:
        """Two variables a step and one asked."""
        steps, rest = divmod(length - 2, self.step)
        return self.variables ** (2 * steps + 1) if steps >= 1 and not rest else 0

    def start(self, length: int) -> tuple[Assigned, Assigned]:
        """All values zero, nothing read."""
        return (0,) * self.variables, ()

    def moves(
        self, state: tuple[Assigned, Assigned], place: int, length: int
    ) -> Iterable[tuple[int, tuple[Assigned, Assigned]]]:
        """A variable, or the value that follows."""
        values, read = state
        if place >= length - 2:
            if read:
                yield values[read[0]], (values, ())
            else:
                yield from ((asked, (values, (asked,))) for asked in range(self.variables))
        elif len(read) == 2:
            yield values[read[0]], (values, ())
        elif not read:
            yield from ((target, (values, (target,))) for target in range(self.variables))
        else:
            target = read[0]
            for source in range(self.variables):
                after = list(values)
                after[target] = (values[source] + 1) % self.modulus
                yield source, (tuple(after), (target, source) if self.shown else ())

    def ends(self, state: tuple[Assigned, Assigned], length: int) -> bool:
        """After the answer."""
        return True
