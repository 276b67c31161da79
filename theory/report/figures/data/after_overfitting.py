"""After overfitting: right answers, the gap between options, and confidence beside the truth."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from synthetic.experiments.kinds.limited_data import OPTIONS
from theory.report.figures.data.arms import ARMS
from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.tables.limited_data import CELL, KEY, in_cells_of_plain, runs

DISTRACTORS = (("", "-", "full"), ("hard_", "--", "none"))
POINT = [*CELL, *KEY, "arm", "epoch"]


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of one kind of language with models that answered questions."""
    if _answers(rows, "").empty:
        return None
    family = str(runs(rows)["family"].iloc[0])
    return Plan(
        f"after_overfitting_{family}",
        f"{family}: answers and confidence against epochs",
        "Annealed models at the middle size of corpus, the smallest model, means over draws and "
        "seeds. Left: multiple choice with four options, accuracy above a guess as a share of the "
        "best possible. Middle: how far the log-probability of right endings is above that of "
        "wrong ones, in nats; it can widen because a model is surer of everything. Filled, solid: "
        "distractors are endings of other words; open, dashed: they go on from the prefix as pairs "
        "of neighbours do, where these were measured. Right: the probability that a model gives to "
        "its best symbol beside the true probability of that symbol, at the last epoch, by tenths "
        "of the contexts from the least to the most confident, where these were measured: on the "
        "grey line it is as sure as it should be, below it too sure.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """Accuracy, option gap, and calibration where the rows have it."""
    calibrated = (rows["metric"] == "confidence_of_tenth").any()
    columns = 3 if calibrated else 2
    figure = Figure(figsize=(0.4 + 3.4 * columns, 4.4), layout="constrained")
    panels = figure.subplots(1, columns)
    accuracy, gap = panels[:2]
    for prefix, line, fill in DISTRACTORS:
        _curves(accuracy, _answers(rows, prefix), line, fill)
        _curves(gap, _middle(runs(rows, f"{prefix}option_gap")), line, fill)
    for axes, title in ((accuracy, "accuracy, share of the best"), (gap, "option gap, nats")):
        axes.set_title(title, loc="left", fontsize=9)
        axes.set_xscale("log", base=2)
        axes.set_xlabel("epochs")
        plain_numbers(axes.xaxis)
    accuracy.axhline(1, color="0.5", linestyle="-.", linewidth=1)
    if calibrated:
        _calibration(panels[2], rows)
    figure.legend(*accuracy.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    models = _middle(runs(rows))
    size = f"U = {int(models['unique_tokens'].iloc[0]):,} tokens"
    size += f", N = {int(models['parameters'].iloc[0]):,}"
    title = f"{models['family'].iloc[0]}, {size}"
    figure.suptitle(title, x=0.005, ha="left", fontsize=9)
    return figure


def _middle(models: pd.DataFrame) -> pd.DataFrame:
    """The annealed runs of the compared arms, at the middle corpus and the smallest model."""
    models = models[models["arm"].isin(ARMS) & models["annealed"].astype(bool)]
    models = in_cells_of_plain(models)
    models = models[~models["fresh"].astype(bool)]
    sizes = sorted(models["unique_tokens"].unique())
    if not sizes:
        return models
    middle = models["unique_tokens"] == sizes[len(sizes) // 2]
    return models[middle & (models["parameters"] == models["parameters"].min())]


def _answers(rows: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """Accuracy above a guess as a share of the best, in the columns of `runs`."""
    answered = _middle(runs(rows, f"{prefix}multiple_choice_accuracy"))
    best = _middle(runs(rows, f"{prefix}bayes_accuracy"))
    both = answered.merge(best[[*POINT, "value"]], on=POINT, suffixes=("", "_best"))
    guess = 1 / OPTIONS
    return both.assign(value=(both["value"] - guess) / (both["value_best"] - guess))


def _curves(axes: Axes, table: pd.DataFrame, line: str, fill: str) -> None:
    for arm, (colour, marker) in ARMS.items():
        mean = table[table["arm"] == arm].groupby("epoch")["value"].mean()
        if len(mean):
            axes.plot(
                mean.index,
                mean,
                color=colour,
                marker=marker,
                linestyle=line,
                fillstyle=fill,
                label=f"{arm}{', hard distractors' if fill == 'none' else ''}",
            )


def _calibration(axes: Axes, rows: pd.DataFrame) -> None:
    tables = {}
    for name in ("confidence", "truth"):
        measured = rows[rows["metric"] == f"{name}_of_tenth"]
        tenths = [
            _middle(runs(group, f"{name}_of_tenth")).assign(tenth=tenth)
            for tenth, group in measured.groupby("tenth")
        ]
        tables[name] = pd.concat(tenths)
    for arm, (colour, marker) in ARMS.items():
        means = []
        for table in tables.values():
            one = table[table["arm"] == arm]
            last = one[one["epoch"] == one["epoch"].max()]
            means.append(last.groupby("tenth")["value"].mean())
        axes.plot(*means, color=colour, marker=marker)
    low, high = axes.get_xlim()
    axes.plot([low, high], [low, high], color="0.5", linestyle="-.", linewidth=1, zorder=1)
    axes.set_title("last epoch: truth beside confidence", loc="left", fontsize=9)
    axes.set_xlabel("probability by the model")
    axes.set_ylabel("true probability")
