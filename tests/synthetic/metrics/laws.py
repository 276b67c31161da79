"""Random laws for tests, and their divergences to fifty digits."""

import decimal
from decimal import Decimal

import torch
from hypothesis import strategies as st
from torch import Tensor

DIGITS = decimal.Context(prec=60, Emin=-(10**6), Emax=10**6)


def law_of(weights: list[float]) -> Tensor:
    """Weights divided by their sum, (K,) float64."""
    vector = torch.tensor(weights, dtype=torch.float64, device="cpu")
    return vector / vector.sum()


def laws(size: int, *, least: float = 0.0) -> st.SearchStrategy[Tensor]:
    """Laws of a size, with zeros unless `least` is positive, some entries many orders smaller."""
    weight = st.one_of(
        st.floats(least or 0.05, 1), st.just(least), st.sampled_from([1e-3, 1e-12, 1e-100, 1e-290])
    )
    return st.lists(weight, min_size=size, max_size=size).filter(any).map(law_of)


@st.composite
def pairs(draw: st.DrawFn, *, least: float = 0.0) -> tuple[Tensor, Tensor]:
    """Two laws of one size."""
    size = draw(st.integers(1, 9))
    return draw(laws(size)), draw(laws(size, least=least))


def exact_cross_entropy(law: Tensor, model: Tensor) -> Decimal:
    """-sum law log model of the float64 entries as they are; the model misses nothing."""
    with decimal.localcontext(DIGITS):
        return -sum(
            (Decimal(p) * Decimal(m).ln() for p, m in zip(law.tolist(), model.tolist()) if p),
            Decimal(0),
        )


def exact_divergence(law: Tensor, model: Tensor) -> Decimal:
    """sum law log(law / model) of the float64 entries as they are."""
    with decimal.localcontext(DIGITS):
        return exact_cross_entropy(law, model) - exact_cross_entropy(law, law)
