"""The probability that the tokens between two revealed ones come out as those of a given word.

Positions 0..n with n = L + 1: the ends of the sequence are revealed from the start. P(i, j) is the
probability of the word's token at j given that at i, and Phi_k(i, j) the probability that the
positions between i and j, all masked after step k while i and j are revealed, come out as the word,
divided by the probability that the language gives to that. At a step that reveals each masked
position with probability w and leaves it with probability 1 - w, a set l_1 < .. < l_m of positions
is revealed with symbols of the word with the probability

    prod_s w P(i, l_s) P(l_s, j) / P(i, j)  *  (1 - w)^(positions not revealed)

and leaves intervals of the same kind. As the language's probability of the tokens inside (i, j) is
the product of T along the word over P(i, j), all T cancel, and summing over sets from the left,

    K(l', l) = (1 - w)^(l - l' - 1) Phi_k+1(l', l) / P(l', l)
    s(l) = sum over l' in i..l-1 of z(l') K(l', l)
    z(i) = 1,   z(l) = w P(i, l) P(l, j) / P(i, j) s(l),   Phi_k(i, j) = P(i, j) s(j).

Phi stays near one where probabilities of words are as small as e^-1000. All terms are positive.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from synthetic.scaled import ABSENT, Scaled

BLOCK = 4  # positions substituted one by one, the rest as matrix products
BAND = 16  # left ends treated at once
SCALED_NUMBERS = 2**22  # of working memory of numbers with exponents
SAFE_BITS = 1000  # products of positive numbers above 2^-1000 do not underflow


class Rate(NamedTuple):
    """A step seen from a masked position: the probabilities to be revealed and to stay masked."""

    reveal: Scaled
    stay: Scaled


def rates(schedule: tuple[float, ...]) -> list[Rate]:
    """The steps that can reveal something, each probability to three roundings; the last reveals
    everything."""
    remaining = [math.fsum(schedule[step:]) for step in range(len(schedule) + 1)]
    return [
        Rate(_ratio(part, here), _ratio(after, here))
        for part, here, after in zip(schedule, remaining, remaining[1:])
        if part > 0
    ]


def _ratio(part: float, whole: float) -> Scaled:
    (part_mantissa, part_exponent), (mantissa, exponent) = math.frexp(part), math.frexp(whole)
    quotient = torch.tensor(part_mantissa / mantissa, dtype=torch.float64, device="cpu")
    return Scaled.of(quotient, part_exponent - exponent)


def reveal_everything(reach: Scaled) -> Scaled:
    """Phi before the last step, (B, n + 1, n + 1), from P (B, n + 1, n + 1): marginals multiplied.

    P(i, j) / T(j - 1, j) * prod over l in (i, j) of P(i, l) P(l, j) / (P(i, j) T(l - 1, l)). Only
    i < j counts, there and everywhere; the other entries are one.
    """
    ones = torch.ones_like(reach.mantissa)
    ratio = Scaled.of(ones)
    last = reach.mantissa.shape[-1] - 1
    for between in range(1, last):
        rows, columns = slice(0, between), slice(between + 1, None)
        near = reach.at(slice(None), rows, slice(between, between + 1))
        far = reach.at(slice(None), slice(between, between + 1), columns)
        whole = reach.at(slice(None), rows, columns)
        step = reach.at(slice(None), slice(between - 1, between), slice(between, between + 1))
        factor = near.times(far).over(whole).over(step)
        inside = (slice(None), rows, columns)
        ratio.put(ratio.at(*inside).times(factor), *inside)
    for right in range(1, last + 1):
        to_right = (slice(None), slice(0, right), right)
        step = reach.at(slice(None), slice(right - 1, right), right)
        ratio.put(ratio.at(*to_right).times(reach.at(*to_right)).over(step), *to_right)
    return ratio


def earlier_scaled(after: Scaled, reach: Scaled, rate: Rate) -> Scaled:
    """Phi one step earlier (B, n + 1, n + 1), in numbers of any size.

    Time n^4 / 12 terms of about 50 ns a word; memory SCALED_NUMBERS, or 100 n^2 bytes a word.
    """
    device = after.mantissa.device
    count, positions, _ = after.mantissa.shape
    kernel = _powers(rate.stay, positions, device).at(_gaps(positions, device))
    kernel = kernel.times(after).over(reach)
    reveal = Scaled(rate.reveal.mantissa.to(device), rate.reveal.exponent.to(device))
    before = Scaled.of(torch.ones_like(after.mantissa))
    width = min(positions, max(1, SCALED_NUMBERS // (4 * count * positions**2)))
    for first in range(0, positions - 1, width):
        _scaled_band(first, width, before, reach, kernel, reveal)
    return before


def _scaled_band(
    first: int, width: int, before: Scaled, reach: Scaled, kernel: Scaled, reveal: Scaled
) -> None:
    """The intervals whose left ends are first .. first + width - 1, into `before`."""
    count, positions, _ = reach.mantissa.shape
    every = slice(None)
    shape = (count, positions - first, width, positions)  # axes: l - first, i - first, j
    table = Scaled.of(torch.zeros(shape, dtype=torch.float64, device=reach.mantissa.device))
    for at in range(first + 1, positions):
        left = slice(first, min(at, first + width))
        earlier, lefts = slice(0, at - first), slice(0, left.stop - first)
        right, beyond = slice(at, None), slice(at + 1, None)
        if at <= first + width:
            one = Scaled.of(torch.ones_like(reach.mantissa[:, 0, right]))
            table.put(one, every, at - 1 - first, at - 1 - first, right)
        step = kernel.at(every, slice(first, at), at, None, None)
        reached = table.at(every, earlier, lefts, right).times(step).total(1)
        before.put(reach.at(every, left, at).times(reached.at(every, every, 0)), every, left, at)
        if at + 1 < positions:
            marginal = reach.at(every, left, at, None).times(reach.at(every, at, None, beyond))
            marginal = marginal.over(reach.at(every, left, beyond)).times(reveal)
            revealed = reached.at(every, every, slice(1, None)).times(marginal)
            table.put(revealed, every, at - first, lefts, beyond)


def _gaps(positions: int, device: torch.device) -> Tensor:
    """The number of positions between i and j, zero unless i < j, (n + 1, n + 1)."""
    index = torch.arange(positions, device=device)
    return (index - index[:, None] - 1).clamp(min=0)


def _powers(base: Scaled, count: int, device: torch.device) -> Scaled:
    """base^0 .. base^(count - 1)."""
    factor, places = float(base.mantissa), int(base.exponent)
    mantissas, exponents = [0.5], [1]
    for _ in range(count - 1):
        mantissa, shift = math.frexp(mantissas[-1] * factor)
        mantissas.append(mantissa)
        exponents.append(exponents[-1] + places + shift if mantissa else ABSENT)
    return Scaled(
        torch.tensor(mantissas, dtype=torch.float64, device=device),
        torch.tensor(exponents, dtype=torch.int32, device=device),
    )


class Ordinary:
    """The same recursion in ordinary float64 numbers for B words, as batched matrix products.

    `safe` (B,) says for which words no product has underflowed so far: z(l') is at least its term
    that leaves i, w (1-w)^(l'-i-1) Phi(i, l') P(l', j) / P(i, j), and so a product of it and
    K(l', l) P(i, l) at least w (1-w)^(n-1) Phi(i, l') Phi(l', l) min(P)^2, where the two intervals
    are together no longer than n. An overflow makes the result infinite or not a number.
    Long words keep their middle steps far from underflow by factors of two, one for each position
    not yet revealed: `ratio` is 2^(j - i - 1) Phi(i, j), and a reveal counts 2 w. Both are exact.

    The band of left ends i is an axis of the batch, distances l - i and j - i the others; s comes
    from earlier blocks of positions as a matrix product, and one by one within a block. Time n^4 /
    16 products of which nearly all are matrix products; memory 16 BAND n^2 bytes a word.
    """

    def __init__(self, after: Scaled, reach: Scaled) -> None:
        count, self.positions, _ = after.mantissa.shape
        self.side = self.positions + BAND  # beyond the end: ones, that no interval uses
        shape = (count, self.side, self.side)
        device = after.mantissa.device
        self.reach = torch.ones(shape, dtype=torch.float64, device=device)
        self.reach[:, : self.positions, : self.positions] = reach.values()
        self.ratio = torch.ones_like(self.reach)  # axes: j, i
        doubled = Scaled(after.mantissa, after.exponent + _gaps(self.positions, device))
        self.ratio[:, : self.positions, : self.positions] = doubled.values().transpose(1, 2)
        self.least_reach = self.reach.amin((1, 2)).log2()
        self.safe = torch.ones(count, dtype=torch.bool, device=device)
        self._check(0.0)
        most = BAND * count * self.positions
        self.table = torch.empty(most * self.positions, dtype=torch.float64, device=device)
        self.pieces = [
            torch.empty(most * BLOCK, dtype=torch.float64, device=device) for _ in range(3)
        ]

    def _check(self, bits: float) -> None:
        """Words stay safe where min(P)^2 times two ratios is above 2^(-SAFE_BITS - bits)."""
        inside = self.ratio[:, : self.positions, : self.positions].transpose(1, 2)
        gap = _gaps(self.positions, inside.device)
        least = torch.ones_like(inside[:, 0])  # over the intervals of each number of positions
        least.scatter_reduce_(1, gap.flatten().expand(len(inside), -1), inside.flatten(1), "amin")
        shorter = least.cummin(1).values.log2()
        pairs = (shorter + shorter.flip(1)).amin(1)
        self.safe &= bits + pairs + 2 * self.least_reach >= -SAFE_BITS

    def step_back(self, rate: Rate, *, only_first: bool = False) -> None:
        """One step earlier; with `only_first` for the intervals that begin at the left end."""
        positions = self.positions
        stay = _powers(rate.stay, positions, self.reach.device)
        self._check(float(rate.reveal.log() + stay.log()[-1]) / math.log(2))
        gap = _gaps(positions, self.reach.device)
        kernel = torch.zeros_like(self.reach)  # axes: l, l'
        inside = kernel[:, :positions, :positions]
        torch.mul(self.ratio[:, :positions, :positions], stay.values()[gap].triu(1).T, out=inside)
        inside.div_(self.reach[:, :positions, :positions].transpose(1, 2))
        reveal = self.reach * (2 * rate.reveal.values()).to(self.reach.device)
        last = 1 if only_first else positions - 1
        for first in range(0, last, BAND):
            self._band(first, min(BAND, last - first), kernel, reveal)

    def _band(self, first: int, width: int, kernel: Tensor, reveal: Tensor) -> None:
        """The intervals whose left ends are first .. first + width - 1."""
        count = len(self.reach)
        rows, far = width * count, self.positions - first  # distances are below `far`
        table = self.table[: rows * far * far].view(rows, far, far)  # axes: i, l - i, j - i
        table[:, 0] = 1.0
        whole = _seen_from(self.reach, first, width, (0, 1), (0, far)).reciprocal()
        for start in range(1, far, BLOCK):
            end = min(start + BLOCK, far)
            deep, wide = end - start, far - start
            weight, marginal, reached = (
                piece[: rows * deep * size].view(width, count, deep, size)
                for piece, size in zip(self.pieces, (end, wide, wide))
            )
            near = self.reach.as_strided(
                (width, count, deep, 1),
                (self.side + 1, self.side**2, 1, 1),
                first * (self.side + 1) + start,
            )
            later = (start, end)
            torch.mul(_seen_from(kernel, first, width, later, (0, end)), near, out=weight)
            view = _seen_from(reveal, first, width, later, (start, far))
            torch.mul(view, whole[..., start:], out=marginal)
            weight, marginal, reached = (
                piece.view(rows, deep, -1) for piece in (weight, marginal, reached)
            )
            torch.bmm(weight[..., :start], table[:, :start, start:], out=reached)
            for offset in range(deep):
                at = start + offset
                for other in range(start, at):
                    reached[:, offset, offset:].addcmul_(
                        table[:, other, at:], weight[:, offset, other, None]
                    )
                product = (reached[:, offset, offset:], marginal[:, offset, offset:])
                torch.mul(*product, out=table[:, at, at:])
            # P(i, l) is in the weights, so that s at j = l is Phi itself
            result = reached.diagonal(dim1=1, dim2=2).view(width, count, deep)
            self.ratio.as_strided(
                (width, count, deep),
                (self.side + 1, self.side**2, self.side),
                first * (self.side + 1) + start * self.side,
            ).copy_(result)

    def log_ratio(self) -> Tensor:
        """log Phi of the whole word (B,); only where `safe` and finite is it to be used."""
        return Scaled.of(self.ratio[:, self.positions - 1, 0], 2 - self.positions).log()


def _seen_from(
    table: Tensor, first: int, width: int, rows: tuple[int, int], columns: tuple[int, int]
) -> Tensor:
    """table[b, i + r, i + c] with axes i, b, r, c: a view."""
    side = table.shape[-1]
    shape = (width, len(table), rows[1] - rows[0], columns[1] - columns[0])
    origin = (first + rows[0]) * side + first + columns[0]
    return table.as_strided(shape, (side + 1, side**2, side, 1), origin)
