"""The best that any order can do: rounds against KL over all deterministic policies."""

from dataclasses import dataclass

import torch

from synthetic.arguments import checked
from synthetic.languages import Language
from synthetic.sampling.strategies.table_policy import TablePolicy
from theory.laws.one_thread import one_thread
from theory.laws.policies.policy_frontier import PolicyPoint, policy_point, supported_points
from theory.laws.policies.reveal_costs import RevealCosts, reveal_costs


@dataclass(frozen=True)
class Frontier:
    """Rounds against KL with the exact denoiser, over two kinds of deterministic policies.

    points: the vertices of the lower convex hull over policies that look at the revealed values,
    from all at once to the fewest expected rounds at KL 0; schedules: for each number of rounds
    from 1 the least KL of a fixed sequence of sets, up to the first with KL 0.
    """

    points: tuple[PolicyPoint, ...]
    schedules: tuple[PolicyPoint, ...]


@checked
@one_thread()
def optimal_policy(language: Language, *, length: int) -> Frontier:
    """Least KL(q || q_pi) in nats against expected rounds, value-adaptive and value-independent.

    q_pi is the law of a policy with the exact denoiser (Wen, Liang and Lu, arXiv 2608.25505,
    Theorem 1; see `policy_frontier`). Expected rounds of `points` are under the language. Points
    that lie within 1e-12 nats of the hull are not told from it. KL 0 is exact: the last point and
    the last schedule generate nothing impossible. Time and memory grow like (2V+1)^L, at most 2^22,
    else it is a one-line error.
    """
    costs = reveal_costs(language, length)
    return Frontier(supported_points(costs), best_schedules(costs))


@checked
@one_thread()
def evaluate_policy(language: Language, policy: TablePolicy, *, length: int) -> PolicyPoint:
    """Rounds and KL(q || q_pi) in nats of a policy given as a table, with the exact denoiser.

    Possible partial sequences must be decided, also those that the policy never reaches; what is
    impossible is revealed at once, whatever the table says there.
    """
    costs = reveal_costs(language, length)
    if len(policy.table) != len(costs.everything):
        raise ValueError(
            f"a table for {costs.vocab_size} symbols at length {length} has "
            f"{len(costs.everything)} entries, got {len(policy.table)}"
        )
    table = torch.tensor(policy.table, dtype=torch.int64, device=costs.everything.device)
    return policy_point(costs, torch.where(costs.possible, table, costs.everything))


def best_schedules(costs: RevealCosts) -> tuple[PolicyPoint, ...]:
    """For each number of rounds the fixed sequence of sets of least KL, up to the first at KL 0.

    A dynamic programme over the sets of masked positions, with E_q TC(X_S | X_C) as the loss of
    revealing S.
    """
    losses = _expected_losses(costs)
    whole = 2**costs.length - 1
    best = {0: {0: (0.0, 0)}}  # rounds -> masked set -> (loss, first set)
    schedules: list[PolicyPoint] = []
    for rounds in range(1, costs.length + 1):
        before, now = best[rounds - 1], {}
        for masked, choices in losses.items():
            options = [
                (loss + before[masked ^ chosen][0], chosen)
                for chosen, loss in choices.items()
                if masked ^ chosen in before
            ]
            if options:
                now[masked] = min(options)
        best[rounds] = now
        if whole in now:
            table = costs.everything.clone()
            masked = whole
            for left in range(rounds, 0, -1):
                chosen = best[left][masked][1]
                table[costs.everything == masked] = chosen
                masked ^= chosen
            table = torch.where(costs.possible, table, costs.everything)
            schedules.append(policy_point(costs, table))
            if schedules[-1].kl_divergence == 0:
                break
    return tuple(schedules)


def _expected_losses(costs: RevealCosts) -> dict[int, dict[int, float]]:
    """E_q TC(X_S | X_C) in nats, for each set of masked positions (not C) and each subset S."""
    losses: dict[int, dict[int, float]] = {}
    for level in costs.levels:
        groups, group = costs.everything[level.codes].unique(return_inverse=True)
        weight = costs.evidence[level.codes]
        for reveal in level.reveals:
            total = torch.zeros(len(groups), dtype=torch.float64, device=group.device)
            total.index_add_(0, group, weight * reveal.total_correlation)
            chosen = torch.zeros_like(groups)
            chosen[group] = reveal.positions  # the same for all of a group
            entries = zip(groups.tolist(), chosen.tolist(), total.tolist(), strict=True)
            for masked, subset, loss in entries:
                losses.setdefault(masked, {})[subset] = loss
    return losses
