"""Certificates of one round: entropies, confidences, tests of independence."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.generators import SEEDS
from tests.theory.bounds.checking import check_expression, check_on_cases, check_tight
from theory.bounds import THEOREMS
from theory.bounds.policies.confident_argmax import lead
from theory.bounds.policies.entropy_bounded_certificate import Joint
from theory.bounds.policies.independence_test import largest_move, largest_move_of_all

ENTROPY = THEOREMS["entropy-bounded-certificate"]
ARGMAX = THEOREMS["confident-argmax"]
FRECHET = THEOREMS["frechet-bound"]
TEST = THEOREMS["independence-test"]


def repeated(tokens: int, vocab_size: int = 2) -> Joint:
    """One uniform symbol, repeated."""
    law = np.zeros((vocab_size,) * tokens)
    for symbol in range(vocab_size):
        law[(symbol,) * tokens] = 1 / vocab_size
    return Joint(law)


def apart(doubts: list[float]) -> Joint:
    """Word 0..0, but for the doubt of each token to be the only one."""
    law = np.zeros((2,) * len(doubts))
    for token, doubt in enumerate(doubts):
        law[tuple(int(token == other) for other in range(len(doubts)))] = doubt
    law[(0,) * len(doubts)] = 1 - math.fsum(doubts)
    return Joint(law)


@st.composite
def joints(draw: st.DrawFn) -> Joint:
    """Random laws with zeros, near a point mass, near a repeated symbol, near the extremal one."""
    size, tokens = draw(st.sampled_from([(2, 1), (2, 2), (2, 3), (2, 4), (3, 2), (3, 3)]))
    generator = np.random.default_rng(draw(SEEDS))
    law = generator.exponential(size=(size,) * tokens)
    law *= generator.random(law.shape) < draw(st.sampled_from([0.4, 1.0]))
    law[(0,) * tokens] += 0.1
    law /= law.sum()
    near = draw(st.sampled_from(["nothing", "a point", "repeated", "apart"]))
    kept = draw(st.sampled_from([0.0, 0.05, 0.5]))
    if near == "a point":
        point = np.zeros_like(law)
        point[(1,) * tokens] = 1.0
        law = kept * law + (1 - kept) * point
    elif near == "repeated":
        law = kept * law + (1 - kept) * repeated(tokens, size).law
    elif near == "apart" and size == 2:
        law = kept * law + (1 - kept) * apart([draw(st.floats(0, 0.9)) / tokens] * tokens).law
    return Joint(law)


def test_entropy_bounded_reveal() -> None:
    check_on_cases(ENTROPY, joints(), lambda total, largest: (total - largest) / 2)
    check_expression(ENTROPY, {"total": [0.0, 1.5, 2.0], "largest": [0.0, 0.5, 2.0]})
    check_tight(ENTROPY, repeated(3))
    with pytest.raises(ValueError, match="holds only for largest <= total"):
        ENTROPY.bound(total=1.0, largest=2.0)


def test_confident_marginals() -> None:
    check_on_cases(ARGMAX, joints(), lambda tokens, doubt: 1 - tokens * doubt)
    check_expression(ARGMAX, {"tokens": [1, 2, 5], "doubt": [0.5, 0.25, 1.0]})
    with pytest.raises(ValueError, match=r"doubt .* is a number in 0\.\.1, got 2"):
        ARGMAX.bound(tokens=2, doubt=2)


def least_lead(tokens: int, doubt: float) -> float:
    """The least lead of the word 0..0 over all laws of n binary tokens with P(0) >= 1 - eps each.

    By a linear programme for each word that could be the best other one; by symmetry one for each
    number of ones will do. More symbols gain nothing: merging all but 0 keeps the marginals, and
    only makes other words likelier.
    """
    words = np.array(list(itertools.product((0, 1), repeat=tokens)))
    leads = []
    for ones in range(1, tokens + 1):
        objective = np.zeros(len(words))
        objective[0] = 1.0
        objective[2**ones - 1] = -1.0
        solution = linprog(
            objective,
            A_ub=words.T,
            b_ub=np.full(tokens, doubt),
            A_eq=np.ones((1, len(words))),
            b_eq=[1.0],
            bounds=(0, 1),
        )
        assert solution.fun is not None, solution.message
        leads.append(float(solution.fun))
    return min(leads)


@pytest.mark.parametrize("tokens", [1, 2, 3, 4, 5])
def test_the_least_lead_is_the_bound_and_flips_at_its_zero(tokens: int) -> None:
    flip = 1 / (tokens + 1)
    for doubt in (0.0, 0.3 * flip, flip - 1e-6, flip, flip + 1e-6, (flip + 1 / tokens) / 2):
        assert least_lead(tokens, doubt) == pytest.approx(
            float(ARGMAX.bound(tokens=tokens, doubt=doubt)), abs=1e-9
        )
    assert least_lead(tokens, flip - 1e-6) > 0 > least_lead(tokens, flip + 1e-6)
    if tokens > 1:  # beyond it the argmax of the product is not that of the joint law
        beyond = apart([flip + 1e-3] * tokens)
        assert beyond.likeliest == (0,) * tokens
        assert lead(beyond.law, beyond.likeliest) == pytest.approx(ARGMAX.bound_of(beyond))
        assert lead(beyond.law, beyond.likeliest) < 0


def test_the_frechet_bound() -> None:
    check_on_cases(FRECHET, joints(), lambda total, tokens: total / tokens)
    check_expression(FRECHET, {"total": [1.0, 1.75, 2.5], "tokens": [1, 2, 4]})
    for doubts in ([0.1], [0.2, 0.3], [0.1, 0.3, 0.25], [0.0, 0.125, 0.5, 0.25]):
        case = apart(doubts)
        assert case.likeliest == (0,) * len(doubts)
        assert FRECHET.exact(case) == pytest.approx(FRECHET.bound_of(case), abs=1e-12)
    # and where the bound is zero: three words, each wrong at one token, and never all right
    never = apart([1 / 3] * 3)
    assert FRECHET.exact(never) == FRECHET.bound_of(never) == pytest.approx(0, abs=1e-15)
    with pytest.raises(ValueError, match="holds only for total <= tokens"):
        FRECHET.bound(total=2.5, tokens=2)


def test_tests_of_independence() -> None:
    check_on_cases(TEST, joints(), lambda tokens, move: (tokens - 1) * move / 2)
    check_expression(TEST, {"tokens": [1, 2, 5], "move": [0.5, 0.0, 0.25]})
    for tokens in (2, 3, 4):
        check_tight(TEST, repeated(tokens))
    with pytest.raises(ValueError, match=r"move .* is a number in 0"):
        TEST.bound(tokens=2, move=-1.0)


def exclusive_or(rank: tuple[int, int, int]) -> Joint:
    """Four bits: the one at rank[2] is the exclusive or of two others, the fourth is free."""
    law = np.zeros((2,) * 4)
    for word in itertools.product((0, 1), repeat=4):
        law[word] = (word[rank[0]] ^ word[rank[1]] == word[rank[2]]) / 8
    return Joint(law)


def largest_move_by_bits(joint: Joint) -> float:
    """Largest KL in nats by which, for each bit of the rank, tokens with bit 0 move one with bit 1.

    A token is tested against earlier ones: ranks above it are left out.
    """
    moves = [0.0]
    for bit in range((joint.tokens - 1).bit_length()):
        for token in range(joint.tokens):
            shown = tuple(rank for rank in range(token) if not rank >> bit & 1)
            if token >> bit & 1 and shown:
                moves.append(largest_move(joint, token, shown))
    return max(moves)


def test_parts_do_not_tell_the_whole() -> None:
    """The counterexample to tests against parts, without independence stability."""
    hidden = exclusive_or((1, 2, 3))
    assert hidden.total_correlation == pytest.approx(math.log(2))
    assert largest_move_by_bits(hidden) == pytest.approx(0, abs=1e-15)  # so the bound would be 0
    assert largest_move_of_all(hidden) == pytest.approx(math.log(2))
    # the same relation at other ranks is found, since some part holds both of the others
    assert largest_move_by_bits(exclusive_or((0, 1, 2))) == pytest.approx(math.log(2))
    assert largest_move_by_bits(exclusive_or((0, 2, 3))) == pytest.approx(math.log(2))


def test_bits_of_the_rank_tell_a_chain() -> None:
    """Where one earlier token carries all that others say, some part holds it."""
    assert largest_move_by_bits(repeated(4)) == largest_move_of_all(repeated(4)) == math.log(2)
