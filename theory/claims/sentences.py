"""Plain English about tests: how often a statement holds, and where not."""

import math
from collections.abc import Sequence

from theory.claims.claim import Test

NAMED = 3  # this many languages are named, more are counted


def where(tests: Sequence[Test]) -> str:
    """'exact 8 of 9 (0.1 to 0.3), open for c (3), trained 1 of 1 (0.2)': values in brackets."""
    parts = []
    for denoiser in ("exact", "trained"):
        own = [test for test in tests if test.denoiser == denoiser]
        if not own:
            continue
        holding = [test for test in own if test.verdict == "supported"]
        failing = [test for test in own if test.verdict == "refuted"]
        waiting = [test for test in own if test.verdict == "inconclusive"]
        told = [f"{denoiser} {len(holding)} of {len(own)}{_values(holding)}"]
        told += [f"failing for {_listed(failing)}"] if failing else []
        told += [f"open for {_listed(waiting)}"] if waiting else []
        parts.append(", ".join(told))
    return ", ".join(parts) or "not measured"


def of_statistic(tests: Sequence[Test], *names: str) -> list[Test]:
    """The tests of some statistics."""
    return [test for test in tests if test.statistic in names]


def _listed(tests: Sequence[Test]) -> str:
    """Few with name and value, many by their number and range."""
    if len(tests) > NAMED:
        return f"{len(tests)}{_values(tests)}"
    *most, last = (f"{test.language} ({_shown(test.value)})" for test in tests)
    return f"{', '.join(most)} and {last}" if most else last


def _values(tests: Sequence[Test]) -> str:
    """The range of the values, in brackets."""
    if not tests:
        return ""
    low, high = (_shown(end([test.value for test in tests])) for end in (min, max))
    return f" ({low})" if low == high else f" ({low} to {high})"


def _shown(value: float) -> str:
    # a slope of equal numbers is zero but for rounding
    return f"{round(value, 12):.2g}" if math.isfinite(value) else "never reached"
