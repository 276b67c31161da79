"""What is written comes back, and what is damaged or foreign is refused in one line."""

import dataclasses
import errno
import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from synthetic.models import Transformer, TransformerConfig
from synthetic.training import CheckpointError, load_model, save_model
from synthetic.training.checkpoint import (
    INDEX,
    Checkpoint,
    _digest,
    _index_digest,
    load_checkpoint,
    locked,
    save_checkpoint,
)

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
    computed = load_checkpoint(tmp_path, IDENTITY)
    assert computed.step == 5
    assert torch.equal(computed.tensors["a"], tensors(5)["a"])
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
        f"{tmp_path} holds another training, model.width is 8 there and 16 here: go on with its "
        "settings or give another folder"
    )
    several = {"model": {"width": 8, "depth": 3}, "seed": 1, "first_batch": "other"}
    assert "model.depth is 1 there and 3 here, seed is 0 there and 1 here:" in refused(
        tmp_path, several
    )
    assert "of another language or on other data" in refused(
        tmp_path, IDENTITY | {"first_batch": "other"}
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


def edited(directory: Path, **changes: Any) -> None:
    """The index with other fields, and the digest that belongs to them."""
    path = directory / INDEX
    index = json.loads(path.read_text())
    del index["digest"]
    index |= changes
    path.write_text(json.dumps(index | {"digest": _index_digest(index)}))


def test_every_edit_of_the_index_is_found(tmp_path: Path) -> None:
    """Each of its characters changed by one, cut anywhere: refused, or the very same checkpoint."""
    saved(tmp_path)
    path = tmp_path / INDEX
    whole = path.read_bytes()
    unnoticed = []
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            load_checkpoint(tmp_path, IDENTITY)
        except CheckpointError:
            continue
        unnoticed.append(whole[place : place + 1])
    assert all(byte.isspace() for byte in unnoticed)  # another white space between fields
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        refused(tmp_path)
    path.write_bytes(whole)
    load_checkpoint(tmp_path, IDENTITY)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 1}, "has format 1, written by another version of steplab, this one reads"),
        ({"format": "2"}, "has format '2', written by another version"),
        ({"step": -1}, "has a step that is no count of updates, -1"),
        ({"step": 4.5}, "has a step that is no count of updates, 4.5"),
        ({"step": True}, "has a step that is no count of updates, True"),
        ({"file": "/etc/passwd"}, "names weights that are no file beside it, '/etc/passwd'"),
        ({"file": "../weights-00000005-0123456789ab.safetensors"}, "no file beside it, '../weig"),
        ({"file": None}, "names weights that are no file beside it, None"),
        ({"sha256": "0"}, "is truncated or edited: its checksum differs"),
    ],
)
def test_fields_that_cannot_be_are_refused(
    changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    saved(tmp_path)
    edited(tmp_path)
    load_checkpoint(tmp_path, IDENTITY)
    edited(tmp_path, **changes)
    assert message in refused(tmp_path)


def test_a_directory_is_for_one_training(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with locked(folder), pytest.raises(BlockingIOError) as caught, locked(folder):
        pass
    assert str(caught.value) == (
        f"another training is running in {folder}: wait for its end, or give another folder"
    )
    with locked(folder), locked(tmp_path):
        pass


def test_model_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "model.safetensors"
    save_model(model(), path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    computed = load_model(path, "cpu", expected=CONFIG)
    assert computed.config == CONFIG
    for name, value in model().state_dict().items():
        assert torch.equal(value, computed.state_dict()[name])


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


def test_models_of_another_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    weights, fields = dict(model().state_dict()), dataclasses.asdict(CONFIG)
    del weights["positions"]
    whole = dict(model().state_dict())
    cases: list[tuple[dict[str, Any], dict[str, Tensor], str]] = [
        (fields | {"dropout": 0.1}, whole, r"version of steplab: .*'dropout'$"),
        ({"vocab_size": 3}, whole, r"version of steplab: .* missing 5 required"),
        (fields | {"heads": 3}, whole, r"version of steplab: width is a multiple of heads"),
        (fields, weights, r"version of steplab: it lacks the tensor positions$"),
        (fields, whole | {"more": whole["head"].clone()}, r"it has the tensor more$"),
        (
            fields,
            whole | {"head": whole["positions"].clone()},
            r"tensor head of shape \(4, 8\), expected",
        ),
        (fields, whole | {"head": whole["head"].half()}, r"weights of several types"),
        (fields, {n: v.int() for n, v in whole.items()}, r"weights of several types or of int"),
    ]
    for given, tensors_of, message in cases:
        config = json.dumps(given)
        header = {"config": config, "sha256": _digest(config, tensors_of)}
        path.write_bytes(safetensors.torch.save(tensors_of, metadata=header))
        with pytest.raises(CheckpointError, match=message) as caught:
            load_model(path)
        assert str(caught.value).startswith(f"{path} ")
        assert "\n" not in str(caught.value)
    with pytest.raises(CheckpointError, match=r"model.safetensors cannot be read: No such file"):
        load_model(path.with_name("empty") / "model.safetensors")


def test_no_pickle_is_ever_loaded() -> None:
    """No source that reads weights names torch.load or pickle."""
    package = Path(__file__).parents[3] / "synthetic"
    sources = [*package.glob("training/*.py"), *package.glob("models/*.py")]
    assert sources
    for source in sources:
        text = source.read_text()
        assert "torch.load" not in text.replace("safetensors.torch.load", "")
        assert "import pickle" not in text


def test_a_full_disk_names_the_folder_and_keeps_the_last_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    one = Checkpoint(1, {"weight": torch.zeros(3)}, {})
    save_checkpoint(tmp_path, one)
    before = sorted(path.name for path in tmp_path.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match=f"no space left on the disk of {tmp_path}: free some"):
            save_checkpoint(tmp_path, Checkpoint(2, {"weight": torch.ones(3)}, {}))
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert load_checkpoint(tmp_path, {}).step == 1
