"""Figures of tokens that can be revised, one a file: a plan where the rows allow it."""

from theory.report.figures.noise import (
    best_grid,
    least_calls,
    masked_against_uniform,
    revision_beside_order,
)

NOISE_PLANS = (masked_against_uniform.plan, least_calls.plan)
"""Plans of figures of one language."""
ORDER_PLANS = (revision_beside_order.plan,)
"""Plans of figures of one family of languages."""
SMALL_PLANS = (best_grid.plan,)
"""Plans of figures of all small languages together."""

__all__ = ["NOISE_PLANS", "ORDER_PLANS", "SMALL_PLANS"]
