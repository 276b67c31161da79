"""What the other tokens tell about a token, by how many of them are known.

Z_j = E I(X_i; X_S), i a uniform position and S a uniform set of j - 1 others, j = 1..L. By the
chain rule in uniformly random order H(X) = L E H(X_i) - sum_j Z_j, so that everything that the
random-order sampler with the exact denoiser loses on average over its reveal paths is linear in Z:
a token that is drawn when j - 1 others are known costs, in its place in a random order, Z_j less
than the entropy of its marginal.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import overload

import numpy as np
import torch
from scipy.special import entr

from synthetic.arguments import check_length, check_work, checked
from synthetic.languages import Language, NGram, enumerate_sequences
from synthetic.quantities import CertifiedValue, gamma
from theory.laws.chains.markov_chain import markov_chain
from theory.laws.curves.growth_complexity import squared_root_integral
from theory.laws.curves.reveal_weights import (
    AT_ONCE,
    Floats,
    bernstein,
    neighbour_weights,
    schedule_weights,
    sizes_weights,
)
from theory.laws.one_thread import one_thread

ENUMERATION_LIMIT = 2**20  # partial sequences
WEIGHT_OPERATIONS = 300  # that a weight of a gap takes, most of them those of a beta function
POWER_OPERATIONS = 4  # of a product in a power of a chain
CONTEXTS_AT_ONCE = 2**14


@dataclass(frozen=True, eq=False)
class InformationCurve:
    """The curve f(r) = (1/L) sum_i E H(X_i | X_R), each other token revealed with probability r.

    `entropy`: f(0), the mean entropy of a token on its own; `information`: Z_1..Z_L as (L,), Z_1 =
    0, nondecreasing; `rounding` bounds the distance of `entropy` and of every Z_j from the true
    one. In nats. f(r) = f(0) - sum_j Binomial(L - 1, r)(j - 1) Z_j.
    """

    entropy: float
    information: Floats
    rounding: float

    @property
    def length(self) -> int:
        return len(self.information)

    @overload
    def __call__(self, reveal: float) -> float: ...
    @overload
    def __call__(self, reveal: Floats) -> Floats: ...
    def __call__(self, reveal: float | Floats) -> float | Floats:
        """f(r) in nats for a number or an array; adds a relative gamma_(7 L) of Z_L to `rounding`.

        Cost L for each r; scratch of about 100 MiB at most.
        """
        points = _check_reveal(reveal)
        values = self.entropy - bernstein(self.information, points.ravel()).reshape(points.shape)
        return values if points.shape else float(values)

    def derivative(self, order: int, reveal: Floats) -> Floats:
        """The derivative of f(0) - f(r) in r of the given order, for r (R,), in nats.

        The first one is never negative; the second one can have any sign, so f need not be convex.
        """
        coefficients = self.information
        for _ in range(order):
            degree = len(coefficients) - 1
            coefficients = degree * np.diff(coefficients) if degree else np.zeros(1)
        return bernstein(coefficients, reveal)

    def path_bound(self, schedule: Iterable[float]) -> float:
        """E_path sum_k TC(X_(S_k) | X_(S_<k)) / L in nats per token, Bernoulli reveal (a_1..a_N).

        Equals sum_k a_k f(r_(k-1)) - H(X)/L with r_k = a_1 + .. + a_k, exactly: a left Riemann sum
        of f minus its integral. An upper bound of KL(q||p)/L with the exact denoiser.
        """
        return self._path_bound(schedule_weights(schedule, self.length))

    def path_bound_of_sizes(self, sizes: Iterable[int]) -> float:
        """The same in nats per token for fixed-count reveal (s_1..s_N).

        Equals (1/L) sum over steps of sum_(j in step) (Z_j - Z_(first j of the step)).
        """
        return self._path_bound(sizes_weights(sizes, self.length))

    def _path_bound(self, weights: Floats) -> float:
        return float((1 / self.length - weights) @ self.information)

    @property
    def total_correlation(self) -> float:
        """Sum_i H(X_i) - H(X) = sum_j Z_j, in nats per sequence."""
        return math.fsum(self.information)

    @property
    def dual_total_correlation(self) -> float:
        """H(X) - sum_i H(X_i | all others) = sum_j (Z_L - Z_j), in nats per sequence."""
        return math.fsum(self.information[-1] - self.information)

    def unmasking_growth_complexity(self) -> CertifiedValue:
        """P = (integral over 0..1 of sqrt(h'(r)) dr)^2, h(r) = L (f(0) - f(r)), nats per sequence.

        The least path-averaged KL of N Bernoulli steps is P / (2 N) + o(1 / N) for L fixed
        (2608.13520; ours: `optimal_schedule`). The certificate covers quadrature and `rounding`.
        """
        length = self.length
        if length == 1:
            return CertifiedValue(0.0, 0.0)
        scale = float(length * (length - 1))
        growth = scale * np.diff(self.information)
        return squared_root_integral(growth, 2 * scale * self.rounding)


@checked
@one_thread()
def information_curve(language: Language, length: int) -> InformationCurve:
    """The exact curve: of a chain through gap lengths, of any other language by enumeration.

    An `NGram` of order 2 has any length; another language at most 2^20 partial sequences, beyond
    which it is a one-line error that names `estimate_information_curve`; so are 10^13 operations,
    of a chain of more than about 180,000 positions.
    """
    if isinstance(language, NGram) and language.order == 2:
        return chain_information_curve(language, length)
    return enumerated_information_curve(language, length)


def chain_information_curve(language: NGram, length: int) -> InformationCurve:
    """The exact curve of an `NGram` of order 2, whatever its initial law and its transitions.

    Given the nearest revealed tokens l < i < r the others say no more about X_i, and X_l, X_i, X_r
    is a chain, so I(X_i; X_l, X_r) = I(X_i; X_l) + I(X_i; X_r) - I(X_l; X_r), a term being zero
    where a neighbour does not exist. Averaged over sets this needs of the language only
    J(d) = sum_l I(X_l; X_(l+d)):  L Z_(m+1) = sum_d J(d) (2 w_m(d) - (d-1) v_m(d)), with w and v
    of `neighbour_weights`, as there are d - 1 positions i between neighbours at distance d. And
    J(d) = sum_(i>d) H(X_i) - sum_u (sum_(l<=L-d) P(X_l = u)) H(T^d(u, .)) needs no pairs (l, i).

    Time O(L V^3 + L^2), memory O(L V) and 100 MiB of scratch. Rounding: the probabilities are
    products of at most L steps of 2 V + 4 operations, the weights of all gaps sum to at most 3, so
    every Z_j is right to 12 (log V + 1) gamma_((2 V + 12)(L + 2)): 5e-10 at V = 8, L = 4096, where
    the error seen is 1e-13. Rows are taken to sum to one exactly; probabilities below 1e-308
    count as zero.
    """
    chain = markov_chain(language)
    length = check_length(length)
    check_work(
        f"the curve of a chain at length {length}",
        WEIGHT_OPERATIONS * length**2 + POWER_OPERATIONS * length * chain.symbols**3,
        "take a shorter length",
    )
    step = chain.transition.cpu().numpy()
    size = chain.symbols
    laws = np.empty((length, size))
    rows = np.empty((length, size))  # rows[d] = H(T^d(u, .)), d >= 1
    law, power = chain.initial.cpu().numpy(), np.eye(size)
    for position in range(length):
        laws[position] = law
        rows[position] = entr(power).sum(1)
        law, power = law @ step, power @ step
        law, power = law / law.sum(), power / power.sum(1, keepdims=True)
    entropies = entr(laws).sum(1)
    after = entropies[::-1].cumsum()[::-1]  # sum of H(X_i) over i > d
    visits = laws.cumsum(0)  # sum of P(X_l = u) over l <= L - d
    pairs = after[1:] - (visits[-2::-1] * rows[1:]).sum(1)
    information = np.zeros(length)
    for known in np.array_split(np.arange(1, length), length * length // AT_ONCE + 1):
        if len(known):
            one, both = neighbour_weights(length, known)
            between = np.arange(length - 1, dtype=np.float64)  # d - 1
            information[known] = (2 * one - both * between) @ pairs / length
    rounding = 12 * (math.log(size) + 1) * gamma((2 * size + 12) * (length + 2))
    return InformationCurve(float(entropies.mean()), information, rounding)


def enumerated_information_curve(language: Language, length: int) -> InformationCurve:
    """The exact curve from the probabilities of all (V + 1)^L partial sequences, at most 2^20.

    With G_m the mean of H(X_S) over the sets of size m, f(0) - Z_j = G_j - G_(j-1) (Han 1978).
    `rounding` supposes that `log_evidence` is right to gamma_(8 L) of one plus its magnitude.
    """
    length = check_length(length)
    symbols = language.vocab_size + 1
    if symbols**length > ENUMERATION_LIMIT:
        raise ValueError(
            f"an exact curve at length {length} needs {symbols}^{length} partial sequences, "
            f"allowed are {ENUMERATION_LIMIT}: use estimate_information_curve, or an NGram of "
            "order 2"
        )
    contexts = enumerate_sequences(symbols, length, language.device)
    terms: list[list[float]] = [[] for _ in range(length + 1)]
    for tokens in contexts.split(CONTEXTS_AT_ONCE):
        parts = torch.special.entr(language.log_evidence(tokens).exp())
        sizes = (tokens != language.mask).sum(1)
        for size in range(length + 1):
            terms[size].extend(parts[sizes == size].tolist())
    means = [math.fsum(part) / math.comb(length, size) for size, part in enumerate(terms)]
    conditional = np.diff(np.array(means))
    largest = 1 + length * math.log(language.vocab_size)
    rounding = 4 * (1 + largest**2) * gamma(8 * length)
    return InformationCurve(float(conditional[0]), conditional[0] - conditional, rounding)


def _check_reveal(reveal: float | Floats) -> Floats:
    points = np.asarray(reveal, dtype=np.float64)
    if not bool(((points >= 0) & (points <= 1)).all()):
        wrong = points[~((points >= 0) & (points <= 1))].flat[0]
        raise ValueError(f"a reveal probability lies in 0..1, got {wrong}")
    return points
