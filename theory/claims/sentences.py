"""A claim in one sentence: what its tests show, on how many languages, with their numbers.

    clause    "the steps do not grow with length: exponents 0 to 0.05 on six languages"
    sentence  clauses of tests that decide, those that give the claim its verdict first, then
              "shown beside: " and those of tests that do not

A statement that does not hold everywhere is preceded by where it does, so that nothing is asserted
and then denied: "on eight of nine languages, ...: ...; ngram4-v8 is inconclusive (0.99)".
"""

import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from theory.claims.claim import Claim, DenoiserName, Phrase, Test
from theory.claims.rules import Verdict, together
from theory.tables.rounding import shown, spread

DENOISERS: tuple[DenoiserName, ...] = ("exact", "trained")
NAMED = 3  # more languages than this are counted
NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
NOT_DECIDED = "what decides it was not measured"
ROOM = 360  # characters of a sentence in brief
UNREACHED = "no measured N reaches it"
FIRST: tuple[Verdict, ...] = ("refuted", "inconclusive", "supported")
UNLEARNED: Verdict = "not learned"
NEGATION = re.compile(r"\b(no|not|never)\b")
DRAWN = (  # one name for all draws of a random language
    (re.compile(r"ngram:order=(\d+)[ ,]vocab=(\d+)\b.*"), r"random \1-grams over \2 symbols"),
    (re.compile(r"hmm:states=(\d+)\b.*"), r"random hidden Markov models of \1 states"),
)


class Clause(NamedTuple):
    """What one phrase says of its tests: the statement, and its numbers."""

    statement: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.statement}: {self.evidence}"


def clauses(claim: Claim, tests: Sequence[Test]) -> list[Clause]:
    """The clauses of every phrase on its tests that decide: of them the refuted ones first, then
    the inconclusive ones; of one phrase likewise."""
    return _in_order(claim, [test for test in tests if test.decides])


def clauses_beside(claim: Claim, tests: Sequence[Test]) -> list[Clause]:
    """The clauses of every phrase on its tests that are shown and do not decide."""
    return _in_order(claim, [test for test in tests if not test.decides])


def _in_order(claim: Claim, tests: Sequence[Test]) -> list[Clause]:
    tested = []
    for phrase in claim.phrases:
        of_phrase = of_statistic(tests, phrase.statistic)
        if of_phrase:
            tested.append((_rank(of_phrase), phrase, of_phrase))
    tested.sort(key=lambda one: one[0])
    return [clause for _, phrase, of_phrase in tested for clause in _clauses(phrase, of_phrase)]


def _rank(tests: Sequence[Test]) -> int:
    """Where what is said of some tests stands among what is said of others."""
    return FIRST.index(together(test.verdict for test in tests))


def sentence(claim: Claim, tests: Sequence[Test]) -> str:
    """All clauses as one sentence: what decides, the verdicts of the parts, what is shown."""
    beside = "; ".join(map(str, clauses_beside(claim, tests)))
    shown_beside = [f"shown beside: {beside}"] if beside else []
    return _joined([*_deciding(claim, tests), *_parts(claim, tests), *shown_beside])


def brief(claim: Claim, tests: Sequence[Test]) -> str:
    """The same without what is shown, and with no more clauses than there is room for."""
    said = _deciding(claim, tests)
    kept = said[:1]
    for clause in said[1:]:
        if len("; ".join([*kept, clause])) > ROOM:
            break
        kept.append(clause)
    left = len(said) - len(kept)
    more = [f"{_number(left)} more clause{'s' if left > 1 else ''} under --claim"] if left else []
    return _joined([*kept, *more, *_parts(claim, tests)])


def headline(claim: Claim, tests: Sequence[Test]) -> str:
    """The first clause without its numbers, if something that decides was measured."""
    said = clauses(claim, tests)
    if said:
        return _begin(said[0].statement)
    return _begin(NOT_DECIDED) if tests else "Not measured"


def _deciding(claim: Claim, tests: Sequence[Test]) -> list[str]:
    """The clauses that decide; that there are none, where others were measured."""
    return list(map(str, clauses(claim, tests))) or ([NOT_DECIDED] if tests else [])


def _parts(claim: Claim, tests: Sequence[Test]) -> list[str]:
    """The verdicts of the parts of a claim in words."""
    verdicts = claim.verdicts(tests) if tests else {}
    parts = ", ".join(f"{part} {one}" for part, one in verdicts.items())
    return [f"by parts: {parts}"] if parts else []


def _joined(said: Sequence[str]) -> str:
    return f"{_begin('; '.join(said))}." if said else "Not measured."


def of_statistic(tests: Iterable[Test], name: str) -> list[Test]:
    """Those of this name, in their order."""
    return [test for test in tests if test.statistic == name]


def values(tests: Sequence[Test]) -> str:
    """The range of the values, and whether some are beyond all that was measured."""
    reached = spread(tests)
    if all(math.isfinite(test.value) for test in tests):
        return reached
    return f"{reached} or {UNREACHED}" if reached else UNREACHED


def _clauses(phrase: Phrase, tests: Sequence[Test]) -> list[Clause]:
    """One clause where both denoisers agree in all tests, else one for each of them."""
    if tests[0].grouped and any(test.verdict == "supported" for test in tests):
        return [_of_group(phrase, tests)]
    exact, trained = ([test for test in tests if test.denoiser == name] for name in DENOISERS)
    if not (exact and trained):
        return [_clause(phrase, exact or trained)]
    first = _clause(phrase, exact)
    if len({test.verdict for test in tests}) == 1:
        agreeing = (
            f"one trained model agrees ({values(trained)})"
            if len(trained) == 1
            else f"trained models agree on {_counted(trained)} ({values(trained)})"
        )
        return [first._replace(evidence=f"{first.evidence}; {agreeing}")]
    if _told(exact) != _told(trained) or {test.verdict for test in tests} >= {FIRST[0], FIRST[-1]}:
        named = f"with the exact denoiser{' ' if _mixed(exact) else ', '}{first.statement}"
        both = [first._replace(statement=named), _clause(phrase, trained, apart=True)]
        return both[::-1] if _rank(trained) < _rank(exact) else both
    leading, others = _parted(trained)
    likewise = f"with trained models likewise on {_share(leading, trained)}"
    evidence = "; ".join([f"{likewise} ({values(leading)})", *others])
    return [first._replace(evidence=f"{first.evidence}; {evidence}")]


def _of_group(phrase: Phrase, tests: Sequence[Test]) -> Clause:
    """Where it holds among many languages, their median and range, and the names of all others."""
    holding = [test for test in tests if test.verdict == "supported"]
    middle = sorted(holding, key=lambda test: test.value)[len(holding) // 2]
    others = [
        f"{_listed(group)} {'is' if len(group) == 1 else 'are'} {verdict}"
        for verdict in FIRST[:-1]
        if (group := [test for test in tests if test.verdict == verdict])
    ]
    share = f"{_number(len(holding))} of " if others else ""
    scope = f"on {share}{_number(len(tests))} languages of the catalogue"
    evidence = f"{_numbers(phrase, holding)}, median {shown(middle)}"
    return Clause(f"{scope}, {phrase.holds}", "; ".join([evidence, *others]))


def _clause(phrase: Phrase, tests: Sequence[Test], *, apart: bool = False) -> Clause:
    """What one denoiser's tests say of a phrase; `apart` names trained models first, since the
    exact denoiser says otherwise."""
    leading, others = _parted(tests)
    statement, trained = _stated(phrase, _told(tests)), tests[0].denoiser == "trained"
    if others:
        scope = f"{'with trained models ' if trained else ''}on {_share(leading, tests)}, "
        numbers = _numbers(phrase, leading).removesuffix(",")
        return Clause(f"{scope}{statement}", "; ".join([numbers, *others]))
    if apart:
        statement = f"with trained models, {statement}"
    on = "with trained models on" if trained and not apart else "on"
    return Clause(statement, f"{_numbers(phrase, tests)} {on} {_counted(tests)}")


def _told(tests: Sequence[Test]) -> Verdict:
    """What is said of some tests: that it fails where one does, that it holds where one does."""
    present = {test.verdict for test in tests}
    present = present - {UNLEARNED} or present
    return "refuted" if "refuted" in present else max(present)  # supported after inconclusive


def _mixed(tests: Sequence[Test]) -> bool:
    return len({test.verdict for test in tests}) > 1


def _parted(tests: Sequence[Test]) -> tuple[list[Test], list[str]]:
    """The tests that what is said rests on, and words on those of every other verdict."""
    told = _told(tests)
    others = []
    for verdict in (*FIRST, UNLEARNED):
        group = [test for test in tests if test.verdict == verdict]
        if group and verdict != told:
            others.append(_other(group, verdict))
    return [test for test in tests if test.verdict == told], others


def _other(tests: Sequence[Test], verdict: Verdict) -> str:
    if verdict == UNLEARNED:
        return f"not learned on {_listed(tests).removesuffix(f' ({UNREACHED})')}"
    return f"{_listed(tests)} {'is' if len(tests) == 1 else 'are'} {verdict}"


def _share(part: Sequence[Test], whole: Sequence[Test]) -> str:
    """'eight of nine languages'; one or two of several by their names."""
    if len(part) < NAMED and len(part) < len(whole):
        return " and ".join(map(_name, part))
    return f"{_number(len(part))} of {_counted(whole)}"


def _stated(phrase: Phrase, verdict: Verdict) -> str:
    if verdict == UNLEARNED:
        return f"models that have not learned it leave open whether {_asked(phrase)}"
    if verdict == "inconclusive":
        return f"it is inconclusive whether {_asked(phrase)}"
    return phrase.holds if verdict == "supported" else phrase.fails


def _asked(phrase: Phrase) -> str:
    """What is so or not, without a negation where one of the two has none."""
    return phrase.fails if NEGATION.search(phrase.holds) else phrase.holds


def _numbers(phrase: Phrase, tests: Sequence[Test]) -> str:
    """The range of the values, named."""
    reached = spread(tests)
    if not reached:
        return UNREACHED
    several = "s" if " to " in reached else ""
    named = phrase.number.format(reached, s=several)
    return (
        named if all(math.isfinite(test.value) for test in tests) else f"{named}, or {UNREACHED},"
    )


def _counted(tests: Sequence[Test]) -> str:
    """One language by its name, several by their number; tasks where one has two."""
    if len(tests) == 1:
        return _name(tests[0])
    kind = "tasks" if any("," in test.language for test in tests) else "languages"
    return f"{_number(len(tests))} {kind}"


def _listed(tests: Sequence[Test]) -> str:
    """Few with name and value, many by their number and range, those of a group by name too."""
    if tests[0].grouped and len(tests) > NAMED:
        return f"{', '.join(map(_name, tests[:-1]))} and {_name(tests[-1])} ({values(tests)})"
    if len(tests) > NAMED:
        return f"{_number(len(tests))} ({values(tests)})"
    reached = any(math.isfinite(test.value) for test in tests)
    *most, last = (f"{_name(test)} ({_value(test)})" if reached else _name(test) for test in tests)
    names = f"{', '.join(most)} and {last}" if most else last
    return names if reached else f"{names} ({UNREACHED})"


def _value(test: Test) -> str:
    return shown(test) if math.isfinite(test.value) else UNREACHED


def _name(test: Test) -> str:
    """'a, prompted' is 'prompted a' in a sentence."""
    name = " ".join(reversed(test.language.split(", ")))
    for drawn, shown_as in DRAWN:
        name = drawn.sub(shown_as, name)
    return name


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]
