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
# # Explore: a language, a length, a number of steps, a strategy
# Move a slider and the figure follows within about a second: left the sequence error rate (SER) of
# the exact denoiser against denoising steps, right the gap of its token error rate (TER) in nats
# per token, as an average over reveal paths (an upper bound). Exact laws where there are some, on
# the chain `ngram2-v8`; elsewhere a small simulation with its 95% interval as a band.

# %%
# %matplotlib inline
import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

import ipywidgets
import torch
from IPython.display import DisplayHandle, display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from synthetic.denoisers import Oracle
from synthetic.languages import Language, NGram, catalogue
from synthetic.metrics import sequence_error_rate, token_error_rate_gap
from synthetic.quantities import CertifiedValue, Estimate
from synthetic.sampling import Bernoulli, Bisection, FixedCount, Strategy, generate
from synthetic.sampling.named import STRATEGIES, build_strategy
from synthetic.sampling.path import has_path_probability, path_log_prob
from theory.laws import (
    EstimatedInformationCurve,
    InformationCurve,
    chain_bisection_sequence_error_rate,
    chain_sequence_error_rate,
    estimate_information_curve,
    information_curve,
)
from theory.report.figures.style import LIGHT, plain_numbers, themed
from theory.studies.trainings import fitting_length

quick = os.environ.get("STEPLAB_QUICK") == "1"  # the tests set it: few samples
names = [  # those with words of several lengths; the posterior of ngram4-v8 takes longer
    name
    for name in catalogue.names()
    if name != "ngram4-v8" and len(catalogue.load(name).lengths(64)) > 1
]
tokens_drawn = 400 if quick else 3200  # of each simulation: the longer the words, the fewer
strategies = [n for n, s in STRATEGIES.items() if has_path_probability(s.build(8, 2))]
all_steps = (1, 2, 4, 8, 16, 32, 64)
ROUNDING = 1e-9  # of two weighted means of an exact information curve, at most, to L = 48

# %% [markdown]
# ## What is behind a point
# SER of a chain under Bernoulli reveal and bisection is a law with a proved error. The path average
# of strategies in random order follows from the information curve of the language, exact for a
# chain. Everything else is simulated.


# %%
class Point(NamedTuple):
    """A value with the ends of its interval, and what stands behind it."""

    value: float
    low: float
    high: float
    source: str


def point(measured: CertifiedValue | Estimate) -> Point:
    """A computed or a sampled number in the same form."""
    if isinstance(measured, Estimate):
        return Point(measured.value, measured.low, measured.high, f"{measured.samples:,} samples")
    return Point(
        measured.value, measured.value - measured.error, measured.value + measured.error, "exact"
    )


@cache
def loaded(name: str) -> Language:
    """The language on the processor."""
    return catalogue.load(name, device="cpu")


def is_chain(language: Language) -> bool:
    """Whether the exact laws apply."""
    return isinstance(language, NGram) and language.order == 2


def seeded() -> torch.Generator:
    """The same draws at every point, so that a curve moves with its parameters alone."""
    return torch.Generator(device="cpu").manual_seed(0)


@cache
def curve_of(name: str, length: int) -> InformationCurve | EstimatedInformationCurve:
    """The information curve, exact for a chain, estimated for other languages."""
    language = loaded(name)
    if is_chain(language):
        return information_curve(language, length)
    return estimate_information_curve(language, length, tokens_drawn // length // 2, seeded())


@cache
def sequence_error(name: str, length: int, reveal: str, steps: int) -> Point:
    """SER of the exact denoiser."""
    language, strategy = loaded(name), build_strategy(reveal, length, steps)
    if is_chain(language) and isinstance(strategy, Bernoulli):
        schedule = strategy.schedule
        return point(chain_sequence_error_rate(language, length=length, schedule=schedule))
    if is_chain(language) and isinstance(strategy, Bisection):
        rounds = strategy.rounds
        return point(chain_bisection_sequence_error_rate(language, length=length, rounds=rounds))
    generation = generate(
        Oracle(language), strategy, length=length, count=tokens_drawn // length, generator=seeded()
    )
    return point(sequence_error_rate(generation.tokens, language))


@cache
def token_error_gap(name: str, length: int, reveal: str, steps: int) -> Point:
    """The path average of the TER gap in nats per token."""
    strategy = build_strategy(reveal, length, steps)
    value: float | Estimate
    if isinstance(strategy, Bernoulli):
        value = curve_of(name, length).path_bound(strategy.schedule)
    elif isinstance(strategy, FixedCount):
        value = curve_of(name, length).path_bound_of_sizes(strategy.sizes)
    else:
        value = simulated_gap(loaded(name), length, strategy)
    return point(value if isinstance(value, Estimate) else CertifiedValue(value, ROUNDING))


def simulated_gap(language: Language, length: int, strategy: Strategy) -> Estimate:
    """The same for any other strategy, along one path of each of a few words."""
    generator = seeded()
    words = language.sample(tokens_drawn // length, length, generator)
    paths = path_log_prob(Oracle(language), strategy, words, generator)
    return token_error_rate_gap(paths, language.log_prob(words), length)


# %% [markdown]
# ## The figure


# %%
def draw_curve(axes: Axes, points: Iterable[Point], steps: int, colour: str) -> None:
    """A curve with its band; a ring at the chosen number of steps."""
    points = list(points)
    values = [one.value for one in points]
    axes.fill_between(
        all_steps,
        [one.low for one in points],
        [one.high for one in points],
        color=colour,
        alpha=0.2,
        linewidth=0,
    )
    axes.plot(all_steps, values, color=colour, marker="o")
    chosen = values[all_steps.index(steps)]
    axes.plot([steps], [chosen], marker="o", markersize=11, color=colour, markerfacecolor="none")
    axes.set_xscale("log", base=2)
    plain_numbers(axes.xaxis)
    axes.set_xlabel("denoising steps N")


def view(name: str, length: int, steps: int, reveal: str) -> Figure:
    """SER and TER gap against steps; the chosen number of steps in words above."""
    length = fitting_length(name, length)  # the longest with words
    quantities: dict[str, Callable[[str, int, str, int], Point]] = {
        "sequence error rate": sequence_error,
        "TER gap, nats per token, path average": token_error_gap,
    }
    with themed(LIGHT):
        figure = Figure(figsize=(9.5, 4), layout="constrained")
        panels = figure.subplots(1, 2)
        for place, (axes, (label, quantity)) in enumerate(zip(panels, quantities.items())):
            points = [quantity(name, length, reveal, count) for count in all_steps]
            draw_curve(axes, points, steps, f"C{place}")
            chosen = points[all_steps.index(steps)]
            ends = "" if chosen.source == "exact" else f" [{chosen.low:.3f}, {chosen.high:.3f}]"
            axes.set_title(f"{chosen.value:.4f}{ends}, {chosen.source}", loc="left")
            axes.set_ylabel(label)
            axes.set_ylim(bottom=0)
        panels[0].set_ylim(0, 1.02)
        figure.suptitle(f"{name}, L = {length}, {reveal} reveal, N = {steps}", fontweight="bold")
    return figure


# %% [markdown]
# ## The page
# Where no kernel runs behind this page, such as in its HTML, the figure below is the first view.

# %%
language_choice = ipywidgets.Dropdown(options=names, description="language")
length_choice = ipywidgets.SelectionSlider(
    options=(8, 16, 24, 32, 40, 48), value=32, description="L", continuous_update=False
)
steps_choice = ipywidgets.SelectionSlider(options=all_steps, value=16, description="N")
reveal_choice = ipywidgets.Dropdown(options=strategies, description="strategy")
choices = (language_choice, length_choice, steps_choice, reveal_choice)
display(ipywidgets.VBox(choices))

# %%
page = DisplayHandle()
page.display(view(*(choice.value for choice in choices)))


def follow(change: object) -> None:
    """Draws the view again when a choice changes."""
    page.update(view(*(choice.value for choice in choices)))


for choice in choices:
    choice.observe(follow, names="value")
