"""Inside and outside sums of a grammar in Chomsky normal form, batched.

Inside: the sum over the derivations of a span from a symbol. Outside: the sum over all that is
around it. For the spans of n symbols, all cuts and pairs of symbols are one product of matrices and
all rules another: B L^3 N^2 / 6 + B L^2 Q N / 2 multiplications, Q pairs that stand in rules.

Ordinary numbers serve where no product of the weights of one derivation can leave their range:
positions are multiplied by a power of two until the least one is above 2^-SAFE_BITS, and a sum that
overflows shows in the result. Else the sums are computed in logarithms. Nothing is clipped.
"""

import math
from collections.abc import Iterable
from fractions import Fraction

import torch
from torch import Tensor

from synthetic.languages.normal_form import NormalForm
from synthetic.scaled import log_fraction

SAFE_BITS = 960


class InsideOutside:
    """The tables of a normal form with N symbols and R rules A -> B C, on a device."""

    def __init__(self, form: NormalForm, device: torch.device | str = "cpu") -> None:
        self.symbols = form.symbols
        rules = torch.tensor(list(form.binary), dtype=torch.int64, device="cpu").view(-1, 3)
        self.head, self.left, self.right = rules.T.contiguous().to(device)
        self.log_share = _table([log_fraction(share) for share in form.binary.values()], device)
        lexical = torch.full(
            (len(form.alphabet), form.symbols), -math.inf, dtype=torch.float64, device="cpu"
        )
        for (head, symbol), share in form.lexical.items():
            lexical[symbol, head] = log_fraction(share)
        self.log_lexical = lexical.to(device)
        self._lexical = self.log_lexical.exp()
        flat = self.left * self.symbols + self.right
        self._pairs, row = flat.unique(return_inverse=True)
        self._shares = torch.zeros(
            (len(self._pairs), self.symbols), dtype=torch.float64, device=device
        )
        self._shares[row, self.head] = self.log_share.exp()
        self._rule_bits = _bits(form.binary.values())
        self._word_bits = _bits(form.lexical.values())

    def numbers(self, length: int) -> int:
        """Float64 numbers of working memory that one row needs."""
        tables = 4 * length * length * self.symbols
        pairs = length * (3 * self.symbols**2 + 4 * length * self.symbols)
        return max(tables + pairs, length * length * (2 * self.symbols + 4 * len(self.head)))

    def log_sum(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of weight times `weights` (B, L, V), as (B,)."""
        shift = self._shift(weights)
        if shift is not None:
            spans, _ = self._inside(weights * 2.0**shift)
            total = spans[:, 0, -1, 0]
            if bool(torch.isfinite(total).all()):
                return total.log() - shift * weights.shape[1] * math.log(2)
        return self._log_inside(weights)[-1][:, 0, 0]

    def log_joint(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        shift = self._shift(weights)
        if shift is not None:
            scaled = weights * 2.0**shift
            joint = self._outside(scaled) @ self._lexical.T * scaled
            if bool(torch.isfinite(joint).all()):
                return joint.log()
        outside = self._log_outside(weights)
        sums = (outside.unsqueeze(2) + self.log_lexical).logsumexp(-1)
        return sums + weights.log()

    def _shift(self, weights: Tensor) -> int | None:
        """The power of two for each position, None if the least product may vanish."""
        if not weights.numel():
            return 0
        length = weights.shape[1]
        least = float(torch.where(weights > 0, weights, 1.0).min())
        word_bits = self._word_bits + max(0.0, -math.log2(least))
        if max(word_bits, self._rule_bits) > SAFE_BITS:
            return None
        missing = length * word_bits + (length - 1) * self._rule_bits - SAFE_BITS
        return max(0, math.ceil(missing / length))

    def _inside(self, weights: Tensor) -> tuple[Tensor, Tensor]:
        """Inside sums by start and size, [:, i, n - 1], and by end and size, [:, j, L - n]."""
        batch, length, _ = weights.shape
        starts = weights.new_zeros((batch, length, length, self.symbols))
        ends = torch.zeros_like(starts)
        starts[:, :, 0] = ends[:, :, -1] = weights @ self._lexical
        for size in range(2, length + 1):
            left, right = _children(starts, ends, size)
            pairs = left.transpose(-1, -2) @ right
            spans = pairs.flatten(2)[..., self._pairs] @ self._shares
            starts[:, : length - size + 1, size - 1] = ends[:, size - 1 :, length - size] = spans
        return starts, ends

    def _outside(self, weights: Tensor) -> Tensor:
        """Outside sums (B, L, N) of each symbol over each position."""
        starts, ends = self._inside(weights)
        length = weights.shape[1]
        at_starts, at_ends = torch.zeros_like(starts), torch.zeros_like(ends)
        at_starts[:, 0, -1, 0] = 1.0
        for size in range(length, 1, -1):
            places = length - size + 1
            above = at_starts[:, :places, size - 1] + at_ends[:, size - 1 :, length - size]
            pairs = above.new_zeros((*above.shape[:2], self.symbols**2))
            pairs[..., self._pairs] = above @ self._shares.T
            pairs = pairs.unflatten(-1, (self.symbols, self.symbols))
            left, right = _children(starts, ends, size)
            to_left, to_right = _children(at_starts, at_ends, size)
            to_left += right @ pairs.transpose(-1, -2)
            to_right += left @ pairs
        return at_starts[:, :, 0] + at_ends[:, :, -1]

    def _log_inside(self, weights: Tensor) -> list[Tensor]:
        """Log-sums (B, L - n + 1, N) of all spans of n symbols from each symbol, n = 1..L."""
        length = weights.shape[1]
        inside = [(weights.log().unsqueeze(-1) + self.log_lexical).logsumexp(2)]
        for size in range(2, length + 1):
            places = length - size + 1
            cuts = [
                inside[cut - 1][:, :places, self.left]
                + inside[size - cut - 1][:, cut : cut + places, self.right]
                for cut in range(1, size)
            ]
            pairs = torch.stack(cuts).logsumexp(0) + self.log_share
            inside.append(_grouped(pairs, self.head, self.symbols))
        return inside

    def _log_outside(self, weights: Tensor) -> Tensor:
        """Log outside sums (B, L, N) of each symbol over each position."""
        inside = self._log_inside(weights)
        length = len(inside)
        outside = [torch.full_like(part, -math.inf) for part in inside]
        outside[-1][:, 0, 0] = 0.0
        for size in range(length, 1, -1):
            above = outside[size - 1][..., self.head] + self.log_share
            places = length - size + 1
            for cut in range(1, size):
                left = inside[cut - 1][:, :places]
                right = inside[size - cut - 1][:, cut : cut + places]
                for part, other, index, shift in (
                    (outside[cut - 1], right[..., self.right], self.left, 0),
                    (outside[size - cut - 1], left[..., self.left], self.right, cut),
                ):
                    here = part[:, shift : shift + places]
                    here.copy_(torch.logaddexp(here, _grouped(above + other, index, self.symbols)))
        return outside[0]


def _children(starts: Tensor, ends: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Left and right parts (B, L - n + 1, n - 1, N) of all spans of n symbols, by their cut."""
    length = starts.shape[1]
    return starts[:, : length - size + 1, : size - 1], ends[:, size - 1 :, length - size + 1 :]


def _bits(shares: Iterable[Fraction]) -> float:
    """How many bits the least share is below one."""
    return max((-log_fraction(share) / math.log(2) for share in shares if share < 1), default=0.0)


def _table(values: list[float], device: torch.device | str) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, device=device)


def _grouped(values: Tensor, index: Tensor, count: int) -> Tensor:
    """Logs of sums (..., count) of the values (..., R), logarithms, with each index (R,)."""
    places = index.expand_as(values)
    top = values.new_full((*values.shape[:-1], count), -math.inf)
    top = top.scatter_reduce(-1, places, values, "amax")
    shift = torch.where(top == -math.inf, 0.0, top)
    shares = (values - shift.gather(-1, places)).exp()
    return torch.zeros_like(top).scatter_add_(-1, places, shares).log() + shift
