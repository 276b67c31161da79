"""Every option of every command with values of every wrong kind: one line and status 2.

The table is every command, each line of START that works or ends at a known refusal, each option,
each wrong value. What is accepted needs a reason in RIGHT; a refusal has to name the option or the
value, and to be another one than that of the line without it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import Any

import pytest

import steplab
from tests.bounded import bounded

LONGEST_LINE, LONGEST_SECONDS = 2000, 10
NOWHERE = "/dev/null/here"  # no folder can be there

HUGE = str(2**70)
BAD: dict[Any, tuple[str, ...]] = {
    int: ("1.5", "-1", "0", HUGE, ""),
    float: ("x", "nan", "-1", "0", "1e400", HUGE, ""),
    str: ("nonsense", "../..", "a\nb", "-", "%s{}", "x" * 5000, ""),
    Path: ("/dev/full/here", "x" * 5000, ""),
    bool: ("maybe", "1", ""),
}
"""Wrong values, by the kind that an option takes; texts are for all that is none of these."""

SMALL = ["--length", "4", "--steps", "2", "--count", "4"]
START: dict[str, list[list[str]]] = {
    "run": [["--results", NOWHERE]],
    "train": [["ngram2-v8", "--output", NOWHERE, "--length", "4"]],
    "sample": [["ngram2-v8", *SMALL], ["ngram2-v8", "--noise", "uniform", *SMALL]],
    "measure": [["ngram2-v8", *SMALL], ["ngram2-v8", "--noise", "uniform", *SMALL]],
    "report": [["--results", NOWHERE]],
    "ledger": [["--claim", "no-claim"]],
    "advise": [["ngram2-v8", "--length", "2", "--samples", "4", "--target", "5", "--no-seconds"]],
    "estimate": [["--profile", "quick"]],
    "languages": [["ngram2-v8", "--length", "2"]],
    "strategies": [["--length", "4"]],
    "proofs": [["--theorem", "error-from-divergence", "--step", "solve"]],
    "search": [["--id", "theorem-4.4-left-to-right-at-0.5"]],
}
"""Lines of each command that work within a moment, or end before any work is done."""


def is_right(command: str, option: str, value: str) -> bool:
    """Whether a value that looks wrong is right for this option."""
    zero = {"weight_decay", "warmup_steps", "average_decay"}
    endless = {"learning_rate", "weight_decay", "gradient_clip", "target", "peak"}
    reasons = (
        # a seed, a rate of nothing
        value == "0" and option in {"seed", *zero},
        # numbers without an upper end; a gradient may be as long as it is
        value == HUGE and option in endless,
        value == "1e400" and option == "gradient_clip",
    )
    return any(reasons)


@dataclass(frozen=True)
class Outcome:
    """How a command line ended."""

    code: Any
    lines: tuple[str, ...]


def options(command: str) -> list[Field[Any]]:
    return list(fields(steplab.COMMANDS[command]))  # type: ignore[arg-type]


def bad_values(option: Field[Any]) -> tuple[str, ...]:
    """Wrong values of the kind that the option takes."""
    fitting = (kind for kind in BAD if option.type in (kind, kind | None))
    return BAD[next(fitting, str)]


def bad_lines(command: str, start: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Option, value and words of each wrong line that begins with a right one."""
    for option in options(command):
        flag = f"--{option.name.replace('_', '-')}"
        for value in bad_values(option):
            if option.name == "language":
                yield option.name, value, [value, *start[1:]]
            elif value == "-1":  # which is no option
                yield option.name, value, [*start, flag, value]
            else:
                yield option.name, value, [*start, f"{flag}={value}"]
    yield "no_such_option", "1", [*start, "--no-such-option", "1"]


def fault(
    run: Callable[[list[str]], Outcome], base: Outcome, option: str, value: str, words: list[str]
) -> str | None:
    """What is wrong with the end of a wrong line; 'accepted' where nothing was refused."""
    outcome = run(words)
    said = " ".join(outcome.lines)
    if outcome.code == 0 or outcome == base:
        return "accepted"
    if outcome.code != 2 or len(outcome.lines) != 1 or not said.startswith("steplab: "):
        return f"{outcome.code}, {outcome.lines[-1:]}"
    if len(said) > LONGEST_LINE:
        return f"{len(said)} characters"
    plain = re.sub("[^a-z0-9]+", " ", said.lower())
    if option.replace("_", " ") not in plain and repr(value)[1:-1][:20] not in said:
        return f"names neither option nor value: {said}"
    return None


@pytest.mark.parametrize("command", steplab.COMMANDS)
def test_a_wrong_value_is_one_line_and_status_2(
    command: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Any,
) -> None:
    monkeypatch.chdir(tmp_path)

    def run(words: list[str]) -> Outcome:
        with pytest.raises(SystemExit) as stop:
            steplab.main([command, *words])
        return Outcome(stop.value.code, tuple(capsys.readouterr().err.splitlines()))

    tried, wrong = 0, []
    for start in START[command]:
        base = run(start)
        assert base.code in (0, 2), base
        for option, value, words in bad_lines(command, start):
            with bounded(LONGEST_SECONDS):
                problem = fault(run, base, option, value, words)
            tried += 1
            if problem is not None and not (
                problem == "accepted" and is_right(command, option, value)
            ):
                wrong.append(f"--{option} {value[:20]!r}: {problem}")
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong)
    assert tried >= 8
    assert list(tmp_path.iterdir()) == []
    record_property("wrong command lines", tried)


@pytest.mark.parametrize(
    "twin",
    [
        Outcome(0, ()),
        Outcome(1, ("Traceback (most recent call last):", "KeyError: 'length'")),
        Outcome(2, ("steplab: length is 0", "see --help")),
        Outcome(2, ("steplab: something is wrong",)),
    ],
)
def test_the_table_refuses_what_says_nothing(twin: Outcome) -> None:
    assert fault(lambda _: twin, Outcome(0, ()), "length", "-1", []) is not None


def goes_on() -> None:
    while True:
        pass


def test_a_command_that_goes_on_is_ended() -> None:
    for seconds, wait in ((0.01, 1000), (0.1, 0.1)):
        with bounded(seconds, wait), pytest.raises(AssertionError, match="too long"):
            goes_on()
