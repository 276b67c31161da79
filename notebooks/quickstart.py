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
# # A language, an oracle, a curve
# How many denoising steps does a language need? The exact denoiser of a language whose every
# conditional probability is known answers without a trained model in the way.

# %%
import torch

from synthetic.denoisers import Oracle, Perturbed
from synthetic.languages import catalogue
from synthetic.metrics import sequence_error_rate, token_error_rate_gap
from synthetic.sampling import Bernoulli, FixedCount, equal_sizes, generate, linear
from synthetic.sampling.path import path_log_prob

language = catalogue.load("ngram2-v8", device="cpu")
generator = torch.Generator(device="cpu").manual_seed(0)
length = 32
language.sample(3, length, generator)

# %% [markdown]
# The posterior of every masked token given the revealed ones is exact:

# %%
tokens = language.sample(1, 8, generator)
tokens[:, 2:6] = language.mask
language.posterior(tokens).exp().round(decimals=3)

# %% [markdown]
# Generate at several step counts and count the sequences that the language does not contain.

# %%
for steps in (1, 4, 16, 64):
    generation = generate(
        Oracle(language), Bernoulli(linear(steps)), length=length, count=500, generator=generator
    )
    rate = sequence_error_rate(generation.tokens, language)
    print(f"N = {steps:3}: SER {rate.value:.3f} [{rate.low:.3f}, {rate.high:.3f}]")

# %% [markdown]
# The token error rate gap in nats per token, by its path bound, needs far fewer steps.

# %%
words = language.sample(500, length, generator)
true = language.log_prob(words)
for steps in (1, 4, 16, 64):
    paths = path_log_prob(Oracle(language), Bernoulli(linear(steps)), words, generator)
    gap = token_error_rate_gap(paths, true, length)
    print(f"N = {steps:3}: TER gap {gap.value:.4f} [{gap.low:.4f}, {gap.high:.4f}]")

# %% [markdown]
# Under fixed-count reveal no two neighbours share a step at N = L, and the exact denoiser makes no
# error. A learning error of exactly 0.01 nats in every conditional brings it back.

# %%
strategy = FixedCount(equal_sizes(length, length))
for denoiser in (Oracle(language), Perturbed(Oracle(language), 0.01)):
    generation = generate(denoiser, strategy, length=length, count=500, generator=generator)
    print(type(denoiser).__name__, sequence_error_rate(generation.tokens, language))
