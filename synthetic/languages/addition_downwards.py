"""Addition with the most significant digit first: a sum's digit needs those that come later."""

from collections.abc import Iterable

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.languages.graph import CountedGraph
from synthetic.languages.prompted import Prompted

State = tuple[int | None, ...]


@checked
class AdditionDownwards(CountedGraph, Prompted):
    """a b c a b c ...: the words of `Addition` with their digits from the most significant on.

    a and b are uniform and c is their sum modulo base^(L/3). A digit of the sum says which carry
    has to come from the places behind it, and that is the state.
    """

    chomsky = "regular"

    def __init__(self, base: int, *, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self.base = check_integer("base", base, least=2)

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.base

    def prompt_positions(self, length: int) -> Tensor:
        """The digits of both numbers, (L,) bool."""
        return ~self.answer_positions(length)

    def answer_positions(self, length: int) -> Tensor:
        """The digits of the sum, (L,) bool."""
        self._check_words(length)
        return torch.arange(length, device=self.device) % 3 == 2

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether every third digit is one of the sum."""
        places, rest = divmod(len(word), 3)
        first, second, total = (
            sum(digit * self.base**place for place, digit in enumerate(word[offset::3][::-1]))
            for offset in range(3)
        )
        return not rest and total == (first + second) % self.base**places

    def count(self, length: int) -> int:
        """Both numbers are free."""
        return self.base ** (2 * length // 3) if length % 3 == 0 else 0

    def start(self, length: int) -> State:
        """Any carry may leave the first place."""
        return (None,)

    def moves(self, state: State, place: int, length: int) -> Iterable[tuple[int, State]]:
        """Digits of both numbers, then those of the sum with either carry."""
        carry, *read = state
        if len(read) < 2:
            yield from ((digit, (*state, digit)) for digit in range(self.base))
            return
        for behind in (0, 1):
            total = sum(digit or 0 for digit in read) + behind
            if carry in (None, total // self.base):
                yield total % self.base, (behind,)

    def ends(self, state: State, length: int) -> bool:
        """No carry comes from behind the last place."""
        return state == (0,)
