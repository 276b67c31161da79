"""The loop, its configuration and its data."""

import dataclasses
import io
import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from torch import Tensor

from synthetic.languages import CopyPairs, NGram
from synthetic.models import Transformer, TransformerConfig
from synthetic.training import (
    AnyOrder,
    CheckpointError,
    Cosine,
    NextToken,
    TrainingConfig,
    TrainingCorpus,
    TrainingProgress,
    TrainingRun,
    Unweighted,
    WarmupStableDecay,
    progress_bar,
    train,
)
from synthetic.training.checkpoint import INDEX, Checkpoint, save_checkpoint
from synthetic.training.data import Batches
from synthetic.training.objective import Predictor
from synthetic.training.stream import stream_generator

LENGTH = 6
MODEL = TransformerConfig(vocab_size=3, max_length=LENGTH, width=16, depth=1, heads=2, causal=False)
CONFIG = TrainingConfig(steps=6, batch_size=8, learning_rate=1e-2, warmup_steps=2)


def run(changes: dict[str, Any] | None = None, **arguments: Any) -> TrainingRun:
    defaults: dict[str, Any] = {
        "length": LENGTH,
        "model": MODEL,
        "objective": AnyOrder(),
        "config": dataclasses.replace(CONFIG, **(changes or {})),
    }
    return train(CopyPairs(3), **(defaults | arguments))


def same(first: Transformer, second: Transformer) -> bool:
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    return all(torch.equal(one, other) for one, other in pairs)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "steps is an integer >= 1, got 0"),
        ({"batch_size": 1.0}, "batch_size is an integer, got 1.0"),
        ({"warmup_steps": -1}, "warmup_steps is an integer >= 0, got -1"),
        ({"learning_rate": math.nan}, "learning_rate is a number, got nan"),
        ({"weight_decay": -0.1}, "weight_decay is finite and >= 0, got -0.1"),
        ({"gradient_clip": 0.0}, "gradient_clip is > 0 or None, got 0.0"),
        ({"average_decay": 1.0}, "average_decay is in [0, 1) or None, got 1.0"),
    ],
)
def test_wrong_config_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        dataclasses.replace(CONFIG, **changes)


def test_wrong_schedules_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^final is a share in \[0, 1\], got 2$"):
        Cosine(2)
    with pytest.raises(ValueError, match=r"^decay is a share in \(0, 1\], got 0$"):
        WarmupStableDecay(0)


def test_a_model_is_trained_on_as_a_copy() -> None:
    model = run().model
    before = {name: value.clone() for name, value in model.state_dict().items()}
    still = run({"learning_rate": 1e-12}, model=model).model
    weights = zip(still.state_dict().values(), before.values(), strict=True)
    assert all(torch.allclose(one, other, atol=1e-9) for one, other in weights)
    moved = run(model=model).model
    assert not same(moved, model)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_a_checkpoint_belongs_to_the_model_it_began_with(tmp_path: Path) -> None:
    model, other = run().model, run({"seed": 1}).model
    whole = run(model=model)
    run({"checkpoint_every": 3}, model=model, directory=tmp_path)
    again = run(model=model, directory=tmp_path)
    assert again.steps == CONFIG.steps
    assert same(again.model, whole.model)
    with pytest.raises(CheckpointError, match="start"):
        run(model=other, directory=tmp_path)
    with pytest.raises(CheckpointError, match="start"):
        run(directory=tmp_path)


@given(
    steps=st.integers(1, 500),
    warmup=st.integers(0, 50),
    schedule=st.one_of(
        st.builds(Cosine, st.floats(0, 1)), st.builds(WarmupStableDecay, st.floats(0.01, 1))
    ),
)
def test_learning_rate_rises_to_its_peak_and_falls(
    steps: int, warmup: int, schedule: Cosine | WarmupStableDecay
) -> None:
    config = dataclasses.replace(CONFIG, steps=steps, warmup_steps=warmup, schedule=schedule)
    rates = [config.learning_rate_at(step) for step in range(steps)]
    assert all(0 < rate <= config.learning_rate for rate in rates)
    top = min(warmup, steps - 1)
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    if warmup < steps:
        assert rates[warmup] == pytest.approx(config.learning_rate)


def test_schedules_at_given_points() -> None:
    assert Cosine().factor(0.5) == pytest.approx(0.5)
    assert Cosine(0.1).factor(0.0) == 1.0
    stable = WarmupStableDecay(0.2)
    assert [stable.factor(done) for done in (0.0, 0.79, 0.9)] == pytest.approx([1.0, 1.0, 0.5])


def test_training_is_a_function_of_its_arguments() -> None:
    before = torch.random.get_rng_state()
    first = run()
    assert torch.equal(before, torch.random.get_rng_state())
    torch.rand(3, device="cpu")
    assert same(first.model, run().model)
    for changes in ({"seed": 1}, {"average_decay": 0.5}, {"autocast": True}):
        assert not same(first.model, run(changes).model)
    assert not first.model.training
    assert first.steps == 6
    assert 0 < first.loss < 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the compiler's own imports
@pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a C++ compiler")
def test_a_compiled_run_trains_the_same_model() -> None:
    compiled, plain = run({"compile": True}).model, run().model
    assert type(compiled) is Transformer
    for name, value in plain.state_dict().items():
        torch.testing.assert_close(compiled.state_dict()[name], value, rtol=0.01, atol=0.01)


def test_checkpoints_change_no_number(tmp_path: Path) -> None:
    assert same(run().model, run({"checkpoint_every": 2}, directory=tmp_path).model)


def test_a_finished_run_is_not_run_again(tmp_path: Path) -> None:
    first = run({"average_decay": 0.5}, directory=tmp_path)
    calls: list[TrainingProgress] = []
    again = run({"average_decay": 0.5}, directory=tmp_path, progress=calls.append)
    assert same(first.model, again.model)
    assert not calls
    assert math.isnan(again.loss)


@pytest.mark.parametrize(
    ("changes", "arguments", "message"),
    [
        ({}, {"model": dataclasses.replace(MODEL, width=32)}, "model.width is 16 there and 32"),
        ({"seed": 1}, {}, "holds another training, training.seed is 0 there and 1 here: go on"),
        ({"steps": 7}, {}, "training.steps is 6 there and 7 here"),
        (
            {"schedule": WarmupStableDecay()},
            {},
            "training.schedule.name is Cosine there and WarmupStableDecay here",
        ),
        ({}, {"objective": Unweighted()}, "objective.name is AnyOrder there and Unweighted here"),
    ],
)
def test_another_run_is_not_resumed(
    changes: dict[str, Any], arguments: dict[str, Any], message: str, tmp_path: Path
) -> None:
    run(directory=tmp_path)
    with pytest.raises(CheckpointError, match=re.escape(message)):
        run(changes, directory=tmp_path, **arguments)


def test_another_language_is_not_resumed(tmp_path: Path) -> None:
    run(directory=tmp_path)
    other = NGram([1.0, 0.0, 0.0], [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    with pytest.raises(CheckpointError, match="of another language or on other data: go on with"):
        train(
            other,
            length=LENGTH,
            model=MODEL,
            objective=AnyOrder(),
            config=CONFIG,
            directory=tmp_path,
        )


@dataclasses.dataclass(frozen=True)
class NoNumber:
    """Any-order until its third call."""

    calls: list[int] = dataclasses.field(default_factory=list)
    causal = False

    def loss(self, model: Predictor, tokens: Tensor, generator: torch.Generator) -> Tensor:
        self.calls.append(1)
        loss = AnyOrder().loss(model, tokens, generator)
        return loss * math.nan if len(self.calls) == 3 else loss


def test_a_loss_that_is_no_number_names_its_step() -> None:
    message = "the loss is nan at step 2: try a learning rate below 0.01"
    with pytest.raises(FloatingPointError, match=f"^{re.escape(message)}$"):
        run(objective=NoNumber())


@dataclasses.dataclass(frozen=True)
class Cliff:
    """A finite loss whose gradient is not."""

    causal = False

    def loss(self, model: Predictor, tokens: Tensor, generator: torch.Generator) -> Tensor:
        return (AnyOrder().loss(model, tokens, generator) * 0).sqrt()


@pytest.mark.parametrize("clip", [1.0, None])
def test_a_gradient_that_is_no_number_spoils_no_checkpoint(
    clip: float | None, tmp_path: Path
) -> None:
    message = "the gradient is nan at step 0: try a learning rate below 0.01"
    with pytest.raises(FloatingPointError, match=f"^{re.escape(message)}$"):
        run({"checkpoint_every": 1, "gradient_clip": clip}, objective=Cliff(), directory=tmp_path)
    assert not (tmp_path / "checkpoint.json").exists()


def test_weights_that_are_no_numbers_are_not_kept(tmp_path: Path) -> None:
    """A learning rate that overflows the weights of the last update, of which no loss is left."""
    changes = {"steps": 1, "learning_rate": 1e300, "warmup_steps": 0}
    for directory in (None, tmp_path):
        with pytest.raises(FloatingPointError, match=r"^the sum of the weights is -?(nan|inf) at"):
            run(changes, directory=directory)
    assert not (tmp_path / "checkpoint.json").exists()


def test_no_limit_of_gradients_is_a_limit_that_none_reaches() -> None:
    assert same(run({"gradient_clip": None}).model, run({"gradient_clip": 1e30}).model)
    assert not same(run({"gradient_clip": None}).model, run({"gradient_clip": 0.01}).model)


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    steps: list[TrainingProgress] = []
    stopped = run(directory=tmp_path, progress=steps.append, stop=lambda: len(steps) == 3)
    assert stopped.steps == 4
    again = run(directory=tmp_path, progress=steps.append)
    assert [progress.step for progress in steps] == [1, 2, 3, 4, 5, 6]
    assert again.steps == 6
    assert same(again.model, run().model)
    assert not same(stopped.model, again.model)


def test_a_second_run_in_a_directory_is_refused(tmp_path: Path) -> None:
    def second(progress: TrainingProgress) -> None:
        with pytest.raises(BlockingIOError, match=r"^another training is running in "):
            run(directory=tmp_path)

    assert same(run(directory=tmp_path, progress=second).model, run().model)
    run(directory=tmp_path)


def test_a_checkpoint_of_other_tensors_is_refused(tmp_path: Path) -> None:
    run(directory=tmp_path)
    (weights,) = tmp_path.glob("weights-*")
    tensors = safetensors.torch.load(weights.read_bytes())
    index = json.loads((tmp_path / INDEX).read_text())

    def refused(changed: dict[str, Tensor], step: int, message: str) -> None:
        save_checkpoint(tmp_path, Checkpoint(step, changed, index["identity"]))
        with pytest.raises(CheckpointError, match=message):
            run(directory=tmp_path)

    fewer = {name: value for name, value in tensors.items() if name != "optimiser/exp_avg/head"}
    refused(fewer, 6, r"it lacks the tensor optimiser/exp_avg/head$")
    other = {"average/head": tensors["weight/head"].clone()}
    refused(tensors | other, 6, r"has the tensor average/head$")
    refused(tensors, 7, r"^the checkpoint is after step 7 of 6$")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"model": dataclasses.replace(MODEL, vocab_size=4)},
            "the model has 4 symbols, the language 3",
        ),
        ({"length": 7}, "the model takes 1..6 positions, got 7"),
        (
            {"objective": NextToken()},
            "NextToken() trains a causal model, got a bidirectional one",
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        run(**arguments)


def test_data_is_a_function_of_seed_and_step() -> None:
    first, again = (Batches(CopyPairs(3), LENGTH, CONFIG) for _ in range(2))
    assert torch.equal(again.at(4), first.at(4))
    assert not torch.equal(first.at(4), first.at(5))
    other = Batches(CopyPairs(3), LENGTH, dataclasses.replace(CONFIG, seed=1))
    assert not torch.equal(first.at(4), other.at(4))
    streams = {
        stream_generator(seed, step, stream).initial_seed()
        for seed in range(8)
        for step in range(8)
        for stream in ("data", "objective")
    }
    assert len(streams) == 128


def test_progress_bar_shows_loss_excess_and_rate() -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=120, force_terminal=True)
    with progress_bar(0.5, console) as show:
        show(TrainingProgress(1, 4, 1.25, 12_000.0))
    assert "loss 1.2500, excess +0.7500 nats per token, 12,000 tokens/s" in stream.getvalue()
    assert "1/4" in stream.getvalue()
    stream = io.StringIO()
    with progress_bar(console=Console(file=stream, width=120, force_terminal=True)) as show:
        run(progress=show)
    assert "excess" not in stream.getvalue()
    assert "6/6" in stream.getvalue()


@pytest.mark.parametrize("causal", [False, True])
def test_default_device_is_never_used(causal: bool, tmp_path: Path) -> None:
    language = CopyPairs(3)
    model = dataclasses.replace(MODEL, causal=causal)
    config = dataclasses.replace(CONFIG, average_decay=0.5)
    objective = NextToken() if causal else AnyOrder()
    arguments: dict[str, Any] = {"length": LENGTH, "model": model, "objective": objective}
    arguments["corpus"] = TrainingCorpus(language, LENGTH, 20)
    reference = train(language, config=config, **arguments)
    try:
        torch.set_default_device("meta")
        trained = train(language, config=config, directory=tmp_path, **arguments)
        resumed = train(language, config=config, directory=tmp_path, **arguments)
    finally:
        torch.set_default_device(None)
    assert same(trained.model, reference.model)
    assert same(resumed.model, reference.model)
