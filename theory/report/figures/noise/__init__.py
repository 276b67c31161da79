"""Figures of tokens that can be revised, one a file: a plan where the rows allow it."""

from theory.report.figures.noise import (
    least_calls,
    masked_against_uniform,
    revision_beside_order,
)

NOISE_PLANS = (masked_against_uniform.plan, least_calls.plan)
"""Plans of figures of one language."""
ORDER_PLANS = (revision_beside_order.plan,)
"""Plans of figures of one family of languages."""

__all__ = ["NOISE_PLANS", "ORDER_PLANS"]
