"""The answer error rate against the list of all words."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.languages import Addition, Derivation, Prompted, RunningSum, enumerate_sequences
from synthetic.metrics import answer_error_rate, sequence_error_rate
from tests.generators import SEEDS
from tests.synthetic.languages.referee import Referee

CASES: dict[str, tuple[RunningSum | Addition | Derivation, int]] = {
    "sums": (RunningSum(2), 6),
    "an odd length": (RunningSum(2), 5),
    "addition": (Addition(2), 6),
    "derivation": (Derivation(3), 6),
}


def right_answers(name: str) -> set[tuple[int, ...]]:
    """Prompts with their answers, of all words that the definition lists."""
    language, length = CASES[name]
    prompt, answer = language.prompt_positions(length), language.answer_positions(length)
    kept = (prompt | answer).nonzero()[:, 0].tolist()
    return {tuple(word[i] for i in kept) for word in Referee(language, length).law}


ANSWERS = {name: right_answers(name) for name in CASES}


def check(name: str, tokens: Tensor, rate: float) -> None:
    """The rate is the share of sequences that agree with no word on prompt and answer."""
    language, length = CASES[name]
    kept = language.prompt_positions(length) | language.answer_positions(length)
    wrong = [tuple(row) not in ANSWERS[name] for row in tokens[:, kept].tolist()]
    assert rate == sum(wrong) / len(wrong)


@st.composite
def samples(draw: st.DrawFn) -> tuple[str, Tensor]:
    """Words with a few symbols changed, and sequences of any symbols."""
    name = draw(st.sampled_from(sorted(CASES)))
    language, length = CASES[name]
    seeded = torch.Generator("cpu").manual_seed(draw(SEEDS))
    words = language.sample(draw(st.integers(1, 12)), length, seeded)
    share = draw(st.sampled_from([0.0, 0.1, 0.3, 1.0]))
    noise = torch.rand(words.shape, generator=seeded) < share
    other = torch.randint(language.vocab_size, words.shape, generator=seeded)
    return name, torch.where(noise, other, words)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(samples())
def test_wrong_means_that_no_word_agrees(case: tuple[str, Tensor]) -> None:
    name, tokens = case
    language, _ = CASES[name]
    estimate = answer_error_rate(tokens, language)
    check(name, tokens, estimate.value)
    whole = sequence_error_rate(tokens, language)
    assert estimate.value <= whole.value
    assert (estimate.value == whole.value) or not isinstance(language, Addition)
    assert estimate.samples == len(tokens)
    assert estimate.low <= estimate.value <= estimate.high


@pytest.mark.parametrize("name", CASES)
def test_all_sequences(name: str) -> None:
    """Only the steps between make a difference to the sequence error rate, its broken twin."""
    language, length = CASES[name]
    tokens = enumerate_sequences(language.vocab_size, length)
    check(name, tokens, answer_error_rate(tokens, language).value)
    whole = sequence_error_rate(tokens, language).value
    if isinstance(language, Addition):
        check(name, tokens, whole)
    else:
        with pytest.raises(AssertionError):
            check(name, tokens, whole)


class Unread(RunningSum):
    """A broken twin whose prompt is not looked at."""

    def prompt_positions(self, length: int) -> Tensor:
        return torch.zeros(length, dtype=torch.bool, device=self.device)


def test_an_answer_to_another_question_is_wrong() -> None:
    tokens = enumerate_sequences(2, 6)
    assert answer_error_rate(tokens, RunningSum(2)).value == 0.5
    with pytest.raises(AssertionError):
        check("sums", tokens, answer_error_rate(tokens, Unread(2)).value)


def test_a_wrong_step_leaves_the_answer_right() -> None:
    digits, sums = [1, 2, 1], [0, 0, 1]  # 1, 3 = 0, 4 = 1 modulo 3; the first sum is wrong
    row = list(itertools.chain.from_iterable(zip(digits, sums, strict=True)))
    tokens = torch.tensor([row, [*row[:-1], 0]])
    assert sequence_error_rate(tokens, RunningSum(3)).value == 1.0
    estimate = answer_error_rate(tokens, RunningSum(3))
    assert (estimate.value, estimate.estimator) == (0.5, "share of answers, Clopper-Pearson")


def test_a_question_without_an_answer_counts_as_an_error() -> None:
    """One move never leads from 0 to 0."""
    language: Prompted = Derivation(3)
    assert answer_error_rate(torch.tensor([[0, 0, 1, 0]]), language).value == 1.0
    assert answer_error_rate(torch.tensor([[0, 2, 1, 2]]), language).value == 0.0


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([[0, 3]], "tokens lie in 0..2 with no mask, got 3"),
        ([[0]], "an answer from length 2 on, got length 1"),
        ([0, 1], "tokens have shape"),
    ],
)
def test_refusals(tokens: list[object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        answer_error_rate(torch.tensor(tokens), RunningSum(3))
