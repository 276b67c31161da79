# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown]
# # Token error rate against sequence error rate
# A masked diffusion model reveals several tokens in one step, each drawn without knowledge of the
# others. What does that cost? It depends on what is counted.
#
# * The *token error rate* (TER) is the perplexity of the generated law on words of the language.
#   Its gap, $\log \mathrm{TER}(p) - \log \mathrm{TER}(q) = \mathrm{KL}(q \| p) / L$, is in nats
#   per token.
# * The *sequence error rate* (SER) is the probability that a generated sequence is impossible in
#   the language: one wrong token is enough.
#
# All curves here belong to the exact denoiser, so that nothing is left to blame but the steps. They
# are drawn from the rows of the standard profile, which come with the code.

# %%
# %matplotlib inline
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from synthetic.experiments import read_rows
from synthetic.experiments.kinds import OracleError
from theory.report.figures.laws import collapse, least_steps
from theory.report.figures.style import LIGHT, draw_series, plain_numbers, themed
from theory.studies.kinds import LeastSteps
from theory.tables.committed import committed_rows
from theory.tables.law_rows import chain_laws
from theory.tables.rows import of_kind

rows = read_rows(committed_rows())
print(f"{len(rows):,} rows of the standard profile")

# %% [markdown]
# ## Two curves for one sampler
# Bernoulli reveal (the ancestral sampler, every step reveals each token with the same chance), a
# uniform schedule of $N$ steps. Left: the TER gap, by its path bound. Right: SER. Three languages:
# a random 2-gram, a hidden Markov model, and pairs of equal tokens, the language of the lower
# bound.

# %%
names = ("ngram2-v8", "hmm32-v8", "copy-pairs-16")


def simulated(name: str) -> pd.DataFrame:
    """SER and the path bound of the TER gap against steps, at the length with most steps."""
    chosen = of_kind(rows, OracleError)
    chosen = chosen[(chosen["language"] == name) & (chosen["reveal"] == "bernoulli")]
    chosen = chosen[
        (chosen["metric"] == "sequence_error_rate")
        | ((chosen["metric"] == "token_error_rate_gap") & (chosen["estimator"] == "path bound"))
    ]
    longest = chosen.groupby("length")["steps"].transform("nunique")
    chosen = chosen[longest == longest.max()]
    # the same point may be sampled for more than one study: the one with most samples
    chosen = chosen.sort_values("samples").drop_duplicates(["metric", "steps"], keep="last")
    return chosen.sort_values("steps")


curves = pd.concat([simulated(name) for name in names], ignore_index=True)
with themed(LIGHT):
    both = Figure(figsize=(9.5, 4), layout="constrained")
    panels = both.subplots(1, 2)
    for axes, metric, label in zip(
        panels,
        ("token_error_rate_gap", "sequence_error_rate"),
        ("TER gap, nats per token (path bound)", "sequence error rate"),
    ):
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        plain_numbers(axes.xaxis)
        plain_numbers(axes.yaxis)
        for place, name in enumerate(names):
            group = curves[(curves["language"] == name) & (curves["metric"] == metric)]
            draw_series(axes, group, "steps", colour=f"C{place}", reveal="bernoulli")
            axes.plot([], [], color=f"C{place}", label=f"{name}, L = {group['length'].iloc[0]}")
        axes.set_xlabel("denoising steps N")
        axes.set_ylabel(label)
    panels[1].legend(loc="lower left")
    both.suptitle(
        f"exact denoiser, Bernoulli reveal, {curves['samples'].min():,} samples a point or more, "
        "95% intervals",
        fontsize=8,
    )
both

# %% [markdown]
# Both fall as $1/N$, but they do not start from the same place. The fewest steps among those
# measured after which the upper end of the interval is below a target:

# %%
targets = {"token_error_rate_gap": 0.05, "sequence_error_rate": 0.2}
for name in names:
    reached = []
    for metric, target in targets.items():
        group = curves[(curves["language"] == name) & (curves["metric"] == metric)]
        good = group[group["high"] <= target]["steps"]
        least = f"N = {good.min()}" if len(good) else f"more than {group['steps'].max()}"
        reached.append(f"{metric.replace('_', ' ')} <= {target}: {least}")
    print(f"{name}: {'; '.join(reached)}")

# %% [markdown]
# ## Without sampling, to L = 512
# For a Markov chain SER is computed, with a proved error far below the width of a line. As the
# sequences grow it becomes a function of $N / L$ alone,
#
# $$\mathrm{SER} \to 1 - e^{-c L / N},$$
#
# with one constant $c$ of the language, computed and not fitted: how often two tokens that share a
# step are drawn such that the chain cannot get from one to the other (`docs/collision_law.md`).
# Twice the length needs twice the steps.

# %%
chain = "ngram2-v8"
laws = chain_laws(rows)
laws = laws[laws["language"] == chain]
with themed(LIGHT):
    collapsed = collapse.draw(laws)
plan = collapse.plan(laws)
assert plan is not None
print(plan.text)
collapsed

# %% [markdown]
# ## The fewest steps
# The least $N$ that reaches a target, by either metric, on the same axes. By sequence it grows in
# proportion to $L$; by token it is close to $c$ over the target, whatever the length. It is the
# same $c$: with many steps $\mathrm{KL}(q \| p)$ is the share of impossible sequences, $c L / N$;
# TER shares it out over $L$ tokens, SER does not. The TER gap here is that of the law that is
# sampled; its path bound, drawn at the top, needs a few times as many steps.

# %%
with themed(LIGHT):
    fewest = least_steps.draw(laws)
fewest

# %%
table = of_kind(laws, LeastSteps)
table = table[table["estimator"] != "collision law"]
wide = table.assign(
    quantity=table["metric"].str.removeprefix("least_steps_") + " <= " + table["target"].astype(str)
).pivot_table(index="length", columns="quantity", values="value")
print(wide.to_string(na_rep="", float_format="{:.0f}".format))

# %% [markdown]
# ## What it means
# A law that is nearly right token by token comes cheap at any length. Sequences that are right as a
# whole cost steps in proportion to their length, as an autoregressive model does, unless the
# positions are chosen better than at random: on a chain bisection makes no error after
# $\lceil \log_2 (L + 1) \rceil$ rounds (`exact_laws`). And a language in which every sequence is
# possible has an SER of 0 for every sampler: SER speaks of languages with rules.

# %%
steps = np.array([64, 512, 4096])
value = float(laws[laws["metric"] == "collision_constant"]["value"].iloc[0])
for length in (64, 512, 4096):
    rates = ", ".join(f"{rate:.3f}" for rate in -np.expm1(-value * length / steps))
    print(f"L = {length:4}: SER at N = 64, 512, 4096 by the collision law: {rates}")
print("TER gap at the same N, at every L:", ", ".join(f"{gap:.5f}" for gap in value / steps))
