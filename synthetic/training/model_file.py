"""A finished model on disk: one safetensors file, whole or not there at all.

Its header holds the architecture and a SHA-256 of that and of all weights.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from synthetic.arguments import check_path, checked
from synthetic.denoisers.noisy_network import NoisyNetwork
from synthetic.models.transformer import Transformer, TransformerConfig
from synthetic.noise.named import build_noise
from synthetic.training.checkpoint import (
    CheckpointError,
    _digest,
    check_tensors,
    differences,
    has_checkpoint,
    on_processor,
    read_file,
    write_file,
)

CHECKPOINT = "checkpoint"  # folder of the checkpoint of a training, beside its finished model
MODEL_FILE = "model.safetensors"
NOISE, LEAVE_ONE_OUT = "noise", "leave_one_out"  # fields beside those of the architecture


@checked
def save_model(
    model: Transformer, path: Path | str, *, noise: str | None = None, leave_one_out: bool = False
) -> None:
    """Write architecture and weights to one safetensors file, whole or not at all.

    Of a denoiser of noisy tokens, `noise` is the name of the noise, as in `synthetic.noise.named`,
    and `leave_one_out` the form of its logits, as in `NoisyNetwork`.
    """
    path = check_path(path)
    tensors = on_processor(model.state_dict())
    fields = model.config.saved
    if noise is not None:
        build_noise(noise, model.config.vocab_size)  # an error where no noise has this name
        fields |= {NOISE: noise, LEAVE_ONE_OUT: leave_one_out}
    config = json.dumps(fields, sort_keys=True)
    header = {"config": config, "sha256": _digest(config, tensors), "torch": str(torch.__version__)}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, safetensors.torch.save(tensors, metadata=header))


@checked
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
    path, fields, tensors = _read_model(path)
    fields = {name: value for name, value in fields.items() if name not in (NOISE, LEAVE_ONE_OUT)}
    model = _model_of(path, fields, tensors)
    if expected is not None:
        for name, stored, given in differences(model.config.saved, expected.saved):
            raise CheckpointError(
                f"{path} is of something else: {name} is {stored}, expected {given}"
            )
    return model.to(device)


@checked
def trained_noise(path: Path | str) -> str | None:
    """The name of the noise that a saved model was trained on, None for masks or left to right."""
    _, fields, _ = _read_model(path)
    noise = fields.get(NOISE)
    return None if noise is None else str(noise)


@checked
def load_noisy_network(path: Path | str, device: torch.device | str = "cpu") -> NoisyNetwork:
    """The denoiser of noisy tokens that was saved, with its noise and the form of its logits."""
    model = load_model(path, device)
    path, fields, _ = _read_model(path)
    if NOISE not in fields:
        raise CheckpointError(f"{path} is no denoiser of noisy tokens: it names no noise")
    noise = build_noise(str(fields[NOISE]), model.vocab_size)
    return NoisyNetwork(model, noise, leave_one_out=bool(fields.get(LEAVE_ONE_OUT)))


def _read_model(path: Path | str) -> tuple[Path, dict[str, Any], dict[str, Tensor]]:
    """The file of a model, the fields in its header and its tensors, as they were written."""
    path = Path(path)
    if path.is_dir():
        folder, path = path, path / MODEL_FILE
        if not path.exists() and has_checkpoint(folder / CHECKPOINT):
            raise CheckpointError(
                f"the training in {folder} is not finished, it has no {MODEL_FILE}: run its "
                "command again"
            )
    data = read_file(path)
    try:
        tensors = safetensors.torch.load(data)
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + size])["__metadata__"]
        config, digest = header["config"], header["sha256"]
        fields = dict(json.loads(config))
    except (SafetensorError, KeyError, TypeError, ValueError):
        raise CheckpointError(f"{path} is damaged: it is no saved model") from None
    if _digest(config, tensors) != digest:
        raise CheckpointError(f"{path} is truncated or edited: its checksum differs")
    return path, fields, tensors


def _model_of(path: Path, fields: Any, tensors: Mapping[str, Tensor]) -> Transformer:
    """The transformer of saved fields and tensors, on the processor and in their type."""
    try:
        config = TransformerConfig(**fields)
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{path} is of another version of steplab: {error}") from None
    model = Transformer(config, seed=0, device="cpu")
    check_tensors(path, {n: value.shape for n, value in model.state_dict().items()}, tensors)
    kinds = {tensor.dtype for tensor in tensors.values()}
    if len(kinds) > 1 or not all(kind.is_floating_point for kind in kinds):
        raise CheckpointError(f"{path} has weights of several types or of integers, got {kinds}")
    model.to(kinds.pop()).load_state_dict(tensors)
    return model


def model_digest(model: Transformer) -> str:
    """A SHA-256 of architecture and weights."""
    config = json.dumps(model.config.saved, sort_keys=True)
    return _digest(config, on_processor(model.state_dict()))
