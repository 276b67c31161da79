"""The summary table: the least steps that reach a target, by metric, for each denoiser."""

import pandas as pd
from rich.table import Table

from theory.tables.rows import one_each, sampled

TARGETS = (
    ("path bound on TER gap <= 0.05", "token_error_rate_gap", 0.05),
    ("SER <= 0.5", "sequence_error_rate", 0.5),
    ("SER <= 0.1", "sequence_error_rate", 0.1),
)


def least_steps_text(rows: pd.DataFrame, metric: str, target: float) -> str:
    """The least measured N from which on a metric stays at or below its target, or 'none to N'.

    `rows` are those of one denoiser and reveal; a TER gap is its path bound, in nats per token.
    """
    chosen = rows[rows["metric"] == metric]
    if metric == "token_error_rate_gap":
        chosen = chosen[chosen["estimator"].isin(["path bound", "exact chain rule"])]
    if not len(chosen):
        return "not measured"
    chosen = chosen.sort_values("steps", ascending=False)
    least = None
    for steps, value in zip(chosen["steps"], chosen["value"], strict=True):
        if value > target:
            break
        least = int(steps)
    return f"none to {int(chosen['steps'].max())}" if least is None else str(least)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """One line for each language, length, denoiser and reveal: least steps, and SER at N = L. An
    autoregressive model has one path, whose bound is its TER gap.

    Only sampled rows count; those of exact laws are left out.
    """
    rows = one_each(sampled(rows))
    lines = []
    groups = rows[rows["metric"] == "sequence_error_rate"].groupby(
        ["language", "length", "denoiser", "reveal"], sort=False
    )
    for (language, length, denoiser, reveal), _ in groups:
        table = rows[
            (rows["language"] == language)
            & (rows["length"] == length)
            & (rows["denoiser"] == denoiser)
            & (rows["reveal"] == reveal)
        ]
        line = {"language": language, "L": length, "denoiser": denoiser, "reveal": reveal}
        line |= {name: least_steps_text(table, metric, target) for name, metric, target in TARGETS}
        at_length = table[(table["metric"] == "sequence_error_rate") & (table["steps"] == length)]
        line["SER at N = L"] = (
            "not measured"
            if at_length.empty
            else "{value:.3f} [{low:.3f}, {high:.3f}]".format(**at_length.iloc[0])
        )
        lines.append(line)
    return pd.DataFrame(lines)


def summary_table(rows: pd.DataFrame, title: str) -> Table:
    """The summary for a terminal."""
    table = Table(title=title, caption="least measured N that reaches the target and keeps it")
    frame = summary(rows)
    for column in frame.columns:
        table.add_column(column, justify="left" if column in _TEXT else "right")
    for line in frame.itertuples(index=False):
        table.add_row(*(str(cell) for cell in line))
    return table


_TEXT = ("language", "denoiser", "reveal")
