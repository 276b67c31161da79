"""Token error rate of the exact denoiser on a Markov chain, under Bernoulli reveal.

The law p of the sampler is a mixture over reveal paths. Between two revealed tokens a Markov chain
knows nothing of what lies outside, so p(x) of a given word is a recursion over pairs of positions:
`interval_recursion`. Nothing is dropped and nothing is approximated; the error is rounding.

    log TER(p) - log TER(q) = KL(q || p) / L = E_{x~q}[log q(x) - log p(x)] / L

Exact is p(x), estimated is the mean. The difference of logarithms varies far less than log p(x),
and with the ratio r = p(x) / q(x) as control variate less again: its mean is known. But p can have
its mass on words that are never drawn, as where zeros of a chain are smoothed: the mean of r over
the words drawn is then far from what it should be. So the variate is used where its own mean agrees
with the words and where it takes variance away, a rule that knows nothing of the result.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor

from synthetic.arguments import (
    check_generator,
    check_integer,
    check_length,
    check_work,
    checked,
)
from synthetic.languages.sequences import check_tokens
from synthetic.mean_interval import missed_share
from synthetic.quantities import UNIT_ROUNDOFF, CertifiedValue, Estimate, mean_estimate
from synthetic.sampling.schedules import check_schedule
from synthetic.scaled import Scaled
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.chains.interval_recursion import (
    BAND,
    BLOCK,
    SCALED_NUMBERS,
    Ordinary,
    Rate,
    earlier_scaled,
    rates,
    reveal_everything,
)
from theory.laws.chains.markov_chain import MarkovChain, Powers, markov_chain, powers
from theory.laws.curves.information_curve import information_curve
from theory.laws.one_thread import one_thread

CONTROL_ERRORS = 3.0  # standard errors by which the control variate's mean may be off
STEP_OPERATIONS = 5 * 10**6  # that could be done in the time in which a step is begun
ORDINARY_NUMBERS = 2**22  # of working memory at once: 32 MiB, or one word's if that is more


@dataclass(frozen=True)
class ChainTokenErrorRate:
    """`gap`, log TER(p) - log TER(q), with the largest proved error of a term of its mean from
    rounding and truncation, and the path average that bounds it; all in nats per token."""

    gap: Estimate
    term_error: float
    path_average: CertifiedValue


class ChainLogProb(NamedTuple):
    """log p(x) (B,) and log p(x) - log q(x) (B,) in nats, and a proved bound on the error of each
    of these numbers."""

    log_prob: Tensor
    log_ratio: Tensor
    error: float


@checked
@one_thread()
def chain_token_error_rate(
    language: object,
    *,
    length: int,
    schedule: Sequence[float],
    sequences: int,
    generator: torch.Generator,
) -> ChainTokenErrorRate:
    """Gap of the token error rate of the exact denoiser of an `NGram` of order 2, Bernoulli reveal.

    log TER(p) - log TER(q) = KL(q || p) / L in nats per token, the mean over `sequences` words
    drawn from the language of (b (r - E r) - log r) / L with r = p(x) / q(x). The mean of r over
    words is known, E r = 1 - SER, and r - 1 - log r is small wherever r is near one, which leaves
    a fraction of the variance of -log r; b = 1 / E r, at most 2, is fixed before any word is drawn.
    Where the mean of r is more than 3 standard errors from E r, or the variate adds variance, it is
    the mean of -log r / L alone, and the estimator says so. Words with large r are rare, and until
    they are met the variate pulls the mean down: the upper end is at least that of -log r / L.
    Each term is exact up to the proved error. Time and memory are those of `chain_log_prob`.
    """
    chain = markov_chain(language)
    length = check_length(length)
    sequences = check_integer("sequences", sequences)
    check_generator(generator)
    _check_work(sequences, length, len(check_schedule(schedule)))
    words = language.sample(sequences, length, generator)  # type: ignore[attr-defined]
    exact = chain_log_prob(language, words, schedule)
    wrong = chain_sequence_error_rate(language, length=length, schedule=schedule)
    valid = 1 - wrong.value
    factor = 1 / max(valid, 0.5)
    ratio = exact.log_ratio.exp()
    plain, controlled = -exact.log_ratio, factor * (ratio - valid) - exact.log_ratio
    rounding = 1.01 * exact.error
    # p(x) >= q(x)^L, since q(x_i | any other tokens of x) >= q(x); and of an event of probability d
    # the mean of -log q is at most L log V - log d
    most = (length - 1) * (math.log(chain.symbols) - math.log(missed_share(sequences)) / length)
    name = "exact p(x), mean over words without control variate"
    gap, error = mean_estimate(plain / length, name, most=most), rounding
    if _agrees(ratio, valid, wrong.error + rounding) and _spread(controlled) <= _spread(plain):
        gap = _controlled(mean_estimate(controlled / length, "exact p(x), mean over words"), gap)
        error = (1 + factor * float(ratio.max())) * rounding + factor * wrong.error
    curve = information_curve(language, length)  # type: ignore[arg-type]
    path_average = CertifiedValue(curve.path_bound(schedule), 2 * curve.rounding)
    return ChainTokenErrorRate(gap, error / length, path_average)


def _controlled(controlled: Estimate, plain: Estimate) -> Estimate:
    """The mean with its control variate, its upper end no lower than that of the plain mean; where
    its own end is open, the plain mean's alone."""
    low = controlled.low if math.isfinite(controlled.low) else min(plain.low, controlled.value)
    high = max(controlled.high if math.isfinite(controlled.high) else controlled.value, plain.high)
    return replace(controlled, low=low, high=high)


def _agrees(ratio: Tensor, mean: float, error: float) -> bool:
    """Whether the mean of the ratios (B,) is within 3 standard errors of what it is known to be."""
    distance = abs(float(ratio.mean()) - mean)
    return distance <= CONTROL_ERRORS * _spread(ratio) / math.sqrt(len(ratio)) + 2 * error


def _spread(values: Tensor) -> float:
    """The standard deviation of values (B,); zero of one alone."""
    return float(values.std()) if len(values) > 1 else 0.0


@checked
@one_thread()
@torch.no_grad()
def chain_log_prob(language: object, tokens: Tensor, schedule: Sequence[float]) -> ChainLogProb:
    """Log-probabilities in nats of words (B, L) under the exact denoiser of an `NGram` of order 2,
    Bernoulli reveal with the schedule (a_1..a_N): the mixture over all reveal paths.

    The words are possible ones: after an impossible context everything masked is uniform, wherever
    it lies, and the intervals are no longer independent; `output_law` covers that at small lengths.
    Time about N L^4 / 16 products a word, mostly in matrix products; working memory 48 MiB, or
    250 L^2 bytes if that is more. Words so improbable, or schedules so steep, that ordinary
    numbers would underflow take the same recursion with exponents, some fifty times slower. What
    takes more than 10^13 operations, half an hour on one core or more, is a one-line error.

    The error is that of rounding. Each p(x) is a sum of positive products, of tables as they are;
    along one product each position is revealed once (6 powers of the chain, and a sum of at most
    L + 1 terms), and each of at most L + 1 intervals and N steps costs a sum of L + 1 terms and L
    powers of 1 - w: m roundings in all change log p by at most -m log(1 - u), u = 2^-53.
    """
    chain = markov_chain(language)
    tokens = check_tokens(tokens, chain.symbols, masked=False).to(chain.initial.device)
    steps = rates(check_schedule(schedule))
    _check_work(tokens.shape[0], tokens.shape[1], len(steps))
    possible = language.contains(tokens)  # type: ignore[attr-defined]
    if not bool(possible.all()):
        word = tokens[~possible][0].tolist()
        raise ValueError(
            f"words are possible ones of the language, got {word}: use output_law for others"
        )
    length = tokens.shape[1]
    table = powers(chain, length + 1)
    log_ratio = torch.cat(
        [tokens.new_zeros(0, dtype=torch.float64)]
        + [_log_ratios(chain, table, rows, steps) for rows in _chunks(tokens, BAND + 3 * BLOCK)]
    )
    log_word = _log_word(chain, tokens)
    log_prob = log_ratio + log_word
    roundings = length * (length + 50) + len(steps) * (length + 1) * (5 * length + 20)
    error = -roundings * math.log1p(-UNIT_ROUNDOFF) - 6 * length * math.log1p(-table.relative_error)
    largest = float(log_word.abs().max() + log_ratio.abs().max()) if len(tokens) else 0.0
    return ChainLogProb(
        log_prob, log_ratio, error + (length + 8) * 4 * UNIT_ROUNDOFF * (largest + 1)
    )


def _check_work(words: int, length: int, steps: int) -> None:
    """A one-line error where the recursion of so many words would not end."""
    pieces = -(-words // _at_once(length, BAND + 3 * BLOCK))
    check_work(
        f"the law of {words} words of length {length} in {steps} steps of the schedule",
        steps * (words * length**4 / 4 + pieces * STEP_OPERATIONS),
        "take fewer sequences, a shorter length or fewer steps, or use information_curve, whose "
        "path_bound is an upper bound",
    )


def _at_once(length: int, tables: int) -> int:
    """How many words fit at once, with `tables` numbers for each pair of positions."""
    return max(1, ORDINARY_NUMBERS // (tables * (length + 2) ** 2))


def _chunks(tokens: Tensor, tables: int) -> tuple[Tensor, ...]:
    """Words, so many at once that `tables` numbers for each pair of positions fit."""
    return tokens.split(_at_once(tokens.shape[1], tables)) if len(tokens) else ()


def _log_word(chain: MarkovChain, tokens: Tensor) -> Tensor:
    """log q(x) (B,) in nats: a sum of terms of one sign."""
    steps = chain.transition.log()[tokens[:, :-1], tokens[:, 1:]]
    return chain.initial.log()[tokens[:, 0]] + steps.sum(1)


def _reach(chain: MarkovChain, table: Powers, tokens: Tensor) -> Scaled:
    """P(i, j) between the positions 0..L + 1 of each word, (B, L + 2, L + 2); one unless i < j."""
    end = torch.full_like(tokens[:, :1], chain.symbols)
    word = torch.cat([end, tokens, end], dim=1)
    place = torch.arange(word.shape[1], device=word.device)
    distance = place - place[:, None]
    index = (distance.clamp(min=0), word[:, :, None], word[:, None, :])
    mantissa = torch.where(distance > 0, table.numbers.mantissa[index], 1.0)
    return Scaled.of(mantissa, torch.where(distance > 0, table.numbers.exponent[index], 0))


def _log_ratios(chain: MarkovChain, table: Powers, tokens: Tensor, steps: list[Rate]) -> Tensor:
    """log p(x) - log q(x) (B,): in ordinary numbers where they can be trusted."""
    reach = _reach(chain, table, tokens)
    after = reveal_everything(reach)
    if len(steps) == 1:
        return after.at(slice(None), 0, -1).log()
    ordinary = Ordinary(after, reach)
    for index in range(len(steps) - 2, -1, -1):
        ordinary.step_back(steps[index], only_first=index == 0)
    result = ordinary.log_ratio()
    rough = (~(ordinary.safe & result.isfinite())).nonzero().flatten()
    most = max(1, SCALED_NUMBERS // (8 * (tokens.shape[1] + 2) ** 2))
    for rows in rough.split(most) if len(rough) else ():
        result[rows] = _scaled(after.at(rows), reach.at(rows), steps)
    return result


def _scaled(after: Scaled, reach: Scaled, steps: list[Rate]) -> Tensor:
    """The same in numbers with exponents, from Phi before the last step."""
    for rate in reversed(steps[:-1]):
        after = earlier_scaled(after, reach, rate)
    return after.at(slice(None), 0, -1).log()
