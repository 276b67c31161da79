"""The numbers of docs/formal_languages.md."""

import math
from collections.abc import Sequence

from synthetic.mean_interval import NORMAL_QUANTILE
from tests.prose import formal
from tests.prose.formal import ERROR, GAP
from tests.prose.page import OutsideSection, Page, Passage, Table
from tests.prose.rows import row

SPAN = {"even-ones", "tomita-5", "tomita-6", "ones-modulo-5", "balanced-2", "assignments-3-silent"}
"""Languages of one constraint on the whole word."""
PERMUTATIONS = "permutations-32"


def _line(labels: tuple[str, ...], column: int) -> Sequence[float]:
    language, length = labels[0], int(labels[2])
    if column == 1:
        return formal.constant(language, length)[:1]
    if column == 2:
        return formal.constant(language, length)[1:]
    if column in (0, 3):
        other = formal.lengths(language)[0 if column == 0 else -1]
        assert other < length if column == 0 else other > length
        return formal.constant(language, other)[:1]
    if column == 9:
        return formal.bisection(language, length)
    metric = ERROR if column < 7 else GAP
    return (formal.measured(language, length, metric, (4, 16, 64, 4, 16)[column - 4]),)


def _samples() -> list[float]:
    """Words of a language and of a grammar, and how far an SER of the former can be off."""
    every = [formal.samples(language) for language in formal.languages()]
    assert all(len(one) == 1 for one in every)
    fewest, most = sorted(set.union(*every))
    return [most, fewest, NORMAL_QUANTILE * math.sqrt(0.25 / most)]


def _settings() -> list[tuple[str, int]]:
    return [(one, length) for one in formal.languages() for length in formal.lengths(one)]


def _standard_errors(language: str, length: int) -> float:
    """How many of their difference SER at N = 64 is from 1 - exp(-c_L L / N)."""
    value, low, high = formal.constant(language, length)
    predicted = -math.expm1(-value * length / 64)
    of_constant = (high - low) / (2 * NORMAL_QUANTILE) * (1 - predicted) * length / 64
    both = math.hypot(of_constant, formal.standard_error(language, length, 64))
    return abs(formal.measured(language, length, ERROR, 64) - predicted) / both


def _agreement() -> list[float]:
    """Settings, and those further than 2 standard errors from the prediction; none is 2.5."""
    distances = [_standard_errors(*setting) for setting in _settings()]
    assert max(distances) <= 2.5
    return [len(distances), sum(distance > 2 for distance in distances)]


def _constants() -> list[float]:
    """The least and the greatest constant of languages that need more than a step, permutations
    apart, and theirs."""
    values = [
        formal.constant(language, length)[0]
        for language, length in _settings()
        if language != PERMUTATIONS
    ]
    needed = [value for value in values if value > 0]
    return [min(needed), max(needed), formal.constant(PERMUTATIONS, 32)[0]]


def _grow() -> list[float]:
    """The constants of two languages at L = 16 and 64."""
    return [
        formal.constant(language, length)[0]
        for language in ("tomita-3", "tomita-4")
        for length in (16, 64)
    ]


def _ratios(spanned: bool, counts: tuple[int, ...]) -> list[float]:
    """Path bounds at the longest length over those at the middle one, where they are not zero."""
    ratios = []
    for language in formal.languages():
        lengths = formal.lengths(language)
        if len(lengths) == 3 and (language in SPAN) == spanned:
            for steps in counts:
                before, after = (formal.measured(language, one, GAP, steps) for one in lengths[1:])
                ratios += [after / before] if before > 1e-9 else []
    return [min(ratios), max(ratios)]


def _depth(language: str, order: str = "best order") -> float:
    return float(formal.depths()[order][language])


def _constant(language: str) -> float:
    return float(formal.depths()["constant"][language])


def _order_constants() -> list[float]:
    table = formal.short_depths()
    copies = {_constant(one) for one in ("copies-8", "repeated-8", "running-sum-8")}
    assert len(copies) == 1
    assert copies == {sorted(set(table["constant"]))[-2]}
    others = [_constant(one) for one in ("tomita-7", "one-hot-8", "balanced-2")]
    eight = {_depth(one) for one in ("tomita-7", "one-hot-8", "balanced-2")}
    assert len(eight) == 1
    return [*copies, *others, *eight]


def _correlations() -> list[float]:
    table = formal.short_depths()
    both = [formal.depth_correlation(one) for one in ("best order", "left to right")]
    return [both[0], (table["constant"] > 0).sum(), both[1]]


def _better() -> list[float]:
    """Languages where bisection beats left to right, where it is worse, and where both are beaten;
    rounds of sums in the best order, and the most from left to right; rounds of brackets."""
    table = formal.depths()
    first, second, best = (table[one] for one in ("left to right", "bisection", "best order"))
    assert list(table.index[second > first]) == ["copies-8", "not-all-equal-12"]
    sums = ["addition-4", "addition-downwards-4", "running-sum-8"]
    brackets = {_depth(one) for one in ("dyck2", "dyck2-depth3")}
    return [
        (second < first).sum(),
        (best < table[["left to right", "bisection"]].min(axis=1)).sum(),
        *{_depth(one) for one in sums},
        max(_depth(one, "left to right") for one in sums),
        *brackets,
    ]


def _of_one_length() -> list[float]:
    """Constants and rounds of the languages of one length."""
    affine, nae, orders = ("parity-32", "code-32"), "not-all-equal-12", "permutations-32"
    (constant,) = {_constant(one) for one in affine}
    free = {_depth(one) for one in (*affine, nae)}
    every = {_depth(orders, order) for order in ("left to right", "bisection", "best order")}
    assert len(free) == len(every) == 1
    interval = row(formal.LONG_DEPTHS, metric=formal.CONSTANT, language=nae)
    squares = ("latin-4", "latin-5")
    return [
        constant,
        *free,
        _depth("code-32", "left to right"),
        _depth(nae, "left to right"),
        _depth(nae, "bisection"),
        *interval[["low", "high"]],
        *every,
        _constant(orders),
        *(_depth(one) for one in squares),
        *(_depth(one, "left to right") for one in squares),
        *(_constant(one) for one in squares),
    ]


def _full_support() -> list[float]:
    metric = {"reveal": "best order", "language": "ngram2-full-v8"}
    return [_depth("ngram2-full-v8"), row("depth of orders", **metric)["length"]]


page = Page(
    "docs/formal_languages.md",
    (
        Table("| language | class | $L$ |", _line, labels=3),
        Passage(
            "(grammars to 32), {} words and sequences each, {} for grammars.",
            lambda: _samples()[:2],
        ),
        Passage("An SER of 400 sequences is off by up to {}.", lambda: _samples()[2:]),
        Passage(
            "within 2.5 standard errors of SER at $N = 64$ in all {} settings, within 2 in all but "
            "{}.",
            _agreement,
        ),
        Passage(
            "$c_L$ lies between {} and {} in each class, but for permutations, which are finite "
            "and need most, with {},",
            _constants,
        ),
        Passage("(Tomita's third and fourth, {} to {} and {} to {}, are", _grow),
        Passage(
            "at $N = 4$ and 16 it is at $L = 64$ {} to {} times what it is at 32",
            lambda: _ratios(False, (4, 16)),
        ),
        Passage("it falls with the length, {} to {} times at 4 steps", lambda: _ratios(True, (4,))),
        Passage(
            "All words of {} languages at their longest length up to {} whose words",
            lambda: formal.depth_languages()[2:],
        ),
        Passage(
            "constant of the short words, {}, and go in two rounds: some positions are free, all "
            "others then certain. Tomita's seventh has {}, one-hot blocks {}, balanced words {}, "
            "and no two positions can be revealed together in any order: {} rounds for eight "
            "tokens.",
            _order_constants,
        ),
        Passage(
            "the depth of the best order is {} ({} languages of short words), with left to right "
            "{}.",
            _correlations,
        ),
        Passage(
            "better than left to right on {} languages, worse on copies and on observed bits. On "
            "{} some order beats both: all random digits before the sums that they determine ({} "
            "rounds, against up to {} from left to right), and brackets, where {} rounds are least",
            _better,
        ),
        Passage(
            "$c_L = {}$ exactly: on an affine subspace over GF(p) it is $(1 - 1/p)/2$ times the "
            "share of positions that are free, but certain given all others. Free positions first, "
            "then the rest: {} rounds (the code {} from left to right), and {} for observed bits, "
            "whose bisection needs {}; their $c_L$ is estimated, {} to {}. No two places of a "
            "permutation go together: {} rounds in any order, and "
            "$c_L = (1/2 + 1/3 + \\dots + 1/L)/2 = {}$. Latin squares of order 4 and 5 need {} and "
            "{} rounds of 16 and 25 cells in the best order, {} and {} row by row, with constants "
            "{} and {}:",
            _of_one_length,
        ),
        Passage("still needs {} rounds at $L = {}$ for its law", _full_support),
    ),
    outside=(OutsideSection("## Speed", "seconds by a benchmark"),),
    least=555,
)
