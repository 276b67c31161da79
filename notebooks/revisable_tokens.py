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
# # Tokens that can be revised
# A masked diffusion model never takes a token back, and with masks revealed in random order it
# needs steps in proportion to the length for correct sequences. Uniform noise puts a random symbol
# where masks put a hole, and every step may change every token again. Twelve cells from the exact
# posterior to what that gains, and to where it gains nothing. Derivations:
# `docs/revisable_tokens.md`.

# %%
import math
import os

import pandas as pd
import torch

from synthetic.denoisers import NoisyOracle, Oracle
from synthetic.experiments import read_rows
from synthetic.languages import Finite, NGram, catalogue, enumerate_sequences
from synthetic.metrics import (
    enumerated_law,
    kl_divergence,
    sequence_error_rate,
    sequence_error_rate_of_law,
    total_variation,
)
from synthetic.noise import Absorbing, Uniform, cosine_grid, geometric_grid, linear_grid
from synthetic.sampling import Bernoulli, ancestral, linear
from theory.laws import (
    ancestral_law,
    chain_sequence_error_rate,
    copy_pairs_noise_sequence_error_rate,
    output_law,
    repair_constant,
)
from theory.laws.enumeration.ancestral_law import last_step_law
from theory.tables.committed import committed_rows
from theory.tables.noise_rows import growth, least_calls

quick = os.environ.get("STEPLAB_QUICK") == "1"  # the tests set it: small sizes
language = catalogue.load("ngram2-v8", device="cpu")
uniform = Uniform(language.vocab_size)
generator = torch.Generator(device="cpu").manual_seed(0)

# %% [markdown]
# **Noise.** At level $\eta$ each token stays with probability $1 - \eta$, else it is drawn anew
# from all $V$ symbols. Nothing marks the places.

# %%
word = language.sample(1, 16, generator)
for eta in (0.0, 0.1, 0.5, 1.0):
    print(f"level {eta}: {uniform.corrupt(word, eta, generator).tolist()[0]}")

# %% [markdown]
# **The posterior** of the clean tokens given all noisy ones: a forward-backward pass with a weight
# $l_\eta(y_i \mid x)$ for each symbol. Enumeration is the referee, on a chain of three symbols.

# %%
small = NGram.random(order=2, vocab_size=3, branching=2, temperature=0.5, seed=0)
noise, length, eta = Uniform(3), 5, 0.3
noisy = torch.tensor([[0, 1, 0, 2, 2]])
words = enumerate_sequences(3, length)
likelihood = noise.likelihood(noisy, eta)[0]  # (L, V)
weight = enumerated_law(small, length) * likelihood[torch.arange(length), words].prod(dim=1)
by_hand = torch.stack([weight[words[:, 2] == symbol].sum() for symbol in range(3)]) / weight.sum()
print("third token:", by_hand.tolist())
print("the same   :", NoisyOracle(small, noise)(noisy, eta)[0, 2].exp().tolist())

# %% [markdown]
# **A sampler.** Start from pure noise, fall along a grid of levels, and draw each token from the
# posterior kernel. Watch tokens change more than once.

# %%
oracle = NoisyOracle(language, uniform)
for steps in (1, 2, 4, 8):  # one seed: the same start, more steps
    drawn = ancestral(
        oracle,
        uniform,
        geometric_grid(steps, 1e-3),
        length=24,
        count=1,
        generator=torch.Generator(device="cpu").manual_seed(1),
    )
    right = bool(language.contains(drawn.tokens)[0])
    print(f"{steps} calls: {drawn.tokens.tolist()[0]} {'a word' if right else 'impossible'}")

# %% [markdown]
# **Masks are a special case.** With absorbing noise the same sampler is Bernoulli reveal, to
# rounding.

# %%
masked = ancestral_law(
    NoisyOracle(small, Absorbing(3)), Absorbing(3), linear_grid(3), length=length
)
revealed = output_law(Oracle(small), Bernoulli(linear(3)), length=length)
print(f"largest difference of two laws of {len(masked)} words: {(masked - revealed).abs().max()}")

# %% [markdown]
# **Two orders.** Exact laws of all words: double the steps, and masks halve their errors, uniform
# noise on a cosine grid quarters SER and KL. TV halves: frequencies are another matter.

# %%
truth = enumerated_law(small, length)
lines = []
for steps in (4, 8, 16, 32):
    for name, process, grid in (
        ("masked", Absorbing(3), linear_grid(steps)),
        ("uniform, cosine", noise, cosine_grid(steps)),
    ):
        law = ancestral_law(NoisyOracle(small, process), process, grid, length=length)
        lines.append(
            {
                "sampler": name,
                "steps": steps,
                "SER": sequence_error_rate_of_law(law, truth),
                "KL": kl_divergence(truth, law),
                "TV": total_variation(truth, law),
            }
        )
print(pd.DataFrame(lines).sort_values("sampler", kind="stable").to_string(index=False))

# %% [markdown]
# **Why.** A last fault is repaired by independent draws, which can miss each other: a step from
# the true noisy law at a low level leaves SER $\kappa L \eta$, with one constant of the language.
# A grid that ends low makes that as small as it likes, and the steps before repair each other's
# faults.

# %%
kappa = repair_constant(small, length=length).value
for eta in (1e-1, 1e-2, 1e-3):
    law = last_step_law(NoisyOracle(small, noise), eta, length=length)
    wrong = sequence_error_rate_of_law(law, truth)
    print(f"level {eta}: SER {wrong:.3e}, kappa L eta = {kappa * length * eta:.3e}")

# %% [markdown]
# **The escape.** SER of a random 2-gram language at L = 64: masks by their exact law, uniform
# noise by samples. The linear grid, that of much deployed code, gives most of it away.

# %%
length, samples = (16, 100) if quick else (64, 500)
for steps in (4, 8, 16):
    exact = chain_sequence_error_rate(language, length=length, schedule=linear(steps))
    line = f"{steps:2} calls: masked {exact.value:.3f}"
    for name, grid in (
        ("linear", linear_grid(steps)),
        ("cosine", cosine_grid(steps)),
        ("geometric", geometric_grid(steps, 0.01 / length)),
    ):
        drawn = ancestral(oracle, uniform, grid, length=length, count=samples, generator=generator)
        rate = sequence_error_rate(drawn.tokens, language)
        line += f", {name} {rate.value:.3f} [{rate.low:.3f}, {rate.high:.3f}]"
    print(line)

# %% [markdown]
# **With length.** The rows of the standard profile, which come with the code: least calls for SER
# 1/2 and 0.1, and the exponent of $L$. Masks need calls in proportion to the length; uniform noise
# on a geometric grid one more for each doubling.

# %%
rows = read_rows(committed_rows())
searches = least_calls(rows[rows["language"] == "ngram2-v8"])
for (target, sampler), group in searches.groupby(["target", "sampler"]):
    fitted = growth(group)
    calls = ", ".join(f"{value:.0f}" for value in group["calls"])
    slope = "" if fitted is None else f", N ~ L^{fitted.exponent:.2f}"
    print(f"SER <= {target}, {sampler}: {calls}{slope}")

# %% [markdown]
# **Trained networks** of the same size and about the same data, L = 32: SER by calls. Trained at
# all levels at once, uniform noise wins with few calls and has a floor with many: at low levels
# faults are rare, so that a network hardly learns to repair them. Trained on at low noise it takes
# fewer calls throughout.

# %%
trained = rows[rows["kind"].isin(["trained error", "noisy trained error"])]
trained = trained[(trained["length"] == 32) & (trained["language"] == "ngram2-v8")]
trained = trained[trained["metric"] == "sequence_error_rate"]
names = trained["denoiser"] + ", " + trained["reveal"].str.replace(" noise", "")
table = trained.assign(reveal=names).pivot_table(index="steps", columns="reveal", values="value")
print(table.round(3).T.to_string())

# %% [markdown]
# **The worst case of masks.** Pairs of equal tokens, L = 16,384: by an exact recursion, SER of a
# grid that halves the noise at each step. Masks in random order need 8,555 calls for SER 1/2. But
# odd positions first need two: the escape is from *random order*.

# %%
for steps in (16, 24, 32):
    halved = [2.0**-k for k in range(steps)] + [0.0]
    left = copy_pairs_noise_sequence_error_rate(16, halved, length=16_384).value
    print(f"{steps} calls: SER {left:.2e}, KL {-math.log1p(-left):.2e}")

# %% [markdown]
# **Where it fails.** One word of probability .9 and one far from it of .1: on a coarse grid the
# majority wins. SER is 0 and a tenth of the language is lost; KL and TV see it, and masks revealed
# one first and then all others are exact.

# %%
needles = Finite([[0] * 10, [1] * 10], [0.9, 0.1])
truth = enumerated_law(needles, 10)
for name, grid in (("linear", linear_grid(8)), ("geometric", geometric_grid(8))):
    law = ancestral_law(NoisyOracle(needles, Uniform(2)), Uniform(2), grid, length=10)
    print(
        f"{name}: SER {sequence_error_rate_of_law(law, truth):.1e}, "
        f"minority {float(law[-1]):.3f}, KL {kl_divergence(truth, law):.3f}"
    )
