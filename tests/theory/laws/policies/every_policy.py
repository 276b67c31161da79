"""All policies of a short length, and the height of a hull: the referees of the frontier."""

import math
from itertools import pairwise

import torch
from torch import Tensor

from synthetic.languages import Language
from theory.laws.policies.policy_frontier import PolicyPoint
from theory.laws.policies.reveal_costs import reveal_costs

SAME = 1e-12  # the grid on which points (rounds, KL) are told apart


def all_policies(language: Language, *, length: int) -> Tensor:
    """Every (expected rounds, KL in nats) of a deterministic policy, (P, 2) in increasing order.

    By combining all choices of all partial sequences; of the points in one cell of a grid of 1e-12
    one is kept.
    """
    costs = reveal_costs(language, length)
    device = costs.everything.device
    nothing = torch.zeros((1, 2), dtype=torch.float64, device=device)
    achievable: dict[int, Tensor] = {}
    for level in costs.levels:
        for row, code in enumerate(level.codes.tolist()):
            sets = []
            for reveal in level.reveals:
                loss = float(reveal.total_correlation[row])
                points = torch.tensor([[1.0, loss]], dtype=torch.float64, device=device)
                laws = zip(
                    reveal.after[row].tolist(), reveal.probability[row].tolist(), strict=True
                )
                for after, share in laws:
                    if share > 0:
                        points = _sums(points, share * achievable.get(after, nothing))
                sets.append(points)
            achievable[code] = _distinct(torch.cat(sets))
    return achievable[costs.start]


def _sums(points: Tensor, others: Tensor) -> Tensor:
    """All sums of a point (P, 2) and another one (Q, 2), each once."""
    return _distinct((points.unsqueeze(1) + others.unsqueeze(0)).flatten(0, 1))


def _distinct(points: Tensor) -> Tensor:
    """One of the points (P, 2) in each cell of a grid of 1e-12, in increasing order."""
    _, group = (points / SAME).round().unique(dim=0, return_inverse=True)
    first = torch.full((int(group.max()) + 1,), len(points), device=points.device)
    order = torch.arange(len(points), device=points.device)
    return points[first.scatter_reduce(0, group, order, "amin")]


def divergence_at(points: tuple[PolicyPoint, ...], rounds: float) -> float:
    """Height in nats of the hull through the points at a number of expected rounds.

    Infinite below the first point, that of the last one beyond it: no policy lies below it.
    """
    if rounds < points[0].rounds:
        return math.inf
    for left, right in pairwise(points):
        if rounds < right.rounds:
            share = (rounds - left.rounds) / (right.rounds - left.rounds)
            return (1 - share) * left.kl_divergence + share * right.kl_divergence
    return points[-1].kl_divergence
