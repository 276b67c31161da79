"""Regression where some values are only known to lie beyond a bound."""

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

Array = NDArray[np.float64]


def censored_regression(
    design: Array, values: Array, censored: NDArray[np.bool_], least_scale: float
) -> Array:
    """Coefficients (k,) of the normal linear model of values (n,) on a design (n, k) of which some
    are censored from above: the true value is larger than the one given (Tobin 1958).

    Maximum likelihood in Olsen's parameters (1978), gamma = coefficients / scale and 1 / scale, in
    which it is concave; the scale is at least `least_scale`, the error of the values themselves.
    Without censoring it is least squares.
    """
    if not censored.any():
        return np.asarray(np.linalg.lstsq(design, values, rcond=None)[0])
    seen, beyond = ~censored, censored

    def loss(point: Array) -> tuple[float, Array]:
        gamma, inverse = point[:-1], point[-1]
        left = inverse * values - design @ gamma
        hazard = np.exp(stats.norm.logpdf(left[beyond]) - stats.norm.logsf(left[beyond]))
        value = 0.5 * (left[seen] ** 2).sum() - seen.sum() * np.log(inverse)
        value -= stats.norm.logsf(left[beyond]).sum()
        slope = np.zeros(len(values))
        slope[seen], slope[beyond] = left[seen], hazard
        gradient = np.append(-design.T @ slope, slope @ values - seen.sum() / inverse)
        return float(value), gradient

    start = np.linalg.lstsq(design, values, rcond=None)[0]
    first = np.append(start / least_scale, 1 / least_scale) / 2
    bounds = [(None, None)] * design.shape[1] + [(1e-6, 1 / least_scale)]
    fit = optimize.minimize(
        loss,
        first,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 10_000, "ftol": 1e-14, "gtol": 1e-9},
    )
    return np.asarray(fit.x[:-1] / fit.x[-1])
