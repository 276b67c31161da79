"""Rounds against divergence of deterministic policies: evaluation, and the hull of all of them.

A policy picks the positions of a round from the revealed values before it draws them. With the
exact denoiser its law is q_pi(x) = prod_t prod_{i in S_t(x)} q(x_i | x_{C_t(x)}), so that
KL(q || q_pi) = E_q sum_t TC(X_{S_t} | x_{C_t}) (Wen, Liang and Lu, arXiv 2608.25505, Theorem 1):
log q(x) - log q_pi(x) is a sum over rounds, by the chain rule along the rounds of x, and the mean
of each term under q given x_{C_t} is a total correlation. Rounds and KL are both additive along x,
so that for a price of a round both are minimised together by a dynamic programme over the partial
sequences; the prices of a round trace the lower convex hull.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.sampling.strategies.table_policy import TablePolicy
from theory.laws.policies.reveal_costs import Level, RevealCosts

RESOLUTION = 1e-12  # nats: points this close to the hull's edges are not told from them


@dataclass(frozen=True)
class PolicyPoint:
    """What a policy costs and loses, with the exact denoiser.

    rounds: expected under the language; kl_divergence: KL(q || q_pi) in nats; rounds_generated:
    expected under the law that the policy generates; rounds_most: of any sequence that it
    generates; policy: its decisions, as a strategy.
    """

    rounds: float
    kl_divergence: float
    rounds_generated: float
    rounds_most: int
    policy: TablePolicy


def policy_point(costs: RevealCosts, table: Tensor) -> PolicyPoint:
    """Rounds and KL of the policy of a table ((V+1)^L,) of positions as bits.

    It must decide all partial sequences that are possible; one with evidence zero can only be
    reached under the generated law, and there the table must reveal everything at once.
    """
    size, device = len(costs.everything), table.device
    rounds, loss, generated, most = torch.zeros((4, size), dtype=torch.float64, device=device)
    dead = ~costs.possible & (costs.everything > 0)
    for count in (generated, most):
        count[dead] = 1.0
    for level in costs.levels:
        singles = level.singles
        decided = torch.zeros_like(level.codes)
        for reveal in level.reveals:
            row = (table[level.codes] == reveal.positions).nonzero().flatten()
            if not len(row):
                continue
            decided[row] = 1
            code, after, law = level.codes[row], reveal.after[row], reveal.probability[row]
            drawn = reveal.generated([single[row] for single in singles])
            rounds[code] = 1 + (law * rounds[after]).sum(1)
            loss[code] = reveal.total_correlation[row] + (law * loss[after]).sum(1)
            generated[code] = 1 + (drawn * generated[after]).sum(1)
            most[code] = 1 + torch.where(drawn > 0, most[after], 0.0).amax(1)
        _check_decided(decided, level, costs.length)
    start = costs.start
    return PolicyPoint(
        float(rounds[start]),
        float(loss[start]),
        float(generated[start]),
        int(most[start]),
        TablePolicy(table),
    )


def cheapest_table(costs: RevealCosts, price: float) -> Tensor:
    """The policy that minimises price * rounds + KL, as a table; at price 0 with fewest rounds.

    At price 0 no policy loses less than nothing and one token a round loses nothing, so that the
    minimum is over the reveals of total correlation zero, of the rounds alone.
    """
    best = torch.zeros(len(costs.everything), dtype=torch.float64, device=costs.everything.device)
    table = costs.everything.clone()  # what is impossible is revealed at once
    for level in costs.levels:
        value = torch.full_like(level.codes, torch.inf, dtype=torch.float64)
        choice = table[level.codes]
        for reveal in level.reveals:
            loss = reveal.total_correlation
            cost = torch.where(loss > 0, math.inf, 1.0) if price == 0 else price + loss
            cost = cost + (reveal.probability * best[reveal.after]).sum(1)
            better = cost < value
            value = torch.where(better, cost, value)
            choice = torch.where(better, reveal.positions, choice)
        best[level.codes] = value
        table[level.codes] = choice
    return table


def supported_points(costs: RevealCosts) -> tuple[PolicyPoint, ...]:
    """Vertices of the lower convex hull of (rounds, KL) over all policies, fewest rounds first.

    From everything at once (1 round) to the fewest expected rounds at KL 0; between two vertices
    the price that makes them equally cheap either finds a policy below their chord, or proves that
    there is none.
    """
    first = policy_point(costs, costs.everything)
    if first.kl_divergence == 0:
        return (first,)
    last = policy_point(costs, cheapest_table(costs, 0.0))
    points, pending = [first, last], [(first, last)]
    while pending:
        left, right = pending.pop()
        price = (left.kl_divergence - right.kl_divergence) / (right.rounds - left.rounds)
        point = policy_point(costs, cheapest_table(costs, price))
        chord = price * left.rounds + left.kl_divergence
        if price * point.rounds + point.kl_divergence < chord - RESOLUTION:
            points.append(point)
            pending += [(left, point), (point, right)]
    return lower_hull(points)


def lower_hull(points: list[PolicyPoint]) -> tuple[PolicyPoint, ...]:
    """The vertices of the decreasing lower convex hull of points (rounds, KL)."""
    hull: list[PolicyPoint] = []
    for point in sorted(points, key=lambda point: (point.rounds, point.kl_divergence)):
        if hull and point.kl_divergence >= hull[-1].kl_divergence:
            continue
        while len(hull) > 1 and _height_above_chord(hull[-2], hull[-1], point) >= -RESOLUTION:
            hull.pop()
        hull.append(point)
    return tuple(hull)


def _height_above_chord(left: PolicyPoint, middle: PolicyPoint, right: PolicyPoint) -> float:
    share = (middle.rounds - left.rounds) / (right.rounds - left.rounds)
    chord = (1 - share) * left.kl_divergence + share * right.kl_divergence
    return middle.kl_divergence - chord


def _check_decided(decided: Tensor, level: Level, length: int) -> None:
    """A one-line error where a possible partial sequence has no set of its masked positions."""
    missing = (decided == 0).nonzero().flatten()
    if len(missing):
        raise ValueError(
            f"a policy gives every possible partial sequence of length {length} some of its masked "
            f"positions, got none for the one with index {int(level.codes[missing[0]])}"
        )
