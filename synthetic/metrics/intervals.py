"""Confidence intervals of proportions."""

from scipy import stats

from synthetic.arguments import MOST, check_integer, check_share, checked
from synthetic.quantities import Estimate


@checked
def proportion_estimate(
    successes: int, samples: int, estimator: str, *, level: float = 0.95
) -> Estimate:
    """A proportion with its exact binomial (Clopper-Pearson 1934) interval.

    The interval covers the true proportion with probability at least `level`, whatever it is.

    Examples:
        >>> none = proportion_estimate(0, 2000, "share of samples")
        >>> f"{none.value} to {none.high:.4f}"
        '0.0 to 0.0018'
    """
    samples = check_integer("samples", samples, most=MOST)
    if not 0 <= (successes := check_integer("successes", successes, least=0)) <= samples:
        raise ValueError(f"successes lie in 0..samples, got {successes} of {samples}")
    level = check_share("level", level, positive=True, below_one=True)
    tail = (1 - level) / 2
    failures = samples - successes
    low = float(stats.beta.ppf(tail, successes, failures + 1)) if successes else 0.0
    high = float(stats.beta.ppf(1 - tail, successes + 1, failures)) if failures else 1.0
    value = successes / samples
    return Estimate(value, low, high, samples, estimator, (value * (1 - value) / samples) ** 0.5)
