"""How many of the tests that decide say what: the words that stand with every verdict."""

from collections import Counter
from collections.abc import Sequence

from theory.claims.claim import Test
from theory.claims.rules import Verdict

NAMES: tuple[Verdict, ...] = ("refuted", "supported", "inconclusive", "not learned")


def counts(tests: Sequence[Test]) -> dict[Verdict, int]:
    """How many of the tests that decide have each verdict, zeros among them."""
    present = Counter(test.verdict for test in tests if test.decides)
    return {name: present[name] for name in NAMES}


def counted(verdict: Verdict, tests: Sequence[Test]) -> str:
    """The verdict of tests with their counts: 'refuted by 2 of 16 tests, 14 inconclusive'; the
    verdict alone where nothing that decides was measured."""
    of_verdict = counts(tests)
    total = sum(of_verdict.values())
    if not total:
        return verdict
    joined = "in" if verdict == "inconclusive" else "by"
    leading = of_verdict.get(verdict, 0)
    told = f"{verdict} {joined} {leading} of {total} test{'s' if total > 1 else ''}"
    others = [f"{count} {name}" for name, count in of_verdict.items() if count and name != verdict]
    return ", ".join([told, *others])
