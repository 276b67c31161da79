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

from synthetic.denoisers import Oracle
from synthetic.denoisers.left_to_right import left_to_right, stacked_left_to_right
from synthetic.languages import parse
from synthetic.metrics import chain_rule_divergence
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
def curve(arm: Arm) -> list[float]:
    """KL to the language in nats per token at each end, mean over seeds."""
    model = TransformerConfig(
        vocab_size=8, max_length=length, width=32, depth=2, heads=2, causal=arm.causal, rotary=True
    )
    corpora = [TrainingCorpus(language, length, unique, seed) for seed in seeds]
    members = [Member(arm, corpus.seed, corpus) for corpus in corpora]
    run = SideBySide(language, model, members, batch_size=batch, warmup_steps=50)

    def measured(models: StackedTransformer) -> float:
        learned = stacked_left_to_right(models, words)
        divergences = [chain_rule_divergence(true, rows).value for rows in learned]
        return sum(divergences) / len(divergences)

    return [run.annealed(end, measured) for end in ends]


curves = {arm.name: curve(arm) for arm in (plain_autoregressive(3e-3), masked_diffusion(5e-3))}
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
