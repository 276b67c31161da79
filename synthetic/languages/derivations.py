"""Sums over all derivations of a length, which know no position: counts, entropies, samples."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthetic.categorical import cumulative_mass, invert
from synthetic.languages.normal_form import NormalForm
from synthetic.scaled import log_fraction

DRAWN_AT_ONCE = 2**22  # numbers

Array = NDArray[np.float64]


class Derivations:
    """Derivations of n symbols from each of the N symbols of a normal form, n = 1, 2, ..."""

    def __init__(self, form: NormalForm) -> None:
        self.form = form
        rules = np.array(list(form.binary), dtype=np.int64).reshape(-1, 3)
        self._head, self._left, self._right = rules.T
        self._log_share = np.array([log_fraction(share) for share in form.binary.values()])
        self._lexical = np.full((form.symbols, len(form.alphabet)), -math.inf)
        for (head, symbol), share in form.lexical.items():
            self._lexical[head, symbol] = log_fraction(share)
        first = np.logaddexp.reduce(self._lexical, axis=1)
        self._totals = [first]
        mean = np.where(self._lexical > -math.inf, np.exp(self._lexical - _at(first)), 0.0)
        self._means = [_mean(mean, self._lexical).sum(1)]

    def log_total(self, length: int) -> float:
        """Log in nats of the total weight of all derivations of a length."""
        return float(self._total(length)[0])

    def mean_log_weight(self, length: int) -> float:
        """Mean over derivations of a length, by their weights, of the log of the weight in nats."""
        self._total(length)
        return float(self._means[length - 1][0])

    def draw(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        """Words of independent derivations (count, length), drawn on the generator's device."""
        self._total(length)
        device = generator.device
        tokens = torch.empty((count, length), dtype=torch.int64, device=device)
        start = torch.zeros((count, 3), dtype=torch.int64, device=device)
        start[:, 0] = torch.arange(count, device=device)
        waiting: dict[int, list[Tensor]] = {length: [start]}  # row, place, symbol by size
        for size in range(length, 1, -1):
            if size not in waiting:
                continue
            row, place, symbol = torch.cat(waiting.pop(size)).T
            rule, cut = _drawn(self._law(size), symbol, generator, size - 1)
            for part, shift, sizes in ((self._left, 0 * cut, cut), (self._right, cut, size - cut)):
                child = torch.from_numpy(part).to(device)[rule]
                children = torch.stack([row, place + shift, child], 1)
                for some in sizes.unique().tolist():
                    waiting.setdefault(some, []).append(children[sizes == some])
        row, place, symbol = torch.cat(waiting.pop(1)).T
        law = np.exp(self._lexical - _at(self._totals[0]))
        tokens[row, place] = _drawn(law, symbol, generator, 1)[0]
        return tokens

    def count(self, length: int) -> int:
        """How many derivations a length has where every rule weighs a whole number."""
        rules = [(*rule, int(share)) for rule, share in self.form.binary.items()]
        counts = [[0] * self.form.symbols]
        for (head, _), weight in self.form.lexical.items():
            counts[0][head] += int(weight)
        for size in range(2, length + 1):
            row = [0] * self.form.symbols
            for head, left, right, share in rules:
                row[head] += share * sum(
                    counts[cut - 1][left] * counts[size - cut - 1][right] for cut in range(1, size)
                )
            counts.append(row)
        return counts[length - 1][0]

    def _total(self, length: int) -> Array:
        """Log-sums (N,) at a length."""
        while len(self._totals) < length:
            parts = self._parts(len(self._totals) + 1)
            total = np.full(self.form.symbols, -math.inf)
            np.logaddexp.at(total, self._head, np.logaddexp.reduce(parts, axis=1))
            with np.errstate(invalid="ignore"):
                share = np.nan_to_num(np.exp(parts - total[self._head, None]))
            size = len(self._totals) + 1
            inner = self._log_share[:, None] + np.stack(
                [
                    self._means[cut - 1][self._left] + self._means[size - cut - 1][self._right]
                    for cut in range(1, size)
                ],
                axis=1,
            )
            mean = np.zeros(self.form.symbols)
            np.add.at(mean, self._head, (share * inner).sum(1))
            self._totals.append(total)
            self._means.append(mean)
        return self._totals[length - 1]

    def _parts(self, size: int) -> Array:
        """Log-weights (R, n - 1) of each rule and cut of n symbols."""
        cuts = [
            self._totals[cut - 1][self._left] + self._totals[size - cut - 1][self._right]
            for cut in range(1, size)
        ]
        return np.stack(cuts, axis=1) + self._log_share[:, None]

    def _law(self, size: int) -> Array:
        """Laws (N, R (n - 1)) of rule and cut from each symbol; zeros where it has no words."""
        parts = self._parts(size)
        law = np.zeros((self.form.symbols, *parts.shape))
        total = self._total(size)[self._head]
        some = total > -math.inf
        rules = np.arange(len(self._head))[some]
        law[self._head[some], rules] = np.exp(parts[some] - total[some, None])
        return law.reshape(self.form.symbols, -1)


def _at(total: Array) -> Array:
    """A column to subtract, zero where there is nothing."""
    return np.where(total > -math.inf, total, 0.0)[:, None]


def _mean(law: Array, logs: Array) -> Array:
    return law * np.where(law > 0, logs, 0.0)


def _drawn(
    law: Array, symbol: Tensor, generator: torch.Generator, columns: int
) -> tuple[Tensor, Tensor]:
    """Row and column + 1 of what is drawn for each symbol from its law."""
    cumulative = cumulative_mass(torch.from_numpy(law)).to(symbol.device)
    uniforms = torch.rand(
        len(symbol), dtype=torch.float64, generator=generator, device=generator.device
    )
    most = max(1, DRAWN_AT_ONCE // law.shape[1])
    pieces = zip(symbol.split(most), uniforms.split(most))
    drawn = torch.cat([invert(cumulative[some], uniform) for some, uniform in pieces])
    return drawn // columns, drawn % columns + 1
