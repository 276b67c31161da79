"""What a generated sequence costs: evaluations and floating-point operations.

A masked diffusion model evaluates all L positions at once, and only in steps that reveal something;
an autoregressive model with a key-value cache evaluates one position L times. Steps are no cost:
N = 1000 steps of a random order reveal L tokens in at most L evaluations.
"""

import math
from dataclasses import dataclass

from synthetic.arguments import check_length, checked, short
from synthetic.models import TransformerConfig
from synthetic.models.flops import autoregressive_flops, forward_flops
from synthetic.quantities import Estimate, mean_estimate
from synthetic.sampling.generation import Generation
from synthetic.sampling.strategies.strategy import CountedCalls, Strategy


@dataclass(frozen=True)
class Autoregressive:
    """Left to right with a key-value cache: L evaluations of one new position each.

    Not a strategy of `generate`: it stands beside them as what `generate_autoregressive` does.
    """

    def expected_evaluations(self, length: int) -> float:
        """One a position."""
        return float(length)


@dataclass(frozen=True)
class Cost:
    """Expected cost of one sequence: evaluations and operations."""

    evaluations: float
    flops: float


@checked
def cost(model: TransformerConfig, *, length: int, strategy: object) -> Cost:
    """Expected cost of one sequence of `length` positions, all free, of a model of this size.

    The strategy carries its steps; `Autoregressive()` stands for the cached causal model. Exact
    expectations over the reveal order, with no call in a step that reveals nothing. Operations are
    those of `synthetic.models.flops`.
    """
    evaluations = expected_evaluations(strategy, check_length(length))
    if isinstance(strategy, Autoregressive):
        flops = float(autoregressive_flops(model, length=length))
    else:
        flops = evaluations * forward_flops(model, length=length)
    return Cost(evaluations, flops)


def expected_evaluations(strategy: object, length: int) -> float:
    """Expected evaluations of one sequence with all positions free.

    Strategies whose number of calls depends on the tokens are a one-line error.
    """
    if isinstance(strategy, type) or not isinstance(strategy, CountedCalls):
        raise TypeError(
            "strategy is one of random or fixed order, whose expected evaluations are known, or "
            f"Autoregressive(), got {short(strategy)}: simulate with generate and average its "
            "evaluations"
        )
    return strategy.expected_evaluations(length)


def sampled_evaluations(strategy: Strategy, generation: Generation) -> Estimate:
    """Evaluations of one sequence with all positions free, in the mean over those generated.

    For strategies whose number of calls depends on the tokens. A sequence takes at least one, at
    most one a step, and one a position where nothing is masked again; a strategy that makes extra
    calls has no most.
    """
    steps = strategy.steps(generation.tokens)
    most = steps if strategy.remasks else min(steps, generation.tokens.shape[1])
    return mean_estimate(
        generation.evaluations,
        "mean over samples",
        least=1.0,
        most=math.inf if strategy.probes else float(most),
    )
