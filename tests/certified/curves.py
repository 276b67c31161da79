"""Certified errors of information curves, of what is computed from them, and of rows of laws."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from mpmath import mp, mpf

from synthetic.arguments import seeded
from synthetic.experiments.unit import Context, Unit
from synthetic.languages import NGram, catalogue
from synthetic.quantities import CertifiedValue, Estimate
from synthetic.sampling import linear
from tests.certified.case import Case, digits, roundings
from tests.certified.languages import CHAIN
from theory.advice.strategy_errors import _path_bound, _path_bound_of_sizes
from theory.laws.chains.chain_token_error_rate import chain_token_error_rate
from theory.laws.curves.growth_complexity import squared_root_integral
from theory.laws.curves.information_curve import (
    InformationCurve,
    chain_information_curve,
    enumerated_information_curve,
)
from theory.studies.kinds.path_average import PathAverage
from theory.studies.kinds.path_slack import PathSlack
from theory.studies.kinds.phase_point import PhasePoint
from theory.studies.kinds.random_chain import RandomChain
from theory.studies.kinds.sweep import Sweep

NAME = "ngram2-v8"
OFF = 2.0**-10  # of a curve whose every number but the first is off by all that it may be
TRUE = np.array([0.0, 0.25, 0.5, 0.75])
CURVE = InformationCurve(1.0, TRUE + OFF * np.array([0, 1, 1, 1]), OFF)


def information(language: NGram) -> mpf:
    """I(X_1; X_2) in nats of the first two tokens of a chain, in sixty digits."""
    initial = [mpf(float(part)) for part in language.initial]
    rows = [[mpf(float(part)) for part in row] for row in language.transition]
    second = [mp.fsum(p * row[v] for p, row in zip(initial, rows)) for v in range(len(rows))]
    return mp.fsum(
        p * step * mp.log(step / second[v])
        for p, row in zip(initial, rows, strict=True)
        for v, step in enumerate(row)
        if p and step
    )


def random_information() -> mpf:
    """The same of the random chain of the units."""
    return information(RandomChain(3, 2, 1.0, 0).load(torch.device("cpu")))


def half_at_once() -> tuple[mpf, mpf]:
    """KL over L of two tokens of that chain in two steps, p = (q + q_1 q_2) / 2, and its rounding.

    A token stays in the first step with odds of one.
    """
    language = RandomChain(3, 2, 1.0, 0).load(torch.device("cpu"))
    initial = [mpf(float(part)) for part in language.initial]
    rows = [[mpf(float(part)) for part in row] for row in language.transition]
    second = [mp.fsum(p * row[v] for p, row in zip(initial, rows)) for v in range(3)]
    total, error = mpf(0), mpf(0)
    sums = roundings(2 * (3 * (1 + 1) + 2) + 2 * (2 * 2 + 3 + 2**2))
    for first, p in enumerate(initial):
        for v, step in enumerate(rows[first]):
            if p and step:
                share, made = p * step, p * (step + second[v]) / 2
                ratio, both = mp.log(share / made), -mp.log(share) - mp.log(made)
                evidence = roundings(8 * 2) * (1 - mp.log(share))
                total += share * ratio
                error += share * (
                    (evidence + roundings(4)) * (abs(ratio) + 1)
                    + 2 * (2 * evidence + roundings(4))
                    + sums
                    + roundings(2) * both
                    + roundings(3**2 + 2) * abs(ratio)
                )
    return total / 2, mpf("1.01") * error / 2


def named_information() -> mpf:
    """The same of the language of the units."""
    language = catalogue.load(NAME, "cpu")
    assert isinstance(language, NGram)
    return information(language)


def chain_rounding(symbols: int, length: int) -> mpf:
    """Of an information Z_j of a chain."""
    return 12 * (mp.log(symbols) + 1) * roundings((2 * symbols + 12) * (length + 2))


def enumerated_rounding(symbols: int, length: int) -> mpf:
    """Of an information Z_j from all partial sequences."""
    return 4 * (1 + (1 + length * mp.log(symbols)) ** 2) * roundings(8 * length)


def last(curve: InformationCurve) -> CertifiedValue:
    """Z_2 at length 2, the information between two tokens."""
    return CertifiedValue(float(curve.information[-1]), curve.rounding)


def above(upper: Estimate, value: float) -> CertifiedValue:
    """An upper end that stands for a number with its proved error."""
    return CertifiedValue(value, upper.value - value)


def in_row(unit: Unit, metric: str, **columns: object) -> Callable[[], CertifiedValue]:
    """The number and the half width of a row of a unit."""

    def computed() -> CertifiedValue:
        rows = unit.run({}, Context("cpu", Path(), 1, lambda done: None))
        wanted = {"metric": metric} | columns
        row = next(row for row in rows.rows if wanted.items() <= row.items())
        low, high = (digits(float(str(row[end]))) for end in ("low", "high"))
        return CertifiedValue(float(str(row["value"])), float((high - low) / 2))

    return computed


AVERAGE = PathAverage(
    language=NAME, language_hash=catalogue.entry(NAME).digest(), length=2, steps=(1,)
)
SLACK = PathSlack(vocab_size=3, branching=2, temperature=1.0, length=2, steps=2, count=1)
MOVED = Sweep(vocab_size=3, branching=2, temperature=1.0, seed=0, length=2, eta=0.25)
POINT = PhasePoint(vocab_size=3, branching=2, temperature=1.0, seed=0, length=2)
KINDS = "theory/studies/kinds/"
GROWTH = "theory/laws/curves/growth_complexity.py"
CURVES = "theory/laws/curves/information_curve.py"
ADVICE = "theory/advice/strategy_errors.py"


def integral(name: str, coefficients: list[float], error: float, truth: mpf) -> Case:
    """The squared integral of the root of a polynomial, whose truth is known by hand."""
    computed = partial(squared_root_integral, np.array(coefficients), error)
    return Case(f"growth complexity, {name}", GROWTH, computed, lambda: truth)


CASES = (
    Case(
        "information between tokens of a chain",
        CURVES,
        lambda: last(chain_information_curve(CHAIN, 2)),
        lambda: information(CHAIN),
        lambda: chain_rounding(2, 2),
    ),
    Case(
        "information between tokens by enumeration",
        CURVES,
        lambda: last(enumerated_information_curve(CHAIN, 2)),
        lambda: information(CHAIN),
        lambda: enumerated_rounding(2, 2),
    ),
    integral("everywhere one", [1.0], 0.0, mpf(1)),
    # sqrt(3 r) (1 - r) over 0..1 is sqrt(3) (2/3 - 2/5)
    integral("a cubic", [0.0, 1.0, 0.0, 0.0], 0.0, mpf(16) / 75),
    integral("an eighth too small", [0.0, 0.0], 0.125, mpf(0.125)),
    integral("an eighth too large", [1.0, 1.0], 0.125, mpf(0.875)),
    Case(
        "growth complexity of a curve that is off",
        CURVES,
        lambda: InformationCurve(1.0, np.zeros(3), OFF).unmasking_growth_complexity(),
        # Z_j = 0 may be -OFF, +OFF, ..: growth 3 * 2 * 2 OFF at every place
        lambda: mpf(12) * OFF,
    ),
    Case(
        "path average of a chain",
        "theory/laws/chains/chain_token_error_rate.py",
        lambda: (
            chain_token_error_rate(
                CHAIN, length=2, schedule=(1.0,), sequences=1, generator=seeded(0)
            ).path_average
        ),
        lambda: information(CHAIN) / 2,
        lambda: 2 * chain_rounding(2, 2),
    ),
    Case(
        "path bound of a curve that is off, in advice",
        ADVICE,
        lambda: above(_path_bound(CURVE, 1), CURVE.path_bound(linear(1))),
        lambda: mpf(TRUE.mean()),
    ),
    Case(
        "path bound of sizes of a curve that is off, in advice",
        ADVICE,
        lambda: above(_path_bound_of_sizes(CURVE, 1), CURVE.path_bound_of_sizes((4,))),
        lambda: mpf(TRUE.mean()),
    ),
    Case(
        "row of a path average",
        KINDS + "path_average.py",
        in_row(AVERAGE, "token_error_rate_gap"),
        lambda: named_information() / 2,
        lambda: 2 * chain_rounding(8, 2),
    ),
    Case(
        "row of the information drop",
        KINDS + "path_average.py",
        in_row(AVERAGE, "information_drop"),
        named_information,
        lambda: 2 * chain_rounding(8, 2),
    ),
    Case(
        "row of the constant of the path average",
        KINDS + "phase_point.py",
        in_row(POINT, "path_average_constant"),
        lambda: random_information() / 2,
        lambda: chain_rounding(3, 2),
    ),
    Case(
        "row of a TER gap, exact law",
        KINDS + "path_slack.py",
        in_row(SLACK, "token_error_rate_gap", estimator="exact law", schedule="linear"),
        lambda: half_at_once()[0],
        lambda: half_at_once()[1],
        within=1e-3,
    ),
    Case(
        "row of a TER gap, path average",
        KINDS + "path_slack.py",
        in_row(SLACK, "token_error_rate_gap", estimator="path average, exact", schedule="linear"),
        lambda: random_information() / 4,
        lambda: 2 * chain_rounding(3, 2),
    ),
    *(
        Case(
            f"row of {metric.replace('_', ' ')}",
            KINDS + "sweep.py",
            in_row(MOVED, metric),
            lambda: mpf(0),
            lambda: 4 * roundings(16) * (1 + 2 * mp.log(12)),
        )
        for metric in ("sweep_total_variation", "leave_one_out_difference")
    ),
)
