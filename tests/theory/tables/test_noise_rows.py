"""Tables of noise that revises tokens, from rows by hand with known numbers."""

import math

import pandas as pd
import pytest

from synthetic.experiments.kinds import AncestralError, OracleError
from tests.theory.report.figures.law_rows_by_hand import row
from theory.studies.kinds import LeastSteps, NoisyLeastSteps
from theory.studies.noise_grids import grid_at
from theory.tables.noise_rows import curves, growth, least_calls, masked_calls, noise_rows

RATE = "sequence_error_rate"
UNIFORM = "uniform noise, geometric grid"


def by_hand() -> pd.DataFrame:
    """Masked N = L / 2, uniform N = 2 sqrt(L), and two curves at L = 16."""
    made = []
    for length in (4, 16, 64, 256):
        common = {"length": length, "target": 0.5}
        made.append(row(LeastSteps, f"least_steps_{RATE}", length / 2, **common))
        predicted = common | {"estimator": "collision law"}
        made.append(row(LeastSteps, f"least_steps_{RATE}", 1.0, **predicted))
        noisy = {"denoiser": "noisy oracle", "reveal": UNIFORM, **common}
        made.append(row(NoisyLeastSteps, f"least_steps_{RATE}", 2 * length**0.5, **noisy))
    for steps in (2, 4):
        common = {"length": 16, "steps": steps}
        made.append(row(OracleError, RATE, 1 / steps, evaluations=steps - 0.5, **common))
        reveal = f"uniform noise, {grid_at('geometric', 16)} grid"
        noisy = {"denoiser": "noisy oracle", "reveal": reveal}
        rate = row(AncestralError, RATE, 0.1**steps, evaluations=steps, **common, **noisy)
        windows = {"estimator": "Jensen-Shannon of windows of 2, jackknife", "evaluations": steps}
        noisy |= windows
        made += [rate, row(AncestralError, "window_divergence", 0.01, **common, **noisy)]
    return pd.DataFrame(made)


def test_curves_stand_side_by_side() -> None:
    table = curves(noise_rows(by_hand()), RATE)
    assert sorted(table["sampler"].unique()) == ["masked, bernoulli", UNIFORM]
    assert table["calls"].tolist() == [1.5, 2, 3.5, 4]


def test_curves_are_those_of_the_greatest_length() -> None:
    rows = by_hand()
    shorter = rows[rows["steps"].isin([2, 4])].assign(length=8)
    both = noise_rows(pd.concat([shorter, rows]))
    assert curves(both, RATE).equals(curves(noise_rows(rows), RATE))


def test_other_languages_stay_out() -> None:
    other = by_hand().assign(language="copy-pairs-16")
    masked = other[other["kind"] == OracleError.kind]
    assert len(noise_rows(pd.concat([by_hand(), masked]))) == len(by_hand())
    assert noise_rows(masked).empty


def test_least_calls_leave_out_steps_that_reveal_nothing() -> None:
    table = least_calls(noise_rows(by_hand()))
    masked = table[table["sampler"] == "masked, bernoulli"]
    assert masked["steps"].tolist() == [2, 8, 32, 128]
    wanted = [n * (1 - (1 - 1 / n) ** (2 * n)) for n in (2, 8, 32, 128)]
    assert masked["calls"].tolist() == pytest.approx(wanted, rel=1e-12)
    noisy = table[table["sampler"] == UNIFORM]
    assert noisy["calls"].tolist() == noisy["steps"].tolist() == [4, 8, 16, 32]
    assert masked_calls(5, 1) == 1.0


def test_growth_is_fitted_from_sixteen_on() -> None:
    table = least_calls(noise_rows(by_hand()))
    for sampler, exponent, nearest in (("masked, bernoulli", 1, "L"), (UNIFORM, 0.5, "sqrt(L)")):
        computed = growth(table[table["sampler"] == sampler])
        assert computed is not None
        assert computed.exponent == pytest.approx(exponent)
        assert computed.low <= exponent + 1e-9
        assert computed.high >= exponent - 1e-9
        assert computed.nearest == nearest
        assert computed.distance[nearest] == pytest.approx(0, abs=1e-12)
        assert computed.lengths == 3
    assert growth(table.head(3)) is None


def test_growth_knows_its_doubt() -> None:
    """Steps that go up and down have a wide interval; log L is found where it is."""
    lengths = [16, 32, 64, 128, 256]
    rough = pd.DataFrame({"length": lengths, "steps": [4, 9, 5, 11, 6]})
    computed = growth(rough)
    assert computed is not None
    assert computed.high - computed.low > 0.8
    slow = pd.DataFrame({"length": lengths, "steps": [3 * math.log(n) for n in lengths]})
    logarithmic = growth(slow)
    assert logarithmic is not None
    assert logarithmic.nearest == "log L"
