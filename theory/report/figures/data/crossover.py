"""The crossover picture: KL to the language against epochs, a panel a corpus size."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.data.arms import ARMS
from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.studies.data_sizes import LOOPED
from theory.tables.limited_data import in_cells_of_plain, in_factorial, runs

OTHER = ("C3", "v")
ENSEMBLE = "ensemble of"  # how many of which arm: in its colour
MOST_COLUMNS = 3


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of a language with models on few unique sequences."""
    trained = _compared(rows)
    if trained.empty or trained["fresh"].all():
        return None
    language = str(rows["language"].iloc[0])
    return Plan(
        f"crossover_{language}",
        f"{language}: KL to the language against epochs on few unique tokens",
        "KL(language || model) by the left-to-right chain rule, summed over the vocabulary, in "
        "nats per token, mean over seeds; the language itself is at zero, below any logarithmic "
        "axis. A panel a size of corpus and model. Filled: annealed, a decay of the learning rate "
        "was branched off before and is over at that epoch; open and pale: the stable phase. "
        "Diamonds, dashed: the mean law of an arm's seeds. Dotted: as many updates on new "
        "sequences, what the arm reaches with unlimited data; dash-dotted an arm that is best on "
        "those, with twice as many updates.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """A panel a corpus and model size, a curve an arm."""
    trained = _compared(rows)
    sizes = list(trained[~trained["fresh"]].groupby("parameters", sort=True))
    corpora = max(group["unique_tokens"].nunique() for _, group in sizes)
    columns = min(MOST_COLUMNS, corpora)
    lines = -(-corpora // columns)  # of each size of model
    figure = Figure(
        figsize=(2.2 + 3.6 * columns, 1.7 + 3.0 * lines * len(sizes)), layout="constrained"
    )
    panels = figure.subplots(lines * len(sizes), columns, sharey=True, squeeze=False)
    for axes in panels.flat:
        axes.set_axis_off()
    for place, (parameters, models) in enumerate(sizes):
        fresh = trained[trained["fresh"] & (trained["parameters"] == parameters)]
        block = panels[place * lines : (place + 1) * lines].flat
        for (tokens, group), axes in zip(models.groupby("unique_tokens", sort=True), block):
            axes.set_axis_on()
            _panel(axes, group, fresh)
            size = f"U = {int(str(tokens)):,} tokens, N = {float(str(parameters)):,.0f}"
            axes.set_title(size, loc="left", fontsize=8)
            axes.set_xlabel("epochs")
            axes.set_ylabel("KL, nats per token")
    first = figure.axes[0]
    figure.legend(*first.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    figure.suptitle(str(rows["language"].iloc[0]), x=0.005, ha="left", fontsize=9)
    return figure


def _compared(rows: pd.DataFrame) -> pd.DataFrame:
    """The runs of the arms that are compared, not those of the factorial nor looped ones."""
    trained = runs(rows)
    looped = trained["arm"].astype(str).str.endswith(LOOPED)
    return in_cells_of_plain(trained[~(in_factorial(trained["arm"]) | looped)])


def _last(level: pd.DataFrame) -> float:
    """The mean over seeds at the last epoch."""
    return float(level[level["epoch"] == level["epoch"].max()]["value"].mean())


def _panel(axes: Axes, table: pd.DataFrame, fresh: pd.DataFrame) -> None:
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    for arm, curve in table.groupby("arm", sort=False):
        ensemble = str(arm).startswith(ENSEMBLE)
        colour, marker = ARMS.get(str(arm).rsplit(maxsplit=1)[-1] if ensemble else str(arm), OTHER)
        for annealed, part in curve.groupby("annealed"):
            mean = part.groupby("epoch")["value"].mean()
            axes.plot(
                mean.index,
                mean,
                color=colour,
                marker="D" if ensemble else marker,
                linestyle="--" if ensemble else "-",
                fillstyle="full" if annealed else "none",
                alpha=1 if annealed else 0.45,
                label=str(arm) if annealed else f"{arm}, stable phase",
            )
        level = fresh[(fresh["arm"] == arm) & fresh["annealed"]]
        if len(level) and not ensemble:
            label = f"{arm}, new sequences"
            axes.axhline(_last(level), color=colour, linestyle=":", label=label)
    alone = fresh[~fresh["arm"].isin(table["arm"]) & fresh["annealed"]]
    for arm, level in alone.groupby("arm", sort=False):
        if not str(arm).startswith(ENSEMBLE):
            colour, _ = ARMS.get(str(arm).split(",")[0], OTHER)
            label = f"{arm}, new sequences"
            axes.axhline(_last(level), color=colour, linestyle="-.", label=label)
    plain_numbers(axes.xaxis)
    plain_numbers(axes.yaxis)
