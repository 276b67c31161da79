"""The exact denoiser of uniform permutations under uniform noise, by rook polynomials.

Let m_v positions show the symbol v, c = eta / n and alpha = 1 - eta. A permutation has the weight
c^(n-k) (alpha + c)^k where k of its symbols are as shown; expanding alpha + c, all of them together

    R(m) = sum_k alpha^k c^(n-k) (n-k)! e_k(m),        prod_v (1 + m_v t) = sum_k e_k(m) t^k,

since e_k counts the ways to fix k positions to what they show, and (n-k)! what is left. The
posterior of position i is a ratio with its row and the column of x removed: with v = y_i shown,

    q(x_i = v | y) ~ (alpha + c) R(without v),
    q(x_i = x | y) ~ c R(without x, m_v one less),     n - 1 for n in both R.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.languages.sequences import check_tokens
from synthetic.noise import Noise, Uniform, noise_levels

LARGEST = 160  # the coefficients e_k are ordinary float64 numbers up to here


@checked
@dataclass(frozen=True)
class NoisyPermutations:
    """Posterior (B, n, n) of the symbols of a uniform permutation of n given noisy ones (B, n).

    Levels are a number or (B,), one for each row. All sums have terms >= 0, so that log-posteriors
    are off by about n (1 - log eta) 2^-52 nats at any level. Memory B n^2 numbers, work B n^2 M^2,
    M the largest number of positions that show one symbol (7 or so at n = 128).
    """

    size: int

    def __post_init__(self) -> None:
        if check_integer("size", self.size) > LARGEST:
            raise ValueError(f"permutations of at most {LARGEST} symbols, got {self.size}")

    @property
    def vocab_size(self) -> int:
        """n."""
        return self.size

    @property
    def device(self) -> torch.device:
        """Where samplers start: the CPU."""
        return torch.device("cpu")

    @property
    def noise(self) -> Noise:
        """Uniform noise on n symbols, the one this is exact for."""
        return Uniform(self.size)

    def __call__(self, tokens: Tensor, eta: float | Tensor) -> Tensor:
        """Log-posteriors in nats, (B, n, n), of noisy tokens (B, n) at one level a row."""
        levels = noise_levels(eta, tokens)
        tokens = check_tokens(tokens, self.size, masked=False)
        if tokens.shape[1] != self.size:
            raise ValueError(f"permutations of {self.size} symbols, got {tokens.shape[1]} tokens")
        if not bool((levels == levels[:, :1]).all()):
            raise ValueError("permutations take one noise level for a row, got several")
        level = levels[:, :1]
        shown = torch.zeros_like(tokens).scatter_add_(1, tokens, torch.ones_like(tokens))
        most = int(shown.max())
        counts = torch.nn.functional.one_hot(shown, most + 1).sum(1)  # symbols by multiplicity
        # words of the same multiplicities share their sums, as nearly all do at low noise
        classes = torch.cat([counts.double(), level], dim=1)
        classes, of_row = torch.unique(classes, dim=0, return_inverse=True)
        same, other = self._log_rooks(classes[:, :-1].long(), classes[:, -1:])
        same, other = same[of_row], other[of_row]
        mine = shown.gather(1, tokens)  # (B, n), at least 1
        rows = torch.arange(len(tokens), device=tokens.device).view(-1, 1, 1)
        drawn = (level / self.size).log().unsqueeze(-1)
        result = drawn + other[rows, mine.unsqueeze(2), shown.unsqueeze(1)]
        kept = (1 - level + level / self.size).log() + same.gather(1, mine)
        symbols = torch.arange(self.size, device=tokens.device)
        result = torch.where(tokens.unsqueeze(2) == symbols, kept.unsqueeze(2), result)
        return result.log_softmax(dim=-1)

    def _log_rooks(self, counts: Tensor, level: Tensor) -> tuple[Tensor, Tensor]:
        """log R without a symbol shown a times (B, M + 1), and without one shown b times with one
        shown a times one less (B, M + 1, M + 1); what does not occur is minus infinity or unused.
        """
        batch, classes = counts.shape
        left = self.size - 1
        place = torch.arange(left + 1, dtype=torch.float64, device=counts.device)
        rest = left - place
        weight = torch.lgamma(rest + 1) + torch.xlogy(rest, level / self.size)
        weight = weight + torch.xlogy(place, 1 - level)  # (B, n), in k

        def log_sum(polynomial: Tensor) -> Tensor:
            return torch.logsumexp(polynomial[:, : left + 1].log() + weight, dim=1)

        same = torch.full((batch, classes), -math.inf, dtype=torch.float64, device=counts.device)
        other = same.unsqueeze(2).repeat(1, 1, classes)
        for a in range(1, classes):
            first = counts.clone()
            first[:, a] -= 1
            same[:, a] = log_sum(self._polynomial(first))
            for b in range(classes):
                second = first.clone()
                second[:, b] -= 1
                second[:, a - 1] += 1
                other[:, a, b] = log_sum(self._polynomial(second))
        return same, other

    def _polynomial(self, counts: Tensor) -> Tensor:
        """Coefficients (B, n + 1) of prod_m (1 + m t)^counts; a negative count counts as 0."""
        result = torch.zeros(
            (len(counts), self.size + 1), dtype=torch.float64, device=counts.device
        )
        result[:, 0] = 1.0
        for multiplicity in range(1, counts.shape[1]):
            count = counts[:, multiplicity].clamp(min=0)
            coefficient = torch.ones_like(result[:, 0])
            total = result.clone()
            for k in range(1, min(int(count.max()), self.size) + 1):
                # binomial(count, k) multiplicity^k, zero beyond the count
                coefficient = coefficient * (count - k + 1).clamp(min=0) * multiplicity / k
                if multiplicity == 1:  # the first factor: its coefficients are the polynomial
                    total[:, k] = coefficient
                else:
                    total[:, k:] += coefficient.unsqueeze(1) * result[:, :-k]
            result = total
        return result
