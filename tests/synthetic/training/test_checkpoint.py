"""What is written comes back, and what is damaged or foreign is refused in one line."""

import dataclasses
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from synthetic.models import Transformer, TransformerConfig
from synthetic.training import CheckpointError, load_model, save_model
from synthetic.training.checkpoint import INDEX, Checkpoint, load_checkpoint, save_checkpoint

CONFIG = TransformerConfig(vocab_size=3, max_length=4, width=8, depth=1, heads=2, causal=False)
IDENTITY = {"model": {"width": 8, "depth": 1}, "seed": 0}


def model() -> Transformer:
    return Transformer(CONFIG, seed=0, device="cpu")


def tensors(seed: int) -> dict[str, Tensor]:
    generator = torch.Generator(device="cpu").manual_seed(seed)
    return {"a": torch.randn(3, generator=generator, device="cpu")}


def saved(directory: Path, step: int = 5) -> Path:
    """A checkpoint; returns its file of weights."""
    save_checkpoint(directory, Checkpoint(step, tensors(step), IDENTITY))
    (weights,) = directory.glob("weights-*.safetensors")
    return weights


def refused(directory: Path, identity: dict[str, Any] = IDENTITY) -> str:
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(directory, identity)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_checkpoint_comes_back(tmp_path: Path) -> None:
    saved(tmp_path)
    found = load_checkpoint(tmp_path, IDENTITY)
    assert found.step == 5
    assert torch.equal(found.tensors["a"], tensors(5)["a"])
    index = json.loads((tmp_path / INDEX).read_text())
    assert {"torch", "safetensors", "sha256", "step", "identity"} <= index.keys()


def test_a_new_checkpoint_replaces_the_old(tmp_path: Path) -> None:
    first = saved(tmp_path, step=5)
    (tmp_path / ".checkpoint.json.1234.partial").write_text("left by a killed process")
    second = saved(tmp_path, step=6)
    assert {path.name for path in tmp_path.iterdir()} == {INDEX, second.name}
    assert first != second
    assert load_checkpoint(tmp_path, IDENTITY).step == 6


def test_other_architecture_is_named(tmp_path: Path) -> None:
    saved(tmp_path)
    other = {"model": {"width": 16, "depth": 1}, "seed": 0}
    assert refused(tmp_path, other) == (
        f"{tmp_path / INDEX} is of something else: model.width is 8, expected 16"
    )


def test_damage_is_found(tmp_path: Path) -> None:
    weights = saved(tmp_path)
    data = weights.read_bytes()
    for damaged in (data[:-1], data[:-1] + bytes([data[-1] ^ 1]), b""):
        weights.write_bytes(damaged)
        assert refused(tmp_path) == f"{weights} is truncated or edited: its checksum differs"
    weights.unlink()
    assert refused(tmp_path) == f"{weights} cannot be read: No such file or directory"
    index = tmp_path / INDEX
    for text in ("", "[]", "{}", '{"step": 1'):
        index.write_text(text)
        assert refused(tmp_path) == f"{index} is damaged: it is no index of a checkpoint"
    index.unlink()
    assert refused(tmp_path) == f"{index} cannot be read: No such file or directory"


def test_model_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "model.safetensors"
    save_model(model(), path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    found = load_model(path, "cpu", expected=CONFIG)
    assert found.config == CONFIG
    for name, value in model().state_dict().items():
        assert torch.equal(value, found.state_dict()[name])


def test_damaged_or_foreign_models_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    with pytest.raises(CheckpointError, match=r"cannot be read: No such file or directory$"):
        load_model(path)
    save_model(model(), path)
    with pytest.raises(CheckpointError, match=r"something else: depth is 1, expected 2$"):
        load_model(path, expected=dataclasses.replace(CONFIG, depth=2))
    data = path.read_bytes()
    for damaged in (data[:-1], data[:100], b"", pickle.dumps({"a": 1})):
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError, match=r"is damaged: it is no saved model$"):
            load_model(path)
    wrong = data.replace(b'\\"heads\\": 2', b'\\"heads\\": 4')
    for edited in (data[:-1] + bytes([data[-1] ^ 1]), wrong):
        assert edited != data
        path.write_bytes(edited)
        with pytest.raises(CheckpointError, match=r"truncated or edited: its checksum differs$"):
            load_model(path)


def test_no_pickle_is_ever_loaded() -> None:
    """No source that reads weights names torch.load or pickle."""
    package = Path(__file__).parents[3] / "synthetic"
    sources = [*package.glob("training/*.py"), *package.glob("models/*.py")]
    assert sources
    for source in sources:
        text = source.read_text()
        assert "torch.load" not in text.replace("safetensors.torch.load", "")
        assert "import pickle" not in text
