"""Affine subspaces over GF(p): parity, linear codes, systems of equations modulo a prime."""

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from synthetic.arguments import check_array, check_integer, checked
from synthetic.languages.graph import CountedGraph

Syndrome = tuple[int, ...]


@checked
class Affine(CountedGraph):
    """Uniform over the words offset + u matrix modulo a prime p, u any of p^k.

    `matrix` is (k, L) and `offset` (L,), zero unless given. A state is what the checks of the words
    so far sum to, so that there are at most p^min(rank, L - rank) of them at a place.
    """

    chomsky = "finite"

    def __init__(
        self,
        matrix: Any,
        offset: Any = None,
        *,
        modulus: int = 2,
        device: torch.device | str = "cpu",
    ) -> None:
        super().__init__(device)
        self.modulus = check_integer("modulus", modulus, least=2)
        if any(modulus % factor == 0 for factor in range(2, int(modulus**0.5) + 1)):
            raise ValueError(f"modulus is a prime, got {modulus}")
        rows = np.atleast_2d(check_array("matrix", matrix, whole=True).numpy())
        none = np.zeros(rows.shape[-1], dtype=np.int64)
        shift = none if offset is None else check_array("offset", offset, whole=True).numpy()
        if rows.ndim != 2 or rows.shape[1] == 0 or shift.shape != rows.shape[1:]:
            raise ValueError(
                f"matrix has shape (k, L) and offset (L,), got {rows.shape} and {shift.shape}"
            )
        self.matrix = rows % modulus
        self.offset = shift % modulus
        basis, pivots = reduced_rows(self.matrix, modulus)
        self.rank = len(pivots)
        self.checks = _kernel(basis, pivots, modulus)
        self._sums = tuple((self.checks @ self.offset % modulus).tolist())

    @classmethod
    def solutions(
        cls,
        equations: Any,
        right: Any = None,
        *,
        modulus: int = 2,
        device: torch.device | str = "cpu",
    ) -> Self:
        """The words x with equations x = right modulo p, (r, L) and (r,); an error if none."""
        rows = np.atleast_2d(check_array("equations", equations, whole=True).numpy()) % modulus
        zeros = np.zeros(len(rows), dtype=np.int64)
        sums = zeros if right is None else check_array("right", right, whole=True).numpy()
        whole = np.hstack([rows, sums.reshape(-1, 1) % modulus])
        reduced, pivots = reduced_rows(whole, modulus)
        length = rows.shape[1]
        if length in pivots:
            raise ValueError("these equations have no solution")
        offset = np.zeros(length, dtype=np.int64)
        offset[pivots] = reduced[:, -1]
        kernel = _kernel(reduced[:, :-1], pivots, modulus)
        return cls(
            kernel if len(kernel) else np.zeros((1, length), dtype=np.int64),
            offset,
            modulus=modulus,
            device=device,
        )

    @classmethod
    def parity(
        cls, length: int, total: int = 0, *, modulus: int = 2, device: torch.device | str = "cpu"
    ) -> Self:
        """The words of a length whose symbols sum to `total` modulo p."""
        ones = np.ones((1, check_integer("length", length)), dtype=np.int64)
        return cls.solutions(ones, [total], modulus=modulus, device=device)

    @classmethod
    def random(
        cls,
        length: int,
        dimension: int,
        seed: int,
        *,
        modulus: int = 2,
        device: torch.device | str = "cpu",
    ) -> Self:
        """A random code: p^dimension words spanned by random rows in systematic form, shuffled."""
        generator = np.random.default_rng(seed)
        rest = generator.integers(modulus, size=(dimension, length - dimension))
        order = generator.permutation(length)
        rows = np.hstack([np.eye(dimension, dtype=np.int64), rest])[:, order]
        return cls(rows, modulus=modulus, device=device)

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.modulus

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether some combination of the rows leads from the offset to the word."""
        if len(word) != len(self.offset):
            return False
        difference = (np.array(word) - self.offset) % self.modulus
        whole = np.vstack([self.matrix, difference])
        return len(reduced_rows(whole, self.modulus)[1]) == self.rank

    def count(self, length: int) -> int:
        """p^rank at the one length."""
        return self.modulus**self.rank if length == len(self.offset) else 0

    def start(self, length: int) -> Syndrome:
        """No sums yet."""
        return (0,) * len(self.checks)

    def moves(self, state: Syndrome, place: int, length: int) -> Iterable[tuple[int, Syndrome]]:
        """Any symbol, times the checks at this place."""
        column = self.checks[:, place].tolist()
        for symbol in range(self.modulus):
            yield (
                symbol,
                tuple((one + symbol * check) % self.modulus for one, check in zip(state, column)),
            )

    def ends(self, state: Syndrome, length: int) -> bool:
        """Where the checks sum to what they sum to on the offset."""
        return state == self._sums


def reduced_rows(matrix: NDArray[np.int64], prime: int) -> tuple[NDArray[np.int64], list[int]]:
    """The reduced rows of a matrix modulo a prime that are not zero, and their pivots."""
    rows = matrix.astype(np.int64).copy() % prime
    pivots: list[int] = []
    for column in range(rows.shape[1]):
        top = len(pivots)
        below = np.flatnonzero(rows[top:, column])
        if len(below) == 0:
            continue
        pick = top + int(below[0])
        rows[[top, pick]] = rows[[pick, top]]
        rows[top] = rows[top] * pow(int(rows[top, column]), -1, prime) % prime
        for other in np.flatnonzero(rows[:, column]):
            if other != top:
                rows[other] = (rows[other] - rows[other, column] * rows[top]) % prime
        pivots.append(column)
    return rows[: len(pivots)], pivots


def _kernel(reduced: NDArray[np.int64], pivots: list[int], prime: int) -> NDArray[np.int64]:
    """A basis (L - rank, L) of the vectors that are orthogonal to reduced rows (rank, L)."""
    length = reduced.shape[1]
    free = [column for column in range(length) if column not in pivots]
    kernel = np.zeros((len(free), length), dtype=np.int64)
    for row, column in enumerate(free):
        kernel[row, column] = 1
        kernel[row, pivots] = -reduced[:, column] % prime
    return kernel
