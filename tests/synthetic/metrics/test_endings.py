"""Questions of multiple choice asked of a language, their laws against enumeration."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from synthetic.languages import Dyck, HiddenMarkov, Language, NGram, enumerate_sequences
from synthetic.metrics import Asked, easy_endings, hard_endings

LENGTH, OPTIONS = 5, 3
THIRD_ORDER = NGram.random(3, 3, 2, 1.0, 4)
BOTH = pytest.mark.parametrize("ask", [easy_endings, hard_endings])


def asked_of(ask: object, language: Language, count: int, seed: int = 0) -> Asked:
    generator = torch.Generator().manual_seed(seed)
    return ask(language, LENGTH, count, generator, OPTIONS)  # type: ignore[operator]


@BOTH
@given(seed=st.integers(0, 2**31))
def test_a_question_has_one_prefix_and_its_first_ending_is_of_the_language(
    ask: object, seed: int
) -> None:
    words, questions = asked_of(ask, THIRD_ORDER, 7, seed)
    table = words.unflatten(0, (7, OPTIONS))
    assert bool((table[:, :, : LENGTH // 2] == table[:, :1, : LENGTH // 2]).all())
    assert bool(THIRD_ORDER.contains(table[:, 0]).all())
    assert questions.right.shape == (7, OPTIONS)
    assert bool((questions.right[:, 0] > 0).all())


@given(seed=st.integers(0, 2**31))
def test_endings_of_a_chain_of_pairs_cannot_be_told_from_hard_ones(seed: int) -> None:
    """There the law of neighbours is the language, so that no answer is better than a guess."""
    chain = NGram.random(2, 3, 2, 1.0, seed % 50)
    questions = asked_of(hard_endings, chain, 20, seed).questions
    assert torch.allclose(questions.right, torch.full_like(questions.right, 1 / OPTIONS))
    assert asked_of(easy_endings, chain, 20, seed).questions.bayes_accuracy().value > 1 / OPTIONS


@pytest.mark.parametrize("language", [THIRD_ORDER, Dyck(2, 3)])
def test_the_law_of_hard_endings_by_sums_over_all_words(language: Language) -> None:
    length = LENGTH if language is THIRD_ORDER else 6
    generator = torch.Generator().manual_seed(1)
    words, questions = hard_endings(language, length, 40, generator, OPTIONS)
    size = language.vocab_size
    every = enumerate_sequences(size, length)
    law = language.log_prob(every).exp()
    for word, log_distractor in zip(words, questions.log_distractor.flatten(), strict=True):
        expected = 1.0
        for place in range(length // 2, length):
            before = every[:, place - 1] == word[place - 1]
            both = before & (every[:, place] == word[place])
            expected *= float(law[both].sum() / law[before].sum())
        assert float(log_distractor) == pytest.approx(math.log(expected), abs=1e-12)


@BOTH
def test_wrong_endings_come_as_often_as_their_law_says(ask: object) -> None:
    """Chi-square over the endings after one prefix, 1 in 10,000 false alarms."""
    from scipy import stats

    count = 4000
    words, questions = asked_of(ask, THIRD_ORDER, count, 3)
    table, laws = words.unflatten(0, (count, OPTIONS)), questions.log_distractor.exp()
    prefix = table[0, 0, : LENGTH // 2]
    same = (table[:, 0, : LENGTH // 2] == prefix).all(1)
    seen: dict[tuple[int, ...], int] = {}
    law: dict[tuple[int, ...], float] = {}
    for word, chance in zip(
        table[same][:, 1:].flatten(0, 1).tolist(), laws[same][:, 1:].flatten().tolist(), strict=True
    ):
        ending = tuple(word[LENGTH // 2 :])
        seen[ending] = seen.get(ending, 0) + 1
        law[ending] = chance
    total = sum(seen.values())
    often = [ending for ending in seen if total * law[ending] >= 5]
    observed = [seen[ending] for ending in often]
    expected = [total * law[ending] for ending in often]
    rest = total - sum(expected)
    assert len(often) > 3
    assert total > 500
    if rest > 5:
        observed.append(total - sum(observed))
        expected.append(rest)
    statistic = sum((a - b) ** 2 / b for a, b in zip(observed, expected, strict=True))
    assert stats.chi2.sf(statistic, len(observed) - 1) > 1e-4


@BOTH
def test_bad_questions_are_refused_in_a_line(ask: object) -> None:
    generator = torch.Generator()
    bad = [
        ((1, 4, generator), "half of a word is the prefix, so it has 2 tokens or more, got 1"),
        ((4, 0, generator), "count"),
        ((4, 4, generator, 1), "options"),
    ]
    for arguments, message in bad:
        with pytest.raises(ValueError, match=message):
            ask(THIRD_ORDER, *arguments)  # type: ignore[operator]
    with pytest.raises(TypeError, match="generator"):
        ask(THIRD_ORDER, 4, 4, None)  # type: ignore[operator]


def test_hard_endings_are_harder_where_all_words_are_possible() -> None:
    language = HiddenMarkov.random(4, 8, 4, 0.5, 1, symbols=8)
    easy, hard = (asked_of(ask, language, 2000, 5) for ask in (easy_endings, hard_endings))
    assert hard.questions.bayes_accuracy().high < easy.questions.bayes_accuracy().low
