"""Figures of models on limited data, one a file: a plan where the rows allow it."""

from theory.report.figures.data import after_overfitting, crossover, orders, sizes

DATA_PLANS = (crossover.plan, orders.plan)
"""Plans of figures of one language."""
FAMILY_PLANS = (sizes.plan, after_overfitting.plan)
"""Plans of figures of one kind of language, of all its draws."""

__all__ = ["DATA_PLANS", "FAMILY_PLANS"]
