"""Latin squares, row by row."""

import itertools
from fractions import Fraction

import numpy as np
import torch
from numpy.typing import NDArray

from synthetic.arguments import check_integer, checked
from synthetic.languages.finite import Finite


@checked
class LatinSquares(Finite):
    """Uniform over the squares in which each of `order` symbols stands once a row and a column.

    A word is a square read row by row, L = order^2. There are 576 of order 4 and 161,280 of order
    5; beyond they are too many to list.
    """

    def __init__(self, order: int, *, device: torch.device | str = "cpu") -> None:
        self.order = check_integer("order", order, most=5)
        super().__init__(_squares(order), vocab_size=order, device=device)

    def weight(self, word: tuple[int, ...]) -> Fraction:
        """One for a Latin square."""
        rows = [word[first : first + self.order] for first in range(0, len(word), self.order)]
        lines = [*rows, *zip(*rows)] if len(word) == self.order**2 else [()]
        return Fraction(all(len(set(line)) == self.order for line in lines))


def _squares(order: int) -> NDArray[np.int64]:
    """All of them (K, order^2): rows are permutations that differ from all above everywhere."""
    rows = np.array(list(itertools.permutations(range(order))))
    apart = (rows[:, None] != rows).all(-1)
    squares = np.arange(len(rows))[:, None]
    for _ in range(1, order):
        allowed = apart[squares].all(1)
        above, below = allowed.nonzero()
        squares = np.concatenate([squares[above], below[:, None]], axis=1)
    return rows[squares].reshape(len(squares), -1)
