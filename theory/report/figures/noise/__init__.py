"""Figures of tokens that can be revised, one a file: a plan where the rows allow it."""

from theory.report.figures.noise import (
    best_grid,
    least_calls,
    masked_against_uniform,
    revision_beside_order,
    steps_to_distance,
)

NOISE_PLANS = (masked_against_uniform.plan, least_calls.plan)
"""Plans of figures of one language."""
ORDER_PLANS = (revision_beside_order.plan,)
"""Plans of figures of one family of languages."""
SMALL_PLANS = (best_grid.plan,)
"""Plans of figures of grids, all small languages together."""
DISTANCE_PLANS = (steps_to_distance.plan,)
"""Plans of figures of distances, all small languages together."""

__all__ = ["DISTANCE_PLANS", "NOISE_PLANS", "ORDER_PLANS", "SMALL_PLANS"]
