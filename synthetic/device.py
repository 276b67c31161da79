"""Where tensors live: named devices, checked before anything is computed."""

import torch

KINDS = ("cpu", "cuda", "mps")


def indexed(device: torch.device | str) -> torch.device:
    """The device as tensors on it name theirs: cuda is the current one of the CUDA devices."""
    place = torch.device(device)
    if str(place) != "cuda":
        return place
    return torch.device("cuda", torch.cuda.current_device() if torch.cuda.is_initialized() else 0)


def check_device(device: torch.device | str) -> torch.device:
    """The device as torch knows it, or a one-line error where this machine has none of the kind."""
    try:
        place = indexed(device)
    except (RuntimeError, TypeError, ValueError):
        given = " ".join(repr(device).split())[:60]
        raise ValueError(f"device is one of {', '.join(KINDS)}, got {given}") from None
    if place.type not in KINDS:
        raise ValueError(f"device is one of {', '.join(KINDS)}, got {str(device)!r}")
    if place.type == "cuda":
        count = torch.cuda.device_count()
        if place.index >= count:
            raise ValueError(
                f"device {place} is not there: torch sees {count} CUDA devices; use cpu"
                + (f" or cuda:0..{count - 1}" if count else "")
            )
    if place.type == "mps" and not torch.backends.mps.is_available():
        raise ValueError("device mps is not there: this machine has none; use cpu")
    return place


def exact_device(device: torch.device | str) -> torch.device:
    """Where float64 code runs for a device: there, but on the CPU for mps, which has no float64."""
    place = check_device(device)
    return torch.device("cpu") if place.type == "mps" else place
