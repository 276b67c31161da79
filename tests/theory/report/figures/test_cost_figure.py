"""The figure of costs has a panel for each cost that was measured, and no empty one."""

import pandas as pd
import pytest

from theory.report.figures.cost_against_error import COSTS, draw

SHARED = {
    "language": "a", "length": 4, "estimator": "path bound", "low": 0.1, "high": 0.5,
    "samples": 9, "denoiser": "masked-diffusion", "reveal": "bernoulli", "steps": 2,
}  # fmt: skip


@pytest.mark.parametrize("measured", [2, 3])
def test_a_cost_that_was_not_measured_has_no_panel(measured: int) -> None:
    metrics = [name for name, *_ in COSTS][:measured]
    metrics += ["token_error_rate_gap", "sequence_error_rate"]
    figure = draw(pd.DataFrame([{**SHARED, "metric": one, "value": 0.3} for one in metrics]))
    assert len(figure.axes) == 2 * measured
    assert [axes.get_xlabel() for axes in figure.axes[:measured]] == [
        label for _, label, _ in COSTS[:measured]
    ]
    assert all(axes.lines for axes in figure.axes)
