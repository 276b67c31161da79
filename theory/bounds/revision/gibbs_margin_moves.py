"""Gibbs corrector where the margin chooses: mass flows to the likely words, by how much exactly.

Two bits: the four words are a cycle, 00 - 01 - 11 - 10 - 00, and margin selection redraws along the
edge to the likelier neighbour. With a > b > c > d the chances of 00, 01, 10, 11, both 00 and 01
choose the edge between them, 10 chooses that to 00, 11 that to 01, and the edge 10 - 11 is never
chosen: nothing flows back to 10 and 11.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import torch

from synthetic.languages import Finite, enumerate_sequences
from synthetic.metrics import total_variation
from synthetic.sampling.corrector import GibbsCorrector
from theory.bounds.revision.gibbs_random_scan import Swept
from theory.bounds.theorem import Family, Parameter, Source, Theorem, nonnegative

NAMES = ("first", "second", "third", "fourth")
FIRST, SECOND, THIRD, FOURTH = map(nonnegative, NAMES)
WORDS = ("00", "01", "10", "11")


def two_bits(weights: tuple[float, ...], eta: float) -> Swept:
    """A language of two bits, swept by one position of the least margin."""
    law = torch.tensor(weights, dtype=torch.float64, device="cpu")
    language = Finite(enumerate_sequences(2, 2, torch.device("cpu")), law)
    return Swept(language, 2, eta, GibbsCorrector("margin"))


def _cases() -> Iterator[tuple[str, Swept]]:
    for weights in ((0.4, 0.3, 0.2, 0.1), (0.7, 0.15, 0.1, 0.05), (0.5, 0.3, 0.15, 0.05)):
        for eta in (1e-3, 0.1, 0.5):
            yield f"{weights}, eta={eta}", two_bits(weights, eta)


def _in_order(**chances: np.ndarray) -> str | None:
    falls = all(np.all(one > other) for one, other in pairwise(chances[name] for name in NAMES))
    return None if falls else "p(00) > p(01) > p(10) > p(11)"


theorem = Theorem[Swept](
    id="gibbs-margin-moves",
    title="Gibbs corrector at the least margin",
    statement=(
        "For noisy words of two bits with p(00) > p(01) > p(10) > p(11), a sweep that redraws from "
        "the exact conditional the token whose symbol is furthest behind or least ahead moves the "
        "law by the total variation p(00) p(10)/(p(00) + p(10)) + p(01) p(11)/(p(01) + p(11)). So "
        "a corrector that chooses by margin does not leave the law unchanged."
    ),
    kind="identity",
    source=Source("ours", "flows along the edges of a square", "ours"),
    takes=tuple(
        Parameter(symbol, f"p({word}) before the sweep", 0, 1)
        for symbol, word in zip((FIRST, SECOND, THIRD, FOURTH), WORDS, strict=True)
    ),
    expression=FIRST * THIRD / (FIRST + THIRD) + SECOND * FOURTH / (SECOND + FOURTH),
    formula=lambda first, second, third, fourth: (
        first * third / (first + third) + second * fourth / (second + fourth)
    ),
    parameters=lambda case: dict(zip(NAMES, case.before.tolist(), strict=True)),
    exact=lambda case: total_variation(case.before, case.after),
    domain=_in_order,
    family=Family("three laws of two bits, eta = 0.001, 0.1, 0.5", _cases),
    twin=lambda first, second, third, fourth: 0.0,
)
