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
# # Formal languages
# Regular, context-free and other languages, each with the exact posterior of any partial word. Does
# the class of a language in the Chomsky hierarchy say how many denoising steps it needs?

# %%
# %matplotlib inline
import os

import pandas as pd
import torch
from matplotlib.figure import Figure

from synthetic.denoisers import Oracle
from synthetic.languages import (
    Grammar,
    Mixture,
    Palindromes,
    Regular,
    Repeated,
    catalogue,
    counterexample,
)
from synthetic.metrics import sequence_error_rate
from synthetic.sampling import Bernoulli, generate, linear
from synthetic.sampling.strategies.bisection import Bisection, bisection_rounds
from theory.laws import estimate_collision_constant

quick = os.environ.get("STEPLAB_QUICK") == "1"  # the tests set it: small sizes

# %% [markdown]
# A regular expression, and the words of a length, each with the same probability:

# %%
generator = torch.Generator("cpu").manual_seed(0)
pattern = Regular("(ab|c)*")
print(pattern.text(pattern.sample(4, 12, generator)), pattern.count(12))
tokens = torch.full((1, 6), pattern.mask)
tokens[0, 0], tokens[0, 4] = 2, 0
print(pattern.text(tokens), pattern.posterior(tokens).exp().round(decimals=3))

# %% [markdown]
# A grammar: brackets of two kinds, nested without bound. Declared unambiguous, it has an exact
# number of words and an exact entropy.

# %%
brackets = Grammar("S -> '(' S ')' S | '[' S ']' S |", uniform=True, unambiguous=True)
print(brackets.text(brackets.sample(4, 12, generator)), brackets.count(12), brackets.entropy(12))

# %% [markdown]
# Languages are combined, and compared: where two differ there is a word that tells them apart.

# %%
either = Mixture([Palindromes(2), Repeated(2)], [0.5, 0.5])
print(counterexample(either, Palindromes(2), 5))


# %% [markdown]
# ## Class and steps
# For each language, at L = 32 or the nearest length with words: the collision constant $c_L$, the
# limit of $N \cdot \mathrm{SER} / L$ under random order; the sequence error rate (SER) of the exact
# denoiser in random order with N steps; and that of bisection, which reveals the middle of every
# gap, in its $\log_2 L$ rounds. Left to right with a token a step makes no error in any of them.


# %%
def measured(name: str) -> dict[str, object]:
    """One row of the table."""
    language = catalogue.load(name)
    length = min(language.lengths(96), key=lambda near: (abs(near - wanted), near))
    count = samples // 8 if isinstance(language, Grammar) else samples
    generator = torch.Generator("cpu").manual_seed(0)
    constant = estimate_collision_constant(
        language, length=length, samples=count, generator=generator
    )
    row: dict[str, object] = {
        "language": name,
        "class": language.chomsky,
        "L": length,
        "c_L": constant.value,
        "low": constant.low,
        "high": constant.high,
    }
    rounds = bisection_rounds(length)
    strategies = {f"N={steps}": Bernoulli(linear(steps)) for steps in (1, 4, 16, 64)}
    for label, strategy in (strategies | {"bisection": Bisection(rounds)}).items():
        words = generate(
            Oracle(language), strategy, length=length, count=count, generator=generator
        ).tokens
        row[label] = sequence_error_rate(words, language).value
    return row | {"rounds": rounds}


wanted, samples = (8, 40) if quick else (32, 400)
names = ["tomita-2", "tomita-5", "palindromes-4", "equal-blocks", "copies-8", "parity-32"]
if not quick:
    formal = catalogue.names()
    names = [*formal[:1], *formal[formal.index("copy-pairs-16") :]]
table = pd.DataFrame([measured(name) for name in names])
print(table.round(3).to_string(index=False))

# %%
# least and greatest of each class: where they overlap, the class says nothing
print(table.groupby("class")[["c_L", "N=16", "bisection"]].agg(["min", "max"]).round(3))
figure = Figure(figsize=(6, 4), layout="constrained")
axes = figure.subplots()
for name, rows in table.groupby("class"):
    axes.scatter(rows["c_L"] * rows["L"], rows["bisection"], label=str(name), alpha=0.8)
axes.set_xscale("symlog", linthresh=0.1)
axes.set_xlabel("$c_L L$: steps in random order, up to a factor")
axes.set_ylabel("SER of bisection in $\\log_2 L$ rounds")
axes.legend(title="class")
figure
