"""What a run shows: counts, what runs now, the time left; a bar on a terminal, lines elsewhere."""

import io
import itertools
from pathlib import Path

import pytest

from synthetic.experiments import Standing, Store, local_executor, progress_on, run_units
from synthetic.experiments.progress import Forecast, LineProgress, Running, duration
from tests.synthetic.experiments.demo_units import Draw, Stopwatch, Train

STANDING = Standing(
    total=40,
    done=12,
    failed=1,
    blocked=2,
    running=[Running("demo draw(seed=1)", 0.5), Running("demo [draw](seed=2)", 0.0)],
    elapsed_seconds=65,
    left_seconds=3 * 3600 + 5 * 60,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_counts_are_one_line() -> None:
    assert STANDING.counts == (
        "12 of 40 units done, 1 failed, 2 not run because of it, 1 min 5 s elapsed, "
        "about 3 h 5 min left"
    )


def test_a_terminal_gets_a_bar_with_what_runs_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    terminal = Terminal()
    progress = progress_on(terminal)
    progress.update(STANDING)
    progress.line("failed: [bold]kind[/bold](seed=1): an error")
    progress.close()
    text = terminal.getvalue()
    assert "12 of 40 units done" in text
    assert "50% demo draw(seed=1)" in text
    assert "demo [draw](seed=2)" in text
    assert "failed: [bold]kind[/bold](seed=1): an error" in text
    assert "━" in text


def test_elsewhere_there_are_plain_lines_when_there_is_news() -> None:
    stream = io.StringIO()
    progress = progress_on(stream)
    assert isinstance(progress, LineProgress)
    for _ in range(100):
        progress.update(STANDING)
    progress.line("a note")
    progress.close()
    assert stream.getvalue() == f"{STANDING.counts}\na note\n"
    assert "\x1b" not in stream.getvalue()


SLOW = (60 + 5) / 60  # five seconds more than the minute that is trusted


def test_the_first_units_alone_change_a_forecast_little() -> None:
    forecast = Forecast()
    for steps in range(1, 101):
        forecast.add(Train(steps=steps))
    expected = forecast.seconds_left([], capacity=1)
    forecast.end(Train(steps=1), seconds=20)  # a worker started
    assert forecast.seconds_left([], capacity=1) < 1.3 * expected
    for steps in range(2, 90):
        forecast.end(Train(steps=steps), seconds=4 * Train(steps=steps).expected_seconds)
    left = sum(Train(steps=steps).expected_seconds for steps in range(90, 101))
    assert forecast.seconds_left([], capacity=1) == pytest.approx(4 * left, rel=0.05)


def test_the_forecast_scales_by_what_was_observed() -> None:
    forecast = Forecast()
    units = [Train(steps=steps) for steps in range(1, 5)]
    watch = Stopwatch(seed=0)
    for unit in (*units, watch):
        forecast.add(unit)
    assert forecast.seconds_left([], capacity=2) == 4 * 5 / 2 + 1
    forecast.end(units[0], seconds=10)
    assert forecast.seconds_left([], capacity=2) == pytest.approx(SLOW * (3 * 5 / 2 + 1))
    assert forecast.seconds_left([(units[1], 0.5)], capacity=2) == pytest.approx(
        SLOW * (2.5 * 5 / 2 + 1)
    )
    forecast.end(units[1])
    forecast.end(units[2])
    forecast.end(units[3], seconds=5)
    assert forecast.seconds_left([(watch, 0.25)], capacity=2) == pytest.approx(SLOW * 0.75)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_durations_are_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_running_unit_shows_its_fraction(tmp_path: Path) -> None:
    class Recorder:
        def __init__(self) -> None:
            self.standings: list[Standing] = []

        def line(self, text: str) -> None:
            raise AssertionError(text)

        def update(self, standing: Standing) -> None:
            self.standings.append(standing)

        def close(self) -> None:
            pass

    recorder = Recorder()
    unit = Draw(seed=1, pause=1.5)
    run_units([unit], Store(tmp_path), local_executor(1), progress=recorder)
    fractions = [running.fraction for s in recorder.standings for running in s.running]
    assert max(fractions) > 0.2
    assert all(a <= b for a, b in itertools.pairwise(fractions))
    assert {running.text for s in recorder.standings for running in s.running} == {str(unit)}
    assert recorder.standings[-1].done == 1
