"""Questions of multiple choice asked of a language: words that share a prefix, one of them its own.

Easy wrong endings are those of other words. Hard ones go on from the last token of the prefix as
neighbours do in the language, which is all that a model of pairs of tokens knows; in a language of
few words many of them are impossible, and so no harder. Neither law looks at the right ending, so
that the probability that an ending is the right one is exact. To keep only those that a model of
pairs prefers to the right one, as published sets of questions do, would give the right one away: it
would always be the least likely of them.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from synthetic.arguments import check_generator, check_integer, check_length, checked
from synthetic.categorical import categorical
from synthetic.languages.language import Language
from synthetic.languages.sequences import enumerate_sequences
from synthetic.metrics.multiple_choice import Questions


class Asked(NamedTuple):
    """Words (N K, L), K options of each of N questions one after another, and the questions."""

    words: Tensor
    questions: Questions


@checked
def easy_endings(
    language: Language, length: int, count: int, generator: torch.Generator, options: int = 4
) -> Asked:
    """Questions whose wrong endings are those of other words: half of a word is its prefix."""
    words, half = _prefixes(language, length, count, generator, options)
    others = language.sample(count * (options - 1), length, generator)
    words[:, 1:, half:] = others.unflatten(0, (count, -1))[:, :, half:]
    flat = words.flatten(0, 1)
    hidden = flat.clone()
    hidden[:, :half] = language.mask
    return _asked(language, flat, half, language.log_evidence(hidden), options)


@checked
def hard_endings(
    language: Language, length: int, count: int, generator: torch.Generator, options: int = 4
) -> Asked:
    """Questions whose wrong endings are a Markov chain that goes on from the prefix: each token is
    drawn given the one before it alone, by the law of these two places in the language."""
    words, half = _prefixes(language, length, count, generator, options)
    log_distractor = torch.zeros(words.shape[:2], dtype=torch.float64, device=words.device)
    for place in range(half, length):
        following = _following(language, length, place)
        rows = following[words[:, 1:, place - 1]]
        uniforms = torch.rand(
            rows.shape[:-1], dtype=torch.float64, generator=generator, device=generator.device
        )
        words[:, 1:, place] = categorical(rows, uniforms.to(rows.device))
        log_distractor += following[words[:, :, place - 1], words[:, :, place]]
    return _asked(language, words.flatten(0, 1), half, log_distractor.flatten(), options)


def _following(language: Language, length: int, place: int) -> Tensor:
    """log q(x_i | x_{i-1}) in nats at one place i, (V, V)."""
    size = language.vocab_size
    both = enumerate_sequences(size, 2, language.device)
    tokens = both.new_full((len(both), length), language.mask)
    tokens[:, place - 1 : place + 1] = both
    return language.log_evidence(tokens).view(size, size).log_softmax(1)


def _prefixes(
    language: Language, length: int, count: int, generator: torch.Generator, options: int
) -> tuple[Tensor, int]:
    """Words of the language, each K times (N, K, L), and half their length."""
    length = check_length(length)
    if length < 2:
        raise ValueError(f"half of a word is the prefix, so it has 2 tokens or more, got {length}")
    count, options = check_integer("count", count), check_integer("options", options, least=2)
    check_generator(generator)
    words = language.sample(count, length, generator)
    return words.unsqueeze(1).repeat(1, options, 1), length // 2


def _asked(
    language: Language, words: Tensor, half: int, log_distractor: Tensor, options: int
) -> Asked:
    first = words.clone()
    first[:, half:] = language.mask
    log_true = language.log_prob(words) - language.log_evidence(first)
    shape = (-1, options)
    return Asked(words, Questions(log_true.view(shape), log_distractor.view(shape)))
