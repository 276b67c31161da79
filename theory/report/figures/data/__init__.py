"""Figures of models on limited data, one a file: a plan where the rows allow it."""

from theory.report.figures.data import crossover, orders

DATA_PLANS = (crossover.plan, orders.plan)
"""Plans of figures of one language."""

__all__ = ["DATA_PLANS"]
