"""The command line: what it prints, and its one-line errors."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import steplab

COMMANDS = ("run", "train", "sample", "measure", "report", "languages", "proofs")


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
    for name in COMMANDS:
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
        (["sample", "ngram2-v8", "--reveal", "magic"], "magic", "bernoulli"),
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
        (["run", "--profile", "fast"], "fast", "quick, standard, paper"),
        (["run", "--executor", "dask"], "none", "--scheduler"),
        (["run", "--workers", "0"], "0", ">= 1"),
        (["run", "--results", "/dev/null/here"], "/dev/null/here", "folder"),
        (["report", "--results", "/no/such/folder"], "/no/such/folder", "steplab run"),
        (["proofs", "--theorem", "fermat"], "fermat", "copy-pairs-error"),
        (["proofs", "--theorem", "copy-pairs-error", "--twin"], "--twin", "--step NAME"),
        (["proofs", "--step", "match"], "match", "--theorem ID"),
        (["proofs", "--json", "--results", "/no/such/folder"], "/no/such/folder", "make proofs"),
        (["proofs", "--workers", "0"], "0", ">= 1"),
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


def test_sample_prints_possible_words(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["sample", "copy-pairs-16", "--reveal", "left-to-right"]
    code, out, _ = outcome([*arguments, "--count", "3", "--length", "6"], capsys)
    assert code == 0
    rows = [[int(token) for token in line.split()] for line in out.splitlines()]
    assert len(rows) == 3
    for row in rows:
        assert len(row) == 6
        assert row[0::2] == row[1::2]


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
    code, out, _ = outcome(["languages", "--length", "8"], capsys)
    assert code == 0
    assert "dyck2-depth3" in out


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
