"""All linear codes of a length over a prime field, and their exact information curves."""

import itertools
from collections.abc import Iterator
from fractions import Fraction

Code = tuple[tuple[int, ...], ...]


def linear_codes(field: int, length: int) -> Iterator[Code]:
    """The reduced generator matrix of each subspace of dimension 1..L-1."""
    for dimension in range(1, length):
        for pivots in itertools.combinations(range(length), dimension):
            free = [
                (row, column)
                for row, pivot in enumerate(pivots)
                for column in range(pivot + 1, length)
                if column not in pivots
            ]
            for values in itertools.product(range(field), repeat=len(free)):
                rows = [[0] * length for _ in pivots]
                for row, pivot in enumerate(pivots):
                    rows[row][pivot] = 1
                for (row, column), value in zip(free, values, strict=True):
                    rows[row][column] = value
                yield tuple(map(tuple, rows))


def code_information(rows: Code, field: int) -> tuple[Fraction, ...]:
    """Z_1..Z_L in units of log(field) of the uniform law on the code: H(X_S) is a rank."""
    length = len(rows[0])
    means = []
    for size in range(length + 1):
        ranks = [
            rank([[row[place] for place in places] for row in rows], field)
            for places in itertools.combinations(range(length), size)
        ]
        means.append(Fraction(sum(ranks), len(ranks)))
    gains = [after - before for before, after in itertools.pairwise(means)]
    return tuple(gains[0] - gain for gain in gains)


def rank(matrix: list[list[int]], field: int) -> int:
    """Rank over a prime field, by elimination."""
    rows, pivots = [list(row) for row in matrix], 0
    for column in range(len(matrix[0])):
        at = next((i for i in range(pivots, len(rows)) if rows[i][column] % field), None)
        if at is None:
            continue
        rows[pivots], rows[at] = rows[at], rows[pivots]
        inverse = pow(rows[pivots][column], -1, field)
        for i in range(pivots + 1, len(rows)):
            factor = rows[i][column] * inverse
            rows[i] = [
                (mine - factor * its) % field
                for mine, its in zip(rows[i], rows[pivots], strict=True)
            ]
        pivots += 1
    return pivots


def code_words(rows: Code, field: int) -> Code:
    """Every combination of the rows over the field."""
    return tuple(
        tuple(
            sum(scale * entry for scale, entry in zip(scales, column, strict=True)) % field
            for column in zip(*rows, strict=True)
        )
        for scales in itertools.product(range(field), repeat=len(rows))
    )
