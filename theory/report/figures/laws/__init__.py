"""Figures of the exact laws, one a file: a plan where the rows allow it, and how it is drawn."""

from theory.report.figures.laws import (
    collapse,
    least_steps,
    order_of_reveals,
    path_slack,
    phase_diagram,
    three_curves,
)

CHAIN_PLANS = (least_steps.plan, collapse.plan, three_curves.plan, order_of_reveals.plan)
"""Plans of figures of one named chain."""
GRID_PLANS = (phase_diagram.plan, path_slack.plan)
"""Plans of figures of many random chains."""

__all__ = ["CHAIN_PLANS", "GRID_PLANS"]
