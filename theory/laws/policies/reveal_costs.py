"""What it costs to reveal a set of positions at once, from every partial sequence of a language.

For the tokens x_C revealed so far and a set S of masked positions, one round that reveals S draws
its symbols independently, and loses TC(X_S | x_C) = sum_{i in S} H(X_i | x_C) - H(X_S | x_C) nats.
All conditional laws are ratios of the evidence of partial sequences, (V+1)^L numbers.

It is summed as KL(p || r) = sum_x p log(p / r) - p + r for the joint law p and the product r, whose
terms are all at least zero. So it is exactly zero where the two laws agree in every entry, zeros
included, and a set that loses nothing generates nothing impossible; otherwise it keeps its leading
digits, be it as small as 1e-300.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from synthetic.arguments import check_length
from synthetic.languages import Language, enumerate_sequences

TRANSITION_LIMIT = 2**22  # (2V+1)^L: pairs of a partial sequence and one that reveals more
ROUNDING = 1e-13  # of the logarithm of a probability, relative to 1 + |log evidence|
CONTEXTS_AT_ONCE = 2**14


class Reveal(NamedTuple):
    """Revealing the same places among the masked ones in each of M partial sequences.

    places: their ranks among the m masked positions; positions (M,) int64: the same as bits 2^i;
    after (M, V^s) int64: the partial sequences that follow; probability (M, V^s) of each under the
    language; total_correlation (M,) in nats.
    """

    places: tuple[int, ...]
    positions: Tensor
    after: Tensor
    probability: Tensor
    total_correlation: Tensor

    def generated(self, singles: list[Tensor]) -> Tensor:
        """Probability (B, V^s) of what follows when symbols are drawn independently, of (B, V)."""
        law = torch.ones_like(singles[0][:, :1])
        for place in self.places:
            law = (law.unsqueeze(2) * singles[place].unsqueeze(1)).flatten(1)
        return law


class Level(NamedTuple):
    """The possible partial sequences with m masked positions, by code (M,), and their reveals."""

    codes: Tensor
    reveals: list[Reveal]

    @property
    def singles(self) -> list[Tensor]:
        """The law (M, V) of each of the m masked positions."""
        alone = {reveal.places[0]: reveal for reveal in self.reveals if len(reveal.places) == 1}
        return [alone[place].probability for place in sorted(alone)]


class RevealCosts(NamedTuple):
    """All reveals of a language at one length, by the number of masked positions 1..L.

    A partial sequence is its row-major index in base V+1; `evidence` ((V+1)^L,) is the probability
    of its revealed tokens, `possible` ((V+1)^L,) bool whether it is positive, `everything`
    ((V+1)^L,) all masked positions as bits.
    """

    vocab_size: int
    length: int
    evidence: Tensor
    possible: Tensor
    everything: Tensor
    levels: list[Level]

    @property
    def start(self) -> int:
        """The index of the partial sequence with nothing revealed: the last one."""
        return len(self.everything) - 1


@torch.no_grad()
def reveal_costs(language: Language, length: int) -> RevealCosts:
    """Total correlations in nats and transitions of all sets from all possible partial sequences.

    Logarithms of a joint probability and of a product that differ by at most 1e-13 (1 + |log
    evidence|) count as equal, since rounding cannot tell them apart. Memory is 16 bytes for each of
    the (2V+1)^L transitions, which are at most 2^22, else it is a one-line error.
    """
    base, device = language.vocab_size + 1, language.device
    if (2 * language.vocab_size + 1) ** check_length(length) > TRANSITION_LIMIT:
        raise ValueError(
            f"all policies at length {length} need {2 * language.vocab_size + 1}^{length} "
            f"transitions, allowed are {TRANSITION_LIMIT}: use a shorter length, or "
            "optimal_sizes for fixed counts in random order"
        )
    tokens = enumerate_sequences(base, length, device)
    parts = [language.log_evidence(part) for part in tokens.split(CONTEXTS_AT_ONCE)]
    log_evidence = torch.cat(parts).double()
    masked = tokens == language.mask
    positions = torch.arange(length, device=device)
    bits, powers = 2**positions, base ** (length - 1 - positions)
    possible = log_evidence > -math.inf
    levels = []
    for count in range(1, length + 1):
        codes = ((masked.sum(1) == count) & possible).nonzero().flatten()
        places = masked[codes].nonzero()[:, 1].view(len(codes), count)
        subsets = [
            tuple(place for place in range(count) if subset >> place & 1)
            for subset in range(1, 2**count)
        ]
        known = log_evidence[codes].unsqueeze(1)
        singles = [log_evidence[_after(codes, powers[column], base)] - known
                   for column in places.unsqueeze(2).unbind(1)]  # fmt: skip
        reveals = []
        for ranks in subsets:
            chosen = places[:, list(ranks)]
            after = _after(codes, powers[chosen], base)
            joint = log_evidence[after] - known
            product = _log_product([singles[rank] for rank in ranks])
            loss = _total_correlation(joint, product, ROUNDING * (1 + log_evidence[after].abs()))
            reveals.append(Reveal(ranks, bits[chosen].sum(1), after, joint.exp(), loss))
        levels.append(Level(codes, reveals))
    everything = (masked * bits).sum(1)
    return RevealCosts(base - 1, length, log_evidence.exp(), possible, everything, levels)


def _after(codes: Tensor, powers: Tensor, base: int) -> Tensor:
    """Indices (M, V^s) of what follows (M,) when positions of the powers (M, s) get symbols."""
    symbols = enumerate_sequences(base - 1, powers.shape[1], codes.device)
    # a masked position holds the digit V, so that the symbol x adds (x - V) times its power
    steps = (symbols - (base - 1)).unsqueeze(0) * powers.unsqueeze(1)
    return codes.unsqueeze(1) + steps.sum(2)


def _log_product(singles: list[Tensor]) -> Tensor:
    """Log of the product law (M, V^s) of independent symbols with log-laws (M, V)."""
    log_law = torch.zeros_like(singles[0][:, :1])
    for single in singles:
        log_law = (log_law.unsqueeze(2) + single.unsqueeze(1)).flatten(1)
    return log_law


def _total_correlation(joint: Tensor, product: Tensor, tolerance: Tensor) -> Tensor:
    """KL (M,) in nats of joint from product, both log-laws (M, V^s), as a sum of terms >= 0.

    With l = log(p / r) a term is p (l + e^-l - 1) = r (l e^l - e^l + 1), and r where p is zero;
    each form is used on the side of l = 0 where it cannot overflow.
    """
    possible = joint > -math.inf
    ratio = (joint - product).where(possible, 0.0)
    ratio = ratio.where(ratio.abs() > tolerance, 0.0)
    more = joint.exp() * (ratio + torch.expm1(-ratio))
    less = product.exp() * (ratio * ratio.exp() - torch.expm1(ratio))
    terms = torch.where(ratio > 0, more, less)
    return torch.where(possible, terms, product.exp()).sum(1)
