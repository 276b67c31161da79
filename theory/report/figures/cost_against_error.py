"""What an error rate costs: evaluations, FLOPs and seconds a sequence."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, LogLocator

from theory.report.figures.style import COLOURS, caption, draw_series, legend_handles, plain_ticks

COSTS = (
    ("evaluations", "evaluations of the network a sequence", ""),
    ("flops", "FLOPs a sequence", ""),
    ("seconds_per_sequence", "seconds a sequence", "s"),
)
ERRORS = (
    ("token_error_rate_gap", "TER gap (path bound), nats per token"),
    ("sequence_error_rate", "sequence error rate"),
)


def draw(rows: pd.DataFrame) -> Figure:
    """TER gap and SER of the trained models of one language against the costs that were measured,
    log axes."""
    trained = rows[rows["denoiser"].isin(["masked-diffusion", "autoregressive"])]
    costs = [cost for cost in COSTS if cost[0] in set(trained["metric"])]
    figure = Figure(figsize=(11.5, 7.2), layout="constrained")
    grid = figure.subplots(len(ERRORS), len(costs), squeeze=False)
    for line, (metric, error_label) in zip(grid, ERRORS, strict=True):
        for axes, (cost, cost_label, unit) in zip(line, costs, strict=True):
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xlabel(cost_label)
            axes.set_ylabel(error_label)
            points = with_cost(trained, metric, cost)
            for (denoiser, reveal), series in points.groupby(["denoiser", "reveal"], sort=False):
                draw_series(axes, series, cost, colour=COLOURS[str(denoiser)], reveal=str(reveal))
            plain_ticks(axes)
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
            axes.xaxis.set_major_formatter(EngFormatter(unit))
    length = int(rows["length"].iloc[0])
    grid[0][0].set_title(f"{rows['language'].iloc[0]}, L = {length}", loc="left", fontweight="bold")
    figure.legend(handles=legend_handles(trained), loc="outside lower center", ncols=3)
    figure.suptitle(caption(trained), fontsize=8, x=0.005, ha="left")
    return figure


def with_cost(rows: pd.DataFrame, metric: str, cost: str) -> pd.DataFrame:
    """Rows of a metric with the mean cost of the same denoiser, reveal and steps beside each."""
    keys = ["denoiser", "reveal", "steps"]
    costs = rows[rows["metric"] == cost][[*keys, "value"]].rename(columns={"value": cost})
    chosen = rows[rows["metric"] == metric]
    if metric == "token_error_rate_gap":
        chosen = chosen[chosen["estimator"].isin(["path bound", "exact chain rule"])]
    return chosen.drop(columns=cost, errors="ignore").merge(costs, on=keys)
