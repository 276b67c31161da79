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
# # Error against steps without sampling
# For a Markov chain the errors of the exact denoiser are computed, not measured: each number below
# carries a proved error, or an interval with the number of words behind it. Change the language
# here and read on. Any `NGram` of order 2 will do; at `length` 32 every cell takes seconds.

# %%
import math
import os
from functools import partial

import torch

from synthetic.denoisers import Oracle
from synthetic.languages import NGram
from synthetic.languages.sequences import enumerate_sequences
from synthetic.metrics import kl_divergence, sequence_error_rate
from synthetic.sampling import Bernoulli, FixedCount, equal_sizes, generate, linear
from synthetic.sampling.strategies.bisection import bisection_rounds
from theory.laws import (
    chain_bisection_sequence_error_rate,
    chain_sequence_error_rate,
    chain_token_error_rate,
    collision_constant,
    information_curve,
    least_steps,
    optimal_policy,
    optimal_schedule,
    optimal_sizes,
    output_law,
)

language = NGram.random(2, vocab_size=8, branching=4, temperature=1.0, seed=0, device="cpu")
length = 8 if os.environ.get("STEPLAB_QUICK") == "1" else 32  # the tests set it: small
generator = torch.Generator(device="cpu").manual_seed(0)

# %% [markdown]
# ## One constant
# Two tokens that are revealed in one step are drawn without knowledge of each other. If the chain
# cannot get from the first to the second, the sequence is wrong. How often that happens is one
# number of the language, the collision constant $c$ (the derivation is in `docs/collision_law.md`):
#
# $$\mathrm{SER} \to 1 - e^{-c L / N}, \qquad \tfrac1L \mathrm{KL}(q \| p) \approx c / N .$$

# %%
constant = collision_constant(language)
print(f"c = {constant.value:.6f}, error at most {constant.error:.1e}")

# %% [markdown]
# ## The sequence error rate, exactly
# The value of the law, its proved error, and the prediction. A simulation for comparison: its
# interval is what 2,000 sequences can say.

# %%
for steps in (8, 16, 32, 64, 128):
    exact = chain_sequence_error_rate(language, length=length, schedule=linear(steps))
    predicted = 1 - math.exp(-constant.value * length / steps)
    print(f"N = {steps:3}: SER {exact.value:.6f} +- {exact.error:.0e}, predicted {predicted:.4f}")

generation = generate(
    Oracle(language), Bernoulli(linear(32)), length=length, count=2000, generator=generator
)
print("simulated at N = 32:", sequence_error_rate(generation.tokens, language))

# %% [markdown]
# ## How many steps
# The least N for an SER target grows in proportion to the length ...


# %%
def error(size: int, steps: int) -> float:
    """Upper end of the SER of the uniform schedule."""
    rate = chain_sequence_error_rate(language, length=size, schedule=linear(steps))
    return rate.value + rate.error


for target in (0.5, 0.1):
    least = {}
    for size in (length // 4, length // 2, length):
        guess = max(1, math.ceil(constant.value * size / -math.log1p(-target)))
        least[size] = least_steps(partial(error, size), target, most=10**6, guess=guess)
    print(f"SER <= {target}: least N by length {least}")

# %% [markdown]
# ... while the token error rate of the law that is actually sampled does not care: its gap is
# $c / N$ nats per token at any length. p(x) is exact for each word; the mean over words has an
# interval. Beside it the path average, the bound that is usually computed, with its own constant
# $(f(0) - f(1)) / 2$ from the information curve $f$.

# %%
curve = information_curve(language, length)
print(f"c = {constant.value:.4f}; (f(0) - f(1)) / 2 = {(curve(0.0) - curve(1.0)) / 2:.4f}")
for steps in (8, 32, 128):
    excess = chain_token_error_rate(
        language, length=length, schedule=linear(steps), sequences=300, generator=generator
    ).gap
    print(
        f"N = {steps:3}: N x gap {steps * excess.value:.3f} [{steps * excess.low:.3f}, "
        f"{steps * excess.high:.3f}], "
        f"N x path average {steps * curve.path_bound(linear(steps)):.3f}"
    )

# %% [markdown]
# ## What the order of reveals does
# The linear law belongs to random order. Schedules that are best for the path average gain little;
# bisection reveals the middle of every gap and makes no error after ceil(log2(L + 1)) rounds.

# %%
steps = 8
schedules = {"uniform": linear(steps), "optimal": optimal_schedule(curve, steps)}
for name, schedule in schedules.items():
    rate = chain_sequence_error_rate(language, length=length, schedule=schedule)
    print(f"Bernoulli, {name} schedule, N = {steps}: SER {rate.value:.6f}")
print("best sizes for fixed-count reveal:", optimal_sizes(curve, steps))
for rounds in range(3, bisection_rounds(length) + 1):
    rate = chain_bisection_sequence_error_rate(language, length=length, rounds=rounds)
    print(f"bisection, {rounds} rounds: SER {rate.value:.6f}")

# %% [markdown]
# ## Every language, a few tokens
# At small lengths `output_law` lists the probability of every sequence that a strategy makes, with
# any denoiser, over all its randomness. It referees all of the above.

# %%
small, short = NGram.random(2, 3, 2, 1.0, seed=1, device="cpu"), 5
words = enumerate_sequences(3, short, "cpu")
truth = small.log_prob(words).exp()
for strategy in (Bernoulli(linear(5)), FixedCount(equal_sizes(short, 5))):
    law = output_law(Oracle(small), strategy, length=short)
    wrong = float(law[truth == 0].sum())
    print(f"{type(strategy).__name__}: SER {wrong:.6f}, KL {kl_divergence(truth, law):.6f} nats")
exact = chain_sequence_error_rate(small, length=short, schedule=linear(5))
print(f"the chain law: SER {exact.value:.6f}")

# %% [markdown]
# ## The best any policy can do
# Over all policies that choose positions by the values they see: least divergence for an expected
# number of rounds, the corners of its convex hull.

# %%
for point in optimal_policy(small, length=4).points:
    print(f"{point.rounds:.3f} rounds, KL {point.kl_divergence:.6f} nats")
