"""Figures, report and summary of a whole profile at the smallest sizes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
import pytest
from matplotlib.figure import Figure

from synthetic.experiments.rows_file import encoded_rows
from theory.report.figures.draw import Plan, draw_all, draw_one, plans
from theory.report.figures.glance import glance_plans
from theory.report.figures.plan import file_name
from theory.report.publish import Results
from theory.studies.kinds import Order
from theory.tables.rows import of_kind
from theory.tables.summary import least_steps_text, summary

ROOT = Path(__file__).parents[3]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LIMITED = "ngram:order=2,vocab=4,branching=4,temperature=0.7,seed=1"
CHROMIUM = next((path for name in BROWSERS if (path := shutil.which(name))), None)


def test_rows_have_the_columns_that_readers_rely_on(results: Results) -> None:
    rows = results.read()
    promised = {
        "unit", "language", "language_hash", "denoiser", "reveal", "steps", "length", "metric",
        "estimator", "value", "low", "high", "samples", "seed", "reveals", "evaluations",
        "commit", "device", "seconds", "torch_version",
    }  # fmt: skip
    assert promised <= set(rows.columns)
    measured = rows[rows["metric"] == "sequence_error_rate"]
    denoisers = {"oracle", "masked-diffusion", "autoregressive", "noisy oracle"}
    assert set(measured["denoiser"]) == denoisers
    assert (measured["low"] <= measured["value"]).all()
    assert (measured["value"] <= measured["high"]).all()
    assert (measured["evaluations"] <= measured["steps"]).all()
    kept = measured[measured["denoiser"] != "noisy oracle"]  # revealed tokens stay
    assert (kept["evaluations"] <= kept[["steps", "length"]].min(axis=1)).all()
    assert (rows[rows["metric"] == "seconds_per_sequence"]["value"] > 0).all()


def test_the_autoregressive_model_costs_length_evaluations_and_fewer_flops(
    results: Results,
) -> None:
    rows = results.read()
    costs = rows[rows["metric"] == "flops"].set_index(["denoiser", "reveal", "steps"])["value"]
    calls = rows[rows["metric"] == "evaluations"].set_index(["denoiser", "reveal", "steps"])
    assert calls.loc[("autoregressive", "left to right", 8), "value"] == 8
    assert (
        costs[("autoregressive", "left to right", 8)] < costs[("masked-diffusion", "bernoulli", 8)]
    )


def test_every_language_has_its_figures_in_both_themes_and_as_pdf(published: Results) -> None:
    folder = published.folder / "figures"
    names = [plan.name for plan, _ in plans(published.read())]
    assert names == [
        "error_against_steps_ngram2-v8",
        "error_against_steps_dyck2-depth3",
        "cost_against_error_ngram2-v8",
        "least_steps_ngram2-v8",
        "collapse_ngram2-v8",
        "three_curves_ngram2-v8",
        "order_of_reveals_ngram2-v8",
        "three_curves_ngram2-full-v8",
        "phase_diagram",
        "path_slack",
        "class_and_steps",
        "masked_against_uniform_ngram2-v8",
        "least_calls_ngram2-v8",
        "least_steps_to_total_variation",
        *(file_name(f"{name}_{LIMITED}") for name in ("crossover", "orders")),
        file_name(f"after_overfitting_{LIMITED.partition(',seed=')[0].replace(',', ' ')}"),
    ]
    for name in names:
        light, dark = folder / f"{name}.png", folder / f"{name}-dark.png"
        for path in (light, dark, light.with_suffix(".pdf")):
            assert path.stat().st_size > 10_000
        assert light.read_bytes() != dark.read_bytes()


def test_the_same_rows_give_the_same_bytes(results: Results, tmp_path: Path) -> None:
    plan, rows = next(one for one in plans(results.read()) if "order_of_reveals" in one[0].name)
    first = draw_one(plan, rows, tmp_path / "first")
    second = draw_one(plan, rows, tmp_path / "second")
    for path in (first.light, first.dark, first.light.with_suffix(".pdf")):
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()
    other = rows.assign(value=rows["value"] * 0.9, low=rows["low"] * 0.9)
    changed = draw_one(plan, other, tmp_path / "changed")
    assert second.light.read_bytes() != changed.light.read_bytes()


def points(rows: pd.DataFrame) -> Figure:
    figure = Figure(figsize=(3, 2), layout="constrained")
    figure.subplots().plot(rows["value"], rows["low"], ".")
    return figure


def test_processes_side_by_side_draw_the_same_bytes(results: Results, tmp_path: Path) -> None:
    rows = results.read()
    names = ("one", "another", "a third")
    drawings = [
        (Plan(name, name, "text", points), rows[:size]) for size, name in enumerate(names, 5)
    ]
    here = draw_all(drawings, tmp_path / "here")
    there = draw_all(drawings, tmp_path / "there", workers=2)
    assert [picture.light.name for picture in there] == [picture.light.name for picture in here]
    for one, other in zip(here, there, strict=True):
        assert (one.title, one.text) == (other.title, other.text)
        for path in (one.light, one.dark, one.light.with_suffix(".pdf")):
            assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes()
        assert other.dark.exists()


def die(_: pd.DataFrame) -> Figure:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_a_process_that_dies_while_it_draws_is_one_line(tmp_path: Path) -> None:
    drawings = [(Plan("figure", "title", "text", die), pd.DataFrame())]
    with pytest.raises(ChildProcessError, match="draw in fewer with --workers"):
        draw_all(drawings, tmp_path, workers=2)


def test_drawing_in_no_process_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"workers is an integer in 1\.\.\d+, got 0"):
        draw_all([], tmp_path, workers=0)


def test_rows_that_allow_no_figure_draw_none(tmp_path: Path) -> None:
    assert draw_all([], tmp_path) == []


def test_nothing_is_drawn_twice_until_rows_change(results: Results, tmp_path: Path) -> None:
    copy = Results(tmp_path)
    rows = of_one_figure(results)
    write(rows, copy)
    assert copy.publish("test")
    assert not copy.publish("test")
    assert copy.publish("test", again=True)
    write(rows.iloc[:-1], copy)
    assert copy.publish("test")


def of_one_figure(results: Results) -> pd.DataFrame:
    """Rows that allow a single, small figure."""
    rows = of_kind(results.read(), Order)
    assert len(plans(rows)) == 1
    return rows


def write(rows: pd.DataFrame, results: Results) -> None:
    table = pyarrow.Table.from_pandas(rows, preserve_index=False)
    results.rows.write_bytes(encoded_rows(table))


@pytest.fixture(scope="module")
def small(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A report of few rows with one figure."""
    copy = Results(tmp_path_factory.mktemp("small"))
    write(of_one_figure(results), copy)
    assert copy.publish("test")
    return copy


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("report.html", cut),
        ("report.html", folder),
        ("ledger_lines.json", noise),
        ("figures/.drawn-from", noise),
        ("figures/.drawn-from", folder),
        ("figures/*.pdf", Path.unlink),
    ],
)
def test_what_was_damaged_since_is_noticed_and_made_again(
    small: Results,
    name: str,
    damage: Callable[[Path], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = sorted(small.folder.glob(name))[0]
    whole = path.read_bytes()
    damage(path)
    assert small.publish("test")
    assert path.read_bytes() == whole
    said = capsys.readouterr().err
    assert str(path) in said
    assert f"drawing {len(list(small.figures.glob('*.pdf')))} figures" in said.splitlines()
    assert not small.publish("test")
    assert capsys.readouterr().err == ""  # nothing is drawn


def test_what_a_publication_that_was_killed_left_is_removed(small: Results) -> None:
    left = [small.folder / f".{path.name}.01.partial" for path in (small.report, small.lines)]
    for path in left:
        path.touch()
    small.publish("test", again=True)
    assert not any(path.exists() for path in left)


@pytest.mark.parametrize("name", ["../../escape", "/etc/passwd", "..", ".hidden", "a/b", "x" * 500])
def test_a_figure_stays_in_its_folder_whatever_its_name(name: str, tmp_path: Path) -> None:
    def draw(_: pd.DataFrame) -> Figure:
        return Figure(figsize=(1, 1))

    inside = tmp_path / "in" / "figures"
    picture = draw_one(Plan(name, "title", "text", draw), pd.DataFrame(), inside)
    assert picture.light.parent == inside
    assert picture.light.exists()
    assert len(list(inside.iterdir())) == 3
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {
        path.name for path in inside.iterdir()
    }
    assert "/" not in name or file_name(name) != file_name(name.replace("/", "_"))


def test_plain_names_of_figures_stay_as_they_are() -> None:
    assert file_name("error_against_steps_ngram2-v8") == "error_against_steps_ngram2-v8"


def test_an_interrupt_while_drawing_leaves_no_half_figure(tmp_path: Path) -> None:
    def interrupted(_: pd.DataFrame) -> Figure:
        figure = Figure(figsize=(1, 1))
        figure.savefig = stop  # type: ignore[method-assign, assignment]
        return figure

    def stop(target: Any, **_: Any) -> None:
        target.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_one(Plan("figure", "title", "text", interrupted), pd.DataFrame(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_ends_all_that_draw(tmp_path: Path) -> None:
    script = [sys.executable, "-m", "tests.theory.report.slow_drawing", str(tmp_path)]
    process = subprocess.Popen(script, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("*.png")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "nothing was drawn"
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    try:
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert err.splitlines()[-1] == "KeyboardInterrupt"
    assert "Exception in thread" not in err
    assert {path.suffix for path in tmp_path.iterdir()} <= {".png", ".pdf"}


def test_a_drawing_that_ends_leaves_what_another_one_writes(tmp_path: Path) -> None:
    half = tmp_path / ".other.png.0123456789ab.partial"
    half.touch()
    draw_all(
        [(Plan("figure", "title", "text", lambda _: Figure((1, 1))), pd.DataFrame())], tmp_path
    )
    assert half.exists()


def test_missing_rows_are_an_error_that_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(
        FileNotFoundError, match=r"steplab run.*`steplab report --profile standard`$"
    ):
        Results(tmp_path).publish("test")


class Links(HTMLParser):
    """Collects everything that a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.targets += [
            value for name, value in attrs if name in ("src", "srcset", "href") and value
        ]


def test_the_report_refers_to_nothing_outside_itself(published: Results) -> None:
    page = published.report.read_text(encoding="utf-8")
    links = Links()
    links.feed(page)
    assert sum(link.startswith("data:") for link in links.targets) == 2 * (
        len(plans(published.read())) + len(glance_plans(published.read()))
    )
    assert all(link.startswith(("data:image/webp;base64,", "#")) for link in links.targets)
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed to open the report in")
@pytest.mark.parametrize("width", [1280, 820, 390], ids=["desktop", "tablet", "phone"])
def test_a_browser_shows_the_report(published: Results, tmp_path: Path, width: int) -> None:
    probe = (
        "<script>addEventListener('load', () => { const images = [...document.images];"
        "document.title = 'shown ' + images.filter(i => i.complete && i.naturalWidth > 0).length"
        "+ ' of ' + images.length;"
        "document.querySelectorAll('details').forEach(folded => folded.open = true);"
        "const wide = [document.documentElement, ...document.querySelectorAll('table, td, figure')]"
        ".filter(e => e.scrollWidth > innerWidth || e.getBoundingClientRect().right > innerWidth);"
        "if (wide.length) document.title += ', cut: ' + wide[0].tagName; });</script></body>"
    )
    page = tmp_path / "probed.html"
    page.write_text(published.report.read_text(encoding="utf-8").replace("</body>", probe))
    count = len(plans(published.read())) + len(glance_plans(published.read()))
    assert title(browse(page, tmp_path / "profile", width)) == f"shown {count} of {count}"
    broken = tmp_path / "broken.html"
    broken.write_text(
        page.read_text().replace("data:image/webp;base64,", "data:image/webp;base64,x")
    )
    assert title(browse(broken, tmp_path / "profile", width)) == f"shown 0 of {count}"


def title(document: str) -> str:
    return document.split("<title>")[1].split("</title>")[0]


def browse(page: Path, profile: Path, width: int) -> str:
    """The document of a page after its scripts ran in headless Chromium."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--virtual-time-budget=5000", f"--window-size={width},900",
            f"--user-data-dir={profile}", "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


def test_the_summary_has_a_line_for_each_denoiser_and_reveal(results: Results) -> None:
    table = summary(results.read())
    lines = set(table[["language", "denoiser", "reveal"]].itertuples(index=False, name=None))
    assert len(table) == len(lines) == 7
    assert ("ngram2-v8", "autoregressive", "left to right") in lines


def curve(values: dict[int, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"metric": "sequence_error_rate", "estimator": "", "steps": list(values)}
        | {"value": list(values.values())}
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({1: 1.0, 2: 0.4, 4: 0.6, 8: 0.5, 16: 0.1}, "8"),
        ({1: 0.2}, "1"),
        ({1: 1.0, 2: 0.51}, "none to 2"),
    ],
)
def test_the_least_steps_keep_the_target_from_there_on(
    values: dict[int, float], expected: str
) -> None:
    assert least_steps_text(curve(values), "sequence_error_rate", 0.5) == expected
    assert least_steps_text(curve(values), "token_error_rate_gap", 0.5) == "not measured"
