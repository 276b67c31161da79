"""Sequence error rate and token error rate, each estimator by its own name.

The token error rate of a generated law p against a language q is the perplexity
exp(E_{x~q}[-log p(x)] / L), at least that of q itself: log TER(p) - log TER(q) = KL(q || p) / L.
The generative ones swap the roles, exp(E_{x~p}[-log q(x)] / L), and are another quantity.
"""

import math
import sys

import torch
from torch import Tensor

from synthetic.arguments import check_law, check_length, checked
from synthetic.languages.language import Language
from synthetic.languages.sequences import check_tokens
from synthetic.mean_interval import events
from synthetic.metrics.conditionals import ROW_ROUNDING
from synthetic.metrics.divergences import check_pair, cross_entropy
from synthetic.metrics.intervals import proportion_estimate
from synthetic.quantities import CertifiedValue, Estimate, mean_estimate

RARE_WORDS = 8.0  # below so many of them an upper end is open
EQUAL = 1e-9  # log-probabilities that differ by rounding alone
COUNTED = 2.0**20  # words, beyond which their number cannot be told to be a whole one
LARGEST_EXPONENT = math.log(sys.float_info.max)


@checked
def sequence_error_rate(tokens: Tensor, language: Language) -> Estimate:
    """Share of generated sequences (B, L) that the language does not contain (1 - validity).

    With its exact binomial (Clopper-Pearson) 95% interval; membership is decided exactly.

    Examples:
        >>> import torch
        >>> from synthetic.languages import CopyPairs
        >>> rate = sequence_error_rate(torch.tensor([[3, 3], [3, 5]]), CopyPairs(16))
        >>> f"{rate.value}, 95% interval {rate.low:.3f} to {rate.high:.3f}"
        '0.5, 95% interval 0.013 to 0.987'
    """
    tokens = check_tokens(tokens, language.vocab_size, masked=False).to(language.device)
    wrong = int((~language.contains(tokens)).sum())
    return proportion_estimate(wrong, len(tokens), "share of samples, Clopper-Pearson")


@checked
def token_error_rate(law: Tensor, language_law: Tensor, length: int) -> CertifiedValue:
    """Token error rate, a perplexity, of an enumerated law (V^L,) against the language's (V^L,).

    exp(-sum_x q(x) log p(x) / L); infinite where a possible sequence is never generated. The error
    is that of rounding, the entries of both laws taken as they are: K products of a logarithm
    (good to 2^-52 of itself) and their sum are off by at most (K + 3) 2^-52 of the sum of their
    absolute values, in any order of summation (Higham 2002, section 4.2).
    """
    check_pair(law=law, language_law=language_law)
    nats = cross_entropy(language_law, law) / check_length(length)
    if nats == math.inf:
        return CertifiedValue(math.inf, 0.0)
    value = _exp(nats)
    terms = language_law.double() * law.double().log().abs()
    size = float(torch.where(language_law > 0, terms, 0.0).sum()) / length
    rounding = size * (len(law) + 8) * 2.0**-52
    return CertifiedValue(value, value * (math.expm1(rounding) + 2.0**-50))


@checked
def token_error_rate_path_bound(
    path_log_prob: Tensor, length: int, *, language_log_prob: Tensor | None = None
) -> Estimate:
    """Path bound on the token error rate, exp(NELBO per token): one path (B,) of each of B words.

    With the language's own log-probabilities (B,) in nats the upper end is open where the words
    lack rare ones of the language, which can carry most of the bound.
    An upper bound, exp(-mean log p(x along a path) / L) for words x of the language. Paths of the
    same word are not independent: one of each, log-probabilities in nats as of
    `path_log_prob(...)[0]`.
    """
    _check_log_prob("path_log_prob", path_log_prob, 1, length)
    lacking = False
    if language_log_prob is not None:
        _check_language(language_log_prob, path_log_prob, length)
        lacking = _lack_words(language_log_prob)
    return _perplexity(path_log_prob, length, "path bound", lacking)


@checked
def token_error_rate_importance_weighted_bound(path_log_prob: Tensor, length: int) -> Estimate:
    """Importance-weighted bound (IWAE) on the token error rate, from K paths (K, B) of B words.

    An upper bound, exp(-mean log(mean over paths of p(x along the path)) / L): at most the path
    bound, and the token error rate itself as K grows (Burda, Grosse and Salakhutdinov, arXiv
    1509.00519v4, Theorem 1). Log-probabilities in nats, as of `path_log_prob`.
    """
    log_prob = _mean_over_paths(path_log_prob, length)
    name = f"importance-weighted bound, {len(path_log_prob)} paths"
    return _perplexity(log_prob, length, name)


@checked
def token_error_rate_gap(path_log_prob: Tensor, language_log_prob: Tensor, length: int) -> Estimate:
    """Upper bound on log TER(p) - log TER(q) in nats per token, from K paths (K, B) of B words.

    The mean of log q(x) - log(mean over paths of p(x along a path)), over L: the same bounds as
    above with the language's log-probabilities (B,) in nats subtracted word by word, which takes
    most of the variance away. With one path it is the path bound on KL(q || p) / L.
    An error where a word is impossible in the language.
    """
    log_prob = _mean_over_paths(path_log_prob, length)
    paths = len(path_log_prob)
    _check_language(language_log_prob, log_prob, length)
    name = "path bound" if paths == 1 else f"importance-weighted bound, {paths} paths"
    terms = (language_log_prob - log_prob) / length
    # no divergence is below zero
    return mean_estimate(terms, name, floor=0.0, lacking=_lack_words(language_log_prob))


@checked
def token_error_rate_chain_rule(log_prob: Tensor, length: int) -> Estimate:
    """Token error rate of a model that gives B words the log-probabilities (B,) in nats.

    exp(-mean log p(x) / L) for words x of the language: of the law itself, no bound on it.
    """
    _check_log_prob("log_prob", log_prob, 1, length)
    return _perplexity(log_prob, length, "exact chain rule")


@checked
def generative_token_error_rate(tokens: Tensor, language: Language) -> Estimate:
    """Generative perplexity (Gen. PPL): of generated sequences (B, L) under the language.

    exp(E_{x~p}[-log q(x)] / L). Infinite as soon as one of them is impossible.
    """
    tokens = check_tokens(tokens, language.vocab_size, masked=False).to(language.device)
    return _perplexity(language.log_prob(tokens), tokens.shape[1], "generative")


@checked
def valid_generative_token_error_rate(tokens: Tensor, language: Language) -> Estimate | None:
    """Perplexity under the language of the generated sequences (B, L) that it contains.

    exp(E[-log q(x) | x possible] / L); None if no sequence is possible. To be read beside the
    sequence error rate, the share that it leaves out.
    """
    tokens = check_tokens(tokens, language.vocab_size, masked=False).to(language.device)
    valid = tokens[language.contains(tokens)]
    if not len(valid):
        return None
    return _perplexity(language.log_prob(valid), tokens.shape[1], "generative over valid samples")


def _check_log_prob(name: str, values: Tensor, axes: int, length: int) -> None:
    """A one-line error unless these are log-probabilities of words in nats: none above 0, but for
    the rounding of L rows of single precision."""
    check_law(name, values, axes)
    if float(values.max()) > ROW_ROUNDING * check_length(length):
        raise ValueError(f"{name} holds log-probabilities <= 0, got {float(values.max()):g}")


def _check_language(language_log_prob: Tensor, log_prob: Tensor, length: int) -> None:
    """A one-line error unless these are the language's log-probabilities of the same words (B,)."""
    _check_log_prob("language_log_prob", language_log_prob, 1, length)
    if language_log_prob.shape != log_prob.shape:
        raise ValueError(
            f"language_log_prob and path_log_prob are of one number of words, got "
            f"{len(language_log_prob)} and {len(log_prob)}"
        )
    if not bool((language_log_prob > -math.inf).all()):
        raise ValueError("words are those of the language, got one of probability zero")


def _mean_over_paths(path_log_prob: Tensor, length: int) -> Tensor:
    """Log of the mean over paths (K, B) of their probabilities, (B,)."""
    _check_log_prob("path_log_prob", path_log_prob, 2, length)
    return torch.logsumexp(path_log_prob, dim=0) - math.log(len(path_log_prob))


def _exp(nats: float) -> float:
    """exp, infinite instead of an error where it overflows."""
    return math.inf if nats > LARGEST_EXPONENT else math.exp(nats)


def _lack_words(log_prob: Tensor) -> bool:
    """Whether words, by log q(x) (B,) in nats, leave out rare ones of their language for sure, or
    have too few of them: all are equally likely and their number would be no whole one, or the tail
    of -log q(x) is made of fewer than RARE_WORDS."""
    surprise = -log_prob.detach().double().cpu().numpy()
    count = math.exp(min(float(surprise.min()), 30.0))
    if float(surprise.max() - surprise.min()) < EQUAL and count < COUNTED:
        return abs(count - round(count)) > EQUAL * count
    return events(surprise) < RARE_WORDS


def _perplexity(log_prob: Tensor, length: int, estimator: str, lacking: bool = False) -> Estimate:
    """exp of the mean of -log_prob / L over words (B,), with the interval of the mean carried over.

    Its standard error is the first-order one.
    """
    mean = mean_estimate(-log_prob / check_length(length), estimator, lacking=lacking)
    value = _exp(mean.value)
    return Estimate(
        value,
        _exp(mean.low),
        _exp(mean.high),
        mean.samples,
        estimator,
        value * mean.standard_error,
    )
