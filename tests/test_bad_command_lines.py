"""Every option of a command with values of every wrong kind: one line and status 2, or done.

The table grows with the options of the commands in START. A command is tried from small arguments
that work, or from ones that end before any work is done, one option at a time set to a wrong value.
"""

import signal
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

import steplab

NUMBERS = ("x", "", "nan", "1.5", "-1", "0", "-1000000000000", str(2**70), "1e400", "None", "[1]")
TEXTS = ("nonsense", "", " ", "../..", "a\nb", "é\u2028", "/", "-", "0", "x" * 5000, "%s{}")
LONGEST_SECONDS = 30
NOWHERE = "/dev/null/here"  # no folder can be there

START: dict[str, list[str]] = {
    "run": ["--results", NOWHERE],
    "sample": ["ngram2-v8", "--length", "4", "--steps", "2", "--count", "4"],
    "report": ["--results", NOWHERE],
    "languages": ["--length", "2"],
}
"""Arguments of each command that is tried; those that take seconds a line are not yet."""

MAY_BE = {"seed": {"0"}}
"""Numbers that look wrong and are not, by option."""


def command_lines(command: str) -> Iterator[tuple[str, str, list[str]]]:
    """Option, value and words of each wrong line of a command."""
    start = START[command]
    for option in fields(steplab.COMMANDS[command]):  # type: ignore[arg-type]
        if option.name in ("results", "output"):
            continue  # any path may become a folder
        flag = f"--{option.name.replace('_', '-')}"
        for value in NUMBERS if is_numeric(option.type) else TEXTS:
            if option.default is MISSING and start[0] == "ngram2-v8" and option.name == "language":
                yield option.name, value, [value, *start[1:]]
            else:
                yield option.name, value, [*start, flag, value]
                yield option.name, value, [*start, f"{flag}={value}"]


def is_numeric(kind: Any) -> bool:
    return any(kind in (one, one | None) for one in (int, float))


def end(*_: object) -> None:
    raise TimeoutError("the command goes on for too long")


@pytest.mark.parametrize("command", START)
def test_a_wrong_value_is_one_line_and_status_2(
    command: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Any,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGALRM)
    signal.signal(signal.SIGALRM, end)
    tried, wrong = 0, []
    for option, value, words in command_lines(command):
        signal.alarm(LONGEST_SECONDS)
        with pytest.raises(SystemExit) as stop:
            steplab.main([command, *words])
        signal.alarm(0)
        said = capsys.readouterr()
        tried += 1
        code, lines = stop.value.code, said.err.splitlines()
        refused = code == 2 and len(lines) == 1 and lines[0].startswith("steplab: ")
        number = value in ("-1", "-1000000000000", "nan", str(2**70), "0")
        numeric = is_numeric(steplab.COMMANDS[command].__dataclass_fields__[option].type)  # type: ignore[attr-defined]
        accepted = code == 0 and not (numeric and number and value not in MAY_BE.get(option, ()))
        if not refused and not accepted:
            wrong.append(f"{option} {value[:20]!r}: {code}, {lines[-1:] or said.out[:80]}")
    signal.signal(signal.SIGALRM, before)
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong)
    assert tried > 10
    assert list(tmp_path.iterdir()) == []
    record_property("wrong command lines", tried)
