# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Explore: a language, a length, a strategy, and their curves at once
# Move a slider and both curves follow: the sequence error rate (SER) of the exact denoiser against
# denoising steps, and the path average of its token error rate (TER) gap. On a Markov chain under
# Bernoulli reveal both are exact laws; elsewhere SER is simulated, with its 95% interval.

# %%
import os

import ipywidgets
import torch
from IPython.display import display
from matplotlib.figure import Figure

from synthetic.denoisers import Oracle
from synthetic.experiments.kinds.reveal import Reveal, uniform_strategy
from synthetic.languages import NGram, catalogue
from synthetic.metrics import sequence_error_rate
from synthetic.sampling import generate, linear
from theory.figures.style import LIGHT, plain_numbers, themed
from theory.laws import chain_sequence_error_rate, information_curve

quick = os.environ.get("STEPLAB_QUICK") == "1"  # the tests set it: small sizes
REVEALS: tuple[Reveal, ...] = ("bernoulli", "fixed count", "least entropy", "bisection")
LANGUAGES = ["ngram2-v8", "hmm32-v8", "copy-pairs-16", "dyck2-depth3", "running-sum-8"]
SAMPLES = 50 if quick else 200


# %%
def errors(
    name: str, length: int, most: int, reveal: Reveal
) -> tuple[list[int], list[tuple[float, float, float]], bool]:
    """Steps 1, 2, 4, .. up to `most`; value, low and high of SER there; and whether it is exact."""
    language = catalogue.load(name)
    exact = isinstance(language, NGram) and name.startswith("ngram2") and reveal == "bernoulli"
    steps = [2**power for power in range(most.bit_length()) if 2**power <= most]
    found = []
    for count in steps:
        if exact:
            law = chain_sequence_error_rate(language, length=length, schedule=linear(count))
            found.append((law.value, law.value - law.error, law.value + law.error))
        else:
            tokens = generate(
                Oracle(language),
                uniform_strategy(reveal, length, count),
                length=length,
                count=SAMPLES,
                generator=torch.Generator(device="cpu").manual_seed(0),
            ).tokens
            rate = sequence_error_rate(tokens, language)
            found.append((rate.value, rate.low, rate.high))
    return steps, found, exact


# %%
def picture(name: str, length: int, most: int, reveal: Reveal) -> Figure:
    """SER against steps and, for Bernoulli reveal on a chain, the path average of the TER gap."""
    steps, found, exact = errors(name, length, most, reveal)
    values, lows, highs = zip(*found, strict=True)
    source = "exact law" if exact else f"{SAMPLES} samples a point, 95% intervals"
    with themed(LIGHT):
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        left, right = figure.subplots(1, 2)
        left.plot(steps, values, marker="o", color="C0")
        left.fill_between(steps, lows, highs, color="C0", alpha=0.2, linewidth=0)
        left.set_ylim(0, 1.02)
        left.set_ylabel("sequence error rate")
        left.set_title(f"{name}, L = {length}, {reveal}: {source}", loc="left", fontsize=9)
        if exact:
            curve = information_curve(catalogue.load(name), length)
            gaps = [curve.path_bound(linear(count)) for count in steps]
            right.plot(steps, gaps, marker="s", color="C1")
            right.set_yscale("log")
            right.set_ylabel("TER gap, nats per token, path average")
        else:
            right.text(0.5, 0.5, "path average: chains, Bernoulli", ha="center")
        for axes in (left, right):
            axes.set_xscale("log", base=2)
            axes.set_xlabel("denoising steps N")
            plain_numbers(axes.xaxis)
    return figure


# %%
def show(name: str, length: int, most: int, reveal: Reveal) -> None:
    """Draws the picture for the sliders' values."""
    display(picture(name, length, most, reveal))


controls = ipywidgets.interactive(
    show,
    name=ipywidgets.Dropdown(options=LANGUAGES, description="language"),
    length=ipywidgets.IntSlider(16, 4, 32, step=4, description="L", continuous_update=False),
    most=ipywidgets.SelectionSlider(
        options=[8, 16, 32, 64, 128], value=32, description="largest N", continuous_update=False
    ),
    reveal=ipywidgets.Dropdown(options=REVEALS, description="strategy"),
)
display(controls)

# %%
default = picture("ngram2-v8", 16, 32, "bernoulli")
steps, found, exact = errors("ngram2-v8", 16, 32, "bernoulli")
for count, (value, _, _) in zip(steps, found, strict=True):
    print(f"N = {count:3}: SER {value:.4f}, exact")
default
