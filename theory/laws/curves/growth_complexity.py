"""The integral of the square root of a polynomial between proved bounds."""

import math

import numpy as np

from synthetic.quantities import CertifiedValue
from theory.laws.curves.reveal_weights import AT_ONCE, Floats, bernstein, binomial_weights

PANELS = 4096
LEAST = 1e-300  # below it an evaluation may have lost digits to underflow


def squared_root_integral(coefficients: Floats, error: float) -> CertifiedValue:
    """(integral over 0..1 of sqrt(p(r)) dr)^2, p(r) = sum_m Binomial(n, r)(m) c_m, c_m >= 0.

    With log-odds t, p = e^s(t) / (1 + e^t)^n, s(t) = log sum_m C(n, m) c_m e^(m t), and dr =
    e^t / (1 + e^t)^2 dt. So the logarithm of the integrand is A(t) - B(t), A = s/2 + t and
    B = (n/2 + 2) log(1 + e^t), both convex. On a panel a convex function lies above its tangent at
    the midpoint and below its chord: tangent of A and chord of B give a lower bound, chord and
    tangent an upper one, and both are integrals of the exponential of a line. The gap is
    O(n / panels^2), as panels are equal in arcsin sqrt(r). On the two ends, of width 1.5e-7, p
    lies between 0 and the largest c_m. Each c_m may be off by `error`, which moves the integral by
    at most sqrt(error); one that is negative within that error counts as 0.
    """
    degree = len(coefficients) - 1
    coefficients = np.where(coefficients > 0, coefficients, 0.0)
    top = float(coefficients.max())
    if top == 0:
        return CertifiedValue(0.0, error)
    ends = np.sin(np.pi * np.arange(1, PANELS) / (2 * PANELS)) ** 2
    odds = np.log(ends) - np.log1p(-ends)
    half = np.diff(odds) / 2
    centre = (odds[1:] + odds[:-1]) / 2
    middle = 1 / (1 + np.exp(-centre))
    at_ends, at_middle = bernstein(coefficients, ends), bernstein(coefficients, middle)
    power = degree / 2 + 2
    bound = power * np.logaddexp(0, odds)
    excess = (bound[1:] + bound[:-1]) / 2 - power * np.logaddexp(0, centre)
    chord = np.diff(bound) / (2 * half)
    jacobian = np.log(ends) + np.log1p(-ends)
    log_ends = np.log(np.maximum(at_ends, LEAST)) / 2 + jacobian
    upper = _line_integral(
        (log_ends[1:] + log_ends[:-1]) / 2 + excess,
        np.diff(log_ends) / (2 * half) + chord - power * middle,
        half,
    )
    usable = at_middle > LEAST
    log_middle = np.log(at_middle, out=np.zeros_like(middle), where=usable) / 2
    mean = _tilted_mean(coefficients, middle[usable], at_middle[usable])
    slope = np.zeros_like(middle)
    slope[usable] = mean / 2 + 1 - chord[usable]
    log_middle += np.log(middle) + np.log1p(-middle) - excess
    lower = np.where(usable, _line_integral(log_middle, slope, half), 0.0)
    tails = 2 * float(max(ends[0], 1 - ends[-1])) * math.sqrt(top)  # p is a mean of the c_m
    slack = math.sqrt(error)
    low = max(0.0, math.fsum(lower) * (1 - 1e-9) - slack)
    high = math.fsum(upper) * (1 + 1e-9) + tails + slack
    return CertifiedValue((low**2 + high**2) / 2, (high**2 - low**2) / 2)


def _line_integral(log_height: Floats, slope: Floats, half: Floats) -> Floats:
    """Integral of exp(log_height + slope t) over -half..half."""
    reach = np.abs(slope * half)
    ratio = np.divide(np.sinh(reach), reach, out=np.ones_like(reach), where=reach > 1e-8)
    return np.exp(log_height) * 2 * half * ratio


def _tilted_mean(coefficients: Floats, reveal: Floats, values: Floats) -> Floats:
    """The mean of m under weights Binomial(n, r)(m) c_m: the derivative of s."""
    degree = len(coefficients) - 1
    moments = coefficients * np.arange(degree + 1)
    pieces = np.array_split(reveal, len(reveal) * (degree + 1) // AT_ONCE + 1)
    return np.concatenate([binomial_weights(degree, part) @ moments for part in pieces]) / values
