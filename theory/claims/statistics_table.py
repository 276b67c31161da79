"""The statistics of a claim, a line each: both denoisers, the margins and the verdict."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rich.table import Table

from theory.claims.claim import Test
from theory.claims.rules import AtMost, Rule, together
from theory.claims.sentences import DENOISERS, of_statistic, values

PATH_BOUNDS = (
    "A path bound is an upper bound on the TER gap and called so; other TER gaps are those of the "
    "law that is sampled: exact p(x) of words of a chain, the closed form of copy pairs."
)


class StatisticLine(NamedTuple):
    """A statistic with the values of each denoiser, the margins of its rule and what follows."""

    statistic: str
    exact: str
    trained: str
    margin: str
    verdict: str


def statistic_lines(tests: Sequence[Test]) -> list[StatisticLine]:
    """A line for each statistic, in the order of the tests; its verdict is that of all its tests
    that decide, or of all where none does."""
    lines = []
    for name in dict.fromkeys(test.statistic for test in tests):
        of_name = of_statistic(tests, name)
        exact, trained = (
            _cell([test for test in of_name if test.denoiser == side]) for side in DENOISERS
        )
        deciding = [test.verdict for test in of_name if test.decides]
        verdict = together(deciding or [test.verdict for test in of_name])
        note = "" if deciding else ", does not decide"
        lines.append(StatisticLine(name, exact, trained, margin(of_name[0].rule), verdict + note))
    return lines


def margin(rule: Rule) -> str:
    """Both margins of a rule in words."""
    if isinstance(rule, AtMost):
        return f"supported to {rule.supported:.3g}, refuted from {rule.refuted:.3g}"
    return f"supported from {rule.supported:.3g}, refuted to {rule.refuted:.3g}"


def _cell(tests: Sequence[Test]) -> str:
    """The range of the values, and how many tests have which verdict."""
    if not tests:
        return "not measured"
    counts = Counter(test.verdict for test in tests)
    return f"{values(tests)} ({', '.join(f'{count} {name}' for name, count in counts.items())})"


def statistics_table(tests: Sequence[Test]) -> Table:
    """The lines for a terminal."""
    table = Table(caption=f"Whole intervals meet a margin or not. {PATH_BOUNDS}")
    for column in StatisticLine._fields:
        table.add_column(column, overflow="fold")
    for line in statistic_lines(tests):
        table.add_row(*line)
    return table
