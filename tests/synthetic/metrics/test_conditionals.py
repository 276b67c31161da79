"""Measures of conditionals against sums over all sequences of a small language."""

import itertools
import math

import pytest
import torch
from torch import Tensor

from synthetic.denoisers import Oracle, Perturbed
from synthetic.denoisers.left_to_right import left_to_right
from synthetic.languages import NGram, enumerate_sequences
from synthetic.metrics import enumerated_law, kl_divergence
from synthetic.metrics.conditionals import (
    calibration,
    chain_rule_divergence,
    divergence_of_contexts,
    entropy_deficit,
    mean_law,
    memorisation_excess,
    sequence_log_prob,
    signed_confidence,
    temperature_refit,
    worst_share,
)
from synthetic.metrics.multiple_choice import Questions
from synthetic.metrics.random_order import random_order_divergence, random_order_log_prob
from synthetic.training import conditional_divergence

LENGTH = 4
LANGUAGE = NGram.random(2, 3, 3, 1.0, 0)
OTHERS = [NGram.random(2, 3, 3, 1.0, seed) for seed in (1, 2)]
WORDS = enumerate_sequences(3, LENGTH)
LAW = enumerated_law(LANGUAGE, LENGTH)


def chain(language: NGram, words: Tensor = WORDS) -> Tensor:
    return left_to_right(Oracle(language), words)


def test_the_chain_rule_divergence_is_the_divergence_of_the_laws() -> None:
    """Weighted by the probability of the words, over all of them, for exact conditionals."""
    rows = divergence_of_contexts(chain(LANGUAGE), chain(OTHERS[0]))
    expected = kl_divergence(LAW, enumerated_law(OTHERS[0], LENGTH))
    assert float((LAW * rows.sum(1)).sum()) == pytest.approx(expected, abs=1e-12)
    assert float(divergence_of_contexts(chain(LANGUAGE), chain(LANGUAGE)).abs().max()) < 1e-14
    estimate = chain_rule_divergence(chain(LANGUAGE), chain(OTHERS[0]))
    assert estimate.value == pytest.approx(float(rows.mean()))
    assert estimate.samples == len(WORDS)


def test_an_excluded_symbol_is_infinite_and_an_impossible_one_is_free() -> None:
    rows = torch.tensor([[1.0, 0.0], [0.5, 0.5]]).log()
    assert divergence_of_contexts(rows, rows.flip(0)).tolist() == [
        pytest.approx(math.log(2)),
        math.inf,
    ]


def test_the_chain_rule_gives_the_law_of_a_word() -> None:
    law = sequence_log_prob(chain(OTHERS[0]), WORDS).exp()
    assert torch.allclose(law, enumerated_law(OTHERS[0], LENGTH), atol=1e-14)


def test_the_mean_law_is_the_mean_of_the_laws_and_not_of_the_conditionals() -> None:
    both = torch.stack([chain(other) for other in OTHERS])
    law = sequence_log_prob(mean_law(both, WORDS), WORDS).exp()
    expected = torch.stack([enumerated_law(other, LENGTH) for other in OTHERS]).mean(0)
    assert torch.allclose(law, expected, atol=1e-14)
    twin = sequence_log_prob(both.exp().mean(0).log(), WORDS).exp()
    assert float((twin - expected).abs().max()) > 1e-4


def test_confidence_and_deficit_by_hand() -> None:
    true = torch.tensor([[0.5, 0.5], [0.9, 0.1]]).double().log()
    learned = torch.tensor([[0.2, 0.8], [0.6, 0.4]]).double().log()
    assert signed_confidence(true, learned).tolist() == pytest.approx([0.3, -0.3])
    deficit = entropy_deficit(true, learned)
    assert float(deficit[0]) == pytest.approx(
        math.log(2) + 0.2 * math.log(0.2) + 0.8 * math.log(0.8)
    )
    assert float(deficit[1]) < 0
    assert float(entropy_deficit(true, true).abs().max()) == 0


def test_the_worst_tenth_of_an_increase() -> None:
    increase = torch.arange(20.0)
    assert worst_share(increase) == pytest.approx((19 + 18) / 190)
    assert worst_share(torch.ones(10)) == pytest.approx(0.1)
    assert worst_share(torch.tensor([-1.0, 3.0]), 0.5) == pytest.approx(1.5)
    for hundredths in range(1, 101):  # 100 * 0.07 is above 7 in floating point
        part = worst_share(torch.ones(100), hundredths / 100)
        assert part == pytest.approx(hundredths / 100)
    with pytest.raises(ValueError, match="shares are of an increase whose total is above 0"):
        worst_share(-increase)


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_a_refit_finds_the_temperature_that_was_put_in(temperature: float) -> None:
    true = chain(LANGUAGE)
    learned = (true / temperature).log_softmax(-1)
    refit = temperature_refit(true, learned)
    assert refit.temperature == pytest.approx(1 / temperature, rel=1e-4)
    assert refit.divergence == pytest.approx(0, abs=1e-8)
    assert temperature_refit(true, chain(OTHERS[0])).divergence <= float(
        divergence_of_contexts(true, chain(OTHERS[0])).mean()
    )


def test_calibration_compares_confidence_with_the_truth_in_equal_groups() -> None:
    true, learned = chain(LANGUAGE), chain(OTHERS[0])
    measured = calibration(true, learned, 7)
    best, symbol = learned.flatten(0, 1).exp().max(-1)
    order = sorted(range(len(best)), key=lambda place: float(best[place]))
    truth = true.flatten(0, 1).exp()
    kl = divergence_of_contexts(true, learned).flatten()
    start = 0
    for group in range(7):
        size = len(order) // 7 + (group < len(order) % 7)
        part = order[start : start + size]
        start += size
        expected = [
            sum(float(best[place]) for place in part) / size,
            sum(float(truth[place, symbol[place]]) for place in part) / size,
            sum(float(kl[place]) for place in part) / size,
        ]
        assert [float(one[group]) for one in measured] == pytest.approx(expected, abs=1e-13)
    assert bool((measured.confidence.diff() >= 0).all())
    exact = calibration(true, true)
    assert torch.equal(exact.confidence, exact.truth)
    assert float(exact.divergence.abs().max()) < 1e-14
    with pytest.raises(ValueError, match="groups is an integer in 1"):
        calibration(true[:1], learned[:1], 5)


def test_memorisation_is_the_mass_on_the_training_set() -> None:
    chosen = WORDS[::7]
    log_prob = sequence_log_prob(chain(LANGUAGE, chosen), chosen)
    other = sequence_log_prob(chain(OTHERS[0], chosen), chosen)
    expected = float((enumerated_law(OTHERS[0], LENGTH) - LAW)[::7].sum())
    assert memorisation_excess(log_prob, other) == pytest.approx(expected, abs=1e-13)
    assert memorisation_excess(log_prob, log_prob) == 0


def test_the_random_order_law_is_the_mean_over_all_orders() -> None:
    denoiser = Perturbed(Oracle(LANGUAGE), 0.3, seed=1)
    words = WORDS[::11]
    total = torch.zeros(len(words), dtype=torch.float64)
    orders = list(itertools.permutations(range(LENGTH)))
    for order in orders:
        hidden, log_prob = torch.full_like(words, 3), torch.zeros_like(total)
        for place in order:
            given = denoiser(hidden)[:, place]
            log_prob += given.gather(1, words[:, place, None]).squeeze(1)
            hidden[:, place] = words[:, place]
        total += log_prob.exp() / len(orders)
    assert torch.allclose(random_order_log_prob(denoiser, words).exp(), total, atol=1e-14)
    everything = random_order_log_prob(denoiser, WORDS).exp()
    assert float(everything.sum()) == pytest.approx(1, abs=1e-12)
    exact = random_order_log_prob(Oracle(LANGUAGE), WORDS).exp()
    assert torch.allclose(exact, LAW, atol=1e-14)


def test_the_random_order_divergence_is_below_the_bound_that_is_trained_on() -> None:
    """Weighted by the probability of the words: KL of the law <= the mean KL of its conditionals
    over orders, zero for the language itself."""
    denoiser = Perturbed(Oracle(LANGUAGE), 0.3, seed=1)
    words = WORDS.repeat_interleave((1000 * LAW).round().long(), dim=0)
    estimate = random_order_divergence(denoiser, LANGUAGE, words)
    terms = LANGUAGE.log_prob(words) - random_order_log_prob(denoiser, words)
    assert estimate.value == pytest.approx(float(terms.mean()) / LENGTH, abs=1e-12)
    weighted = kl_divergence(LAW, random_order_log_prob(denoiser, WORDS).exp()) / LENGTH
    assert estimate.value == pytest.approx(weighted, abs=3e-3)
    bound = conditional_divergence(denoiser, LANGUAGE, length=LENGTH, sequences=4096)
    assert 0 < weighted < bound.low
    exact = random_order_divergence(Oracle(LANGUAGE), LANGUAGE, words)
    assert exact.value == pytest.approx(0, abs=1e-14)


def test_long_sequences_are_refused() -> None:
    with pytest.raises(ValueError, match=r"length is an integer in 1..12, got 13"):
        random_order_log_prob(Oracle(LANGUAGE), torch.zeros(1, 13, dtype=torch.int64))


PREFIX = 2
ENDINGS = enumerate_sequences(3, LENGTH - PREFIX)


def questions(prefix: Tensor) -> tuple[Questions, Tensor, Tensor]:
    """All pairs of endings of a prefix with distractors from the marginal law, their probability
    for each place of the right one, and the pairs."""
    pairs = torch.cartesian_prod(torch.arange(9), torch.arange(9))
    whole = torch.cat([prefix.expand(9, -1), ENDINGS], 1)
    given = LANGUAGE.log_prob(whole)
    given = given - given.logsumexp(0)
    every = torch.cat([torch.full((9, PREFIX), 3), ENDINGS], 1)
    marginal = LANGUAGE.log_evidence(every)
    right_first = (given[pairs[:, 0]] + marginal[pairs[:, 1]]).exp()
    right_second = (marginal[pairs[:, 0]] + given[pairs[:, 1]]).exp()
    return (
        Questions(given[pairs], marginal[pairs]),
        torch.stack([right_first, right_second], 1),
        pairs,
    )


def test_multiple_choice_against_every_pair_of_endings() -> None:
    """Labels summed out: the right ending stands first or second with probability 1/2 each."""
    asked, joint, pairs = questions(torch.tensor([0, 1]))
    chance = joint.sum(1) / 2
    assert float(chance.sum()) == pytest.approx(1)
    posterior = joint / joint.sum(1, keepdim=True)
    assert torch.allclose(asked.right, posterior, atol=1e-13)
    scores = asked.log_true
    by_labels = (joint / 2 * torch.nn.functional.one_hot(scores.argmax(1), 2)).sum(1)
    tied = scores[:, 0] == scores[:, 1]
    by_labels[tied] = joint[tied].mean(1) / 2
    answered = asked.right * (scores == scores.max(1, keepdim=True).values)
    answered = answered.sum(1) / (1 + tied.double())
    assert float((answered * chance).sum()) == pytest.approx(float(by_labels.sum()))
    best = float((joint.max(1).values / 2).sum())
    assert float((asked.right.max(1).values * chance).sum()) == pytest.approx(best)
    assert asked.accuracy(scores).value <= asked.bayes_accuracy().value + 1e-15
    ideal = asked.log_true - asked.log_distractor
    assert asked.accuracy(ideal).value == asked.bayes_accuracy().value
    assert asked.accuracy(torch.zeros_like(scores)).value == pytest.approx(asked.chance)
    assert len(pairs) == 81


def test_gap_and_area_by_their_definitions() -> None:
    asked, _, _ = questions(torch.tensor([2, 1]))
    scores = asked.log_true.round(decimals=1)  # with ties
    gap = (asked.right * scores).sum(1) - ((1 - asked.right) * scores).sum(1)
    assert asked.option_gap(scores).value == pytest.approx(float(gap.mean()))
    right, flat = asked.right.flatten(), scores.flatten()
    above = (flat[:, None] > flat).double() + 0.5 * (flat[:, None] == flat).double()
    weight = right[:, None] * (1 - right)
    expected = float((above * weight).sum() / weight.sum())
    assert asked.area_under_curve(scores) == pytest.approx(expected)
    assert asked.area_under_curve(torch.zeros_like(scores)) == pytest.approx(0.5)


def test_questions_without_an_answer_are_refused() -> None:
    nothing, low = -torch.inf, -1.0
    with pytest.raises(ValueError, match="a question has 2 endings or more, got 1"):
        Questions(torch.zeros(3, 1), torch.zeros(3, 1))
    for true, distractor in (([low, low], [nothing, low]), ([nothing, nothing], [low, low])):
        with pytest.raises(ValueError, match="every ending can be a distractor and some ending"):
            Questions(torch.tensor([true]), torch.tensor([distractor]))
    asked = Questions(torch.tensor([[low, nothing]]), torch.tensor([[low, low]]))
    assert asked.right.tolist() == [[1.0, 0.0]]
