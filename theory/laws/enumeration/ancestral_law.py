"""The exact law of ancestral sampling: every step is a product kernel over all noisy sequences.

    law(z) <- sum_y law(y) prod_i k_i(z_i | y)

The positions are cut into two halves, z = (z', z''), each with its kernel K'(y, z'), K''(y, z'')
listed in full; the step is then one matrix product, (law K')^T K'', of A^(L/2) by A^L by A^(L/2)
numbers, and the A^L by A^L kernel is never held.
"""

import itertools
from typing import NamedTuple

import torch
from torch import Tensor

from synthetic.arguments import check_length, checked
from synthetic.denoisers import NoisyDenoiser, NoisyOracle
from synthetic.denoisers.noisy_denoiser import check_noisy_denoiser
from synthetic.languages import enumerate_sequences
from synthetic.metrics import enumerated_law, kl_divergence
from synthetic.noise import Noise, check_grid
from synthetic.sampling.ancestral import AncestralSampler, check_noise
from theory.laws.one_thread import one_thread

STATE_LIMIT = 2**14  # noisy sequences A^L
ROWS = 2**12  # sequences whose kernels are held at once


@checked
@one_thread()
@torch.no_grad()
def ancestral_law(denoiser: NoisyDenoiser, noise: Noise, grid: object, *, length: int) -> Tensor:
    """Probability of every sequence of L symbols that `ancestral` generates, (V^L,) float64.

    In row-major order, the last position fastest, as `enumerate_sequences`. Exact over all
    randomness: a kernel's zeros are zeros, nothing is dropped or clipped, and every number is a sum
    of products of at most N (L + 1) factors, so that rounding is a relative error of about
    N L 2^-52. The denoiser is called on every noisy sequence of positive probability in every step.
    The work is N A^(2L), A = V, or V + 1 where there is a mask; memory is 2 x 4,096 x A^(L/2)
    numbers and those of 4,096 rows of the denoiser. More than 2^14 sequences A^L are a one-line
    error.
    """
    law = step_laws(denoiser, noise, grid, length=length)[-1]
    return _clean(law, noise, length)


def step_laws(
    denoiser: NoisyDenoiser, noise: Noise, grid: object, *, length: int
) -> tuple[Tensor, ...]:
    """The laws (A^L,) of the noisy sequences at the N + 1 levels of the grid, row-major."""
    sampler, states = _setting(denoiser, noise, length)
    law = noise.law(states.device)[states].prod(dim=1)
    laws = [law]
    for eta, lower in itertools.pairwise(check_grid(grid).tolist()):
        laws.append(_after(laws[-1], sampler, states, eta, lower))
    return tuple(laws)


@torch.no_grad()
def last_step_law(oracle: NoisyOracle, eta: float, *, length: int) -> Tensor:
    """The law (V^L,) of clean words drawn in one step from true noisy ones at level eta."""
    sampler, states = _setting(oracle, oracle.noise, length)
    truth = noisy_law(enumerated_law(oracle.language, length), oracle.noise, eta, length)
    return _clean(_after(truth, sampler, states, eta, 0.0), oracle.noise, length)


class TrajectoryDivergence(NamedTuple):
    """Divergences in nats of one reverse process from the true one.

    trajectory: KL of the joint laws of the words at all levels, true process first; marginal: KL of
    the laws of the clean words alone, at most as large.
    """

    trajectory: float
    marginal: float


@checked
@one_thread()
@torch.no_grad()
def trajectory_divergence(
    oracle: NoisyOracle, grid: object, *, length: int, denoiser: NoisyDenoiser | None = None
) -> TrajectoryDivergence:
    """KL of the true reverse process from the sampled one along a grid, and of its last law alone.

    The true process is Markov in the direction of the sampler, so by the chain rule the first is

        sum_k [ sum_i E -log k_i(z_i | y) - H(z | y) ],     y, z the true words at levels k, k + 1,

    and H(z | y) = H(z) - H(y) + sum_i H(y_i | z_i) with the noise's own kernel in the last sum. Of
    the `oracle` itself it is the sum of the total correlations of z given y; of another `denoiser`
    what that adds is counted too. Infinite where it misses a possible token. In nats, to rounding
    (1e-12 of log V times L). One-line errors as for `ancestral_law`.
    """
    noise, language = oracle.noise, oracle.language
    sampler, states = _setting(oracle if denoiser is None else denoiser, noise, length)
    exact = AncestralSampler(oracle, noise)
    levels = check_grid(grid).tolist()
    truth = enumerated_law(language, length)
    above = noisy_law(truth, noise, levels[0], length)
    total = 0.0
    for eta, lower in itertools.pairwise(levels):
        below = noisy_law(truth, noise, lower, length)
        total += _cross_entropy(above, exact, sampler, states, eta, lower)
        total -= _entropy(below) - _entropy(above)
        total -= _noise_entropy(below, noise, lower, eta, states)
        above = below
    model = ancestral_law(sampler.denoiser, noise, grid, length=length)

    return TrajectoryDivergence(total, kl_divergence(truth, model))


def noisy_law(law: Tensor, noise: Noise, eta: float, length: int) -> Tensor:
    """The law (A^L,) of noisy words at level eta, from a law (V^L,) of clean ones."""
    kernel = noise.kernel(0.0, eta, law.device)[: noise.vocab_size]
    joint = law.reshape((noise.vocab_size,) * length)
    for _ in range(length):
        joint = torch.tensordot(joint, kernel, dims=([0], [0]))
    return joint.flatten()


def _setting(denoiser: NoisyDenoiser, noise: Noise, length: int) -> tuple[AncestralSampler, Tensor]:
    """The sampler, and all noisy sequences (A^L, L) in row-major order."""
    check_noisy_denoiser(denoiser)
    check_noise(noise, denoiser)
    count = noise.shown ** check_length(length)
    if count > STATE_LIMIT:
        raise ValueError(
            f"an exact law at length {length} needs {noise.shown}^{length} noisy sequences, "
            f"allowed are {STATE_LIMIT}: sample with ancestral"
        )
    return AncestralSampler(denoiser, noise), enumerate_sequences(
        noise.shown, length, denoiser.device
    )


def _after(
    law: Tensor, sampler: AncestralSampler, states: Tensor, eta: float, lower: float
) -> Tensor:
    """The law (A^L,) one step later."""
    length = states.shape[1]
    half = length // 2
    base = sampler.noise.shown
    result = law.new_zeros((base**half, base ** (length - half)))
    for rows in (law > 0).nonzero().flatten().split(ROWS):
        kernel = sampler.kernel(states[rows], eta, lower).exp()
        first = products(kernel[:, :half]) * law[rows].unsqueeze(1)
        result += first.T @ products(kernel[:, half:])
    return result.flatten()


def products(kernel: Tensor) -> Tensor:
    """The product law (B, A^n) of n positions, (B, n, A), row-major."""
    result = kernel.new_ones((len(kernel), 1))
    for column in kernel.unbind(dim=1):
        result = (result.unsqueeze(2) * column.unsqueeze(1)).flatten(1)
    return result


def _clean(law: Tensor, noise: Noise, length: int) -> Tensor:
    """The part (V^L,) of a law (A^L,) at level 0: nothing is masked there."""
    size = noise.vocab_size
    return law.view((noise.shown,) * length)[(slice(size),) * length].flatten()


def _cross_entropy(
    law: Tensor,
    exact: AncestralSampler,
    sampler: AncestralSampler,
    states: Tensor,
    eta: float,
    lower: float,
) -> float:
    """sum_i E -log k_i(z_i | y) in nats, y from a law (A^L,), z_i from its exact kernel."""
    total = 0.0
    for rows in (law > 0).nonzero().flatten().split(ROWS):
        true = exact.kernel(states[rows], eta, lower).exp()
        model = true.log() if sampler.denoiser is exact.denoiser else None
        if model is None:
            model = sampler.kernel(states[rows], eta, lower)
        terms = torch.where(true > 0, -true * model, 0.0).sum(dim=(1, 2))
        total += float(law[rows] @ terms)
    return total


def _entropy(law: Tensor) -> float:
    return float(torch.special.entr(law).sum())


def _noise_entropy(law: Tensor, noise: Noise, lower: float, eta: float, states: Tensor) -> float:
    """sum_i H(y_i | z_i) in nats, z from a law (A^L,) at level `lower`, y_i one step noisier."""
    entropies = torch.special.entr(noise.kernel(lower, eta, law.device)).sum(dim=1)
    return float(law @ entropies[states].sum(dim=1))
