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
# # Three proofs, step by step
# Every step of a proof carries a certificate that is checked when a cell below runs: an identity in
# exact symbols, an inequality in balls that enclose every value, an induction, a fact proved
# elsewhere that is tried on random instances. Beside it runs its broken twin, the same check with
# one named change, which has to be refused with a counterexample. The status of a theorem is
# computed from the steps that the last one rests on.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator

from proofs_check.proof import check
from proofs_check.proofs import find_proof
from proofs_check.typeset import Page
from synthetic.languages import NGram
from synthetic.sampling import Bernoulli, cosine, linear
from theory.bounds import THEOREMS
from theory.bounds.cases import Generated
from theory.bounds.collisions.chain_collision_law import UniformChain
from theory.bounds.collisions.copy_pairs_largest_match import largest_probability
from theory.report.figures.style import plain_numbers, plain_ticks


def checked(theorem: str) -> Page:
    """The proof, checked now; the cell shows it in full."""
    proved = check(find_proof(theorem))
    print(f"{theorem}: {proved.status}")
    for one in proved.steps:
        print(f"  {one.step.name}: {one.step.certificate.kind}, {type(one.outcome).__name__}")
        print(f"    twin, {one.step.change}: {one.twin}")
    return Page(proved)


# %% [markdown]
# ## Theorem 4.4: steps in proportion to the length
# The language is copy pairs: an odd token is uniform over $V$ symbols, the even one after it is its
# copy. Two tokens that are revealed in the same step know nothing of each other, and random order
# reveals some pair at once unless there are about as many steps as tokens. First the exact
# denoiser, whose SER is a closed form in $c = \sum_k a_k^2$:

# %%
checked("copy-pairs-error")

# %% [markdown]
# A denoiser with a learning error may agree with itself more often than chance, but not by much:
# Pinsker's inequality gives a bound that is linear in the steps, which is our statement of
# Theorem 4.4.

# %%
checked("copy-pairs-linear-steps")

# %% [markdown]
# How much a learning error can help at most is a question about one law: the largest sum of squares
# in a divergence ball. It is reached, so this constant is the best one.

# %%
checked("copy-pairs-largest-match")

# %% [markdown]
# The exact SER of the exact denoiser at $V = 16$, $L = 32$, and below it what no denoiser within
# $1/128$ nats can fall under: the best constant, and the line of Theorem 4.4. Half of all sequences
# are wrong up to about $0.63 \, L = 20$ steps.

# %%
symbols, length, epsilon = 16, 32, 1 / 128
steps = np.arange(1, 129)
pairs = length // 2
peak = largest_probability(symbols, epsilon)
curves = {
    "exact denoiser, exact": THEOREMS["copy-pairs-error"].bound(
        symbols=symbols, collision=1 / steps, pairs=pairs
    ),
    "any within 1/128 nats, best constant": THEOREMS["copy-pairs-largest-match"].bound(
        symbols=symbols, peak=peak, collision=1 / steps, pairs=pairs
    ),
    "any within 1/128 nats, Theorem 4.4": THEOREMS["copy-pairs-linear-steps"].bound(
        symbols=symbols, epsilon=epsilon, steps=steps, pairs=pairs
    ),
}
figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
for (label, curve), line in zip(curves.items(), ("-", "--", ":"), strict=True):
    axes.plot(steps, curve, line, label=label)
axes.axhline(0.5, color="grey", linewidth=1)
axes.set(xlabel="steps N", ylabel="SER", title=f"copy pairs, V = 16, L = {length}")
axes.set_xscale("log", base=2)
plain_numbers(axes.xaxis)
axes.legend()
# %% [markdown]
# ## The universal bound
# The path-averaged divergence is the left Riemann sum of the information curve $f$ less its
# integral. $f$ does not increase, so the sum is at most $\max_k a_k \, (f(0) - f(1))$ too large,
# whatever the language.

# %%
checked("universal-path-bound")

# %%
bit = NGram([0.5, 0.5], [[1.0, 0.0], [0.0, 1.0]], device="cpu")
chain = NGram.random(2, vocab_size=3, branching=2, temperature=1.0, seed=0, device="cpu")
universal = THEOREMS["universal-path-bound"]

figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
for name, language in {"repeated bit": bit, "random chain": chain}.items():
    for label, schedule in {"linear": linear, "cosine": cosine}.items():
        cases = [Generated(language, 4, Bernoulli(schedule(n))) for n in (1, 2, 4, 8, 16, 32)]
        axes.plot(
            [universal.bound_of(case) for case in cases],
            [universal.exact(case) for case in cases],
            "o-",
            label=f"{name}, {label}",
        )
axes.axline((0.1, 0.1), (0.2, 0.2), color="grey", linewidth=1)
axes.set(xscale="log", yscale="log", xlabel="bound, nats per token", ylabel="exact", title="L = 4")
plain_ticks(axes)
axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
axes.legend()
# %% [markdown]
# ## The collision law
# For a chain that mixes, wrong sequences come from pairs of tokens that are close, revealed in one
# step, and cannot follow each other. They are rare, nearly independent, and so Poisson: SER tends
# to $1 - e^{-c L / N}$ with a constant that belongs to the language alone.

# %%
checked("chain-collision-law")

# %%
golden = NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]], device="cpu")
law = THEOREMS["chain-collision-law"]

figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
lengths = (4, 8, 16, 32, 64)
for per_step in (1, 2, 4):
    chains = [UniformChain(golden, length, length // per_step) for length in lengths]
    ratios = [law.exact(case) / law.bound_of(case) for case in chains]
    axes.plot(lengths, ratios, "o-", label=f"L/N = {per_step}")
axes.axhline(1, color="grey", linewidth=1)
axes.set(xlabel="length L", ylabel="-log(1 - SER) / (c L/N)", title="golden mean")
axes.set_xscale("log", base=2)
plain_numbers(axes.xaxis)
axes.legend()
