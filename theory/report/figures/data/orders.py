"""The factorial of attention, orders and masked input: KL to the language against the orders."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from theory.report.figures.plan import Plan
from theory.report.figures.style import plain_numbers
from theory.tables.limited_data import PLAIN, in_factorial, runs

ORDERS = ("1", "2", "4", "16", "all")
STYLES = {
    ("causal", False): ("C0", "o", "-"),
    ("causal", True): ("C0", "o", "--"),
    ("bidirectional", False): ("C1", "s", "-"),
    ("bidirectional", True): ("C1", "s", "--"),
}


def plan(rows: pd.DataFrame) -> Plan | None:
    """The figure of a language with models of few orders."""
    if _table(rows).empty:
        return None
    language = str(rows["language"].iloc[0])
    return Plan(
        f"orders_{language}",
        f"{language}: KL to the language against the orders that a model is trained on",
        "KL(language || model) by the left-to-right chain rule, in nats per token, mean over "
        "seeds, from the least to the greatest of them; the language itself is at zero, below the "
        "logarithmic axis. Models with the learning rate and weight decay of AR0, which is "
        "the causal model of one order, on as many updates over one corpus. A causal model is told "
        "the order it reads, a bidirectional one sees the first positions of an order and predicts "
        "all others; of all orders it is masked diffusion. Dashed and open: 15% of what a model "
        "reads is masked besides. Left at the last epoch of the stable phase; right the least over "
        "epochs, annealed.",
        draw,
    )


def draw(rows: pd.DataFrame) -> Figure:
    """At the last epoch, and at the best one."""
    table = _table(rows)
    figure = Figure(figsize=(8.6, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    by = ["attention", "masked", "orders", "seed"]
    stable = table[~table["annealed"]].sort_values("epoch").groupby(by).tail(1)
    best = table[table["annealed"]].groupby(by)["value"].min().reset_index()
    _panel(left, stable, "last epoch, stable phase")
    _panel(right, best, "best epoch, annealed")
    left.set_ylabel("KL, nats per token")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    tokens = int(table["unique_tokens"].iloc[0])
    title = f"{rows['language'].iloc[0]}, U = {tokens:,} tokens"
    figure.suptitle(title, x=0.005, ha="left", fontsize=9)
    return figure


def _panel(axes: Axes, table: pd.DataFrame, title: str) -> None:
    axes.set_yscale("log")
    for (attention, masked), (colour, marker, line) in STYLES.items():
        curve = table[(table["attention"] == attention) & (table["masked"] == masked)]
        spread = curve.groupby("orders")["value"].agg(["mean", "min", "max"])
        shown = [orders for orders in ORDERS if orders in spread.index]
        spread = spread.loc[shown]
        axes.errorbar(
            [ORDERS.index(orders) for orders in shown],
            spread["mean"],
            [spread["mean"] - spread["min"], spread["max"] - spread["mean"]],
            color=colour,
            marker=marker,
            linestyle=line,
            fillstyle="none" if masked else "full",
            capsize=2,
            label=f"{attention}{', masked input' if masked else ''}",
        )
    axes.set_title(title, loc="left", fontsize=8)
    axes.set_xticks(range(len(ORDERS)), ORDERS)
    axes.set_xlabel("orders")
    plain_numbers(axes.yaxis)


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """The runs of the factorial with columns attention, orders, masked: AR0 is one of them, at the
    size of corpus where the others are."""
    trained = runs(rows)
    trained = trained[~trained["fresh"].astype(bool)]
    arms = trained["arm"].astype(str)
    crossed = in_factorial(trained["arm"]) & ~arms.str.startswith("ensemble")
    sizes = trained.loc[crossed, "unique_tokens"].unique()
    most = trained.loc[crossed, "parameters"].max()
    plain = (arms == PLAIN) & trained["unique_tokens"].isin(sizes)
    table = trained[crossed | (plain & (trained["parameters"] <= most))]
    names = table["arm"].astype(str).replace(PLAIN, "causal, 1 order")
    parts = names.str.extract(r"^(?P<attention>\w+), (?P<orders>\w+) orders?")
    return table.assign(
        attention=parts["attention"],
        orders=parts["orders"],
        masked=names.str.endswith("masked input"),
        annealed=table["annealed"].astype(bool),
    )
