"""Where a number came from: the code, the versions, the device and the time behind a row."""

import contextlib
import os
import platform
import re
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TypeAlias

Measured: TypeAlias = dict[str, int | float | str | bool | None]

IDENTITY_COLUMNS = ("unit", "kind", "version")
"""Columns that the runner writes and that never vary for one unit."""

MEASURED_COLUMNS = (
    "seconds",
    "device",
    "machine",
    "commit",
    "steplab_version",
    "torch_version",
    "numpy_version",
    "python_version",
)
"""Columns that the runner writes and that may differ between two runs of one unit."""

_SOURCE = Path(__file__).resolve().parents[2]
_CPUINFO = Path("/proc/cpuinfo")


def measured(seconds: float, device: str, commit: str) -> Measured:
    """The measured columns of a unit that ran in this process.

    `seconds` are those of the last attempt: a resumed unit counts from where it resumed.
    """
    return {
        "seconds": seconds,
        "device": device,
        "machine": machine(device),
        "commit": commit,
        "steplab_version": _version("steplab"),
        "torch_version": _version("torch"),
        "numpy_version": _version("numpy"),
        "python_version": platform.python_version(),
    }


@cache
def machine(device: str) -> str:
    """The processor by its model, its cores, and the name of a CUDA device that was computed on."""
    name = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        models = re.findall(r"^model name\s*: (.+)$", _CPUINFO.read_text(), re.MULTILINE)
        name = models[0] if models else name
    parts = [name, f"{os.cpu_count()} cores"]
    if device.startswith("cuda"):
        import torch  # whoever computed on the device has it already

        parts.append(torch.cuda.get_device_name(device))
    return ", ".join(parts)


def source_commit(folder: Path = _SOURCE) -> str:
    """The short hash of the commit of this code, with "+" when edited, "unknown" outside git.

    Results may be committed beside the code; writing them does not make the code edited.
    """
    if not _git(folder, "ls-files", "synthetic/__init__.py"):
        return "unknown"
    commit = _git(folder, "rev-parse", "--short", "HEAD")
    if not commit:
        return "unknown"
    edited = _git(folder, "status", "--porcelain", "--", ".", ":!results")
    return commit + ("+" if edited else "")


def _git(folder: Path, *arguments: str) -> str:
    # without its lock on the index: killed meanwhile, it would leave one that blocks every commit
    command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


@cache
def _version(distribution: str) -> str:
    # The metadata, not the module: importing torch takes seconds.
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "unknown"
