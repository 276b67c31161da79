"""`steplab measure`: what it loads, the calls that it counts, and the ends that it prints."""

import json
import math
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

import steplab
from synthetic import training
from synthetic.languages import catalogue

SMALL = ["--length=8", "--count=20", "--json"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of a model that denoises masks and of one that goes left to right."""
    folder = tmp_path_factory.mktemp("trained")
    size = ["--length=8", "--width=16", "--depth=1", "--heads=2", "--steps=2"]
    for model in ("masked-diffusion", "autoregressive", "noisy-diffusion"):
        given = ["train", "ngram2-v8", f"--output={folder / model}", f"--model={model}", *size]
        with pytest.raises(SystemExit, match="0"):
            steplab.main(given)
    return folder


def loads(arguments: list[str]) -> tuple[int, int]:
    """How often a command loads the language and a model."""
    with (
        patch.object(catalogue, "load", wraps=catalogue.load) as languages,
        patch.object(training, "load_model", wraps=training.load_model) as models,
        patch.object(training, "load_noisy_network", wraps=training.load_noisy_network) as noisy,
        pytest.raises(SystemExit, match="0"),
    ):
        steplab.main(arguments)
    return languages.call_count, models.call_count + noisy.call_count


@pytest.mark.parametrize("command", ["measure", "sample"])
def test_language_and_model_are_loaded_once(command: str, trained: Path) -> None:
    given = [command, "ngram2-v8", *SMALL[:2]]
    assert loads(given) == (1, 0)
    for model in ("masked-diffusion", "autoregressive"):
        assert loads([*given, f"--checkpoint={trained / model}"]) == (1, 1)
    noisy = ["--noise=uniform", "--steps=3"]
    assert loads([*given, *noisy]) == (1, 0)
    assert loads([*given, *noisy, f"--checkpoint={trained / 'noisy-diffusion'}"]) == (1, 1)


def calls(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """What `measure` prints of the number of calls."""
    with pytest.raises(SystemExit, match="0"):
        steplab.main(["measure", *arguments, "--json"])
    quantities = json.loads(capsys.readouterr().out)["quantities"]
    (row,) = (one for one in quantities if one["quantity"] == "evaluations")
    return dict(row)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["--strategy=left-to-right", "--steps=4"], 4.0),
        (["--strategy=left-to-right"], 8.0),
        (["--strategy=first-hitting"], 8.0),
        (["--strategy=bisection", "--steps=3"], 3.0),
        (["--strategy=most-confident-samples", "--steps=5"], 5.0),
        (["--steps=4"], 4 * (1 - 0.75**8)),
        (["--noise=uniform", "--steps=3"], 3.0),
        (["--noise=hybrid", "--steps=1"], 1.0),
    ],
    ids=str,
)
def test_a_known_number_of_calls_is_printed_as_it_is(
    given: list[str], expected: float, capsys: pytest.CaptureFixture[str]
) -> None:
    one = calls(capsys, "ngram2-v8", *SMALL[:2], *given)
    assert one["low"] == one["value"] == one["high"] == pytest.approx(expected, rel=1e-14)
    assert one["estimator"] == "exact"


def test_a_model_that_goes_left_to_right_takes_a_call_a_token(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = f"--checkpoint={trained / 'autoregressive'}"
    one = calls(capsys, "ngram2-v8", *SMALL[:2], checkpoint)
    assert (one["low"], one["value"], one["high"]) == (8, 8, 8)


def test_calls_of_masks_that_are_noise_are_between_one_and_the_steps(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A word without masks left needs no further call."""
    one = calls(capsys, "ngram2-v8", *SMALL[:2], "--noise=absorbing", "--steps=4")
    assert 1 <= one["low"] < one["value"] < one["high"] <= 4


@pytest.mark.parametrize("count", ["2", "20"])
def test_calls_that_depend_on_tokens_are_at_most_one_a_position(
    count: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--strategy=entropy-bounded", "--length=4", f"--count={count}"]
    one = calls(capsys, "hmm16-v8", *given)
    assert 1 <= one["low"] <= one["value"] <= one["high"] <= 4


@pytest.mark.parametrize(
    "given",
    [
        ["--length=2", "--count=2"],  # the perplexity of two words is hardly known
        ["--length=8", "--count=20", "--noise=uniform", "--steps=4"],
        ["--length=8", "--count=1", "--strategy=left-to-right"],
    ],
    ids=" ".join,
)
def test_no_printed_end_is_impossible(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        steplab.main(["measure", "ngram2-v8", *given, "--json"])
    for row in json.loads(capsys.readouterr().out)["quantities"]:
        least = 1 if "TER (" in row["quantity"] else 0
        most = 1 if "sequence" in row["quantity"] else math.inf
        low, value, high = (float(row[name]) for name in ("low", "value", "high"))
        assert min(least, value) <= low <= value <= high <= most
