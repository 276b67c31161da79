"""Certified errors of entropies and of the token error rate."""

import math
from collections.abc import Callable, Iterable
from fractions import Fraction

import torch
from mpmath import mp, mpf

from synthetic.languages import Finite, Grammar, HiddenMarkov, NGram, Permutations, Weighted
from synthetic.languages.language import Language
from synthetic.metrics import token_error_rate
from tests.certified.case import UNIT, Case, digits, roundings

SHARES = (Fraction(1, 2), Fraction(3, 8), Fraction(1, 8))
WORDS = Finite([[0, 0], [0, 1], [1, 1]], [float(share) for share in SHARES])
CHAIN = NGram([0.25, 0.75], [[0.5, 0.5], [0.875, 0.125]])  # rows that float64 holds
HIDDEN = HiddenMarkov([0.25, 0.75], [[0.5, 0.5], [0.875, 0.125]], [[0.5, 0.5], [0.125, 0.875]])
ORDER, HEAVY = Permutations(5), Weighted(Permutations(5), [1.0, 2.0, 4.0, 0.5, 8.0])
LETTERS = Grammar(
    "S -> 'a' S [0.5] | 'b' S [0.125] | 'a' [0.25] | 'b' [0.125]", unambiguous=True
)  # words of independent letters but for the last


def entropy_of(weights: Iterable[Fraction]) -> mpf:
    """Entropy in nats of a law in proportion to rational weights, in sixty digits."""
    kept = [weight for weight in weights if weight]
    shares = [weight / sum(kept) for weight in kept]
    return -sum(digits(share) * log(share) for share in shares)


def by_words(language: Language, length: int) -> Callable[[], mpf]:
    """The entropy of all words weighed by definition."""
    return lambda: entropy_of(
        language.weight(tuple(word)) for word in language._listed_words(length, "a test")
    )


def log(number: float | Fraction) -> mpf:
    """Natural logarithm in sixty digits."""
    return mp.log(digits(number))


def automaton_operations(language: NGram | HiddenMarkov, length: int) -> int:
    """Of a language whose weights sum to one, so that the logarithm of their sum is zero."""
    states = language.automaton.states
    return (length + 1) * (2 * states + language.vocab_size + 8)


def letters_terms(length: int) -> mpf:
    """1 + |log Z| + |mean log-weight of a derivation| of LETTERS."""
    total = Fraction(5, 8) ** (length - 1) * Fraction(3, 8)
    mean = (length - 1) * (log(0.5) * mpf("0.8") + log(0.125) * mpf("0.2"))
    mean += (log(0.25) * 2 + log(0.125)) / 3
    return 1 + abs(log(total)) + abs(mean)


LAW = torch.tensor([1.0, 2.0**-857], dtype=torch.float64, device="cpu")
LANGUAGE_LAW = torch.tensor([0.125, 0.875], dtype=torch.float64, device="cpu")
BITS = Fraction(7, 8) * 857 / 7  # -sum q log p / 7


def rate_error() -> mpf:
    """Two terms, each a product of a logarithm good to 2^-52, and their sum, of the rate."""
    bits = digits(BITS)
    return 2**bits * ((2 + 8) * 2 * UNIT * bits * mp.log(2) + 8 * UNIT)


CASES = (
    Case(
        "entropy of equally likely words",
        "synthetic/languages/uniform.py",
        lambda: ORDER.entropy(5),
        lambda: log(math.factorial(5)),
        lambda: roundings(2, log(math.factorial(5))),
    ),
    Case(
        "entropy of weighted permutations",
        "synthetic/languages/weighted.py",
        lambda: HEAVY.entropy(5),
        by_words(HEAVY, 5),
        # each symbol occurs once: the mean log-weight is log(1 2 4 8 / 2)
        lambda: roundings(64 * 5 * 5, 1 + log(math.factorial(5)) + log(32)),
    ),
    Case(
        "entropy of a list",
        "synthetic/languages/finite.py",
        lambda: WORDS.entropy(2),
        lambda: entropy_of(SHARES),
        lambda: roundings(8, 1 + entropy_of(SHARES)),
    ),
    Case(
        "entropy of all sequences weighed",
        "synthetic/languages/language.py",
        lambda: Language.entropy(WORDS, 2),
        lambda: entropy_of(SHARES),
        lambda: roundings(8, 1 + entropy_of(SHARES)),
    ),
    Case(
        "entropy of derivations",
        "synthetic/languages/grammar.py",
        lambda: LETTERS.entropy(6),
        by_words(LETTERS, 6),
        lambda: roundings(
            8 * 6 * 6 * (1 + len(LETTERS._derivations.form.binary)),
            letters_terms(6),
        ),
    ),
    Case(
        "entropy of a chain by its states",
        "synthetic/languages/automaton_language.py",
        lambda: CHAIN.entropy(6),
        by_words(CHAIN, 6),
        lambda: roundings(2 * automaton_operations(CHAIN, 6), 1 + by_words(CHAIN, 6)()),
    ),
    Case(
        "entropy of hidden states by all sequences",
        "synthetic/languages/automaton_language.py",
        lambda: HIDDEN.entropy(6),
        by_words(HIDDEN, 6),
        lambda: roundings(2 * automaton_operations(HIDDEN, 6) + 2**6, 1 + by_words(HIDDEN, 6)()),
    ),
    *(
        Case(
            f"token error rate of a law that hardly gives a word, {how}",
            "synthetic/metrics/error_rates.py",
            lambda: token_error_rate(LAW, LANGUAGE_LAW, 7),
            lambda: 2 ** digits(BITS),
            stated,
        )
        for how, stated in (("reached", None), ("stated", rate_error))
    ),
)
