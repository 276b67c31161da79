"""The command line: what it prints, and its one-line errors."""

import importlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest

import steplab
from synthetic.experiments import Store
from theory.commands import terminal

COMMANDS = (
    "run",
    "train",
    "sample",
    "measure",
    "report",
    "languages",
    "strategies",
    "proofs",
    "search",
)


def outcome(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> tuple[int | str | None, str, str]:
    with pytest.raises(SystemExit) as stop:
        steplab.main(arguments)
    said = capsys.readouterr()
    return stop.value.code, said.out, said.err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = outcome(["--help"], capsys)
    assert code == 0
    for name in (*COMMANDS, "130 and 143"):
        assert name in out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_documented(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = outcome([command, "--help"], capsys)
    assert code == 0
    options = re.findall(r"--[a-z-]+", out)
    assert len(set(options)) > 1
    for field in steplab.COMMANDS[command].__dataclass_fields__:  # type: ignore[attr-defined]
        assert field.replace("_", "-") in out.lower().replace("_", "-")


@pytest.mark.parametrize(
    ("arguments", "given", "allowed"),
    [
        (["rum"], "rum", "run, train, sample"),
        (["sample"], "LANGUAGE", "Missing"),
        (["sample", "ngram2-w8"], "ngram2-w8", "ngram2-v8"),
        (["sample", "ngram2-v8", "--steps", "0"], "0", ">= 1"),
        (["sample", "ngram2-v8", "--steps", "two"], "two", "int"),
        (["sample", "ngram2-v8", "--count", "-3"], "-3", ">= 1"),
        (["sample", "dyck2-depth3", "--length", "7"], "7", "near it are"),
        (["sample", "ngram2-v8", "--device", "cuda:77"], "cuda:77", "use cpu"),
        (["sample", "ngram2-v8", "--device", "abacus"], "abacus", "cpu, cuda, mps"),
        (["sample", "ngram2-v8", "--strategy", "magic"], "magic", "bernoulli"),
        (["sample", "ngram2-v8", "--checkpoint", "/no/such/model"], "/no/such/model", "cannot"),
        (
            ["train", "copy-pairs-16", "--output", "x", "--first-masked", "2"],
            "2.0",
            "(0, 1]",
        ),
        (
            ["train", "ngram2-v8", "--output=x", "--first-masked=0.1", "--model=autoregressive"],
            "autoregressive",
            "--objective any-order",
        ),
        (
            ["sample", "ngram2-v8", "--strategy=first-hitting", "--steps=4"],
            "--steps 4",
            "takes what it needs",
        ),
        (["run", "--profile", "fast"], "fast", "quick, standard, paper"),
        (["run", "--executor", "dask"], "none", "--scheduler"),
        (["run", "--claim", "data-any-order"], "quick", "--profile standard"),
        (["run", "--workers", "0"], "0", "in 1..65536"),
        (["run", "--results", "/dev/null/here"], "/dev/null/here", "folder"),
        (["report", "--results", "/no/such/folder"], "/no/such/folder", "steplab run"),
        (["proofs", "--theorem", "fermat"], "fermat", "copy-pairs-error"),
        (["proofs", "--theorem", "copy-pairs-error", "--twin"], "--twin", "--step NAME"),
        (["proofs", "--step", "match"], "match", "--theorem ID"),
        (["proofs", "--json", "--results", "/no/such/folder"], "/no/such/folder", "make proofs"),
        (["proofs", "--workers", "0"], "0", "in 1..65536"),
        (
            ["proofs", "--theorem", "copy-pairs-error", "--step", "guess", "--twin"],
            "guess",
            "match",
        ),
        (["run", "--frobnicate"], "--frobnicate", "nrecognized"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_error_is_one_line_with_what_was_given_and_what_is_allowed(
    arguments: list[str], given: str, allowed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = outcome(arguments, capsys)
    assert code == 2
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("steplab: ")
    assert given in err
    assert allowed in err
    assert "Traceback" not in err


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["--version"], capsys) == (0, f"steplab {metadata.version('steplab')}\n", "")


@dataclass(frozen=True)
class Failing:
    """A command that fails."""

    error: Exception

    def __call__(self) -> int:
        raise self.error


def said_of(
    error: Exception,
    words: list[str],
    patch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[int | str | None, str]:
    patch.setattr(steplab, "_parse", lambda _: Failing(error))
    code, out, err = outcome(words, capsys)
    assert out == ""
    return code, err


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("steps is >= 1,\n  got 0"), "steps is >= 1, got 0"),
        (
            FileNotFoundError(2, "No such file or directory", "a/b"),
            "a/b: No such file or directory",
        ),
        (OSError("disk of /r is full"), "disk of /r is full"),
        (MemoryError(), "not enough memory: ask for fewer"),
        (
            RuntimeError("[enforce fail] can't allocate memory: you tried to allocate 8 bytes."),
            "not enough memory for 8 bytes: ask for fewer",
        ),
        (
            RuntimeError("Storage size calculation overflowed with sizes=[1099511627776, 1048576]"),
            "not enough memory: ask for fewer",
        ),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "memory for 2.00 GiB: "),
        (
            RuntimeError("backend='inductor' raised: No working C++ compiler found in config"),
            "install one, or leave out --compile",
        ),
        (
            ModuleNotFoundError("No module named 'distributed'", name="distributed"),
            "pip install 'steplab[cluster]'",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_user_can_mend_is_one_line_and_status_2(
    error: Exception,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, err = said_of(error, ["run"], monkeypatch, capsys)
    assert code == 2
    assert line in err
    assert len(err.splitlines()) == 1
    code, err = said_of(error, ["--debug", "run"], monkeypatch, capsys)
    assert code == 2
    assert "Traceback" in err
    assert line in err.splitlines()[-1]


def test_a_fault_of_steplab_is_said_to_be_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, err = said_of(KeyError("x"), ["run"], monkeypatch, capsys)
    assert code == 1
    assert err == "steplab: this should not have happened, KeyError: 'x' (see --debug)\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_output_need_not_be_utf_8(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = ["--length=4", "--width=8", "--depth=1", "--heads=1", "--steps=2", "--batch-size=4"]
    for arguments in (
        ["--help"],
        ["languages", "--length", "4"],
        ["train", "ngram2-v8", "--output", str(tmp_path), *small],
    ):
        written = io.BytesIO()
        for name in ("stdout", "stderr"):
            stream = io.TextIOWrapper(written, encoding=encoding, write_through=True)
            monkeypatch.setattr(sys, name, stream)
        with pytest.raises(SystemExit) as stop:
            steplab.main(arguments)
        assert stop.value.code == 0, written.getvalue()
        assert written.getvalue().decode(encoding)


def test_a_closed_pipe_is_quiet() -> None:
    options = "--length 8 --steps 1 --count 20000"
    command = f"{sys.executable} -m steplab sample ngram2-v8 {options} | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 128 + signal.SIGPIPE
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "streams", "status", "said"),
    [
        ("strategies", ">&-", 0, ""),
        ("strategies", ">&- 2>&- <&-", 0, ""),
        ("nonsense", "2>&-", 2, ""),
        ("nonsense", "2>/dev/full", 2, ""),
        ("strategies", ">/dev/full", 2, "steplab: the output: No space left on device\n"),
    ],
)
def test_closed_and_full_streams_are_quiet(
    words: str, streams: str, status: int, said: str
) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m steplab {words} {streams}"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout) == (status, said, "")


def test_a_folder_that_is_gone_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    command = f"cd here && rmdir ../here && {sys.executable} -m steplab sample ngram2-v8"
    place = {"PYTHONPATH": str(Path(steplab.__file__).parent)}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=os.environ | place,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    line = "steplab: the folder this runs in is gone: change to one that is there\n"
    assert (done.returncode, done.stderr) == (2, line)


def test_a_backend_of_matplotlib_that_is_not_there_changes_nothing() -> None:
    code = (
        "import steplab, sys\nsys.argv = ['steplab', '--version']\n"
        "try: steplab.main()\nexcept SystemExit: pass\nimport matplotlib.pyplot"
    )
    environment = os.environ | {"MPLBACKEND": "module://not_installed.backend"}
    command = [sys.executable, "-c", code]
    subprocess.run(command, env=environment, check=True, capture_output=True)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="sees by /proc what is imported")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_a_command_with_one_line(how: signal.Signals) -> None:
    started = subprocess.Popen(
        [sys.executable, "-m", "steplab", "measure", "hmm32-v8", "--count", "200000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    maps = Path(f"/proc/{started.pid}/maps")
    while "libtorch" not in maps.read_text():
        time.sleep(0.05)
    started.send_signal(how)
    out, err = started.communicate(timeout=20)
    assert started.returncode == 128 + how
    assert out == ""
    assert err == (
        f"steplab: stopped by {how.name}: the same command starts again from the beginning\n"
    )


@dataclass(frozen=True)
class Stopped:
    """A command that gets a signal."""

    number: int

    def __call__(self) -> int:
        os.kill(os.getpid(), self.number)
        time.sleep(10)
        return 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", steplab.COMMANDS)
def test_every_command_says_that_it_was_stopped(
    command: str,
    how: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(steplab, "_parse", lambda _: Stopped(how))
    code, out, err = outcome([command], capsys)
    assert (code, out) == (128 + how, "")
    assert err.startswith(f"steplab: stopped by {how.name}: ")
    assert len(err.splitlines()) == 1
    keeps = command in ("run", "train")
    assert ("what was kept before is whole" in err) == keeps
    assert ("from the beginning" in err) == (not keeps)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_stopped_ends_with_the_number_of_its_signal(
    how: signal.Signals,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stop(*_: object) -> None:
        os.kill(os.getpid(), how)
        time.sleep(10)

    monkeypatch.setattr(Store, "prepare", stop)
    code, _, err = outcome(["run", "--laws", "--results", str(tmp_path)], capsys)
    assert code == 128 + how
    assert "run again to go on" in err
    assert "left by the interruption" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_sample_prints_possible_words(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["sample", "copy-pairs-16", "--strategy", "left-to-right"]
    code, out, _ = outcome([*arguments, "--count", "3", "--length", "6"], capsys)
    assert code == 0
    rows = [[int(token) for token in line.split()] for line in out.splitlines()]
    assert len(rows) == 3
    for row in rows:
        assert len(row) == 6
        assert row[0::2] == row[1::2]


def test_sample_prints_symbols_where_there_are_some(capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--count", "3", "--length", "6", "--strategy", "left-to-right"]
    _, out, _ = outcome(["sample", "dyck2-depth3", *small], capsys)
    assert all(re.fullmatch(r"[()\[\]]{6}", line) for line in out.splitlines())
    _, numbers, _ = outcome(["sample", "dyck2-depth3", *small, "--numbers"], capsys)
    assert out == numbers.translate(dict(zip(map(ord, "0123 "), "([)]"))).replace(" ", "")
    _, out, _ = outcome(["sample", "regex:(ab|c)*", *small], capsys)
    assert all(re.fullmatch("(ab|c)*", line) for line in out.splitlines())


def test_a_proof_is_printed_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    one = ["proofs", "--theorem", "error-from-divergence"]
    code, out, _ = outcome(one, capsys)
    assert code == 0
    assert "log-sum" in out
    assert "proved" in out
    code, out, _ = outcome([*one, "--step", "solve"], capsys)
    assert code == 0
    assert "Holds" in out
    code, out, _ = outcome([*one, "--step", "solve", "--twin"], capsys)
    assert code == 1
    assert "s = 1, t = 1" in out


def test_measure_and_languages_print_tables(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = outcome(
        ["measure", "ngram2-v8", "--steps", "4", "--length", "8", "--count", "50"], capsys
    )
    assert code == 0
    assert "sequence error rate" in out
    assert "path bound" in out
    assert "L = 8, bernoulli, N = 4, 95% intervals" in out
    small = ["--length=4", "--count=10", "--json"]
    for given, most in (  # no number of calls is below 1 or above what the sampler can take
        (["--strategy=left-to-right"], 4),
        (["--strategy=left-to-right", "--steps=3"], 2),
        (["--strategy=first-hitting"], 4),
        (["--noise=uniform", "--steps=3"], 3),
        (["--steps=1"], 1),
    ):
        _, out, _ = outcome(["measure", "ngram2-v8", *small, *given], capsys)
        (calls,) = (
            one for one in json.loads(out)["quantities"] if one["quantity"] == "evaluations"
        )
        assert (calls["value"], calls["high"]) == (most, most)
        assert 1 <= calls["low"] <= most
    for given, strategy, steps in (
        ([], "bernoulli", 32),
        (["--steps=4"], "bernoulli", 4),
        (["--strategy=left-to-right", "--steps=3"], "left-to-right", 2),
        (["--strategy=first-hitting"], "first-hitting", None),
    ):
        code, out, _ = outcome(["measure", "ngram2-v8", *small, *given], capsys)
        assert code == 0
        record = json.loads(out)
        assert (record["strategy"], record["steps"]) == (strategy, steps)
        assert {one["quantity"] for one in record["quantities"]} > {"sequence error rate"}
    code, out, _ = outcome(["languages", "--length", "8", "--json"], capsys)
    assert code == 0
    records = {record["name"]: record for record in json.loads(out)}
    assert min(record["entropy"]["low"] for record in records.values()) >= 0
    brackets = records["dyck2-depth3"]
    assert (brackets["chomsky"], brackets["length"]) == ("regular", 8)
    assert brackets["words"] == (14 - 1) * 2**4  # one nesting of four pairs is too deep
    assert records["permutations-32"]["length"] == 32  # where it has no words of length 8
    code, out, _ = outcome(["languages", "regex:(ab|c)*", "--length", "8", "--json"], capsys)
    assert code == 0
    (record,) = json.loads(out)
    assert (record["name"], record["chomsky"], record["words"]) == ("regex:(ab|c)*", "regular", 34)


def test_one_language_is_listed_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = outcome(["languages", "equal-blocks"], capsys)
    assert code == 0
    assert "equal-blocks" in out
    assert "dyck2" not in out
    assert "-0.0" not in out  # a bound of rounding below an entropy of zero
    assert "not known" not in out
    code, out, _ = outcome(["languages", "regex:[abc]{1,20}"], capsys)
    assert code == 0
    assert "regex:[abc]{1,20}" in out  # brackets are no markup of the terminal
    code, out, _ = outcome(["languages", "grammar-random"], capsys)
    assert code == 0
    assert out.count("not known") == 2  # the number of words, and why
    code, out, _ = outcome(["languages", "grammar-random", "--json"], capsys)
    assert json.loads(out)[0]["words"] is None
    path = tmp_path / "endless.cfg"
    path.write_text("S -> 'a' S")
    code, _, err = outcome(["languages", f"grammar:{path}"], capsys)
    assert code == 2
    assert err == f"steplab: grammar:{path} has no words of lengths up to 96\n"


def test_listed_words_are_shown_as_symbols(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, wanted in (("the\ncat\n", {"the", "cat"}), ("ab c\nc d\n", {"ab c", "c d"})):
        path = tmp_path / "words.txt"
        path.write_text(text)
        length = "3" if "the" in wanted else "2"
        small = ["--length", length, "--count", "30", "--strategy", "left-to-right"]
        code, out, _ = outcome(["sample", f"finite:{path}", *small], capsys)
        assert code == 0
        assert set(out.splitlines()) == wanted


def test_measure_and_sample_under_noise(capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--length", "8", "--count", "50", "--steps", "4"]
    noisy = ["--noise", "uniform", "--grid", "geometric", *small]
    code, out, _ = outcome(["measure", "ngram2-v8", *noisy], capsys)
    assert code == 0
    assert "sequence error rate" in out
    assert "pairs of tokens, nats" in out
    assert "TER gap" not in out
    assert "L = 8, uniform noise, geometric grid, N = 4, 95% intervals" in out
    code, out, _ = outcome(["sample", "ngram2-v8", *noisy], capsys)
    assert code == 0
    assert len(out.splitlines()) == 50
    for wrong, said in (
        (["--noise", "gaussian"], "noise is one of absorbing, uniform, hybrid"),
        (["--noise", "uniform", "--grid", "sine"], "a grid is one of linear, cosine, geometric"),
        (["--noise", "uniform", "--checkpoint", "x"], "x cannot be read"),
    ):
        code, _, err = outcome(["measure", "ngram2-v8", *small, *wrong], capsys)
        assert code == 2
        assert said in err
        assert len(err.splitlines()) == 1


def test_train_leaves_a_model_that_can_be_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = ["--length", "8", "--width", "16", "--depth", "1", "--heads", "2", "--steps", "3"]
    for model in ("masked-diffusion", "autoregressive"):
        folder = tmp_path / model
        code, out, _ = outcome(
            ["train", "ngram2-v8", "--output", str(folder), "--model", model, *small], capsys
        )
        assert code == 0
        assert "excess" in out
        checkpoint = str(folder / "model.safetensors")
        measured = ["--checkpoint", checkpoint, "--length", "8", "--count", "20"]
        code, out, _ = outcome(["measure", "ngram2-v8", *measured], capsys)
        assert code == 0
        assert "TER gap" in out
        if model == "autoregressive":
            for given in ("--steps=4", "--strategy=bernoulli"):
                code, _, err = outcome(["measure", "ngram2-v8", *measured, given], capsys)
                assert code == 2
                assert f"{given.replace('=', ' ')} changes nothing" in err
        code, _, err = outcome(["measure", "copy-pairs-16", *measured], capsys)
        assert code == 2
        assert "16 symbols" in err
        damaged = Path(checkpoint)
        damaged.write_bytes(damaged.read_bytes()[:-7])
        code, _, err = outcome(["sample", "ngram2-v8", *measured], capsys)
        assert code == 2
        assert "damaged" in err or "truncated" in err


def test_listing_what_is_done_imports_no_torch() -> None:
    code = "import sys, synthetic.experiments.kinds; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_length_that_takes_long_is_said_to(capsys: pytest.CaptureFixture[str]) -> None:
    for length, lines in ((4096, 0), (5000, 1)):
        code, out, err = outcome(["strategies", "--length", str(length)], capsys)
        assert code == 0
        assert out
        assert len(err.splitlines()) == lines
        assert ("5,000 positions or steps may take" in err) == bool(lines)


def test_long_work_is_said_where_no_bar_is_seen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terminal, "FIRST_LINE_SECONDS", 0.05)
    with terminal.shown_progress("strategies") as progress:
        progress(1, 4, "bernoulli")
        time.sleep(0.3)
    said = capsys.readouterr().err.splitlines()
    assert "steplab: strategies: bernoulli, after 0 s; Ctrl-C ends it" in said
    assert 1 <= len(said) <= 3  # after .05, .1 and .2 seconds


@pytest.mark.parametrize("command", ["measure", "sample", "advise", "languages"])
def test_commands_that_may_take_long_show_their_progress(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []

    @contextmanager
    def noted(what: str) -> Iterator[Callable[[int, int, str], None]]:
        shown.append(what)
        yield lambda done, total, following: shown.append(following)

    monkeypatch.setattr(
        importlib.import_module(steplab.COMMANDS[command].__module__), "shown_progress", noted
    )
    language = [] if command == "languages" else ["ngram2-v8"]
    small = {
        "advise": ["--samples", "4", "--no-seconds", "--target", "5"],
        "languages": [],
    }.get(command, ["--count", "4", "--steps", "2"])
    code, _, _ = outcome([command, *language, "--length", "2", *small], capsys)
    assert code == 0
    assert shown


def test_numbers_of_words_of_any_size_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for options, shown in (([], "3.16e15051"), (["--json"], '"3.16e15051"')):
        with pytest.raises(SystemExit) as stop:
            steplab.main(["languages", "regex:(a|b)*", "--length", "50000", *options])
        assert stop.value.code == 0
        assert shown in capsys.readouterr().out
