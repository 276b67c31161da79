"""The law of a denoiser that reveals one token at a time in a uniform random order, exactly.

    p(x) = mean over orders of prod_i p(x_i | the tokens revealed before it)

f(S), the mean over the orders of S of the probability that these tokens come out, follows from
smaller sets: f(S) = (1/|S|) sum_{i in S} f(S without i) p(x_i | x_{S without i}), f of none = 1.
So 2^L contexts decide what L! orders would.
"""

import math

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.denoisers.denoiser import Denoiser, check_denoiser
from synthetic.languages.language import Language
from synthetic.languages.sequences import check_tokens
from synthetic.quantities import Estimate, mean_estimate

LONGEST = 12
ROWS = 4096  # contexts given to a denoiser at once


@checked
def random_order_log_prob(denoiser: Denoiser, tokens: Tensor) -> Tensor:
    """log p(x) in nats of complete sequences (B, L), L <= 12, as (B,) float64.

    At most ROWS contexts are held at once for each sequence's programme of 2^L numbers.
    """
    check_denoiser(denoiser)
    tokens = check_tokens(tokens, denoiser.vocab_size, masked=False)
    length = check_integer("length", tokens.shape[1], most=LONGEST)
    subsets = torch.arange(2**length, device=tokens.device)
    revealed = (subsets.unsqueeze(1) >> torch.arange(length, device=tokens.device)) & 1 == 1
    return torch.stack([_log_prob(denoiser, word, revealed) for word in tokens])


@checked
def random_order_divergence(denoiser: Denoiser, language: Language, tokens: Tensor) -> Estimate:
    """KL(language || law in random order) in nats per token, mean over words (B, L) of the
    language: at most what the bound that is trained on says."""
    log_prob = random_order_log_prob(denoiser, tokens).to(language.device)
    terms = (language.log_prob(tokens.to(language.device)) - log_prob) / tokens.shape[1]
    return mean_estimate(terms, "exact law in random order, mean over words", floor=0.0)


def _log_prob(denoiser: Denoiser, word: Tensor, revealed: Tensor) -> Tensor:
    """Of one sequence (L,), with which of its tokens each subset reveals, (2^L, L)."""
    length = len(word)
    contexts = word.expand_as(revealed).masked_fill(~revealed, denoiser.vocab_size)
    given = torch.cat([denoiser(rows) for rows in contexts.split(ROWS)])
    index = word.to(given.device).expand(len(given), -1).unsqueeze(-1)
    next_token = given.gather(-1, index).squeeze(-1)  # log p(x_i | x_S), (2^L, L)
    sizes = revealed.sum(1).to(given.device)
    total = torch.full((len(given),), -torch.inf, dtype=torch.float64, device=given.device)
    total[0] = 0.0
    places = torch.arange(length, device=given.device)
    for size in range(1, length + 1):  # all sets of one size at once
        of_size = (sizes == size).nonzero().squeeze(1)
        before = of_size.unsqueeze(1) ^ (1 << places)  # valid where the bit was set
        steps = total[before] + next_token[before, places]
        inside = revealed.to(given.device)[of_size]
        total[of_size] = steps.masked_fill(~inside, -torch.inf).logsumexp(1) - math.log(size)
    return total[-1]
