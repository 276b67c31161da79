"""Weights on disk: safetensors and JSON, never a pickle, whole or not there at all.

A checkpoint is two files of one folder. The tensors lie in `weights-<step>-<hash>.safetensors`;
`checkpoint.json` names that file with its SHA-256 and is replaced last, in one operation of the
file system, so that whenever the process is killed it names a complete file. A finished model is
one safetensors file whose header holds its architecture and a SHA-256 of both.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from synthetic.models.transformer import Transformer, TransformerConfig

INDEX = "checkpoint.json"
MODEL_FILE = "model.safetensors"
FORMAT = 1


class CheckpointError(ValueError):
    """A file of weights that is missing, damaged, or of something else than asked for."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of a run after `step` updates.

    tensors: everything that changes, by name. identity: what may not change between a run and its
    resumption, as nested JSON. No random state: all draws are functions of (seed, step).
    """

    step: int
    tensors: Mapping[str, Tensor]
    identity: Mapping[str, Any]


def save_checkpoint(directory: Path, checkpoint: Checkpoint) -> None:
    """Replace the directory's checkpoint by this one, which survives a kill at any moment."""
    directory.mkdir(parents=True, exist_ok=True)
    data = safetensors.torch.save(_on_processor(checkpoint.tensors))
    digest = hashlib.sha256(data).hexdigest()
    name = f"weights-{checkpoint.step:08d}-{digest[:12]}.safetensors"
    _write(directory / name, data)
    index = {
        "format": FORMAT,
        "step": checkpoint.step,
        "file": name,
        "sha256": digest,
        "torch": str(torch.__version__),
        "safetensors": safetensors.__version__,
        "identity": checkpoint.identity,
    }
    _write(directory / INDEX, json.dumps(index, indent=2).encode())
    for old in (*directory.glob("weights-*.safetensors"), *directory.glob(".*.partial")):
        if old.name != name:
            old.unlink(missing_ok=True)


def load_checkpoint(directory: Path, identity: Mapping[str, Any]) -> Checkpoint:
    """The directory's checkpoint, on the processor, if it is whole and of the same run.

    `CheckpointError` says which file is missing or damaged, or which field of the identity differs.
    """
    path = directory / INDEX
    try:
        index = json.loads(_read(path))
        step, name, digest = int(index["step"]), str(index["file"]), str(index["sha256"])
        stored = index["identity"]
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(f"{path} is damaged: it is no index of a checkpoint") from None
    _check_same(path, stored, json.loads(json.dumps(identity)))
    data = _read(directory / name)
    if hashlib.sha256(data).hexdigest() != digest:
        raise CheckpointError(f"{directory / name} is truncated or edited: its checksum differs")
    return Checkpoint(step, safetensors.torch.load(data), stored)


def has_checkpoint(directory: Path) -> bool:
    """Whether the directory has a checkpoint, whole or damaged."""
    return (directory / INDEX).exists()


def save_model(model: Transformer, path: Path | str) -> None:
    """Write architecture and weights to one safetensors file, whole or not at all."""
    tensors = _on_processor(model.state_dict())
    config = json.dumps(asdict(model.config), sort_keys=True)
    header = {"config": config, "sha256": _digest(config, tensors), "torch": str(torch.__version__)}
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    _write(Path(path), safetensors.torch.save(tensors, metadata=header))


def load_model(
    path: Path | str,
    device: torch.device | str = "cpu",
    *,
    expected: TransformerConfig | None = None,
) -> Transformer:
    """The model that `save_model` wrote, on `device`, in the type it was saved in.

    `path` is the file, or the folder of a finished training with its `model.safetensors`.
    `CheckpointError` if the file is missing or damaged, of another version of steplab, or its
    architecture is not the expected.
    """
    path = Path(path)
    path = path / MODEL_FILE if path.is_dir() else path
    data = _read(path)
    try:
        tensors = safetensors.torch.load(data)
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + size])["__metadata__"]
        config, digest = header["config"], header["sha256"]
    except (SafetensorError, KeyError, ValueError):
        raise CheckpointError(f"{path} is damaged: it is no saved model") from None
    if _digest(config, tensors) != digest:
        raise CheckpointError(f"{path} is truncated or edited: its checksum differs")
    model = _model_of(path, json.loads(config), tensors)
    if expected is not None:
        _check_same(path, asdict(model.config), asdict(expected))
    return model.to(device)


def _model_of(path: Path, fields: Any, tensors: Mapping[str, Tensor]) -> Transformer:
    """The transformer of saved fields and tensors, on the processor and in their type."""
    try:
        config = TransformerConfig(**fields)
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{path} is of another version of steplab: {error}") from None
    model = Transformer(config, seed=0, device="cpu")
    _check_tensors(path, {n: value.shape for n, value in model.state_dict().items()}, tensors)
    kinds = {tensor.dtype for tensor in tensors.values()}
    if len(kinds) > 1 or not all(kind.is_floating_point for kind in kinds):
        raise CheckpointError(f"{path} has weights of several types or of integers, got {kinds}")
    model.to(kinds.pop()).load_state_dict(tensors)
    return model


def _check_tensors(
    path: Path, expected: Mapping[str, torch.Size], tensors: Mapping[str, Tensor]
) -> None:
    """An error that names the first tensor that is missing, unknown or of another shape."""
    for name in sorted(expected.keys() | tensors.keys()):
        if name not in tensors or name not in expected:
            kind = "lacks" if name not in tensors else "has"
            raise CheckpointError(
                f"{path} is of another version of steplab: it {kind} the tensor {name}"
            )
        if tensors[name].shape != expected[name]:
            raise CheckpointError(
                f"{path} has the tensor {name} of shape {tuple(tensors[name].shape)}, expected "
                f"{tuple(expected[name])}"
            )


def model_digest(model: Transformer) -> str:
    """A SHA-256 of architecture and weights."""
    config = json.dumps(asdict(model.config), sort_keys=True)
    return _digest(config, _on_processor(model.state_dict()))


def _on_processor(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}


def _digest(config: str, tensors: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256(config.encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"{name}/{tensor.dtype}/{tuple(tensor.shape)}".encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy().tobytes())  # NumPy lacks bfloat16
    return digest.hexdigest()


def _check_same(path: Path, stored: Any, given: Any, field: str = "") -> None:
    """An error that names the first field in which two nested JSON values differ."""
    if isinstance(stored, dict) and isinstance(given, dict):
        for name in sorted(stored.keys() | given.keys()):
            below = f"{field}.{name}" if field else name
            _check_same(path, stored.get(name), given.get(name), below)
    elif stored != given:
        raise CheckpointError(f"{path} is of something else: {field} is {stored}, expected {given}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}") from None


def _write(path: Path, data: bytes) -> None:
    """Write beside the place, flush to the disk, and rename into it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
