"""Figures of tokens that can be revised, one a file: a plan where the rows allow it."""

from theory.report.figures.noise import least_calls, masked_against_uniform

NOISE_PLANS = (masked_against_uniform.plan, least_calls.plan)
"""Plans of figures of one language."""

__all__ = ["NOISE_PLANS"]
