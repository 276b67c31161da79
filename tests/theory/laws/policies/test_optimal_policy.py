"""The frontier of rounds against KL: by enumeration, by output laws, and by known values."""

import itertools
import math
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs, Finite, Language, NGram, enumerate_sequences
from synthetic.metrics import kl_divergence
from synthetic.sampling import LeftToRight, generate
from synthetic.sampling.strategies.table_policy import TablePolicy
from tests.generators import hidden_markovs, ngrams
from tests.synthetic.sampling.small_cases import CPU, generator, index_of
from tests.theory.laws.policies.every_policy import all_policies, divergence_at
from tests.theory.laws.random_laws import policy_of, random_law
from theory.laws.enumeration.output_law import output_law
from theory.laws.policies.optimal_policy import (
    Frontier,
    evaluate_policy,
    optimal_policy,
)
from theory.laws.policies.policy_frontier import PolicyPoint

CLOSE = 1e-10


@st.composite
def small_languages(draw: st.DrawFn) -> tuple[Language, int]:
    """Languages with a length, few enough policies to list all of them.

    Their positive probabilities are above 1e-60, since the referees multiply them.
    """
    size = draw(st.sampled_from((2, 3, 2)))
    length = draw(st.sampled_from((4, 3, 4, 2, 1) if size == 2 else (3, 2, 1)))
    if draw(st.booleans()):
        zeros = draw(st.sampled_from((0.5, 0.0, 0.8)))
        law = random_law(size, length, draw(st.integers(0, 10**6)), zeros)
        return Finite.from_law(law, size), length
    chains = st.one_of(ngrams(most=size), hidden_markovs(most=size))
    return draw(chains.filter(lambda language: is_ordinary(language, length))), length


def is_ordinary(language: Language, length: int) -> bool:
    """Whether a language has several symbols and no probability between 0 and 1e-60."""
    law = law_of(language, length)
    return language.vocab_size > 1 and float(law[law > 0].min()) > 1e-60


def law_of(language: Language, length: int) -> Tensor:
    words = enumerate_sequences(language.vocab_size, length)
    return language.log_prob(words).exp()


def rounds_of(policy: TablePolicy, words: Tensor, vocab_size: int) -> Tensor:
    """Rounds (B,) of the policy along each word, by following its table."""
    table = torch.tensor(policy.table, device=CPU)
    tokens = torch.full_like(words, vocab_size)
    rounds = torch.zeros(len(words), dtype=torch.float64, device=CPU)
    while bool((tokens == vocab_size).any()):
        rounds += (tokens == vocab_size).any(1)
        sets = table[index_of(tokens, vocab_size + 1)].unsqueeze(1)
        chosen = (sets >> torch.arange(words.shape[1], device=CPU)) % 2 == 1
        tokens = torch.where(chosen, words, tokens)
    return rounds


def is_true(language: Language, length: int, point: PolicyPoint) -> bool:
    """Whether a point says what its policy does: against the output law and every word."""
    words = enumerate_sequences(language.vocab_size, length)
    language_law = law_of(language, length)
    law = output_law(Oracle(language), point.policy, length=length)
    rounds = rounds_of(point.policy, words, language.vocab_size)
    return (
        abs(kl_divergence(language_law, law) - point.kl_divergence) < CLOSE
        and abs(float(language_law @ rounds) - point.rounds) < CLOSE
        and abs(float(law @ rounds) - point.rounds_generated) < CLOSE
        and int(rounds[law > 0].max()) == point.rounds_most
    )


def test_points_do_what_they_say() -> None:
    """The twin claims another point's KL for a policy, and is refused."""
    seen: Counter[str] = Counter()

    @settings(max_examples=30, deadline=None, derandomize=True, database=None)
    @given(small_languages())
    def check(case: tuple[Language, int]) -> None:
        language, length = case
        frontier = optimal_policy(language, length=length)
        points = frontier.points + frontier.schedules
        assert all(is_true(language, length, point) for point in points)
        seen["all"] += 1
        seen["impossible"] += bool((law_of(language, length) == 0).any())
        seen["several points"] += len(frontier.points) > 2
        first = frontier.points[0]
        assert first.rounds == first.rounds_generated == first.rounds_most == 1
        for last in (frontier.points[-1], frontier.schedules[-1]):
            law = output_law(Oracle(language), last.policy, length=length)
            assert last.kl_divergence == 0
            assert torch.equal(law == 0, law_of(language, length) == 0)
        for left, right in itertools.pairwise(frontier.points):
            assert left.rounds < right.rounds
            assert left.kl_divergence > right.kl_divergence
            if left.kl_divergence - right.kl_divergence < 1e-6:
                continue
            twin = PolicyPoint(left.rounds, right.kl_divergence, left.rounds_generated,
                               left.rounds_most, left.policy)  # fmt: skip
            assert not is_true(language, length, twin)
            seen["twin refused"] += 1

    check()
    assert seen["all"] >= 30
    assert min(seen["impossible"], seen["several points"], seen["twin refused"]) >= 3, seen


def is_hull(points: tuple[PolicyPoint, ...], achievable: Tensor) -> bool:
    """Whether no achievable point lies below the hull, and all its vertices are achievable."""
    below = any(
        divergence < divergence_at(points, rounds + CLOSE) - CLOSE
        for rounds, divergence in achievable.tolist()
    )
    vertices = torch.tensor(
        [[point.rounds, point.kl_divergence] for point in points], dtype=torch.float64, device=CPU
    )
    distance = (vertices.unsqueeze(1) - achievable.unsqueeze(0)).abs().amax(2).amin(1)
    return not below and bool((distance < CLOSE).all())


def test_supported_points_are_the_hull_of_all_policies() -> None:
    """The twins: schedules alone, where values help; and a hull with a vertex left out."""
    seen: Counter[str] = Counter()

    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
    @given(small_languages())
    def check(case: tuple[Language, int]) -> None:
        language, length = case
        frontier = optimal_policy(language, length=length)
        achievable = all_policies(language, length=length)
        assert is_hull(frontier.points, achievable)
        seen["all"] += 1
        # the height of a schedule above the hull: where values help
        gap = min(
            schedule.kl_divergence - divergence_at(frontier.points, schedule.rounds)
            for schedule in frontier.schedules[1:-1] or frontier.schedules
        )
        assert gap > -CLOSE
        if divergence_at(frontier.schedules, frontier.points[-1].rounds) > 1e-6:
            assert not is_hull(frontier.schedules, achievable)
            seen["values help"] += 1
        for vertex in range(1, len(frontier.points) - 1):
            rest = frontier.points[:vertex] + frontier.points[vertex + 1 :]
            point = frontier.points[vertex]
            if point.kl_divergence < divergence_at(rest, point.rounds) - 1e-6:
                assert not is_hull(rest, achievable)
                seen["vertex missed"] += 1

    check()
    assert seen["all"] >= 80
    assert min(seen["values help"], seen["vertex missed"]) >= 3, seen


def ordered_partitions(positions: tuple[int, ...]) -> list[list[tuple[int, ...]]]:
    """All sequences of disjoint sets that make up the positions."""
    if not positions:
        return [[]]
    collected = []
    for size in range(1, len(positions) + 1):
        for chosen in itertools.combinations(positions, size):
            rest = tuple(position for position in positions if position not in chosen)
            collected += [[chosen, *others] for others in ordered_partitions(rest)]
    return collected


def entropy_of(law: Tensor, words: Tensor, positions: tuple[int, ...], vocab_size: int) -> float:
    """Entropy in nats of the marginal law of some positions."""
    code = index_of(words[:, list(positions)], vocab_size) if positions else words[:, 0] * 0
    marginal = torch.zeros(len(law), dtype=torch.float64, device=CPU).index_add_(0, code, law)
    return float(torch.special.entr(marginal).sum())


@settings(max_examples=30, deadline=None, derandomize=True)
@given(small_languages())
def test_schedules_are_the_best_of_all_ordered_partitions(case: tuple[Language, int]) -> None:
    """KL of a sequence of sets: sums of marginal entropies minus H(X), for all 75 at length 4."""
    language, length = case
    law, words = law_of(language, length), enumerate_sequences(language.vocab_size, length)
    entropies = {
        positions: entropy_of(law, words, positions, language.vocab_size)
        for size in range(length + 1)
        for positions in itertools.combinations(range(length), size)
    }
    least = [math.inf] * (length + 1)
    for sets in ordered_partitions(tuple(range(length))):
        loss = -entropies[tuple(range(length))]
        known: tuple[int, ...] = ()
        for chosen in sets:
            for position in chosen:
                loss += entropies[tuple(sorted((*known, position)))] - entropies[known]
            known = tuple(sorted((*known, *chosen)))
        least[len(sets)] = min(least[len(sets)], loss)
    schedules = optimal_policy(language, length=length).schedules
    for rounds, schedule in enumerate(schedules, 1):
        assert schedule.rounds == pytest.approx(rounds, abs=CLOSE)
        assert schedule.kl_divergence == pytest.approx(least[rounds], abs=CLOSE)


def bisection(masked: list[int]) -> list[int]:
    """The middle of each run of masked positions."""
    runs: list[list[int]] = []
    for position in masked:
        if runs and runs[-1][-1] == position - 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    return [run[len(run) // 2] for run in runs]


@pytest.mark.parametrize("seed", range(3))
def test_no_order_by_hand_is_below_the_frontier(seed: int) -> None:
    """Bisection (KL 0 on a chain), left to right by twos, and all odd positions first.

    The twin, a frontier that lacks its last policies, is refused by bisection.
    """
    language = NGram.random(order=2, vocab_size=3, branching=2, temperature=1.0, seed=seed)
    frontier = optimal_policy(language, length=6)
    orders = (
        bisection,
        lambda masked: masked[:2],
        lambda masked: [i for i in masked if i % 2] or masked,
    )
    for order in orders:
        policy = policy_of(3, 6, order)
        point = evaluate_policy(language, policy, length=6)
        assert is_true(language, 6, point)
        assert point.kl_divergence > divergence_at(frontier.points, point.rounds + CLOSE) - CLOSE
    halves = evaluate_policy(language, policy_of(3, 6, bisection), length=6)
    assert halves.kl_divergence == 0
    assert halves.rounds == pytest.approx(3)
    assert halves.rounds >= frontier.points[-1].rounds - CLOSE
    assert halves.kl_divergence < divergence_at(frontier.points[:-1], halves.rounds) - CLOSE


def test_left_to_right_as_a_table_is_left_to_right() -> None:
    language = Finite.from_law(random_law(3, 4, 5, zeros=0.3), 3)
    policy = policy_of(3, 4, lambda masked: masked[:2])
    law = output_law(Oracle(language), policy, length=4)
    expected = output_law(Oracle(language), LeftToRight(2), length=4)
    assert torch.equal(law, expected)


def test_supported_policies_run_as_strategies() -> None:
    """Evaluations of generated sequences are the rounds of the point, on average and at most.

    False alarm below 1e-6: six standard errors of a mean of 4,000.
    """
    language = NGram.random(order=2, vocab_size=3, branching=2, temperature=1.0, seed=0)
    frontier = optimal_policy(language, length=6)
    point = max(frontier.points, key=lambda point: point.rounds_generated - point.rounds)
    assert point.rounds_generated > point.rounds + 1e-3
    made = generate(Oracle(language), point.policy, length=6, count=4000, generator=generator(1))
    calls = made.evaluations.double()
    error = float(calls.std()) / math.sqrt(4000)
    assert abs(float(calls.mean()) - point.rounds_generated) < 6 * error + 1e-9
    assert int(calls.max()) <= point.rounds_most


def test_invalid_input_is_refused() -> None:
    language = CopyPairs(2)
    with pytest.raises(ValueError, match=r"5\^10 transitions, allowed are 4194304: use a shorter"):
        optimal_policy(language, length=10)
    with pytest.raises(ValueError, match="length is an integer >= 1, got 0"):
        optimal_policy(language, length=0)
    with pytest.raises(ValueError, match="at length 3 has 27 entries, got 9"):
        evaluate_policy(language, TablePolicy([1] * 9), length=3)
    with pytest.raises(ValueError, match="some of its masked positions, got none for the one with"):
        evaluate_policy(language, TablePolicy([0] * 27), length=3)


def test_no_tensor_is_made_on_the_default_device() -> None:
    def results() -> Frontier:
        language = NGram([0.3, 0.7], [[0.5, 0.5], [0.0, 1.0]], device="cpu")
        frontier = optimal_policy(language, length=3)
        point = evaluate_policy(language, frontier.points[0].policy, length=3)
        assert point == frontier.points[0]
        return frontier

    expected = results()
    with torch.device("meta"):
        assert results() == expected
