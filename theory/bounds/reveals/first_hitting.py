"""First hitting is one token a step in uniformly random order.

Under the linear schedule each masked token keeps its mask down to time s with probability s / t
independently, so with m of them masked the next reveal comes at t u^(1/m), u uniform, at one of
the m positions, uniformly and independently of the time. A denoiser that sees no time is not told
when, so that the output law is the mean over all orders of prod_i p(x_i | what came before).
"""

import itertools

import numpy as np
import sympy
import torch

from synthetic.denoisers import Oracle
from synthetic.languages import enumerate_sequences
from synthetic.metrics import total_variation
from synthetic.sampling import FirstHitting, FixedCount
from theory.bounds.cases import Generated
from theory.bounds.theorem import Source, Theorem


def order_mean_law(case: Generated) -> torch.Tensor:
    """(V^L,): the mean over all L! orders of drawing one token after the other."""
    language, length = case.language, case.length
    denoiser = Oracle(language) if case.denoiser is None else case.denoiser
    words = enumerate_sequences(language.vocab_size, length, language.device)
    orders = list(itertools.permutations(range(length)))
    total = torch.zeros(len(words), dtype=torch.float64, device=language.device)
    for order in orders:
        path = torch.ones_like(total)
        tokens = torch.full_like(words, language.mask)
        for place in order:
            drawn = words[:, place]
            law = denoiser(tokens)[:, place].double().exp()
            path = path * law.gather(1, drawn.unsqueeze(1)).squeeze(1)
            tokens[:, place] = drawn
        total += path
    return total / len(orders)


def distance_from_random_order(case: Generated) -> float:
    """Total variation of the case's output law from that of one token a step in random order."""
    return total_variation(case.law, order_mean_law(case))


def _exact(case: Generated) -> float:
    ones = FixedCount((1,) * case.length)
    if not (isinstance(case.strategy, FirstHitting) or case.strategy == ones):
        raise TypeError(f"first-hitting speaks of one token a step, got {case.strategy}")
    return distance_from_random_order(case)


theorem = Theorem[Generated](
    id="first-hitting",
    title="First hitting is random order, one token a step",
    statement=(
        "For every language, every length L and every denoiser that sees no time, exact or not, "
        "the output law of first hitting, and that of fixed-count reveal with sizes (1, .., 1), is "
        "the mean over all L! orders of the laws that draw one token after the other: total "
        "variation 0."
    ),
    kind="identity",
    source=Source("2409.02908", "first-hitting sampler", "read"),
    takes=(),
    expression=sympy.Integer(0),
    formula=lambda: np.float64(0.0),
    parameters=lambda case: {},
    exact=_exact,
)
