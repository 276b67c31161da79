"""The first order of the error rate in 1/N, for any language at a fixed length.

Under the uniform schedule the reveal steps of the L positions are independent and uniform on 1..N.
They order the positions into blocks; each ordered partition into B blocks has the probability
C(N, B) / N^L, a polynomial in 1/N. So SER, and p(x) for each x, are polynomials in 1/N of degree
below L, for every language and every denoiser. For the exact denoiser one block a position gives
q, and the term 1/N comes from the partitions in which exactly two positions i, j share a step:

    SER = c_L L / N + O(1/N^2),   c_L = (L - 1)/2 * E[D(i, j | x_R)],

with i, j a uniform pair, R a uniform set, of uniform size 0..L-2, of the other positions, x_R a
part of a word, and D the probability that independent draws at i and j from their posteriors given
x_R cannot occur together with it. The proof, and that KL(q||p) has the same first order, stand in
docs/collision_law.md. For a Markov chain some power of which is positive, c_L tends to the constant
of `collision_constant` as L grows.
"""

import itertools
import math

import torch
from torch import Tensor

from synthetic.arguments import LONGEST, check_generator, check_integer, checked
from synthetic.languages import Language
from synthetic.quantities import CertifiedValue, Estimate, gamma, mean_estimate
from theory.laws.one_thread import one_thread

PARTIAL_LIMIT = 2**20  # partial sequences
EVALUATED_AT_ONCE = 2**22  # numbers of a posterior


@checked
@one_thread()
def finite_collision_constant(language: Language, *, length: int) -> CertifiedValue:
    """c_L, the limit of N SER / L as the steps N grow at this length, by enumeration.

    `error` bounds the rounding, supposing that `log_evidence` is right to gamma_(8 L) of one plus
    its magnitude. All (V+1)^L partial sequences are evaluated, up to 2^20 of them; memory is about
    10 numbers for each.
    """
    length = check_integer("length", length, least=2, most=LONGEST)
    base = language.vocab_size + 1
    if base**length > PARTIAL_LIMIT:
        raise ValueError(
            f"the exact constant at length {length} needs {base}^{length} partial sequences, "
            f"allowed are {PARTIAL_LIMIT}: use estimate_collision_constant"
        )
    digits = torch.arange(base, device=language.device)
    partial = torch.cartesian_prod(*[digits] * length)
    rows = max(1, EVALUATED_AT_ONCE // (length * base))
    evidence = torch.cat([language.log_evidence(part) for part in partial.split(rows)])
    evidence = evidence.reshape((base,) * length)
    revealed = (partial != language.mask).sum(1).reshape((base,) * length)
    total = []
    for first, second in itertools.combinations(range(length), 2):
        joint = evidence.movedim((first, second), (-2, -1)).reshape(-1, base, base)
        known = revealed.movedim((first, second), (-2, -1)).reshape(-1, base, base)[:, -1, -1]
        context = joint[:, -1, -1]
        possible = context > -math.inf
        joint, known, context = joint[possible], known[possible], context[possible]
        # q(x_R) q(x_i | x_R) q(x_j | x_R) where the three cannot occur together
        log_chance = joint[:, :-1, -1:] + joint[:, -1:, :-1] - context[:, None, None]
        chance = torch.where(joint[:, :-1, :-1] == -math.inf, log_chance.exp(), 0.0).sum((1, 2))
        for count in range(length - 1):
            sets = math.comb(length - 2, count)
            total.append(math.fsum(chance[known == count].tolist()) / ((length - 1) * sets))
    value = math.fsum(total) / length
    largest = 1 - float(evidence[evidence > -math.inf].min())
    relative = 4 * gamma(8 * length) * largest + gamma(language.vocab_size**2 + 16)
    return CertifiedValue(value, 2 * relative * value)


@checked
@one_thread()
def estimate_collision_constant(
    language: Language, *, length: int, samples: int, generator: torch.Generator
) -> Estimate:
    """c_L, the limit of N SER / L as the steps N grow at this length, with a 95% interval.

    A sample is a word with a random part masked and one masked position i of it. The probability
    that i and another masked position j, each drawn from its posterior, cannot occur together is
    summed over all j from two posteriors: given the revealed part, and given x_i in addition, for
    x_i of the word has the posterior law and is independent of a fresh draw at j. The number M >= 2
    of masked positions is drawn in proportion to 1/sqrt(M - 1): the second moment of the weights is
    then bounded at any length where only pairs at bounded distance collide.
    Where no sample meets an impossible pair the interval ends at the most that could be missed. Two
    calls of `posterior` a sample; memory is about 2^22 numbers.
    """
    length = check_integer("length", length, least=2, most=LONGEST)
    samples = check_integer("samples", samples)
    check_generator(generator)
    masked = torch.arange(2, length + 1, dtype=torch.float64, device="cpu")
    proposal = (masked - 1).rsqrt()
    proposal = proposal / proposal.sum()
    # uniform M over 2..L, the pairs' factor (L - 1)/2, and the mean over the M - 1 partners
    weights = 1 / (2 * (masked - 1) * proposal)
    words = language.sample(samples, length, generator)
    uniforms = torch.rand(
        (samples, length), dtype=torch.float64, generator=generator, device=generator.device
    )
    chosen = torch.multinomial(
        proposal.to(generator.device), samples, replacement=True, generator=generator
    ).to(language.device)
    order = uniforms.to(language.device).argsort(dim=1)
    rows = max(1, EVALUATED_AT_ONCE // (length * language.vocab_size))
    partners = torch.cat(
        [
            _impossible_partners(language, *part)
            for part in zip(words.split(rows), order.split(rows), (chosen + 2).split(rows))
        ]
    )
    values = weights.to(language.device)[chosen] * partners
    return mean_estimate(
        values,
        "mean of weighted probabilities of impossible pairs",
        least=0.0,
        most=float((weights * (masked - 1)).max()),
    )


def _impossible_partners(
    language: Language, words: Tensor, order: Tensor, masked: Tensor
) -> Tensor:
    """Expected number (B,) of masked positions whose draw excludes that at the first of `order`.

    The first `masked` (B,) positions of `order` (B, L) are masked in the words (B, L).
    """
    rank = order.argsort(dim=1)
    before = words.masked_fill(rank < masked.unsqueeze(1), language.mask)
    after = torch.where(rank == 0, words, before)
    excluded = language.posterior(after) == -math.inf
    draws = language.posterior(before).exp()
    partner = (rank > 0) & (rank < masked.unsqueeze(1))
    return torch.where(excluded & partner.unsqueeze(-1), draws, 0.0).sum((1, 2))
