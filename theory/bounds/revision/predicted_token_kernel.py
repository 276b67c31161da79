"""Uniform noise: drawing a clean token first and then the next one is the posterior kernel."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from synthetic.noise import Uniform
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative

PREDICTED = nonnegative("predicted")
SYMBOLS = nonnegative("symbols", integer=True)
ETA = nonnegative("eta")
LOWER = nonnegative("lower")


@dataclass(frozen=True)
class Token:
    """A noisy token 0 at level eta, a law of the clean one, and a lower level."""

    law: tuple[float, ...]
    eta: float
    lower: float

    @property
    def stays(self) -> float:
        """The chance that the posterior kernel keeps the token."""
        log_law = torch.tensor(self.law, dtype=torch.float64, device="cpu").log()[None, None]
        token = torch.zeros((1, 1), dtype=torch.int64, device="cpu")
        kernel = Uniform(len(self.law)).reverse_log_kernel(log_law, token, self.eta, self.lower)
        return float(kernel[0, 0, 0].exp())


def _cases() -> Iterator[tuple[str, Token]]:
    generator = np.random.default_rng(0)
    for size, eta, share in itertools.product((2, 3, 7), (1.0, 0.5, 1e-3), (0.0, 0.3, 0.99)):
        law = tuple(generator.dirichlet(np.ones(size)).tolist())
        yield f"V={size}, eta={eta}, eta'={share} eta", Token(law, eta, share * eta)


def _keeps(
    predicted: np.ndarray, symbols: np.ndarray, eta: np.ndarray, lower: np.ndarray
) -> object:
    kept = (1 - eta) / (1 - lower)
    back = kept + (1 - kept) / symbols
    forth = (1 - lower + lower / symbols) / (1 - eta + eta / symbols)
    return back * (predicted * forth + (1 - predicted) * lower / eta)


_KEPT = (1 - ETA) / (1 - LOWER)
theorem = Theorem[Token](
    id="predicted-token-kernel",
    title="Predicted-token form of the posterior kernel",
    statement=(
        "Under uniform noise on V symbols, from level eta to eta' < eta, to draw a clean token x "
        "from any law m and then the next token from q(z | y, x) has the law of the posterior "
        "kernel. A token whose clean symbol is predicted with m(y) = P stays with probability (r + "
        "(1 - r)/V) (P (1 - eta' + eta'/V)/(1 - eta + eta/V) + (1 - P) eta'/eta), r = (1 - eta)/(1 "
        "- eta')."
    ),
    kind="identity",
    source=Source("2107.03006", "equation 4", "read"),
    takes=(
        Parameter(PREDICTED, "P = m(y)", 0, 1),
        Parameter(SYMBOLS, "V, the number of symbols", 2, np.inf, whole=True),
        Parameter(ETA, "eta, the noise level", 0, 1),
        Parameter(LOWER, "eta', the next one", 0, 1),
    ),
    expression=(_KEPT + (1 - _KEPT) / SYMBOLS)
    * (
        PREDICTED * (1 - LOWER + LOWER / SYMBOLS) / (1 - ETA + ETA / SYMBOLS)
        + (1 - PREDICTED) * LOWER / ETA
    ),
    formula=_keeps,
    parameters=lambda case: {
        "predicted": case.law[0],
        "symbols": len(case.law),
        "eta": case.eta,
        "lower": case.lower,
    },
    exact=lambda case: case.stays,
    domain=lambda eta, lower, **_: None if np.all(lower < eta) else "eta' < eta",
    family=Family("V = 2, 3, 7; eta = 1, 0.5, 0.001; eta'/eta = 0, 0.3, 0.99", _cases),
    twin=lambda predicted, symbols, eta, lower: predicted,
)
