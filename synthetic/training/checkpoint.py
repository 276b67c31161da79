"""Checkpoints on disk: safetensors and JSON, never a pickle, whole or not there at all.

A checkpoint is two files of one folder. The tensors lie in `weights-<step>-<hash>.safetensors`;
`checkpoint.json` names that file with its SHA-256 and is replaced last, in one operation of the
file system, so that whenever the process is killed it names a complete file. It holds a SHA-256 of
all its own fields too.
"""

import errno
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from filelock import FileLock, Timeout
from torch import Tensor

INDEX = "checkpoint.json"
LOCK = ".lock"
FORMAT = 2
WEIGHTS = re.compile(r"weights-\d{8,}-[0-9a-f]{12}\.safetensors")


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


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """The directory for this training alone; an error where another one, in any process, has it."""
    directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(directory / LOCK, timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise BlockingIOError(
            f"another training is running in {directory}: wait for its end, or give another folder"
        ) from None
    try:
        yield
    finally:
        lock.release()


def save_checkpoint(directory: Path, checkpoint: Checkpoint) -> None:
    """Replace the directory's checkpoint by this one, which survives a kill at any moment."""
    directory.mkdir(parents=True, exist_ok=True)
    data = safetensors.torch.save(on_processor(checkpoint.tensors))
    digest = hashlib.sha256(data).hexdigest()
    name = f"weights-{checkpoint.step:08d}-{digest[:12]}.safetensors"
    write_file(directory / name, data)
    index: dict[str, Any] = {
        "format": FORMAT,
        "step": checkpoint.step,
        "file": name,
        "sha256": digest,
        "torch": str(torch.__version__),
        "safetensors": safetensors.__version__,
        "identity": checkpoint.identity,
    }
    index["digest"] = _index_digest(index)
    write_file(directory / INDEX, json.dumps(index, indent=2).encode())
    for old in (*directory.glob("weights-*.safetensors"), *directory.glob(".*.partial")):
        if old.name != name:
            old.unlink(missing_ok=True)


def load_checkpoint(directory: Path, identity: Mapping[str, Any]) -> Checkpoint:
    """The directory's checkpoint, on the processor, if it is whole and of the same run.

    `CheckpointError` says which file is missing or damaged, or which field of the identity differs.
    """
    index = _read_index(directory / INDEX)
    different = differences(index["identity"], json.loads(json.dumps(identity)))
    # Other settings draw other data: they are the reason, and the data speaks where none differs.
    named = [field for field in different if field[0] != "first_batch"]
    if different:
        said = [f"{name} is {stored} there and {given} here" for name, stored, given in named]
        raise CheckpointError(
            f"{directory} holds another training, "
            f"{', '.join(said) or 'of another language or on other data'}: go on with its settings "
            "or give another folder"
        )
    name = index["file"]
    data = read_file(directory / name)
    if hashlib.sha256(data).hexdigest() != index["sha256"]:
        raise CheckpointError(f"{directory / name} is truncated or edited: its checksum differs")
    return Checkpoint(index["step"], safetensors.torch.load(data), index["identity"])


def _read_index(path: Path) -> dict[str, Any]:
    """The fields of an index of this format that is as it was written."""
    damaged = f"{path} is damaged: it is no index of a checkpoint"
    try:
        index = json.loads(read_file(path))
    except ValueError as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(damaged) from None
    if not isinstance(index, dict) or "format" not in index:
        raise CheckpointError(damaged)
    if index["format"] != FORMAT:
        raise CheckpointError(
            f"{path} has format {index['format']!r}, written by another version of steplab, this "
            f"one reads format {FORMAT}: give another folder"
        )
    if index.pop("digest", None) != _index_digest(index):
        raise CheckpointError(f"{path} is damaged or edited: its checksum differs")
    step, name = index.get("step"), index.get("file")
    if type(step) is not int or step < 0:
        raise CheckpointError(f"{path} has a step that is no count of updates, {step!r}")
    if not isinstance(name, str) or not WEIGHTS.fullmatch(name):
        raise CheckpointError(f"{path} names weights that are no file beside it, {name!r}")
    if not {"sha256", "identity"} <= index.keys():
        raise CheckpointError(damaged)
    return index


def _index_digest(index: Mapping[str, Any]) -> str:
    """A SHA-256 of all fields of an index."""
    return hashlib.sha256(json.dumps(index, sort_keys=True).encode()).hexdigest()


def has_checkpoint(directory: Path) -> bool:
    """Whether the directory has a checkpoint, whole or damaged."""
    return (directory / INDEX).exists()


def check_tensors(
    path: Path | str, expected: Mapping[str, torch.Size], tensors: Mapping[str, Tensor]
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


def on_processor(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors as files hold them."""
    return {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}


def _digest(config: str, tensors: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256(config.encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"{name}/{tensor.dtype}/{tuple(tensor.shape)}".encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy().tobytes())  # NumPy lacks bfloat16
    return digest.hexdigest()


def differences(stored: Any, given: Any, field: str = "") -> list[tuple[str, Any, Any]]:
    """The fields in which two nested JSON values differ, with both values; names first."""
    if isinstance(stored, dict) and isinstance(given, dict):
        names = sorted(stored.keys() | given.keys(), key=lambda name: (name != "name", name))
        return [
            difference
            for name in names
            for difference in differences(
                stored.get(name), given.get(name), f"{field}.{name}" if field else name
            )
        ]
    return [] if stored == given else [(field, stored, given)]


def read_file(path: Path) -> bytes:
    """What a file holds, or a one-line error."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}") from None


def write_file(path: Path, data: bytes) -> None:
    """Write beside the place, flush to the disk, and rename into it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OSError(
                f"no space left on the disk of {path.parent}: free some there and run again, or "
                "give another folder; what was kept is whole"
            ) from error
        raise
    os.replace(temporary, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
