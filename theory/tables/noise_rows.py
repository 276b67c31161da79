"""Tables of tokens that can be revised beside masked diffusion, by the calls that really run."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from synthetic.experiments.kinds import AncestralError, OracleError
from theory.studies.kinds import LeastSteps, NoisyLeastSteps, SampledLeastSteps
from theory.tables.evidence import sampler_names
from theory.tables.rows import of_kind

NOISE = (AncestralError, NoisyLeastSteps)
BESIDE = (OracleError, LeastSteps, SampledLeastSteps)  # masked diffusion of the same language
MASKED = "masked, bernoulli"
SHORTEST = 16  # shorter words are left out of a fitted growth
LAWS: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "L": lambda length: length,
    "sqrt(L)": np.sqrt,
    "log L": np.log,
}


def noise_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of languages with noise that can revise tokens, masked diffusion's among them."""
    noisy = of_kind(rows, *NOISE)
    beside = of_kind(rows, *BESIDE)
    return pd.concat([noisy, beside[beside["language"].isin(noisy["language"])]])


def curves(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Columns sampler, length, steps, calls, value, low, high, estimator of a metric.

    At the greatest length of the noisy curves, which are those without a corrector; masked
    diffusion with the exact denoiser beside them.
    `calls` are evaluations that really run, on average.
    """
    noisy = of_kind(rows, AncestralError)
    noisy = noisy[~noisy["reveal"].astype(str).str.contains("corrector")]
    noisy = noisy[noisy["length"] == noisy["length"].max()]
    masked = of_kind(rows, OracleError)
    masked = masked[masked["reveal"].isin(["bernoulli", "fixed count"])]
    masked = masked[masked["length"].isin(noisy["length"])]
    curve = pd.concat(
        [
            masked.assign(sampler="masked, " + masked["reveal"].astype(str)),
            noisy.assign(sampler=sampler_names(noisy)),
        ]
    )
    curve = curve[curve["metric"] == metric].rename(columns={"evaluations": "calls"})
    columns = ["sampler", "length", "steps", "calls", "value", "low", "high", "estimator"]
    return curve[columns].sort_values(["length", "steps"], ignore_index=True, kind="stable")


def masked_calls(length: int, steps: float) -> float:
    """Mean calls of Bernoulli reveal on L tokens in N steps: N (1 - (1 - 1/N)^L), no step empty."""
    if math.isinf(steps):
        return length
    return steps * -math.expm1(length * math.log1p(-1 / steps)) if steps > 1 else 1.0


def least_calls(rows: pd.DataFrame) -> pd.DataFrame:
    """Least N to each target SER, and the calls in it: columns sampler, target, length, steps, low,
    high, calls. Masked diffusion by its exact law where there is one, else by simulation; low and
    high are ends of 95% intervals of the calls.
    """
    noisy = of_kind(rows, NoisyLeastSteps)
    masked = of_kind(rows, LeastSteps)
    masked = masked[masked["estimator"] == "exact law"]
    simulated = of_kind(rows, SampledLeastSteps)
    masked = pd.concat([masked, simulated[~simulated["language"].isin(masked["language"])]])
    masked = masked[masked["metric"] == "least_steps_sequence_error_rate"]
    masked = masked[(masked["reveal"] == "bernoulli") & masked["target"].isin(noisy["target"])]
    least = pd.concat([masked.assign(sampler=MASKED), noisy.assign(sampler=noisy["reveal"])])
    least = least.rename(columns={"value": "steps"} | {"steps": "none"})
    for name, end in (("calls", "steps"), ("low", "low"), ("high", "high")):
        least[name] = [
            masked_calls(int(length), steps) if sampler == MASKED else float(steps)
            for sampler, length, steps in least[["sampler", "length", end]].itertuples(index=False)
        ]
    columns = ["sampler", "target", "length", "steps", "low", "high", "calls"]
    least = least[columns]
    return least.sort_values(["target", "sampler", "length"], ignore_index=True, kind="stable")


class Growth(NamedTuple):
    """How the least N grows with L: the exponent of L with its 95% interval, and how far N is from
    c L, c sqrt(L) and c log L, each c fitted: root mean square of log N about it."""

    exponent: float
    low: float
    high: float
    distance: dict[str, float]
    lengths: int

    @property
    def nearest(self) -> str:
        """The law of growth that is closest."""
        return min(self.distance, key=lambda name: self.distance[name])


def growth(table: pd.DataFrame) -> Growth | None:
    """The growth of `steps` with `length` over lengths from 16, none below three of them.

    The exponent is the least-squares slope of log N on log L with Student's interval on its
    residuals, which holds the rounding of N to integers and the noise of simulation.
    """
    table = table[(table["length"] >= SHORTEST) & np.isfinite(table["steps"])]
    if table["length"].nunique() < 3:
        return None
    lengths = table["length"].to_numpy(dtype=float)
    steps = np.log(table["steps"].to_numpy(dtype=float))
    fitted = stats.linregress(np.log(lengths), steps)
    reach = float(stats.t.ppf(0.975, len(lengths) - 2)) * float(fitted.stderr)
    distance = {name: float(np.std(steps - np.log(law(lengths)))) for name, law in LAWS.items()}
    slope = float(fitted.slope)
    return Growth(slope, slope - reach, slope + reach, distance, len(lengths))
