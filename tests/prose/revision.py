"""Numbers of tokens that can be revised, and of masks beside them."""

from collections.abc import Sequence
from functools import cache

import pandas as pd

from tests.prose.rows import chosen, interval, number, row, statistic
from theory.studies.noise_grids import LAST_NOISE
from theory.tables.evidence import LOW_NOISE_LAST, NOISY_NETWORK
from theory.tables.noise_rows import growth, masked_calls

ERROR = "sequence_error_rate"
PAIRS = "Jensen-Shannon of windows of 2, jackknife"
CHAIN, COPY_PAIRS, SUMS = "ngram2-v8", "copy-pairs-16", "running-sum-8"


@cache
def masked_steps(length: int, target: float = 0.5) -> float:
    """Least N of the chain under masks in random order, exact."""
    wanted = {"metric": f"least_steps_{ERROR}", "estimator": "exact law"}
    return number("least steps law", length=length, target=target, language=CHAIN, **wanted)


def calls_of_masks(length: int) -> float:
    """The calls in the steps to SER 1/2, none empty."""
    return masked_calls(length, masked_steps(length))


@cache
def least_steps(
    length: int, grid: str, target: float = 0.5, language: str = CHAIN, noise: str = "uniform"
) -> float:
    """Least N of the exact denoiser under noise that revises tokens."""
    reveal = f"{noise} noise, {grid} grid"
    wanted = {"language": language, "reveal": reveal, "length": length, "target": target}
    return number("noisy least steps", **wanted)


def sampler(grid: str, length: int) -> str:
    """Uniform noise on a grid; a geometric or log-odds one ends at 0.01 / L."""
    end = "" if grid in ("linear", "cosine") else f":{LAST_NOISE / length:g}"
    return f"uniform noise, {grid}{end} grid"


@cache
def exact_error(
    language: str, length: int, grid: str, steps: int, metric: str = ERROR
) -> "tuple[float, float, float]":
    """SER of the exact denoiser with its interval; or the divergence of pairs of tokens."""
    return _one("ancestral error", "noisy oracle", language, length, grid, steps, metric)


@cache
def network_error(
    language: str,
    length: int,
    grid: str,
    steps: int,
    metric: str = ERROR,
    *,
    low: bool,
    told: bool = True,
) -> float:
    """The same of a trained network, with `low` after its training at low noise, without `told` of
    one that does not read the noise level."""
    name = NOISY_NETWORK + ("" if told else ", level not read")
    name += f", {LOW_NOISE_LAST}" if low else ""
    return _one("noisy trained error", name, language, length, grid, steps, metric)[0]


def _one(
    kind: str, denoiser: str, language: str, length: int, grid: str, steps: int, metric: str
) -> tuple[float, float, float]:
    reveal = grid if "noise" in grid else sampler(grid, length)
    wanted = {"language": language, "length": length, "steps": steps, "denoiser": denoiser}
    if metric == PAIRS:
        wanted |= {"metric": "window_divergence", "estimator": PAIRS}
    else:
        wanted["metric"] = metric
    one = row(kind, reveal=reveal, **wanted)
    return float(one["value"]), float(one["low"]), float(one["high"])


@cache
def masked_network_error(
    language: str, length: int, steps: int, reveal: str = "fixed count"
) -> float:
    """SER of a trained masked model."""
    wanted = {"language": language, "length": length, "steps": steps, "reveal": reveal}
    return number("trained error", metric=ERROR, **wanted)


@cache
def calls_to_divergence(
    family: str, length: int, reveal: str, bits: float
) -> tuple[float, float, float]:
    """Least calls to a KL of whole words, with the ends of their interval."""
    wanted = {"language": family, "length": length, "reveal": reveal, "target": bits}
    rows = chosen("calls to divergence", metric="least_calls_divergence", **wanted)
    assert len(rows) == 1, f"{len(rows)} rows of {family}, {length}, {reveal}, {bits} bits"
    one = rows.iloc[0]
    return float(one["value"]), float(one["low"]), float(one["high"])


@cache
def growth_of(
    sampler: str, target: float = 0.5, lengths: tuple[int, int] = (16, 512)
) -> list[float]:
    """The exponent in L of the least N, with Student's interval on its residuals."""
    grow = growth(least_table(sampler, target).query(f"{lengths[0]} <= length <= {lengths[1]}"))
    assert grow is not None
    return [grow.exponent, grow.low, grow.high]


@cache
def least_table(sampler: str, target: float) -> pd.DataFrame:
    """Columns length and steps of the chain; of masks in random order, or of noise and a grid."""
    if sampler == "masks":
        rows = chosen("least steps law", metric=f"least_steps_{ERROR}", estimator="exact law")
        rows = rows[rows["target"] == target].assign(steps=lambda table: table["value"])
    else:
        name = sampler if "noise" in sampler else f"uniform noise, {sampler} grid"
        rows = chosen("noisy least steps", language=CHAIN, reveal=name, target=target)
        rows = rows.assign(steps=rows["value"])
    return rows[["length", "steps"]].sort_values("length")


def least_of(language: str, length: int) -> float:
    """Least N of another language under masks in random order, by simulation."""
    wanted = {"language": language, "length": length, "target": 0.5, "reveal": "bernoulli"}
    return number("sampled least steps", metric=f"least_steps_{ERROR}", **wanted)


def least_samples(length: int) -> float:
    """The words at each N of a search on the chain."""
    rows = chosen("noisy least steps", language=CHAIN, length=length)
    assert rows["samples"].nunique() == 1
    return float(rows["samples"].iloc[0])


def share_of_masks(setting: str, *, low: bool = True, grid: str = "geometric") -> Sequence[float]:
    """Calls of a trained network for SER 0.1 over those of trained masks, with its interval."""
    name = f"calls to SER <= 0.1 over those of masks in random order, {grid} grid"
    name += ", trained on at low noise" if low else ""
    return interval(statistic("trained-models-keep-it", name, setting, "trained"))


def noisy_divergence(language: str, length: int, level: float, *, low: bool) -> float:
    """KL of the conditionals of tokens of a trained network at a noise level, in nats."""
    first = "longer noisy training" if language == SUMS else "noisy training"
    kind = "low-noise training" if low else first
    estimator = f"KL(q || p) of tokens at noise {level:g}, held-out sequences"
    name = NOISY_NETWORK + (f", {LOW_NOISE_LAST}" if low else "")
    wanted = {"language": language, "length": length, "metric": "noisy_divergence"}
    wanted |= {"denoiser": name}
    return number(kind, estimator=estimator, **wanted)
