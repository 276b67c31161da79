"""Many languages in one line: the least, the median and the greatest value, and who fails."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from theory.claims.claim import Test
from theory.claims.rules import Verdict, together


@dataclass(frozen=True)
class GroupedTests(Test):
    """Tests of one statistic as one: `value` is the median of theirs, `low` and `high` are the
    least and the greatest; the verdict is theirs together, of those that decide if some do."""

    members: tuple[Test, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What all of them say."""
        deciding = [test for test in self.members if test.decides]
        return together(test.verdict for test in deciding or self.members)

    @property
    def others(self) -> str:
        """The languages that the rule does not support, by verdict; empty where there are none."""
        verdicts: dict[Verdict, list[str]] = {}
        for test in self.members:
            if test.verdict != "supported":
                verdicts.setdefault(test.verdict, []).append(test.language)
        return "; ".join(f"{verdict}: {', '.join(names)}" for verdict, names in verdicts.items())


def in_groups(tests: Sequence[Test]) -> list[Test]:
    """Tests in their order, those that are grouped as one where the first of them stood."""
    told: dict[object, list[Test]] = {}
    for place, test in enumerate(tests):
        key = (test.denoiser, test.statistic) if test.grouped else place
        told.setdefault(key, []).append(test)
    return [_group(group) if group[0].grouped else group[0] for group in told.values()]


def _group(tests: Sequence[Test]) -> GroupedTests:
    values = [test.value for test in tests]
    return GroupedTests(
        tests[0].denoiser,
        f"{len(tests)} of the catalogue",
        tests[0].statistic,
        statistics.median(values),
        min(values),
        max(values),
        min(test.samples for test in tests),
        tests[0].rule,
        any(test.decides for test in tests),
        members=tuple(tests),
    )
