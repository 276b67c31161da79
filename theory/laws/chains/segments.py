"""Masked segments of a Markov chain between two revealed tokens, and how likely they end valid.

F_k(d)[u, v] is the probability that a segment of d - 1 masked positions between the revealed tokens
u and v ends valid, if it is as it is after step k. At step k + 1 each inner position is revealed
with the conditional probability w, independently, from its law m_j(x | u, v); between two newly
revealed neighbours lies a segment of the same kind one step later. Summing over the newly revealed
positions from left to right, with G(l) = (1 - w)^(l - 1) F_(k+1)(l) and h_j the weight of all ways
up to a reveal at j, divided by w,

    h_j[x]       = m_j(x | u, v) (G(j)[u, x] + sum over i < j, y of h_i[y] w G(j - i)[y, x])
    F_k(d)[u, v] = G(d)[u, v] + sum over i < d, y of h_i[y] w G(d - i)[y, v].

All terms are non-negative. (Our derivation; the ends of the sequence are states with index V.)

Where the chain has mixed, far tokens no longer matter. If P_n(x, v) lies within a factor 1 + eta of
P_n(x', v) for n = M, then for every n >= M, since the largest and the least entry of a column only
move towards each other. For d - j > M the law m_j(x | u, v) is then P_j(u, x) to a factor 1 + eta,
the same for all v and d; for j > M + 1 it is P_e(x, v) p(x) / p(v), e = d - j, to a factor
(1 + eta)^2, the same for all u and d, with p any far row of P. A segment of d >= 2 M + 2 is cut
M + 1 before its right end: what lies left is solved once for each u, what lies right once for each
v. Each position is revealed once in all, so that every probability is right to (1 + eta)^(2 L).
"""

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from synthetic.languages.tables import is_primitive
from theory.laws.chains.markov_chain import MarkovChain, Powers
from theory.laws.chains.substitution import substitute, toeplitz_blocks

GROUP_NUMBERS = 2**21  # float64 numbers of one group of segments: 16 MiB, what a cache holds
BLOCK_OPERATIONS = 5  # that making the blocks of L positions takes for each of (L V)^2
CUT_ROWS = 64  # distances whose cut segments are joined at once


@dataclass(frozen=True)
class Mixing:
    """From `steps` steps on, no token matters by more than a factor 1 + `deviation`."""

    steps: int
    deviation: float


def mixing(chain: MarkovChain, table: Powers, tolerance: float) -> Mixing | None:
    """The least number of steps after which (1 + eta)^(2 L) - 1 <= tolerance, L + 1 the reach of
    the table; None if the chain is not primitive or mixes too slowly to be of use."""
    if not is_primitive((chain.transition > 0).cpu().numpy()):
        return None
    length = len(table.numbers.mantissa) - 2
    columns = table.numbers.values()[1 : length // 2 + 1, :-1, :-1]
    ratio = (columns.amax(1) / columns.amin(1)).amax(1) * (1 + 8 * table.relative_error)
    small = torch.expm1(2 * length * torch.log(ratio)) <= tolerance
    if not bool(small.any()):
        return None
    first = int(small.nonzero()[0])
    return Mixing(first + 1, float(ratio[first]) - 1)


@dataclass(frozen=True, eq=False)
class Segments:
    """All segments of up to `longest` steps of a chain, ready to be carried from step to step.

    Memory: 16 (V + 1)^2 V D^2 / 2 bytes for D = `longest`, or D = 2 M + 1 where the chain mixes.
    """

    chain: MarkovChain
    table: Powers
    mixing: Mixing | None

    @property
    def longest(self) -> int:
        """The largest distance between two revealed tokens."""
        return len(self.table.numbers.mantissa) - 1

    @property
    def longest_whole(self) -> int:
        """The largest distance that is solved without a cut."""
        return self.longest if self.mixing is None else min(self.longest, 2 * self.mixing.steps + 1)

    @property
    def forgotten(self) -> float:
        """A bound on the error of a probability from cutting segments where the chain has mixed."""
        if self.longest_whole == self.longest or self.mixing is None:
            return 0.0
        return math.expm1(2 * (self.longest - 1) * math.log1p(self.mixing.deviation))

    def operations(self, first: int, last: int) -> float:
        """About how many multiplications `before` takes for segments of first..last steps."""
        symbols, ends = self.chain.symbols, self.chain.symbols + 1
        whole = min(last, self.longest_whole)
        alone = max(0, whole**3 - (first - 1) ** 3) * (symbols * ends) ** 2 / 6
        if last <= whole or self.mixing is None:
            return BLOCK_OPERATIONS * (whole * symbols) ** 2 + alone
        reach = self.mixing.steps
        most, least = last - reach - 1, max(first, whole + 1) - reach - 1
        joined = (most * (most + 1) - least * (least - 1)) / 2 * ends * symbols**2 * reach
        left = BLOCK_OPERATIONS * (most * symbols) ** 2 + most**2 * symbols**2 * ends / 2
        return alone + left + joined

    def neighbours(self) -> Tensor:
        """F_N: adjacent tokens are valid where the chain allows them, (2, V + 1, V + 1)."""
        result = torch.zeros_like(self.table.numbers.mantissa[:2])
        result[1] = self.table.possible(1).double()
        return result

    def before(self, later: Tensor, reveal: float, first: int, last: int) -> Tensor:
        """F_k(d) for d = first..last from F_(k+1), `later`, and w, `reveal`: (last + 1, V+1, V+1).

        `later` is indexed by distance and zero beyond its end; so is the result below `first`.
        """
        powers_of_masked = torch.tensor(
            [(1 - reveal) ** max(distance - 1, 0) for distance in range(len(later))],
            dtype=torch.float64,
            device=later.device,
        )
        masked = later * powers_of_masked[:, None, None]
        step = later.new_zeros((last + 1, *later.shape[1:]))
        used = min(len(step), len(masked))
        step[:used] = masked[:used]
        result = torch.zeros_like(step)
        result[1] = step[1]
        whole = min(last, self.longest_whole)
        if first <= whole:
            self._whole(result, step, reveal, first, whole)
        if last > whole:
            self._cut(result, step, reveal, max(first, whole + 1), last)
        return result

    @cached_property
    def _values(self) -> Tensor:
        return self.table.numbers.values()

    @cached_property
    def _groups(self) -> list[tuple[int, int, Tensor]]:
        """Distances d = a..b-1 with m_j(x | u, v) at (j - 1, x, (d, u, v)); one where j = d."""
        groups = []
        first = 2
        while first <= self.longest_whole:
            last = first + 1
            ends = (self.chain.symbols + 1) ** 2
            while (
                last <= self.longest_whole
                and (last + 1 - first) * ends * last * self.chain.symbols <= GROUP_NUMBERS
            ):
                last += 1
            groups.append((first, last, self._reveal_laws(first, last)))
            first = last
        return groups

    def _reveal_laws(self, first: int, last: int) -> Tensor:
        symbols = self.chain.symbols
        device = self.table.numbers.mantissa.device
        laws = torch.ones(
            (last - 1, symbols, last - first, symbols + 1, symbols + 1),
            dtype=torch.float64,
            device=device,
        )
        for distance in range(first, last):
            near = torch.arange(1, distance, device=device)
            law = self.table.reveal_law(near, torch.full_like(near, distance))
            laws[: distance - 1, :, distance - first] = law.movedim(-1, 1)
        return laws.flatten(2)

    def _whole(self, result: Tensor, step: Tensor, reveal: float, first: int, last: int) -> None:
        """Writes F(d), d = first..last, each segment solved on its own."""
        ends = self.chain.symbols + 1
        kernel = step[:, :-1, :-1] * reveal
        blocks = toeplitz_blocks(kernel, last)
        for low, high, laws in self._groups:
            begin, end = max(low, first), min(high, last + 1)
            if begin >= end:
                continue
            distances = torch.arange(begin, end, device=step.device)
            columns = slice((begin - low) * ends**2, (end - low) * ends**2)
            # (j, x, d, u, v): reveals at j = 1..d, the last one being the right end itself
            total = step.new_empty((end - 1, ends - 1, end - begin, ends, ends))
            total[:] = step[1:end, :, :-1].movedim(2, 1)[:, :, None, :, None]
            starts = [max(0, j - begin) * ends**2 for j in range(1, end)]
            substitute(total.flatten(2), laws[: end - 1, :, columns], blocks, starts)
            index = torch.arange(end - begin, device=step.device)
            reached = total[distances - 1, :, index]  # (d, x, u, v)
            result[begin:end, :, :-1] = torch.diagonal(reached[..., :-1], dim1=1, dim2=3)
            # the right end takes any token: a column of its own
            gaps = distances - torch.arange(1, end, device=step.device)[:, None]
            last_gap = torch.where(gaps[..., None] > 0, step[gaps.clamp(min=0), :-1, -1], 0.0)
            over = torch.einsum("jxdu,jdx->du", total[..., -1], last_gap * reveal)
            result[begin:end, :, -1] = step[begin:end, :, -1] + over

    def _cut(self, result: Tensor, step: Tensor, reveal: float, first: int, last: int) -> None:
        """Writes F(d), d = first..last, of segments cut where the chain has forgotten one end."""
        assert self.mixing is not None
        reach = self.mixing.steps
        left = self._left(step, reveal, last - reach - 1)
        right = self._right(step, reveal, reach)
        # (m, y, s, x): from a reveal m before the cut c = d - M - 1 to one s + 1 after it
        longest = last - reach - 1
        padded = step.new_zeros((longest + reach + 2, *step.shape[1:]))
        padded[: len(step)] = step
        windows = padded[1:, :-1].unfold(0, reach + 1, 1)  # (m, y, x, s)
        across = windows[..., :-1, :reach].permute(0, 1, 3, 2).flatten(2) * reveal
        over = windows[..., reach] * reveal  # to the right end itself
        for low in range(first, last + 1, CUT_ROWS):
            distances = torch.arange(low, min(low + CUT_ROWS, last + 1), device=step.device)
            self._join(result, step, distances, left, right, across, over)

    def _join(
        self,
        result: Tensor,
        step: Tensor,
        distances: Tensor,
        left: Tensor,
        right: Tensor,
        across: Tensor,
        over: Tensor,
    ) -> None:
        """F(d) of some distances: left part, the segment across the cut, right part."""
        reach, symbols = len(right), self.chain.symbols
        cuts = distances - reach - 1
        most = int(cuts[-1])
        before = torch.arange(most, device=step.device)
        places = cuts[:, None] - before  # the reveal at j = c - m, for each d and m
        reveals = torch.where(
            places[..., None, None] > 0, left[(places - 1).clamp(min=0)], 0.0
        )  # (d, m, y, u)
        reveals = reveals.movedim(3, 1).flatten(2).flatten(0, 1)  # ((d, u), (m, y))
        arrivals = reveals @ across[:most].flatten(0, 1)  # ((d, u), (s, x))
        arrivals = arrivals.unflatten(0, (len(distances), symbols + 1))
        offsets = cuts[:, None] + 1 + torch.arange(reach, device=step.device)
        direct = step[offsets][..., :-1].movedim(1, 2)  # (d, u, s, x): the first reveal of all
        arrivals += direct.flatten(2)
        ends = (reveals @ over[:most].flatten(0, 1)).unflatten(0, arrivals.shape[:2])
        known = right.flip(0).flatten(0, 1)  # s = 0 is M before the right end
        result[distances] = step[distances] + (ends + arrivals @ known)

    def _left(self, step: Tensor, reveal: float, most: int) -> Tensor:
        """h_j (J, V, V + 1) at (j - 1, x, u), j = 1..`most`, where the right end is far."""
        laws = self._values[1 : most + 1, :, :-1].movedim(2, 1)
        total = step[1 : most + 1, :, :-1].movedim(2, 1).contiguous()
        blocks = toeplitz_blocks(step[:, :-1, :-1] * reveal, most)
        substitute(total, laws, blocks, [0] * most)
        return total

    def _right(self, step: Tensor, reveal: float, most: int) -> Tensor:
        """The same from the right end, (M, V, V + 1) at (e - 1, x, v), where the left end is far,
        e = 1..M being the distance to the right end, w included."""
        values = self._values
        far = values[self.longest, 0]  # any far row; one at the right end
        laws = values[1 : most + 1, :-1] * far[:-1, None] / far
        total = step[1 : most + 1, :-1].clone()
        kernel = step[:, :-1, :-1].transpose(1, 2) * reveal
        substitute(total, laws, toeplitz_blocks(kernel, most), [0] * most)
        return total * reveal
