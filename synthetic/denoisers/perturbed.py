"""A denoiser with an exactly known learning error: Assumption 4.1 of 2502.09622 with equality."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor

from synthetic.arguments import check_seed, checked, short
from synthetic.denoisers.oracle import Oracle
from synthetic.divergence import divergence_of_laws
from synthetic.languages.language import Language

ErrorDirection = Literal["uniform", "mode", "random"]
ITERATIONS = 200  # of a bracketed Newton search that takes about ten
TOLERANCE = 4e-15  # of the divergence, relative to 1 + epsilon
FURTHEST = 700.0  # of -log(1 - t) beyond 2 epsilon: e^-700 is still an ordinary float64
TIE = 1e-9  # nats: what is closer counts as equal, so that rounding decides nothing
GOLDEN = -7046029254386353131  # 2^64 over the golden ratio, odd, as a signed 64-bit integer
MIX_1 = -4658895280553007687
MIX_2 = -7723592293110705685


@checked
@dataclass(frozen=True)
class Perturbed:
    """The oracle with every conditional q moved to p such that KL(q || p) is exactly epsilon nats.

    p = (1 - t) q + t r with t found to the last digits of the divergence. r depends on `kind`:
    `uniform` is the uniform law; `mode` the point mass on q's mode, the first symbol of equally
    probable ones; `random` a law drawn uniformly from the simplex (exponential variables,
    normalised) by a hash of (seed, whole context, position), so that it is another one for every
    context but always the same one for the same context, whatever batch it is in. Where that r
    cannot reach epsilon (uniform towards uniform, a point mass towards its mode; 1 - t below
    exp(-700 - 2 epsilon) and a margin below 1e-9 count as out of reach) r is instead the point
    mass on a symbol other than the mode, drawn by the same hash. `epsilon` is one number or one
    per number of masked tokens: epsilon[m - 1] for m of them. Contexts without evidence keep their
    uniform rows.
    """

    oracle: Oracle
    epsilon: float | Sequence[float]
    kind: ErrorDirection = "uniform"
    seed: int = 0
    _table: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        given = self.epsilon
        if isinstance(given, Sequence):
            object.__setattr__(self, "epsilon", tuple(given))  # hashable
        table = self.epsilon if isinstance(self.epsilon, tuple) else (self.epsilon,)
        wrong = [value for value in table if not is_divergence(value)]
        if wrong or not table:
            raise ValueError(
                f"epsilon is finite and >= 0 nats, a number or several, got {short(given)}"
            )
        if self.kind not in DIRECTIONS:
            raise ValueError(f"kind is one of {', '.join(DIRECTIONS)}, got {self.kind!r}")
        object.__setattr__(self, "seed", check_seed(self.seed))
        if max(table) > 0 and self.oracle.vocab_size < 2:
            raise ValueError("one symbol allows no epsilon above 0, got a vocabulary of 1")
        object.__setattr__(self, "_table", tuple(float(value) for value in table))

    @property
    def language(self) -> Language:
        return self.oracle.language

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self.oracle.vocab_size

    @property
    def device(self) -> torch.device:
        """Where tokens are expected."""
        return self.oracle.device

    def __call__(self, tokens: Tensor) -> Tensor:
        """Log-probabilities in nats, (B, L, V); rows at revealed positions are the oracle's."""
        result = self.oracle(tokens)
        tokens = tokens.long()
        masked = tokens == self.vocab_size
        alive = torch.isfinite(self.language.log_evidence(tokens))
        epsilon = self._epsilon_of(masked.sum(1)).unsqueeze(1).expand(masked.shape)
        moved = masked & alive.unsqueeze(1) & (epsilon > 0)
        if bool(moved.any()):
            keys = context_keys(tokens, self.seed)[moved]
            result[moved] = move(result[moved], epsilon[moved], keys, self.kind)
        return result

    def _epsilon_of(self, masked: Tensor) -> Tensor:
        """Epsilon in nats for each number of masked tokens (B,)."""
        table = torch.tensor(self._table, dtype=torch.float64, device=masked.device)
        if not isinstance(self.epsilon, tuple):
            return table.expand(masked.shape)
        most = int(masked.max()) if len(masked) else 0
        if most > len(table):
            raise ValueError(
                f"epsilon has one value for each number of masked tokens, got {len(table)} values "
                f"and {most} masked tokens"
            )
        return torch.where(masked > 0, table[(masked - 1).clamp(min=0)], 0.0)


def is_divergence(value: object) -> bool:
    """Whether a value is a number of nats that a divergence can have: finite and >= 0."""
    return isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value < math.inf


def _uniform(log_q: Tensor, keys: Tensor) -> Tensor:
    return torch.full_like(log_q, 1 / log_q.shape[-1])


def _mode(log_q: Tensor, keys: Tensor) -> Tensor:
    return torch.nn.functional.one_hot(_mode_symbol(log_q), log_q.shape[-1]).double()


def _random(log_q: Tensor, keys: Tensor) -> Tensor:
    symbols = torch.arange(1, log_q.shape[-1] + 1, device=keys.device)
    bits = mix(keys.unsqueeze(-1) + symbols * GOLDEN)
    uniforms = ((bits >> 11) & (2**53 - 1)).double().add(0.5) * 2.0**-53
    weights = -uniforms.log()  # exponential variables, normalised: uniform on the simplex
    return weights / weights.sum(-1, keepdim=True)


DIRECTIONS = {"uniform": _uniform, "mode": _mode, "random": _random}


def _mode_symbol(log_q: Tensor) -> Tensor:
    """The first of the most probable symbols; rounding must not choose among equal ones."""
    return (log_q >= log_q.amax(-1, keepdim=True) - TIE).byte().argmax(-1)


def _other_symbol(log_q: Tensor, keys: Tensor) -> Tensor:
    """The point mass on a seeded symbol other than the mode."""
    size = log_q.shape[-1]
    shift = 1 + ((mix(keys) >> 11) & (2**53 - 1)) % (size - 1)
    return torch.nn.functional.one_hot((_mode_symbol(log_q) + shift) % size, size).double()


def move(log_q: Tensor, epsilon: Tensor, keys: Tensor, kind: ErrorDirection) -> Tensor:
    """Log of p with KL(q || p) = epsilon for laws log_q (M, V), epsilon (M,) and seeds keys (M,).

    Newton's method in x = -log(1 - t), which has all its digits where t is close to one, inside a
    bracket. KL(q || (1 - t) q + t r) grows with x from 0 and is at most x, so that x >= epsilon;
    towards a symbol other than the mode it is at least x / 2 - 1/e, so that x <= 2 epsilon + 700.
    """
    low, high = epsilon, 2 * epsilon + FURTHEST
    log_r = DIRECTIONS[kind](log_q, keys).log()
    furthest = divergence_of_laws(log_q, _mixture(log_q, log_r, high))
    reached = furthest > epsilon + TIE * (1 + epsilon)
    log_r = torch.where(reached.unsqueeze(-1), log_r, _other_symbol(log_q, keys).log())
    x = epsilon
    for _ in range(ITERATIONS):
        log_p = _mixture(log_q, log_r, x)
        excess = divergence_of_laws(log_q, log_p) - epsilon
        done = excess.abs() <= TOLERANCE * (1 + epsilon)
        if bool(done.all()):
            break
        low, high = torch.where(excess < 0, x, low), torch.where(excess > 0, x, high)
        newton = x - excess / _slope(log_q, log_p, x)
        newton = torch.where((newton > low) & (newton < high), newton, (low + high) / 2)
        x = torch.where(done, x, newton)
    return _mixture(log_q, log_r, x)


def _mixture(log_q: Tensor, log_r: Tensor, x: Tensor) -> Tensor:
    """Log of p = e^-x q + (1 - e^-x) r."""
    return torch.logaddexp(
        log_q - x.unsqueeze(-1), log_r + torch.log(-torch.expm1(-x)).unsqueeze(-1)
    )


def _slope(log_q: Tensor, log_p: Tensor, x: Tensor) -> Tensor:
    """Derivative of KL(q || p) by x: the chi-square divergence of q from p over e^x - 1."""
    x = x.unsqueeze(-1)
    terms = log_q.exp() * (torch.exp(log_q - log_p - x) - torch.exp(-x))
    return torch.where(log_q > -math.inf, terms, 0.0).sum(-1) / -torch.expm1(-x.squeeze(-1))


def context_keys(tokens: Tensor, seed: int) -> Tensor:
    """A 64-bit key for each position (B, L), a function of (seed, context, position) alone."""
    positions = torch.arange(1, tokens.shape[1] + 1, device=tokens.device)
    context = mix(mix(positions * GOLDEN + seed) + tokens * MIX_1).sum(1, keepdim=True)
    return mix(mix(context + seed) + positions * MIX_2)


def mix(keys: Tensor) -> Tensor:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014) on int64, which wraps around."""
    keys = (keys ^ _shift(keys, 30)) * MIX_1
    keys = (keys ^ _shift(keys, 27)) * MIX_2
    return keys ^ _shift(keys, 31)


def _shift(keys: Tensor, bits: int) -> Tensor:
    """Logical right shift."""
    return (keys >> bits) & (2 ** (64 - bits) - 1)
