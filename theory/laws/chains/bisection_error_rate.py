"""Exact sequence error rate of a Markov chain under bisection.

The rounds before the last reveal one token of each run, given both ends, from its exact law; the
last reveals each run at once. So a run between the tokens u and v at distance d with r rounds left
fails with probability

  E_r(d)[u, v] = sum_x m_j(x | u, v) (E_(r-1)(j)[u, x] + S_(r-1)(j)[u, x] E_(r-1)(d-j)[x, v]),

j = floor(d / 2) the middle, m_j the bridge law of `markov_chain`, S = 1 - E computed beside it by
S_r(d)[u, v] = sum_x m_j(x | u, v) S_(r-1)(j)[u, x] S_(r-1)(d-j)[x, v]; with one round left a
product law runs along the run from the left, H_j[x] being the probability of ending at x with no
forbidden pair yet. No term is negative, so that errors stay relative and zeros are zeros: with
`bisection_rounds(length)` rounds the value is exactly 0. (2608.25505, order-m Markov chains at
m = 1: D_0 <= ceil(log2 L) + 1.)
"""

from typing import NamedTuple

import torch
from torch import Tensor

from synthetic.arguments import check_integer, check_length, check_work, checked
from synthetic.quantities import UNIT_ROUNDOFF, CertifiedValue
from synthetic.sampling import bisection_rounds
from theory.laws.chains.markov_chain import Powers, markov_chain, powers
from theory.laws.one_thread import one_thread

UNDERFLOW = 2.0**-900  # more than all numbers below 2^-1022 that any length could drop
LEAST_BITS = -900  # of a product that is an ordinary number


class HalvedRuns(NamedTuple):
    """Masked runs between tokens u and v, axes (V + 1, V + 1): probabilities of both outcomes.

    `roundings` counts the relative errors of size 2^-53 on the longest path to an entry.
    """

    valid: Tensor
    error: Tensor
    roundings: int


@checked
@one_thread()
def chain_bisection_sequence_error_rate(
    language: object, *, length: int, rounds: int
) -> CertifiedValue:
    """Sequence error rate of the exact denoiser under `Bisection(rounds)`, all positions masked.

    For an `NGram` of order 2, whose tables are taken as they are; time O(L V^4), memory O(L V^2).
    More than 10^13 operations are a one-line error.
    The error is that of rounding: gamma_m of the value, m the roundings on the longest path (all
    terms are non-negative), plus 2^-900 for what underflows. A value of 0 is exact where no
    two tokens share a round, or no product of probabilities along a sequence can be that small.
    """
    chain = markov_chain(language)
    length = check_length(length)
    rounds = check_integer("rounds", rounds)
    at_once = length >> min(rounds - 1, length.bit_length())  # positions of the longest run
    check_work(
        f"bisection at length {length}, {chain.symbols} symbols and {rounds} rounds",
        (8 * at_once * (chain.symbols + 1) + 20 * length) * (chain.symbols + 1) ** 3,
        "take a shorter length, or simulate with generate",
    )
    table = powers(chain, length + 1)
    known: dict[tuple[int, int], HalvedRuns] = {}

    def runs(distance: int, left: int) -> HalvedRuns:
        if (distance, left) not in known:
            if distance == 1 or left == 1:
                known[distance, left] = _at_once(table, distance)
            else:
                near = distance // 2
                parts = runs(near, left - 1), runs(distance - near, left - 1)
                known[distance, left] = _halved(table, distance, *parts)
        return known[distance, left]

    whole = runs(length + 1, rounds)
    end = chain.symbols
    value = float(whole.error[end, end])
    small = whole.roundings * UNIT_ROUNDOFF
    # a token's law is a ratio of powers: at least the least of them squared
    least = int(table.numbers.exponent[table.numbers.mantissa > 0].min()) - 1
    alone = rounds >= bisection_rounds(length)  # no two tokens share a round
    exact_zero = value == 0 and (alone or 2 * (length + 1) * least > LEAST_BITS)
    return CertifiedValue(value, 0.0 if exact_zero else value * small / (1 - small) + UNDERFLOW)


def _bridge(table: Powers, near: int, whole: int) -> tuple[Tensor, int]:
    """m_j(x | u, v), axes u, v, x, and the roundings in it: three powers, a product, a quotient."""
    device = table.numbers.mantissa.device
    law = table.reveal_law(torch.tensor(near, device=device), torch.tensor(whole, device=device))
    return law, 2 * whole * (law.shape[-1] + 2) + 2


def _halved(table: Powers, distance: int, first: HalvedRuns, second: HalvedRuns) -> HalvedRuns:
    """Runs whose middle token is revealed alone."""
    law, roundings = _bridge(table, distance // 2, distance)
    valid = torch.einsum("uvx,ux,xv->uv", law, first.valid[:, :-1], second.valid[:-1])
    first_fails = torch.einsum("uvx,ux->uv", law, first.error[:, :-1])
    second_fails = torch.einsum("uvx,ux,xv->uv", law, first.valid[:, :-1], second.error[:-1])
    # sums of V products of three, and the last sum
    roundings += first.roundings + second.roundings + law.shape[-1] + 3
    return HalvedRuns(valid, first_fails + second_fails, roundings)


def _at_once(table: Powers, distance: int) -> HalvedRuns:
    """Runs whose tokens are all revealed in one step, each from its own bridge law."""
    allowed = table.possible(1).double()
    forbidden = 1 - allowed
    if distance == 1:
        return HalvedRuns(allowed, forbidden, 0)
    law, roundings = _bridge(table, 1, distance)
    symbols = law.shape[-1]
    path = law * allowed[:, None, :-1]
    error = (law * forbidden[:, None, :-1]).sum(-1)
    total = roundings + symbols
    for near in range(2, distance):
        law, roundings = _bridge(table, near, distance)
        error = error + torch.einsum("uvy,yx,uvx->uv", path, forbidden[:-1, :-1], law)
        path = torch.einsum("uvy,yx->uvx", path, allowed[:-1, :-1]) * law
        total += roundings + 2 * symbols + 3
    valid = torch.einsum("uvy,yv->uv", path, allowed[:-1])
    error = error + torch.einsum("uvy,yv->uv", path, forbidden[:-1])
    return HalvedRuns(valid, error, total + symbols + 2)
