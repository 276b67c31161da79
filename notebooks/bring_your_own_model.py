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
# # Bring your own model
# A sampler here never knows which denoiser it has: masked tokens in, log-probabilities out. So any
# masked language model can stand in the place of the exact denoiser, and be measured against it.
# Two ways: a class of Hugging Face transformers, built from a config and trained here (nothing is
# downloaded), and a bare function.

# %%
import os

import torch
from transformers import BertConfig, BertForMaskedLM

from synthetic.denoisers import Denoiser, HuggingFaceDenoiser, Oracle, as_denoiser
from synthetic.languages import CopyPairs
from synthetic.metrics import sequence_error_rate, token_error_rate_gap
from synthetic.sampling import Bernoulli, generate, linear
from synthetic.sampling.path import path_log_prob
from synthetic.training import AnyOrder

quick = os.environ.get("STEPLAB_QUICK") == "1"  # the tests set it: a short training
language = CopyPairs(4, device="cpu")  # 0 0 3 3 1 1 ..: the second of a pair is the first
length = 8 if quick else 16
generator = torch.Generator(device="cpu").manual_seed(0)
language.sample(3, length, generator)

# %% [markdown]
# ## A masked language model from a config
# The symbols are the tokens 0..V-1 of the model, and the mask is any other token of it; here V.
# Three settings matter. A padding token among the symbols would never be trained, so it is none
# (the adapter refuses it). There is no dropout, since each batch is new. And the weights start ten
# times larger than by default: a model as narrow as this one hardly sees its positions otherwise,
# and where a pair begins can be told from nothing else.

# %%
symbols = language.vocab_size
config = BertConfig(
    vocab_size=symbols + 1,
    pad_token_id=None,
    max_position_embeddings=length,
    hidden_size=32,
    num_hidden_layers=1,
    num_attention_heads=4,
    intermediate_size=64,
    initializer_range=0.2,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)
torch.manual_seed(0)
model = BertForMaskedLM(config)
bert = HuggingFaceDenoiser(model, vocab_size=symbols, mask_token_id=symbols)
print(f"{sum(weight.numel() for weight in model.parameters()):,} weights on {bert.device}")

# %% [markdown]
# ## Training it
# `logits` is what a loss is trained through. The any-order objective is an unbiased bound on the
# negative log-likelihood in nats per token; its least value is the entropy of the language per
# token.

# %%
updates = 120 if quick else 600
optimiser = torch.optim.AdamW(model.parameters())
rates = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=1e-2, total_steps=updates)
objective, predictor = AnyOrder(), as_denoiser(bert.logits, symbols)
least = language.entropy(length).value / length
model.train()
losses = []
for step in range(updates):
    words = language.sample(64, length, generator)
    loss = objective.loss(predictor, words, generator).mean()
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    rates.step()
    losses.append(float(loss.detach()))
    if (step + 1) % (updates // 6) == 0:
        recent = losses[-updates // 6 :]
        print(f"update {step + 1:4}: loss {sum(recent) / len(recent):.3f}, least {least:.3f}")
model.eval()

# %% [markdown]
# What it has learned: the partner of a revealed token, beside the truth.

# %%
partial = torch.tensor([[2, symbols] + [symbols] * (length - 2)], device="cpu")
both: dict[str, Denoiser] = {"bert": bert, "exact": Oracle(language)}
for name, denoiser in both.items():
    print(f"{name:5}: {denoiser(partial)[0, 1].exp().round(decimals=3).tolist()}")

# %% [markdown]
# ## A model with a vocabulary of its own
# A model from elsewhere has thousands of tokens, its padding among the first. Any of them can stand
# for the symbols, and `forward` says how the model is called where that is not `model(input_ids)`.
# This one is as its config makes it, 30,522 tokens and untrained: its words are nearly at random.

# %%
elsewhere = BertForMaskedLM(
    BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=4, intermediate_size=64)
)
wrapped = HuggingFaceDenoiser(
    elsewhere,
    symbols=[1037, 1038, 1039, 1040],  # tokens of the symbols 0, 1, 2, 3
    mask_token_id=103,
    forward=lambda model, ids: model(input_ids=ids, token_type_ids=torch.zeros_like(ids)),
)
drawn = generate(wrapped, Bernoulli(linear(4)), length=length, count=50, generator=generator)
print(f"{drawn}: SER {sequence_error_rate(drawn.tokens, language):.2f}")

# %% [markdown]
# ## A bare function
# The same language by hand: a masked token is its partner where that is known, anything otherwise.
# Any function (B, L) of tokens to (B, L, V) of normalised log-probabilities will do.


# %%
def partner(tokens: torch.Tensor) -> torch.Tensor:
    """log p of each symbol given its partner, (B, L, V)."""
    pairs = tokens.unflatten(1, (-1, 2)).flip(2).flatten(1)  # what stands beside
    known = torch.nn.functional.one_hot(pairs, symbols + 1)[..., :symbols].double()
    unknown = torch.full_like(known, 1 / symbols)
    return torch.where((pairs == symbols).unsqueeze(-1), unknown, known).log()


by_hand = as_denoiser(partner, symbols)

# %% [markdown]
# ## SER and TER of each
# The same seed, the same sampler: Bernoulli reveal in N steps. What the function and the exact
# denoiser lose, which is the same, they lose by revealing pairs together; the rest of what the
# model loses is what it has not learned. The TER gap is the path bound, in nats per token.


# %%
def measured(denoiser: Denoiser, steps: int, samples: int) -> str:
    """SER and the TER gap of a denoiser, each with its 95% interval."""
    generator = torch.Generator(device="cpu").manual_seed(1)
    strategy = Bernoulli(linear(steps))
    generation = generate(denoiser, strategy, length=length, count=samples, generator=generator)
    rate = sequence_error_rate(generation.tokens, language)
    words = language.sample(samples, length, generator)
    paths = path_log_prob(denoiser, strategy, words, generator)
    gap = token_error_rate_gap(paths, language.log_prob(words), length)
    return (
        f"SER {rate.value:.3f} [{rate.low:.3f}, {rate.high:.3f}], "
        f"TER gap {gap.value:.4f} [{gap.low:.4f}, {gap.high:.4f}]"
    )


denoisers: dict[str, Denoiser] = {"exact": Oracle(language), "function": by_hand, "bert": bert}
for steps in (4, 16, 64):
    for name, denoiser in denoisers.items():
        print(f"N = {steps:2}, {name:8}: {measured(denoiser, steps, 100 if quick else 1000)}")
    exact = 1 - (1 - (1 - 1 / symbols) / steps) ** (length // 2)
    print(f"N = {steps:2}, by formula: SER {exact:.3f}")

# %% [markdown]
# The formula: a pair shares a step with probability $1/N$ and is then wrong with probability
# $1 - 1/V$, and there are $L / 2$ pairs.
