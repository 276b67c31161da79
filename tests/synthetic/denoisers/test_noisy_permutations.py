"""Permutations under uniform noise: rook polynomials, enumeration, and the limit of fast grids."""

import itertools
import math

import pytest
import torch
from torch import Tensor

from synthetic.denoisers import NoisyPermutations
from synthetic.languages import enumerate_sequences
from synthetic.metrics import proportion_estimate
from synthetic.noise import Uniform, geometric_grid
from synthetic.sampling import ancestral


def listed(size: int, tokens: Tensor, eta: float) -> Tensor:
    """Posteriors (B, n, n) by listing all permutations."""
    words = torch.tensor(list(itertools.permutations(range(size))))
    likelihood = Uniform(size).likelihood(tokens, eta).log()
    logs = torch.stack([likelihood[:, i, words[:, i]] for i in range(size)]).sum(0)
    law = logs.softmax(1)
    return torch.stack([law @ (words == x).double() for x in range(size)], dim=-1)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("eta", [1.0, 0.7, 1e-3, 1e-100])
def test_rook_polynomials_by_enumeration(size: int, eta: float) -> None:
    tokens = enumerate_sequences(size, size)
    computed = NoisyPermutations(size)(tokens, eta).exp()
    torch.testing.assert_close(computed, listed(size, tokens, eta), rtol=1e-11, atol=1e-12)


def test_another_level_is_another_posterior() -> None:
    tokens = enumerate_sequences(3, 3)
    computed = NoisyPermutations(3)(tokens, 0.5).exp()
    assert float((computed - listed(3, tokens, 0.4)).abs().max()) > 0.01
    levels = torch.linspace(0.1, 0.9, len(tokens)).double()
    rows = torch.cat(
        [NoisyPermutations(3)(row[None], float(at)) for row, at in zip(tokens, levels)]
    )
    torch.testing.assert_close(NoisyPermutations(3)(tokens, levels), rows)


def test_every_symbol_is_expected_once() -> None:
    """At n = 128, where nothing can be listed: columns of the posterior sum to one as well."""
    generator = torch.Generator().manual_seed(0)
    for eta in (0.9, 0.1, 1e-6):
        words = torch.arange(128).expand(3, -1)
        noisy = Uniform(128).corrupt(words, eta, generator)
        law = NoisyPermutations(128)(noisy, eta).exp()
        torch.testing.assert_close(law.sum(1), torch.ones_like(law[:, 0]), rtol=1e-9, atol=0)


def test_fast_grids_keep_the_golden_bound() -> None:
    """SER <= (n / e) .618^(N - 1) in the limit of fast grids; a rate of .3 is refused."""
    size, steps, count = 8, 5, 2000
    generator = torch.Generator().manual_seed(1)
    tokens = ancestral(
        NoisyPermutations(size),
        Uniform(size),
        geometric_grid(steps, 1e-40),
        length=size,
        count=count,
        generator=generator,
    ).tokens
    wrong = int((tokens.sort(1).values != torch.arange(size)).any(1).sum())
    rate = proportion_estimate(wrong, count, "share")
    assert rate.high <= size / math.e * 0.618 ** (steps - 1)
    assert rate.low > size / math.e * 0.3 ** (steps - 1)


def test_refusals_are_one_line() -> None:
    with pytest.raises(ValueError, match="at most 160 symbols, got 200"):
        NoisyPermutations(200)
    with pytest.raises(ValueError, match="permutations of 3 symbols, got 2 tokens"):
        NoisyPermutations(3)(torch.tensor([[0, 1]]), 0.5)
    with pytest.raises(ValueError, match="one noise level for a row"):
        NoisyPermutations(2)(torch.tensor([[0, 1]]), torch.tensor([[0.5, 0.2]]).double())
