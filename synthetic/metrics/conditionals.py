"""A model's conditionals against the true ones, summed over the vocabulary.

`true` and `learned` are log-probabilities in nats (..., V) of the same contexts, such as (B, L, V)
of the left-to-right chain rule; no label is drawn, so that a model with the true conditionals has
exactly zero.
"""

import math
from fractions import Fraction
from typing import NamedTuple

import torch
from scipy import optimize
from torch import Tensor

from synthetic.arguments import check_integer, check_share, checked, short
from synthetic.divergence import divergence_of_laws
from synthetic.languages.sequences import check_tokens
from synthetic.quantities import Estimate, mean_estimate

ROW_ROUNDING = 1e-4  # of log-probabilities in single precision


@checked
def divergence_of_contexts(true: Tensor, learned: Tensor) -> Tensor:
    """KL(true || learned) in nats of each context, (...); infinite where a possible symbol is
    excluded."""
    _check(true=true, learned=learned)
    return divergence_of_laws(true.double(), learned.double())


@checked
def chain_rule_divergence(true: Tensor, learned: Tensor) -> Estimate:
    """KL(language || model) in nats per token by the chain rule, of contexts (B, L, V) of the
    language: the mean over sequences of the mean over positions."""
    each = divergence_of_contexts(true, learned)
    return mean_estimate(each.flatten(1).mean(1), "chain rule summed over symbols, mean")


@checked
def signed_confidence(true: Tensor, learned: Tensor) -> Tensor:
    """max p - q(argmax p) of each context, (...): how much surer a model p is of its best symbol
    than the language q; above zero where it is too sure."""
    _check(true=true, learned=learned)
    best, symbol = learned.double().exp().max(-1)
    return best - true.double().exp().gather(-1, symbol.unsqueeze(-1)).squeeze(-1)


@checked
def entropy_deficit(true: Tensor, learned: Tensor) -> Tensor:
    """H(q) - H(p) in nats of each context, (...): above zero where the model p is narrower."""
    _check(true=true, learned=learned)
    return entropies(true) - entropies(learned)


def entropies(rows: Tensor) -> Tensor:
    """Entropy in nats of laws given by log-probabilities (..., V), as (...)."""
    rows = rows.double()
    return torch.where(rows > -torch.inf, -rows.exp() * rows, 0.0).sum(-1)


@checked
def worst_share(increase: Tensor, part: float = 0.1) -> float:
    """The share of a total carried by the largest `part` of its terms (N,), such as the increase of
    the KL by context between two epochs.

    The number of terms is rounded up; a total that is not above zero is an error, since it has no
    shares.
    """
    part = check_share("part", part, positive=True)
    if increase.is_complex() or not increase.numel():
        raise ValueError(f"increase has real terms (N,), got {increase.dtype}")
    increase = increase.double().flatten()
    total = float(increase.sum())
    if not total > 0:
        raise ValueError(f"shares are of an increase whose total is above 0, got {total:.3g}")
    count = math.ceil(increase.numel() * Fraction(str(part)))  # the part as it is written
    return float(increase.topk(count).values.sum()) / total


class Calibration(NamedTuple):
    """Of groups of contexts (G,): the mean probability that a model gives to its best symbol, the
    mean true probability of that symbol, and the mean KL in nats."""

    confidence: Tensor
    truth: Tensor
    divergence: Tensor


@checked
def calibration(true: Tensor, learned: Tensor, groups: int = 10) -> Calibration:
    """How a model's confidence compares with the truth, in groups of contexts as equal in number as
    can be, least confident first; ties in the order of the contexts."""
    _check(true=true, learned=learned)
    flat = true.flatten(0, -2).double(), learned.flatten(0, -2).double()
    groups = check_integer("groups", groups, most=len(flat[0]))
    best, symbol = flat[1].exp().max(-1)
    truth = flat[0].exp().gather(-1, symbol.unsqueeze(-1)).squeeze(-1)
    parts = best.argsort(stable=True).tensor_split(groups)
    measured = (best, truth, divergence_of_contexts(*flat))
    return Calibration(*(torch.stack([one[part].mean() for part in parts]) for one in measured))


class Refit(NamedTuple):
    """The one temperature that brings a model nearest to the language, and the mean KL there in
    nats per context."""

    temperature: float
    divergence: float


@checked
def temperature_refit(true: Tensor, learned: Tensor) -> Refit:
    """The temperature T of p^(1/T), normalised, that minimises the mean KL over all contexts.

    The mean KL is convex in 1/T, which is looked for in [1/20, 20].
    """
    _check(true=true, learned=learned)
    true, learned = true.double(), learned.double()

    def mean_divergence(inverse: float) -> float:
        return float(divergence_of_contexts(true, (learned * inverse).log_softmax(-1)).mean())

    least = optimize.minimize_scalar(
        mean_divergence, bounds=(0.05, 20.0), method="bounded", options={"xatol": 1e-7}
    )
    return Refit(1 / float(least.x), float(least.fun))


@checked
def mean_law(conditionals: Tensor, tokens: Tensor) -> Tensor:
    """The chain rule (B, L, V) of the mean of K laws, from theirs (K, B, L, V) on tokens (B, L).

    log of sum_k p_k(x_<i) p_k(v | x_<i) / sum_k p_k(x_<i): a law that has given the prefix more
    probability counts more.
    """
    _check_chain(conditionals, tokens, axes=4)
    chosen = conditionals.gather(
        -1, tokens.to(conditionals.device).expand(len(conditionals), -1, -1).unsqueeze(-1)
    ).squeeze(-1)
    before = chosen.cumsum(-1) - chosen
    weight = (before - before.logsumexp(0)).unsqueeze(-1)
    return (conditionals + weight).logsumexp(0)


@checked
def sequence_log_prob(conditionals: Tensor, tokens: Tensor) -> Tensor:
    """log p(x) in nats of sequences (B, L) by their chain rule (B, L, V), as (B,)."""
    _check_chain(conditionals, tokens, axes=3)
    chosen = conditionals.gather(-1, tokens.to(conditionals.device).unsqueeze(-1))
    return chosen.squeeze(-1).sum(-1)


@checked
def memorisation_excess(distinct: Tensor, learned: Tensor) -> float:
    """P(a sample of the model is in the training set) less that of a fresh word of the language.

    Of log-probabilities (N,) of the distinct words of the set, by the language and by the model;
    their sums are the shares that samples would have on average.
    """
    _check(distinct=distinct, learned=learned)
    return float(learned.double().exp().sum() - distinct.double().exp().sum())


def _check(**sides: Tensor) -> None:
    for name, rows in sides.items():
        if not rows.dtype.is_floating_point or not rows.numel() or bool(rows.isnan().any()):
            raise ValueError(f"{name} holds log-probabilities, got {short(rows)}")
        if float(rows.max()) > ROW_ROUNDING:
            raise ValueError(f"{name} holds log-probabilities <= 0, got {float(rows.max()):g}")
    first, second = sides.values()
    if first.shape != second.shape:
        raise ValueError(
            f"{' and '.join(sides)} are of the same contexts, got shapes {tuple(first.shape)} and "
            f"{tuple(second.shape)}"
        )


def _check_chain(conditionals: Tensor, tokens: Tensor, axes: int) -> None:
    """A one-line error unless these are conditionals (.., B, L, V) on tokens (B, L)."""
    fits = conditionals.dim() == axes and conditionals.shape[-3:-1] == tokens.shape
    if not fits or not conditionals.dtype.is_floating_point or bool(conditionals.isnan().any()):
        raise ValueError(
            f"conditionals hold log-probabilities (.., L, V) of tokens {tuple(tokens.shape)}, got "
            f"{conditionals.dtype} {tuple(conditionals.shape)}"
        )
    check_tokens(tokens, conditionals.shape[-1], masked=False)
