"""Sampling: schedules say how many positions a step reveals, strategies which, generate does it."""

from synthetic.categorical import categorical
from synthetic.sampling.ancestral import ancestral
from synthetic.sampling.autoregressive import generate_autoregressive
from synthetic.sampling.corrector import GibbsCorrector
from synthetic.sampling.generate import generate
from synthetic.sampling.generation import Generation
from synthetic.sampling.schedules import cosine, equal_sizes, linear, two_phase
from synthetic.sampling.strategies import (
    Bernoulli,
    Bisection,
    EntropyBounded,
    FirstHitting,
    FixedCount,
    LeastEntropy,
    LeftToRight,
    Strategy,
    TablePolicy,
    bisection_rounds,
)

__all__ = [
    "Bernoulli",
    "Bisection",
    "EntropyBounded",
    "FirstHitting",
    "FixedCount",
    "Generation",
    "GibbsCorrector",
    "LeastEntropy",
    "LeftToRight",
    "Strategy",
    "TablePolicy",
    "ancestral",
    "bisection_rounds",
    "categorical",
    "cosine",
    "equal_sizes",
    "generate",
    "generate_autoregressive",
    "linear",
    "two_phase",
]
