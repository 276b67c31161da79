"""Addition and derivations by their definitions; prompts and answers of all languages with them."""

import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.languages import (
    Addition,
    AdditionDownwards,
    Assignments,
    CopyPairs,
    CountDown,
    Derivation,
    Expressions,
    Language,
    Prompted,
    RunningSum,
    enumerate_sequences,
)
from tests.generators import SEEDS
from tests.synthetic.languages.referee import is_addition, is_derivation

MANY = settings(max_examples=30, deadline=None, derandomize=True)
LANGUAGES: tuple[tuple[Prompted, int], ...] = (
    (RunningSum(3), 7), (RunningSum(3), 2), (Addition(2), 9), (Derivation(3), 8),
    (AdditionDownwards(2), 9), (Assignments(2, 3), 8), (Assignments(2, 2, shown=False), 8),
    (Expressions(2), 7),
)  # fmt: skip


def generator(seed: int) -> torch.Generator:
    return torch.Generator("cpu").manual_seed(seed)


def numbers(words: Tensor, offset: int, base: int) -> list[int]:
    """The numbers whose digits stand at every third place of words (B, L) from an offset."""
    digits = words[:, offset::3].tolist()
    return [sum(d * base**place for place, d in enumerate(row)) for row in digits]


@MANY
@example(12, 9, 0)  # tables grow with the cube of the base
@given(st.integers(2, 7), st.integers(1, 7), SEEDS)
def test_additions_are_additions(base: int, places: int, seed: int) -> None:
    """Every sampled sum is the integers' sum; with a digit of it changed it is no word."""
    language, length = Addition(base), 3 * places
    words = language.sample(20, length, generator(seed))
    first, second, total = (numbers(words, offset, base) for offset in range(3))
    assert total == [(a + b) % base**places for a, b in zip(first, second, strict=True)]
    free = 2 * places * math.log(base)
    assert language.log_prob(words).tolist() == pytest.approx([-free] * 20, rel=1e-12)
    entropy = language.entropy(length)
    assert abs(entropy.value - free) <= entropy.error + 1e-13 * free
    place = seed % places * 3 + 2
    words[:, place] = (words[:, place] + 1) % base
    assert not bool(language.contains(words).any())


def test_a_sum_without_carry_is_another_language() -> None:
    """The broken twin adds digit by digit, which agrees in the first place alone."""
    language = Addition(3)
    words = enumerate_sequences(3, 6)
    carried = [is_addition(tuple(word), 3) for word in words.tolist()]
    assert language.contains(words).tolist() == carried
    without = ((words[:, 0::3] + words[:, 1::3]) % 3 == words[:, 2::3]).all(1)
    assert language.contains(words).tolist() != without.tolist()
    short = enumerate_sequences(3, 3)
    alone = (short[:, 0] + short[:, 1]) % 3 == short[:, 2]
    assert torch.equal(language.contains(short), alone)


def test_addition_downwards_is_addition_read_by_places_from_the_end() -> None:
    words = Addition(3).sample(20, 12, generator(0))
    turned = words.view(20, 4, 3).flip(1).reshape(20, 12)
    assert bool(AdditionDownwards(3).contains(turned).all())
    assert not bool(AdditionDownwards(3).contains(words).all())


def test_assignments_are_followed() -> None:
    """Values as a program computes them; without them shown, the same answer to the same steps."""
    shown, silent = Assignments(3, 4), Assignments(3, 4, shown=False)
    for word in shown.sample(50, 17, generator(1)).tolist():
        values = {0: 0, 1: 0, 2: 0}
        for target, source, value in zip(word[0:-2:3], word[1:-2:3], word[2:-2:3]):
            values[target] = (values[source] + 1) % 4
            assert value == values[target]
        assert word[-1] == values[word[-2]]
        short = [token for place, token in enumerate(word[:-2]) if place % 3 < 2] + word[-2:]
        assert bool(silent.contains(torch.tensor([short])))
        short[-1] = (short[-1] + 1) % 4
        assert not bool(silent.contains(torch.tensor([short])))


def test_numbers_count_down() -> None:
    words = CountDown(5).sample(200, 12, generator(2))
    before, after = words[:, :-1].flatten(), words[:, 1:].flatten()
    assert bool((after == before - 1)[before > 0].all())
    assert after[before == 0].unique().tolist() == [0, 1, 2, 3, 4]


def test_lengths() -> None:
    assert Addition(4).lengths(12) == [3, 6, 9, 12]
    assert Derivation(4).lengths(12) == [4, 6, 8, 10, 12]
    with pytest.raises(ValueError, match=r"no words of length 32, near it are \[30, 33\]"):
        Addition(4).entropy(32)
    with pytest.raises(ValueError, match=r"no words of length 2, near it are \[4\]"):
        Derivation(4).entropy(2)


@MANY
@example(9, 15, 0)  # tables grow with the modulus
@given(st.integers(3, 6), st.integers(1, 8), SEEDS)
def test_derivations_lead_to_their_target(modulus: int, moves: int, seed: int) -> None:
    language, length = Derivation(modulus), 2 + 2 * moves
    words = language.sample(20, length, generator(seed))
    assert all(is_derivation(tuple(word), modulus) for word in words.tolist())
    free = math.log(modulus) + moves * math.log(2)
    assert language.log_prob(words).tolist() == pytest.approx([-free] * 20, rel=1e-12)
    entropy = language.entropy(length)
    assert abs(entropy.value - free) <= entropy.error + 1e-13 * free
    for place in (1, 3, length - 1):
        wrong = words.clone()
        wrong[:, place] = (wrong[:, place] + 1) % modulus
        assert not bool(language.contains(wrong).any())


@MANY
@given(st.integers(3, 8), st.integers(1, 12))
def test_targets_are_nearly_uniform(modulus: int, moves: int) -> None:
    """Start uniform; targets within cos(pi / modulus)^k of uniform, all from k = modulus - 1 on."""
    language = Derivation(modulus)
    rows = torch.full((modulus**2, 2 + 2 * moves), language.mask)
    rows[:, :2] = enumerate_sequences(modulus, 2)
    prompts = language.log_evidence(rows).exp().reshape(modulus, modulus)
    assert prompts.sum(1).tolist() == pytest.approx([1 / modulus] * modulus, rel=1e-12)
    distance = float((prompts * modulus - 1 / modulus).abs().max())
    assert distance <= math.cos(math.pi / modulus) ** moves + 1e-12
    assert bool((prompts > 0).all()) == (moves >= modulus - 1)


@pytest.mark.parametrize(("modulus", "length"), [(3, 6), (3, 8), (4, 8)])
def test_derivations_are_uniform_given_the_prompt(modulus: int, length: int) -> None:
    """Several of them, equally likely; between neighbours by one move there is only one."""
    language = Derivation(modulus)
    words = enumerate_sequences(modulus, length)
    valid = words[language.contains(words)]
    assert len(valid) == modulus * 2 ** (length // 2 - 1)
    prompts, counts = valid[:, :2].unique(dim=0, return_counts=True)
    rows = torch.full((len(prompts), length), language.mask)
    rows[:, :2] = prompts
    share = language.log_evidence(rows).exp() * modulus * 2 ** (length // 2 - 1)
    assert share.tolist() == pytest.approx(counts.tolist(), rel=1e-12)
    assert int(counts.max()) > 1


def check_prompted(language: Prompted, length: int) -> None:
    """Prompt and answer are apart, both there, and the prompt does not say the rest at random.

    Some answer follows from the prompt of each word, and not every one does.
    """
    prompt, answer = language.prompt_positions(length), language.answer_positions(length)
    for positions in (prompt, answer):
        assert positions.shape == (length,)
        assert positions.dtype == torch.bool
        assert bool(positions.any())
    assert not bool((prompt & answer).any())
    words = language.sample(30, length, generator(0))
    last = int(answer.nonzero()[-1])
    asked = words.masked_fill(~prompt, language.mask)
    law = language.posterior(asked)[:, last]
    assert bool((law.max(-1).values > -1e-9).all())  # the prompt decides the last answer
    assert torch.equal(law.argmax(-1), words[:, last])


@pytest.mark.parametrize(("language", "length"), LANGUAGES)
def test_prompts_decide_answers(language: Prompted, length: int) -> None:
    assert isinstance(language, Prompted)
    check_prompted(language, length)


def test_positions() -> None:
    def listed(language: Prompted, length: int) -> tuple[list[int], list[int]]:
        prompt, answer = language.prompt_positions(length), language.answer_positions(length)
        return prompt.nonzero()[:, 0].tolist(), answer.nonzero()[:, 0].tolist()

    assert listed(RunningSum(3), 6) == ([0, 2, 4], [5])
    assert listed(RunningSum(3), 7) == ([0, 2, 4, 6], [5])
    assert listed(Addition(3), 6) == ([0, 1, 3, 4], [2, 5])
    assert listed(Derivation(3), 6) == ([0, 1], [5])
    assert not isinstance(CopyPairs(2), Prompted)


class FirstDigits(RunningSum):
    """A broken twin: the prompt is the first digit alone."""

    def prompt_positions(self, length: int) -> Tensor:
        return torch.arange(length, device=self.device) == 0


class Everything(RunningSum):
    """A broken twin: the prompt holds the answer."""

    def prompt_positions(self, length: int) -> Tensor:
        return torch.ones(length, dtype=torch.bool, device=self.device)


@pytest.mark.parametrize("broken", [FirstDigits(3), Everything(3)])
def test_broken_prompts_are_noticed(broken: Prompted) -> None:
    with pytest.raises(AssertionError):
        check_prompted(broken, 6)


@pytest.mark.parametrize(
    ("language", "length", "message"),
    [
        (RunningSum(3), 1, "a running sum has an answer from length 2 on, got length 1"),
        (RunningSum(3), 0, "length is an integer >= 1, got 0"),
        (Addition(3), 4, "no words of length 4"),
        (Derivation(3), 5, "no words of length 5"),
    ],
)
def test_lengths_without_an_answer(language: Prompted, length: int, message: str) -> None:
    for positions in (language.prompt_positions, language.answer_positions):
        with pytest.raises(ValueError, match=message):
            positions(length)


@pytest.mark.parametrize("language", [RunningSum(2), Addition(2), Derivation(3)])
def test_positions_are_made_on_the_language_s_device(language: Prompted) -> None:
    length = 6
    with torch.device("meta"):
        assert not language.prompt_positions(length).is_meta
        assert not language.answer_positions(length).is_meta
    assert isinstance(language, Language)
