"""Certified errors of the exact laws of Markov chains."""

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import torch
from mpmath import mp, mpf

from synthetic.arguments import seeded
from synthetic.languages import NGram
from synthetic.quantities import CertifiedValue
from tests.certified.case import UNIT, Case, roundings
from tests.theory.laws.chains import test_bisection_error_rate as bisection
from tests.theory.laws.chains import test_chain_error_rate as bernoulli
from tests.theory.laws.chains import test_chain_token_error_rate_precision as token
from tests.theory.laws.chains import test_fixed_count_error_rate as fixed_count
from tests.theory.laws.chains.test_collision import de_bruijn
from theory.laws.chains.bisection_error_rate import chain_bisection_sequence_error_rate
from theory.laws.chains.chain_classes import phases
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.chains.chain_token_error_rate import chain_log_prob, chain_token_error_rate
from theory.laws.chains.copy_pairs_noise import copy_pairs_noise_sequence_error_rate
from theory.laws.chains.fixed_count_error_rate import chain_fixed_count_sequence_error_rate
from theory.laws.chains.repair_constant import repair_constant

LONG_UNIT = mpf(2) ** -64  # powers of a chain are computed in long double, rounded once
UNDERFLOW = mpf(2) ** -900
# rows that float64 holds; no two ones in a row, but for PAIRS: pairs (p, q) followed by (q, r)
GOLDEN = NGram([0.5, 0.5], [[0.5, 0.5], [1.0, 0.0]])
CHAIN = NGram([0.25, 0.75], [[0.875, 0.125], [1.0, 0.0]])
PAIRS = NGram([0.25] * 4, de_bruijn(2))
RARE = 2.0**-42  # the chance of a step to another symbol, where 2^40 steps do not forget
SLOWEST = NGram(
    [0.5, 0.25, 0.25], [[1 - RARE, RARE, 0], [0, 1 - RARE, RARE], [RARE / 8, 0, 1 - RARE / 8]]
)
LEAVING = ([1.0, 0.0, 0.0], [[0.5, 0.25, 0.25], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
GRID = [1.0, 0.5, 0.25, 0.0]
WORD = [0, 1, 0, 0]
THREE = (0.5, 0.25, 0.25)
Word = tuple[int, ...]


def power_error(symbols: int, most: int) -> mpf:
    """The relative error of the powers of a chain up to `most`."""
    return UNIT + (symbols + 2) * most * LONG_UNIT


def bernoulli_error(symbols: int, length: int, schedule: Sequence[float]) -> mpf:
    """SER of a schedule, nothing dropped or cut: the mean number of roundings of a term."""
    levels = mp.log(length + 2, 2) + 8
    law = 3 * power_error(symbols, length + 1) / UNIT + 4
    sums = 2 * symbols * (length + 1) + 2 * levels
    operations, masked = mpf(0), mpf(1)
    for part in map(mpf, schedule):
        masked -= part
        stay = length * masked + (len(schedule) + 2) * length * part
        alive = (1 + length * masked * (1 - masked)) * levels
        operations += stay + alive + length * part * (law + sums)
    return operations * UNIT / (1 - operations * UNIT)


def relative(operations: int, value: Fraction) -> mpf:
    """gamma_m of the value, and what underflows."""
    return roundings(operations, value) + UNDERFLOW


def bridge(symbols: int, length: int) -> int:
    """Operations of the law of a token between two others: three powers, a product, a quotient."""
    return 2 * (symbols + 2) * (length + 1) + 2


def bisection_operations(symbols: int) -> int:
    """Of five positions in two rounds: the middle one, then two at once on each side."""
    law = 2 * 3 * (symbols + 2) + 2
    at_once = law + symbols + law + 2 * symbols + 3 + symbols + 2
    return 2 * 6 * (symbols + 2) + 2 + 2 * at_once + symbols + 3


def fixed_count_operations(symbols: int, length: int) -> int:
    """Of two steps of two tokens each."""
    terms = (symbols + 1) * 3
    tokens = length * (bridge(symbols, length) + symbols + 2 + terms)
    return tokens + (length + 1) * (terms + 2) * 2 + 2


def copy_pairs_error_rate(symbols: int, grid: Sequence[float]) -> tuple[Fraction, Fraction]:
    """SER of two pairs and the chance that one ends unequal, from all pairs of tokens."""
    levels = [Fraction(level) for level in grid]
    law = {pair: Fraction(1, symbols**2) for pair in itertools.product(range(symbols), repeat=2)}
    for eta, lower in itertools.pairwise(levels):
        after = dict.fromkeys(law, Fraction(0))
        for noisy, chance in law.items():
            kernels = [_kernel(symbols, noisy, place, eta, lower) for place in (0, 1)]
            for new in law:
                after[new] += chance * kernels[0][new[0]] * kernels[1][new[1]]
        law = after
    unequal = sum((chance for (a, b), chance in law.items() if a != b), Fraction(0))
    return 1 - (1 - unequal) ** 2, unequal


def _kernel(
    symbols: int, noisy: Word, place: int, eta: Fraction, lower: Fraction
) -> list[Fraction]:
    """The law of one token of a pair at the lower level: the clean symbol from its posterior."""
    kept = (1 - eta) / (1 - lower)
    total = [Fraction(0)] * symbols
    for clean in range(symbols):
        weight = Fraction(1)
        for token_ in noisy:
            weight *= (1 - eta) * (token_ == clean) + eta / symbols
        likely = (1 - eta) * (noisy[place] == clean) + eta / symbols
        for new in range(symbols):
            moved = kept * (noisy[place] == new) + (1 - kept) / symbols
            total[new] += weight * moved * ((1 - lower) * (new == clean) + lower / symbols) / likely
    return [one / sum(total) for one in total]


def repair_by_words(language: NGram, length: int) -> Fraction:
    """kappa of words of a length."""
    initial = [Fraction(value) for value in language.initial.tolist()]
    return _repair(initial, language, length, range(length))


def repair_in_the_limit(law: Sequence[Fraction], language: NGram) -> Fraction:
    """kappa of a place in a long word: what repairs it lies within two places."""
    return _repair(law, language, 5, (2,))


def _repair(
    initial: Sequence[Fraction], language: NGram, length: int, places: Sequence[int]
) -> Fraction:
    """The mean over words, places and symbols put there of the chance that repair fails."""
    size = language.vocab_size
    step = [[Fraction(value) for value in row] for row in language.transition.tolist()]

    def weight(word: Word) -> Fraction:
        chance = initial[word[0]]
        for before, after in itertools.pairwise(word):
            chance *= step[before][after]
        return chance

    total = Fraction(0)
    for word in itertools.product(range(size), repeat=length):
        chance = weight(word)
        for place, wrong in itertools.product(places, range(size)) if chance else ():
            total += chance * _failure(_changed(word, place, wrong), weight, size)
    return total / (len(places) * size)


def _failure(faulty: Word, weight: Callable[[Word], Fraction], size: int) -> Fraction:
    """The chance that draws from the marginals of the words at distance one are no word."""
    if weight(faulty):
        return Fraction(0)
    near = {
        _changed(faulty, place, symbol): Fraction(0)
        for place, symbol in itertools.product(range(len(faulty)), range(size))
    }
    near = {word: weight(word) for word in near if weight(word)}
    whole = sum(near.values())
    good = Fraction(0)
    for word in itertools.product(*({other[i] for other in near} for i in range(len(faulty)))):
        if weight(word):
            chance = Fraction(1)
            for i, symbol in enumerate(word):
                marginal = sum(part for other, part in near.items() if other[i] == symbol)
                chance *= Fraction(marginal) / whole
            good += chance
    return 1 - good


def _changed(word: Word, place: int, symbol: int) -> Word:
    return (*word[:place], symbol, *word[place + 1 :])


def log_prob_error(language: NGram, word: list[int], schedule: Sequence[float]) -> mpf:
    """Of log p(x): the roundings of a product, its powers, and the logarithms."""
    length, symbols = len(word), language.vocab_size
    count = length * (length + 50) + len(schedule) * (length + 1) * (5 * length + 20)
    word_log = log_of(language, word)
    ratio = token.forty_digits(language, tuple(word), tuple(schedule)) - word_log
    size = abs(word_log) + abs(ratio) + 1
    powers = 6 * length * mp.log1p(-power_error(symbols, length + 1))
    return -count * mp.log1p(-UNIT) - powers + (length + 8) * 4 * UNIT * size


def log_of(language: NGram, word: list[int]) -> mpf:
    """log q(x) in sixty digits."""
    chance = mpf(float(language.initial[word[0]]))
    for before, after in itertools.pairwise(word):
        chance *= mpf(float(language.transition[before, after]))
    return mp.log(chance)


def drawn_word() -> list[int]:
    """The one word that the case of the term draws."""
    return [int(token_) for token_ in CHAIN.sample(1, 4, seeded(0))[0]]


def term() -> CertifiedValue:
    """The mean of one term with its proved error."""
    computed = chain_token_error_rate(
        CHAIN, length=4, schedule=THREE, sequences=1, generator=seeded(0)
    )
    return CertifiedValue(computed.gap.value, computed.term_error)


def log_prob() -> CertifiedValue:
    """log p(x) of a word."""
    words = torch.tensor([WORD], device="cpu")
    computed = chain_log_prob(CHAIN, words, THREE)
    return CertifiedValue(float(computed.log_prob[0]), computed.error)


BERNOULLI = "theory/laws/chains/chain_error_rate.py"
TOKEN = "theory/laws/chains/chain_token_error_rate.py"
REPAIR = "theory/laws/chains/repair_constant.py"


def rounded(schedule: tuple[float, ...]) -> Case:
    """SER of a chain with nothing dropped."""
    return Case(
        f"SER of a chain in {len(schedule)} steps, rounding alone",
        BERNOULLI,
        lambda: chain_sequence_error_rate(CHAIN, length=5, schedule=schedule, tolerance=1e-300),
        lambda: bernoulli.forty_digits(CHAIN, 5, schedule),
        lambda: bernoulli_error(2, 5, schedule),
        within=1e-9,  # a rounding more or less a step is told
    )


def dropped(tolerance: float) -> Case:
    """SER of a chain whose long segments are dropped: by as much as is proved, nearly."""
    return Case(
        f"SER of a chain, segments dropped to a tolerance of {tolerance}",
        BERNOULLI,
        lambda: chain_sequence_error_rate(GOLDEN, length=6, schedule=THREE, tolerance=tolerance),
        lambda: bernoulli.forty_digits(GOLDEN, 6, THREE),
    )


CASES = (
    rounded((1.0,)),
    rounded(THREE),
    dropped(0.3),
    dropped(0.03),
    Case(
        "SER of a chain that forgets in two steps, segments cut",
        BERNOULLI,
        lambda: chain_sequence_error_rate(PAIRS, length=5, schedule=(1.0,)),
        lambda: bernoulli.forty_digits(PAIRS, 5, (1.0,)),
        lambda: bernoulli_error(4, 5, (1.0,)) + mp.expm1(10 * mp.log1p(8 * power_error(4, 6))),
    ),
    Case(
        "SER under fixed counts",
        "theory/laws/chains/fixed_count_error_rate.py",
        lambda: chain_fixed_count_sequence_error_rate(CHAIN, length=4, sizes=(2, 2)),
        lambda: fixed_count.enumerated(CHAIN, 4, (2, 2)),
        lambda: relative(fixed_count_operations(2, 4), fixed_count.enumerated(CHAIN, 4, (2, 2))),
    ),
    Case(
        "SER under bisection",
        "theory/laws/chains/bisection_error_rate.py",
        lambda: chain_bisection_sequence_error_rate(CHAIN, length=5, rounds=2),
        lambda: bisection.enumerated(CHAIN, 5, 2),
        lambda: relative(bisection_operations(2), bisection.enumerated(CHAIN, 5, 2)),
    ),
    Case(
        "SER of copy pairs under uniform noise",
        "theory/laws/chains/copy_pairs_noise.py",
        lambda: copy_pairs_noise_sequence_error_rate(3, GRID, length=5),
        lambda: copy_pairs_error_rate(3, GRID)[0],
        lambda: (
            roundings(80 * len(GRID), 2 * copy_pairs_error_rate(3, GRID)[1])
            + roundings(8, copy_pairs_error_rate(3, GRID)[0])
        ),
    ),
    Case(
        "repair constant of words",
        REPAIR,
        lambda: repair_constant(GOLDEN, length=5),
        lambda: repair_by_words(GOLDEN, 5),
        lambda: roundings(20 * 2 + 40 + (2 + 2) * 5, repair_by_words(GOLDEN, 5)),
    ),
    Case(
        "repair constant of long words, stationary after 64 steps",
        REPAIR,
        lambda: repair_constant(GOLDEN),
        lambda: Fraction(1, 24),
        lambda: (roundings(20 * 2 + 40) + 2 * roundings((2 + 1) * 64)) / 24,
    ),
    Case(
        "repair constant of long words, not stationary after 2^40 steps",
        REPAIR,
        lambda: repair_constant(SLOWEST),
        lambda: repair_in_the_limit([Fraction(part, 10) for part in (1, 1, 8)], SLOWEST),
    ),
    Case(
        "weight of a class",
        "theory/laws/chains/chain_classes.py",
        lambda: phases(*map(np.array, LEAVING))[0].weight,
        lambda: Fraction(1, 2),
        # two steps to leave, twice; the residual of 3 equations; the sum over 3 first symbols
        lambda: 2 * 2 * 4 * (3 + 2) * UNIT + 4 * 3 * UNIT / 2,
    ),
    Case(
        "log p(x) of a word",
        TOKEN,
        log_prob,
        lambda: token.forty_digits(CHAIN, tuple(WORD), THREE),
        lambda: log_prob_error(CHAIN, WORD, THREE),
    ),
    Case(
        "term of the token error rate",
        TOKEN,
        term,
        lambda: (
            (log_of(CHAIN, drawn_word()) - token.forty_digits(CHAIN, tuple(drawn_word()), THREE))
            / 4
        ),
        lambda: mpf("1.01") * log_prob_error(CHAIN, drawn_word(), THREE) / 4,
    ),
)
