"""`steplab train`: stopped, resumed, refused."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import synthetic.training
from steplab import main
from synthetic.training import (
    TrainingProgress,
    load_model,
    load_noisy_network,
    trained_noise,
)
from synthetic.training.checkpoint import INDEX, locked
from synthetic.training.model_file import model_digest

SMALL = ["--length=8", "--width=16", "--depth=1", "--heads=2", "--steps=6", "--batch-size=8"]


def run(folder: Path, *more: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["train", "ngram2-v8", "--output", str(folder), *SMALL, *more])
    assert isinstance(stop.value.code, int)
    return stop.value.code


def signals_at(step: int, number: int) -> Callable[..., object]:
    """A progress bar that gets a signal after an update."""

    @contextmanager
    def bar(entropy: float | None) -> Iterator[Callable[[TrainingProgress], None]]:
        def show(progress: TrainingProgress) -> None:
            if progress.step == step:
                os.kill(os.getpid(), number)

        yield show

    return bar


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_after_the_next_update_and_says_how_to_go_on(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "straight") == 0
    capsys.readouterr()
    folder = tmp_path / "stopped"
    with monkeypatch.context() as patched:
        patched.setattr(synthetic.training, "progress_bar", signals_at(3, number))
        assert run(folder) == 128 + number
    _, err = capsys.readouterr()
    assert err == (
        f"steplab: stopped at step 4 of 6, kept in {folder / 'checkpoint'}: run the same command "
        "again to go on\n"
    )
    assert not (folder / "model.safetensors").exists()
    with pytest.raises(ValueError, match=r"is not finished, .*: run its command again$"):
        load_model(folder)
    assert run(folder) == 0
    assert model_digest(load_model(folder)) == model_digest(load_model(tmp_path / "straight"))


def test_what_cannot_go_on_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path) == 0
    capsys.readouterr()

    def refused(*more: str) -> str:
        assert run(tmp_path, *more) == 2
        _, err = capsys.readouterr()
        assert err.startswith("steplab: ")
        assert len(err.splitlines()) == 1
        return err

    with locked(tmp_path / "checkpoint"):
        assert "another training is running in" in refused()
    assert "training.learning_rate is 0.003 there and 0.5 here" in refused("--learning-rate=0.5")
    index = tmp_path / "checkpoint" / INDEX
    index.write_text(index.read_text().replace('"step": 6', '"step": 5'))
    assert f"{index} is damaged or edited: its checksum differs" in refused()


def test_a_training_that_diverges_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--learning-rate=1e38", "--warmup-steps=0") == 2
    _, err = capsys.readouterr()
    assert len(err.splitlines()) == 1
    assert "at step" in err
    assert f"try a learning rate below 1e+38, in another folder than {tmp_path}" in err


@pytest.mark.parametrize("objective", ["cross-entropy", "leave-one-out", "bound"])
def test_a_model_of_noisy_tokens(
    objective: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    level = "--noise-level" if objective == "bound" else "--no-noise-level"
    assert run(tmp_path, "--model=noisy-diffusion", f"--objective={objective}", level) == 0
    out, _ = capsys.readouterr()
    assert "excess over the exact denoiser" in out
    assert trained_noise(tmp_path) == "uniform"
    network = load_noisy_network(tmp_path)
    assert network.model.config.noise_level == (objective == "bound")
    assert network.leave_one_out == (objective == "leave-one-out")

    def measured(*more: str) -> tuple[int, str, str]:
        few = ["--length=8", "--steps=3", "--count=20", *more]
        with pytest.raises(SystemExit) as stop:
            main(["measure", "ngram2-v8", "--checkpoint", str(tmp_path), *few])
        assert isinstance(stop.value.code, int)
        return stop.value.code, *capsys.readouterr()

    code, out, _ = measured("--noise=uniform")
    assert code == 0
    assert "sequence error rate" in out
    for more, message in (
        ([], "denoises tokens under uniform noise: give --noise uniform"),
        (["--noise=absorbing"], "was trained under Uniform(vocab_size=8), got Absorbing(vocab"),
    ):
        code, _, err = measured(*more)
        assert code == 2
        assert message in err
        assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "options",
    [["--first-masked=0.5"], ["--model=noisy-diffusion", "--first-level=0.5"]],
    ids=["masks", "noisy tokens"],
)
def test_exact_targets(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for targets in ("posterior", "tokens"):
        folder = tmp_path / targets
        assert run(folder, *options, f"--targets={targets}") == 0
        assert "excess over the" in capsys.readouterr().out
    exact, drawn = (load_model(tmp_path / targets) for targets in ("posterior", "tokens"))
    assert model_digest(exact) != model_digest(drawn)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--objective=bound"], "--model masked-diffusion has the objective any-order or inverse"),
        (["--model=autoregressive", "--objective=any-order"], "has the objective next-token, got"),
        (["--model=noisy-diffusion", "--objective=unweighted"], "has the objective cross-entropy"),
        (["--noise=absorbing"], "--noise and --no-noise-level are for --model noisy-diffusion"),
        (["--no-noise-level"], "--noise and --no-noise-level are for --model noisy-diffusion"),
        (["--model=noisy-diffusion", "--first-masked=0.5"], "--first-masked 0.5 is for"),
        (["--first-level=0.5"], "--first-level 0.5 is for --model noisy-diffusion"),
        (
            ["--model=noisy-diffusion", "--first-level=2"],
            "first_level is a number in (0, 1], got 2",
        ),
        (["--model=autoregressive", "--targets=posterior"], "--targets posterior is for"),
        (
            ["--model=noisy-diffusion", "--objective=bound", "--targets=posterior"],
            "--targets posterior is for",
        ),
        (["--model=noisy-diffusion", "--noise=pink"], "noise is one of absorbing, uniform, hyb"),
        (
            ["--model=noisy-diffusion", "--noise=hybrid", "--objective=bound"],
            "--objective bound is of --noise uniform, got hybrid",
        ),
    ],
)
def test_options_that_do_not_go_together(
    options: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *options) == 2
    _, err = capsys.readouterr()
    assert message in err
    assert len(err.splitlines()) == 1
