"""Chance as a function of (seed, step): nothing has to be kept for a training to go on."""

import hashlib

import torch


def stream_generator(seed: int, step: int, stream: str) -> torch.Generator:
    """A fresh generator on the processor, a function of its arguments.

    The seed is a SHA-256 of all three, so that neighbouring seeds and steps share nothing.
    """
    digest = hashlib.sha256(f"{seed}/{step}/{stream}".encode()).digest()
    return torch.Generator(device="cpu").manual_seed(int.from_bytes(digest[:8]) >> 1)
