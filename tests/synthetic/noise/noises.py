"""Noise processes, grids and an exact posterior by enumeration, for tests."""

import math

import torch
from hypothesis import strategies as st
from torch import Tensor

from synthetic.languages import enumerate_sequences
from synthetic.noise import Absorbing, Hybrid, Noise, Uniform, check_grid


def noises(vocab_size: int) -> st.SearchStrategy[Noise]:
    """Absorbing, uniform, and hybrids with every share."""
    return st.one_of(
        st.just(Absorbing(vocab_size)),
        st.just(Uniform(vocab_size)),
        st.sampled_from([0.0, 1e-9, 0.1, 0.5, 1.0]).map(lambda u: Hybrid(vocab_size, u)),
    )


LEVELS = st.sampled_from([1.0, 0.99, 0.7, 0.5, 0.1, 1e-3, 1e-17, 1e-300])


def grids(most: int = 4) -> st.SearchStrategy[Tensor]:
    """Grids of 1..most steps through levels down to 1e-300."""
    inner = st.lists(LEVELS.filter(lambda eta: eta < 1), unique=True, max_size=most - 1)
    return inner.map(lambda levels: check_grid([1.0, *sorted(levels, reverse=True), 0.0]))


def listed_posterior(law: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Posteriors (B, L, V) and evidence (B,) for weights (B, L, V), from the law (V^L,) itself."""
    count, length, size = weights.shape
    words = enumerate_sequences(size, length)
    joint = law.expand(count, -1).clone()
    for position in range(length):
        joint = joint * weights[:, position, words[:, position]]
    evidence = joint.sum(1)
    laws = torch.stack(
        [(joint.unsqueeze(1) * words.T.eq(symbol)).sum(-1) for symbol in range(size)], dim=-1
    )
    dead = (evidence == 0).view(-1, 1, 1)
    uniform = torch.full_like(laws, 1 / size)
    return torch.where(dead, uniform, laws / evidence.view(-1, 1, 1)), evidence


def log_laws(generator: torch.Generator, shape: tuple[int, ...], zeros: float = 0.3) -> Tensor:
    """Random log-laws over the last axis, with zeros among them."""
    weights = torch.rand(shape, dtype=torch.float64, generator=generator)
    keep = torch.rand(shape, dtype=torch.float64, generator=generator) > zeros
    keep[..., 0] |= ~keep.any(-1)
    return (weights.log() + torch.where(keep, 0.0, -math.inf)).log_softmax(-1)
