"""Certified errors of the metrics of a grid of uniform noise."""

import itertools
from collections.abc import Mapping, Sequence
from functools import cache

import torch
from mpmath import mp, mpf

from synthetic.languages import Finite, catalogue
from tests.certified.case import UNIT, Case, digits, roundings
from tests.certified.curves import KINDS, in_row
from theory.laws.enumeration.best_grid import METRICS, SmallLaw
from theory.studies.kinds.best_grid import GridOptimum, grid_metric

Word = tuple[int, ...]
Law = Mapping[Word, mpf]
SHARES: Mapping[Word, float] = {(0, 0): 0.5, (0, 1): 0.375, (1, 1): 0.125}
LANGUAGE = Finite([list(word) for word in SHARES], list(SHARES.values()))
PAIR: Mapping[Word, float] = {(0, 0): 0.5, (1, 1): 0.5}  # even-ones at length 2
GRIDS = {
    "without a level between": (),
    "of even levels": (1.0, -1.0),
    "of two levels that are nearly one": (3.0, 3.0 - 2.0**-10),
    "that falls far": (0.0, -24.0),
}
GRID = GridOptimum(
    **catalogue.named("even-ones"), length=2, steps=2, metric="divergence", plain=("linear",)
)


def levels(odds: Sequence[float]) -> list[mpf]:
    """Noise from 1 to 0."""
    return [mpf(1), *(1 / (1 + mp.exp(-mpf(one))) for one in odds), mpf(0)]


def generated(language: Mapping[Word, float], odds: Sequence[float]) -> Law:
    """The law of two bits drawn along a grid, from all words and all noisy ones."""
    states = list(itertools.product((0, 1), repeat=2))
    law = dict.fromkeys(states, mpf(1) / 4)
    for eta, lower in itertools.pairwise(levels(odds)):
        after = dict.fromkeys(states, mpf(0))
        for noisy, chance in law.items():
            bits = [_bit(language, noisy, place, eta, lower) for place in (0, 1)]
            for new in states:
                after[new] += chance * bits[0][new[0]] * bits[1][new[1]]
        law = after
    return law


def _bit(
    language: Mapping[Word, float], noisy: Word, place: int, eta: mpf, lower: mpf
) -> list[mpf]:
    """The law of one bit at the lower level, its clean one from its posterior."""
    kept, total = (1 - eta) / (1 - lower), [mpf(0), mpf(0)]
    for word, share in language.items():
        weight = mpf(share)
        for seen, clean in zip(noisy, word):
            weight *= _moved(seen, clean, 1 - eta)
        likely = _moved(noisy[place], word[place], 1 - eta)
        for new in (0, 1):
            back = _moved(noisy[place], new, kept) * _moved(new, word[place], 1 - lower)
            total[new] += weight * back / likely
    return [one / sum(total) for one in total]


def _moved(new: int, old: int, kept: mpf) -> mpf:
    """The chance of a bit that is kept with some probability and else drawn anew."""
    return kept * (new == old) + (1 - kept) / 2


@cache
def metrics(name: str) -> dict[str, mpf]:
    """KL, SER and TV of a grid in sixty digits."""
    law = generated(SHARES, GRIDS[name])
    missing = {word: mpf(share) - law[word] for word, share in SHARES.items()}
    wrong = law[1, 0]
    return {
        "divergence": mp.fsum(share * mp.log(share / law[word]) for word, share in SHARES.items()),
        "sequence_error_rate": wrong,
        "total_variation": (sum(abs(one) for one in missing.values()) + wrong) / 2,
    }


def stated(language: Mapping[Word, float], odds: Sequence[float]) -> dict[str, mpf]:
    """The errors of the metrics, of two bits."""
    law = generated(language, odds)
    words, rarest = len(language), -mp.log(min(language.values()))
    log_law = roundings(16) * (1 + rarest) + roundings_of(2 * rarest + 4)
    total = roundings(4)
    for eta, lower in itertools.pairwise(levels(odds)):
        reach = 2 * mp.log(1 + 2 * (1 - eta) / eta) + rarest
        exponent = log_law + roundings_of(24 + 5 * reach + 4)
        difference = 4 * (eta + lower) / (eta - lower)
        factor = 2 * exponent + roundings_of(2 * words + 2 + 32 + difference)
        total += 2 * factor + roundings(4 + 2)
    error, given = mp.expm1(total), log_law + roundings(4)
    ratios = mp.fsum(share * abs(mp.log(share / law[word])) for word, share in language.items())
    logs = mp.fsum(share * abs(mp.log(law[word])) for word, share in language.items())
    wrong = mp.fsum(chance for word, chance in law.items() if word not in language)
    return {
        "divergence": (
            ratios * (roundings(words + 6) + given) + given + error + roundings(2) * logs
        ),
        "sequence_error_rate": wrong * (error + roundings(4)),
        "total_variation": (error + given) / 2 + roundings(4 + 2),
    }


def roundings_of(count: mpf) -> mpf:
    """gamma_m for an m that is no fraction."""
    return count * UNIT / (1 - count * UNIT)


def case(name: str, metric: str) -> Case:
    """A metric of a grid."""
    odds = torch.tensor(GRIDS[name], dtype=torch.float64, device="cpu")
    return Case(
        f"{metric.replace('_', ' ')} of a grid {name}",
        "theory/laws/enumeration/best_grid.py",
        lambda: SmallLaw(LANGUAGE, 2).certified(odds)[metric],
        lambda: metrics(name)[metric],
        lambda: stated(SHARES, GRIDS[name])[metric],
        within=1e-6,
    )


CASES = (
    *(case(name, metric) for name in GRIDS for metric in METRICS),
    Case(
        "row of the SER of a grid",
        KINDS + "best_grid.py",
        in_row(
            GRID,
            grid_metric("sequence_error_rate"),
            reveal="uniform noise, linear grid",
        ),
        lambda: digits(2 * generated(PAIR, (0.0,))[0, 1]),
        lambda: stated(PAIR, (0.0,))["sequence_error_rate"],
    ),
)
