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
# # Many epochs on few words
# An autoregressive and a masked diffusion model see the same words again and again. The law of the
# language is known, so that what they have learned is their divergence from it: no held-out set.

# %%
# %matplotlib inline
import os

import torch
from matplotlib.figure import Figure
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.denoisers.left_to_right import left_to_right, stacked_left_to_right
from synthetic.languages import parse
from synthetic.metrics import calibration, divergence_of_contexts, easy_endings, hard_endings
from synthetic.models import TransformerConfig
from synthetic.models.stacked import StackedTransformer
from synthetic.training import Arm, Member, SideBySide, TrainingCorpus
from synthetic.training.arms import masked_diffusion, plain_autoregressive

QUICK = bool(os.environ.get("STEPLAB_QUICK"))
language = parse("ngram:order=2,vocab=8,branching=8,temperature=0.5,seed=1")
length, unique, seeds = 8, 256, (0, 1)
ends = (16, 64) if QUICK else (16, 32, 64, 128, 256, 512, 1024)
batch = 16

# %% [markdown]
# Words to measure on, and the true conditionals of each prefix.

# %%
generator = torch.Generator().manual_seed(0)
words = language.sample(64 if QUICK else 512, length, generator)
true = left_to_right(Oracle(language), words)

# %% [markdown]
# Two seeds of each arm are trained as one batch. At each of `ends` the models are annealed on a
# branch, measured, and the stable phase goes on.


# %%
def conditionals(arm: Arm) -> list[Tensor]:
    """log p of each symbol after each prefix at each end, (seeds, words, L, V)."""
    model = TransformerConfig(
        vocab_size=8, max_length=length, width=32, depth=2, heads=2, causal=arm.causal, rotary=True
    )
    corpora = [TrainingCorpus(language, length, unique, seed) for seed in seeds]
    members = [Member(arm, corpus.seed, corpus) for corpus in corpora]
    run = SideBySide(language, model, members, batch_size=batch, warmup_steps=50)

    def measured(models: StackedTransformer) -> Tensor:
        return stacked_left_to_right(models, words)

    return [run.annealed(end, measured) for end in ends]


arms = (plain_autoregressive(3e-3), masked_diffusion(5e-3))
learned = {arm.name: conditionals(arm) for arm in arms}
curves = {
    name: [float(divergence_of_contexts(true.expand_as(rows), rows).mean()) for rows in at_ends]
    for name, at_ends in learned.items()
}
for name, values in curves.items():
    print(name, [round(value, 3) for value in values])

# %% [markdown]
# The crossover picture: the autoregressive model is soon at its best, and soon beyond it.

# %%
figure = Figure(figsize=(6, 4), layout="constrained")
axes = figure.subplots()
for name, values in curves.items():
    axes.loglog([end * batch / unique for end in ends], values, marker="o", label=name)
axes.set_xlabel("epochs")
axes.set_ylabel("KL to the language, nats per token")
axes.legend()
figure

# %% [markdown]
# Why it rises again: how sure each model is of its best symbol at the last epoch, beside the true
# probability of that symbol, by tenths of the prefixes. Below the diagonal a model is too sure.

# %%
figure = Figure(figsize=(4.5, 4), layout="constrained")
axes = figure.subplots()
for name, at_ends in learned.items():
    groups = calibration(true, at_ends[-1][0])
    axes.plot(groups.confidence, groups.truth, marker="o", label=name)
axes.axline((0.5, 0.5), slope=1, color="0.5", linestyle="--")
axes.set_xlabel("probability by the model")
axes.set_ylabel("true probability")
axes.legend()
figure

# %% [markdown]
# Questions with four endings, of which one is the language's own. The best possible accuracy is
# known: endings of other words can be told, those that go on from the last token as neighbours do
# cannot in this language, where nothing but the last token matters.

# %%
for ask in (easy_endings, hard_endings):
    print(ask.__name__, ask(language, length, 256, generator).questions.bayes_accuracy())
