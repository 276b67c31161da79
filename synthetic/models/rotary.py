"""Rotary positions (arXiv 2104.09864): pairs of a vector turned by angles of its position."""

import torch
from torch import Tensor

ROTARY_BASE = 10_000.0


def rotations(positions: int, width: int, dtype: torch.dtype) -> Tensor:
    """e^(i angle) of so many positions for heads of a width, (positions, 1, width / 2) complex.

    In double precision for float64 weights, else in single.
    """
    half = width // 2
    places = torch.arange(positions, dtype=torch.float64, device="cpu")
    rates = ROTARY_BASE ** -(torch.arange(half, dtype=torch.float64, device="cpu") / max(half, 1))
    angles = places.unsqueeze(-1) * rates
    kind = torch.complex128 if dtype == torch.float64 else torch.complex64
    return torch.polar(torch.ones_like(angles), angles).unsqueeze(1).to(kind)


def rotate(vectors: Tensor, rotation: Tensor) -> Tensor:
    """vectors (B, L, n, d) turned by the angles of their positions, each pair a complex number."""
    precise = vectors.to(torch.promote_types(vectors.dtype, torch.float32))
    pairs = torch.view_as_complex(precise.unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * rotation).flatten(-2).to(vectors.dtype)
