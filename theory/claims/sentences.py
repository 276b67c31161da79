"""Plain English about tests: where a statement holds, where not, and where it is open."""

import math
from collections.abc import Sequence

from theory.claims.claim import Test
from theory.claims.rules import Verdict

WORDS: dict[Verdict, str] = {"supported": "holds", "refuted": "fails", "inconclusive": "open"}


def where(tests: Sequence[Test]) -> str:
    """'exact: holds for a (0.1), b (0.2), fails for c (3); trained: ..', with the values."""
    parts = []
    for denoiser in ("exact", "trained"):
        own = [test for test in tests if test.denoiser == denoiser]
        told = []
        for verdict, word in WORDS.items():
            found = [
                f"{test.language} ({_shown(test.value)})" for test in own if test.verdict == verdict
            ]
            if found:
                told.append(f"{word} for {', '.join(found)}")
        if told:
            parts.append(f"{denoiser} denoiser: {'; '.join(told)}")
    return ". ".join(f"{part[0].upper()}{part[1:]}" for part in parts) or "Not measured"


def _shown(value: float) -> str:
    return f"{value:.2g}" if math.isfinite(value) else "never reached"


def of_statistic(tests: Sequence[Test], *names: str) -> list[Test]:
    """The tests of some statistics."""
    return [test for test in tests if test.statistic in names]
