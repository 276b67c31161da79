"""Every family against enumeration in exact fractions, with broken twins that it must reject."""

import copy
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from torch import Tensor

from synthetic.languages import (
    AutomatonLanguage,
    CopyPairs,
    Dyck,
    HiddenMarkov,
    Language,
    NGram,
    enumerate_sequences,
)
from synthetic.scaled import log_fraction
from tests.generators import (
    Partial,
    families,
    hidden_markovs,
    ngrams,
    partials,
    random_rows,
)
from tests.synthetic.languages.referee import Referee, assert_close

EVERY = settings(max_examples=60, deadline=None, derandomize=True)
MANY = settings(max_examples=80, deadline=None, derandomize=True)


def check_evidence(case: Partial) -> None:
    """Evidence sums the words that fit; log_prob and contains agree where none is masked."""
    language, tokens = case.language, case.tokens
    referee = Referee(language, tokens.shape[1])
    evidence = language.log_evidence(tokens)
    assert evidence.shape == (len(tokens),)
    assert evidence.dtype == torch.float64
    assert_close(evidence, [log_fraction(referee.evidence(row)) for row in tokens.tolist()])
    complete = tokens[(tokens != language.mask).all(1)]
    expected = [referee.log_prob(row) for row in complete.tolist()]
    assert_close(language.log_prob(complete), expected)
    assert language.contains(complete).tolist() == [value > -math.inf for value in expected]


def check_posterior(case: Partial) -> None:
    """The posterior is Bayes' rule on the listed law; dead contexts uniform, revealed certain."""
    language, tokens = case.language, case.tokens
    referee = Referee(language, tokens.shape[1])
    posterior = language.posterior(tokens)
    assert posterior.shape == (*tokens.shape, language.vocab_size)
    assert posterior.dtype == torch.float64
    assert_close(posterior, [referee.posterior(row) for row in tokens.tolist()])


def check_words(language: Language, length: int) -> None:
    """log_prob and contains of every sequence of a length, and the certified entropy."""
    referee = Referee(language, length)
    words = enumerate_sequences(language.vocab_size, length)
    expected = [referee.log_prob(word) for word in words.tolist()]
    assert_close(language.log_prob(words), expected)
    assert language.contains(words).tolist() == [value > -math.inf for value in expected]
    entropy = language.entropy(length)
    assert (
        abs(entropy.value - referee.entropy) <= entropy.error + 1e-15 * referee.entropy
    )  # of its float sum
    small = language.log_normaliser(length) ** 2  # the bound is absolute where weights are tiny
    assert entropy.error <= 1e-10 * (1 + referee.entropy) + 1e-13 * small


@MANY
@given(partials(ngrams(), longest=6))
def test_ngrams(case: Partial) -> None:
    check_evidence(case)
    check_posterior(case)


@EVERY
@given(partials(hidden_markovs()))
def test_hidden_markovs(case: Partial) -> None:
    check_evidence(case)
    check_posterior(case)


@EVERY
@given(partials(families(), longest=6))
def test_families(case: Partial) -> None:
    check_evidence(case)
    check_posterior(case)


@MANY
@given(partials())
def test_every_language(case: Partial) -> None:
    check_evidence(case)
    check_posterior(case)
    check_words(case.language, case.tokens.shape[1])


@pytest.mark.parametrize("shape", ["dense", "sparse", "single successor"])
@pytest.mark.parametrize("order", [2, 3, 4])
def test_all_contexts_of_small_ngrams(order: int, shape: str) -> None:
    generator = np.random.default_rng(order)
    transition = random_rows(generator, 2 ** (order - 1), 2, shape).reshape((2,) * order)
    initial = random_rows(generator, 1, 2 ** (order - 1), "sparse").reshape((2,) * (order - 1))
    language = NGram(initial, transition)
    for length in range(1, 6):
        contexts = enumerate_sequences(3, length)
        check_evidence(Partial(language, contexts))
        check_posterior(Partial(language, contexts))
        check_words(language, length)


class Filter(AutomatonLanguage):
    """Knows what is revealed to the left alone."""

    def posterior(self, tokens: Tensor) -> Tensor:
        columns = []
        for position in range(tokens.shape[1]):
            seen = tokens.clone()
            seen[:, position + 1 :] = self.mask
            columns.append(super().posterior(seen)[:, position])
        return torch.stack(columns, 1)


class Clipped(AutomatonLanguage):
    """Probabilities of at least 1e-15, as in dynamax."""

    def posterior(self, tokens: Tensor) -> Tensor:
        return super().posterior(tokens).clamp(min=math.log(1e-15)).log_softmax(-1)

    def log_evidence(self, tokens: Tensor) -> Tensor:
        return super().log_evidence(tokens).clamp(min=math.log(1e-15))


class Rounded(AutomatonLanguage):
    """Half precision of float64: nine digits."""

    def posterior(self, tokens: Tensor) -> Tensor:
        return super().posterior(tokens).float().double()

    def log_evidence(self, tokens: Tensor) -> Tensor:
        return super().log_evidence(tokens).float().double()


class Impossible(AutomatonLanguage):
    """No law in dead contexts."""

    def posterior(self, tokens: Tensor) -> Tensor:
        dead = self.log_evidence(tokens) == -math.inf
        masked = (tokens == self.mask) & dead.unsqueeze(1)
        return super().posterior(tokens).masked_fill(masked.unsqueeze(-1), -math.inf)


class Prefixes(AutomatonLanguage):
    """Takes a prefix of a word for a word: the final weights are forgotten."""

    def log_evidence(self, tokens: Tensor) -> Tensor:
        longer = torch.nn.functional.pad(tokens, (0, tokens.shape[1]), value=self.mask)
        return super().log_evidence(longer)


class Likely(AutomatonLanguage):
    """Contains what is not too improbable."""

    def contains(self, tokens: Tensor) -> Tensor:
        return self.log_prob(tokens).exp() > 1e-12


def twin(language: AutomatonLanguage, broken: type[AutomatonLanguage]) -> AutomatonLanguage:
    """The same language with the mistakes of a class."""
    kind = type(language)
    result = copy.copy(language)
    result.__class__ = type(broken.__name__, (broken, kind), {})
    return result


CASES = {
    "pairs": CopyPairs(2),
    "rare": NGram([1.0, 0.0], [[1 - 1e-20, 1e-20], [1e-20, 1 - 1e-20]]),
    "brackets": Dyck(1, 3),
    "hidden": HiddenMarkov([0.25, 0.75], [[0.5, 0.5], [0.0, 1.0]], [[0.1, 0.9], [1.0, 0.0]]),
}


@pytest.mark.parametrize(
    ("broken", "check", "name"),
    [
        (Filter, check_posterior, "pairs"),
        (Filter, check_posterior, "hidden"),
        (Clipped, check_posterior, "rare"),
        (Clipped, check_evidence, "rare"),
        (Rounded, check_posterior, "hidden"),
        (Rounded, check_evidence, "hidden"),
        (Impossible, check_posterior, "pairs"),
        (Prefixes, check_evidence, "brackets"),
        (Likely, check_evidence, "rare"),
    ],
)
def test_broken_twins(
    broken: type[AutomatonLanguage], check: Callable[[Partial], None], name: str
) -> None:
    language = CASES[name]
    contexts = enumerate_sequences(3, 4)
    check(Partial(language, contexts))
    with pytest.raises(AssertionError):
        check(Partial(twin(language, broken), contexts))
