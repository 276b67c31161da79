"""The grid of noise levels that minimises an exact divergence of a small language, by its gradient.

The law of `ancestral_law` once more, as a function of log-odds of the levels that can be
differentiated: the posterior of all noisy words is one softmax, of log q(x) and the number of
positions by which x differs times log l(y | x) at one of them, and a step is one matrix of V^L by
V^L numbers. Uniform noise and the exact denoiser alone.
"""

import itertools
import math
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor

from synthetic.arguments import check_integer, check_length, checked
from synthetic.languages import Language, enumerate_sequences
from synthetic.metrics import enumerated_law
from synthetic.noise import check_grid, cosine_grid, log_odds_grid
from synthetic.quantities import CertifiedValue, gamma
from theory.laws.one_thread import one_thread

GridMetric = Literal["divergence", "sequence_error_rate", "total_variation"]
METRICS: tuple[GridMetric, ...] = ("divergence", "sequence_error_rate", "total_variation")
SEQUENCE_LIMIT = 256  # V^L
LEAST_LOG_ODDS = math.log(1e-12)  # of the last level: below it nothing changes but the time
CLOSEST, WIDEST = 1e-3, 10.0  # fall of the log-odds in one step
ROUNDS = 200
UNDERFLOW = 2.0**-900  # more than all that products below 2^-1022 could add


class BestGrid(NamedTuple):
    """A grid (N + 1,) and the value of the metric on it; the least one that was reached."""

    levels: Tensor
    value: float


@checked
@one_thread()
def best_grid(language: Language, metric: str, *, length: int, steps: int) -> BestGrid:
    """The grid of N steps of uniform noise that is best by KL(q || p) in nats, SER or TV.

    By L-BFGS-B over the last log-odds and their falls from the cosine and the log-odds grid, of
    which the better end is taken: a local minimum, no proof that there is no other. The last level
    above 0 is at least 1e-12, where the grids that are best by SER end. At most 256 sequences V^L;
    a metric that is 0 on every grid (the SER of a language with full support) is a one-line error.
    """
    if metric not in METRICS:
        raise ValueError(f"the metric is one of {', '.join(METRICS)}, got {metric!r}")
    law = SmallLaw(language, length)
    if metric == "sequence_error_rate" and bool((law.language_law > 0).all()):
        raise ValueError("every sequence is a word: SER is 0 on every grid, choose another metric")
    steps = check_integer("steps", steps)

    def value_and_slope(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The logarithm of the metric and its gradient."""
        given = torch.tensor(point, device="cpu", requires_grad=True)
        value = law.metrics(law(_log_odds(given)))[metric].log()
        value.backward()
        return value.item(), np.asarray(given.grad)

    if steps == 1:
        only = check_grid([1.0, 0.0])
        return BestGrid(only, law.metrics(law(torch.logit(only[1:-1])))[metric].item())
    limits = [(LEAST_LOG_ODDS, 5.0), *[(CLOSEST, WIDEST)] * (steps - 2)]
    minima = [
        minimize(
            value_and_slope,
            np.clip(_point(start), *np.transpose(limits)),
            jac=True,
            method="L-BFGS-B",
            bounds=limits,
            options={"maxiter": ROUNDS},
        )
        for start in (cosine_grid(steps), log_odds_grid(steps, 1e-4))
    ]
    best = min(minima, key=lambda one: float(one.fun))
    odds = _log_odds(torch.tensor(best.x, device="cpu"))
    levels = torch.cat([odds.new_ones(1), torch.sigmoid(odds), odds.new_zeros(1)])
    return BestGrid(levels, math.exp(best.fun))


class SmallLaw:
    """The generated law (V^L,) of a language from log-odds (N - 1,) of the levels between."""

    def __init__(self, language: Language, length: int) -> None:
        self.length, self.symbols = check_length(length), language.vocab_size
        if self.symbols**self.length > SEQUENCE_LIMIT:
            raise ValueError(
                f"grids are optimised over {SEQUENCE_LIMIT} sequences, got {self.symbols}^"
                f"{self.length}: take a shorter length"
            )
        noisy = enumerate_sequences(self.symbols, self.length, "cpu")
        self.language_law = enumerated_law(language, self.length).cpu()
        self._support = (self.language_law > 0).nonzero().flatten()
        self._log_law = self.language_law[self._support].log()
        words = noisy[self._support]
        self._differs = (noisy.unsqueeze(1) != words).sum(dim=2).double()
        one_hot = torch.nn.functional.one_hot
        self._words = one_hot(words, self.symbols).double().flatten(1)
        self._same = one_hot(noisy, self.symbols).double()

    def __call__(self, log_odds: Tensor) -> Tensor:
        """Row-major, as `ancestral_law`; signal and noise are both kept, so that none rounds."""
        one, zero = log_odds.new_ones(1), log_odds.new_zeros(1)
        noise = torch.cat([one, torch.sigmoid(log_odds), zero])
        signal = torch.cat([zero, torch.sigmoid(-log_odds), one])
        law = log_odds.new_full((self.symbols**self.length,), float(self.symbols) ** -self.length)
        for step in range(len(noise) - 1):
            law = law @ self._kernel(noise[step : step + 2], signal[step : step + 2])
        return law

    def metrics(self, law: Tensor) -> dict[str, Tensor]:
        """KL in nats, SER and TV of a generated law, differentiable."""
        generated = law[self._support]
        terms = self._log_law.exp() * (self._log_law - generated.log())
        return {
            "divergence": terms.sum(),
            "sequence_error_rate": law[self.language_law == 0].sum(),
            "total_variation": (law - self.language_law).abs().sum() / 2,
        }

    def certified(self, log_odds: Tensor) -> dict[str, CertifiedValue]:
        """The metrics at these log-odds, with the rounding of the law and of the sums over it.

        A probability q(x) is taken as right to gamma_(8 L) of one plus |log q(x)|, as elsewhere.
        """
        law = self(log_odds)
        values = {name: value.item() for name, value in self.metrics(law).items()}
        error, all_words = self._law_error(log_odds), len(law)
        given = self._log_law_error() + gamma(4)  # of an entry of the language's law
        shares, logs = self._log_law.exp(), law[self._support].log()
        ratios = float((shares * (self._log_law - logs).abs()).sum())
        sums = gamma(len(shares) + 6) + given
        errors = {
            "divergence": ratios * sums + given + error + gamma(2) * float(shares @ logs.abs()),
            "sequence_error_rate": values["sequence_error_rate"] * (error + gamma(all_words)),
            "total_variation": (error + given) / 2 + gamma(all_words + 2),
        }
        return {
            name: CertifiedValue(value, errors[name] + UNDERFLOW if value else 0.0)
            for name, value in values.items()
        }

    def _log_law_error(self) -> float:
        """What log q(x) of a word is off by."""
        most = float(self._log_law.abs().max())
        return gamma(8 * self.length) * (1 + most) + gamma(2 * most + 4)

    def _law_error(self, log_odds: Tensor) -> float:
        """The relative error of each probability of the law; levels are good to four roundings.

        An exponent of the posterior of K words, of size R at most, is off by that of log q(x), by
        12 L + 5 R + 4 roundings and by nothing else; a factor of the kernel by twice that, by
        2 K + V + 32 roundings, and by what the difference of two levels loses.
        """
        odds = log_odds.tolist()
        noise = [1.0, *(1 / (1 + math.exp(-one)) for one in odds), 0.0]
        signal = [0.0, *(1 / (1 + math.exp(one)) for one in odds), 1.0]
        words, all_words = self._words.shape[0], self.symbols**self.length
        most = float(self._log_law.abs().max())
        total = gamma(4)
        for step, (eta, lower) in enumerate(itertools.pairwise(noise)):
            reach = self.length * math.log1p(self.symbols * signal[step] / eta) + most
            exponent = self._log_law_error() + gamma(12 * self.length + 5 * reach + 4)
            difference = 4 * (eta + lower) / (eta - lower)
            factor = 2 * exponent + gamma(2 * words + self.symbols + 32 + difference)
            total += self.length * factor + gamma(all_words + self.length)
        return math.expm1(total)

    def _kernel(self, noise: Tensor, signal: Tensor) -> Tensor:
        """The chances (V^L, V^L) of a step; `Noise.reverse_log_kernel` has the formula."""
        eta, lower = noise
        alpha, higher = signal
        other = eta / self.symbols
        same = alpha + other
        posterior = torch.softmax(self._log_law + self._differs * (other / same).log(), dim=1)
        clean = (posterior @ self._words).view(-1, self.length, self.symbols)
        weights = clean * (self._same / same + (1 - self._same) / other)
        total = weights.sum(dim=2, keepdim=True)
        kept = alpha / higher * self._same + (eta - lower) / higher / self.symbols
        kernel = kept * (higher * weights + lower / self.symbols * total)
        result = kernel[:, 0]
        for column in kernel.unbind(dim=1)[1:]:
            result = (result.unsqueeze(2) * column.unsqueeze(1)).flatten(1)
        return result


def _log_odds(point: Tensor) -> Tensor:
    """Log-odds (N - 1,), falling, from the last one and the falls before it, last fall first."""
    return point.cumsum(dim=0).flip(0)


def _point(grid: Tensor) -> NDArray[np.float64]:
    odds = torch.logit(grid[1:-1]).flip(0).numpy()
    return np.diff(odds, prepend=0.0)
