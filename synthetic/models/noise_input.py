"""The noise level as an input of a network.

A level eta in [0, 1] is placed on a scale that is logarithmic down to about 1e-6 and linear below,
so that 0 and 1 are ordinary points of it, 1e-4 lies well between, and levels a quarter apart differ
everywhere. Sines and cosines of that place are the features, as of positions (arXiv 1706.03762).
"""

import math

import torch
from torch import Tensor, nn

from synthetic.models.kernels import linear

FLOOR = 1e-6  # level around which the scale turns from logarithmic to linear
FREQUENCIES = 6
FEATURES = 2 * FREQUENCIES


def noise_features(eta: Tensor) -> Tensor:
    """Features (..., FEATURES) float64 in [-1, 1] of noise levels (...) in [0, 1]."""
    place = torch.asinh(eta.double() / FLOOR) / math.asinh(1 / FLOOR)
    octaves = 2.0 ** torch.arange(FREQUENCIES, dtype=torch.float64, device=eta.device)
    angles = math.pi * place.unsqueeze(-1) * octaves
    return torch.cat((angles.sin(), angles.cos()), dim=-1)


class NoiseInput(nn.Module):
    """A vector for each noise level, added to what a network reads."""

    def __init__(self, weight: nn.Parameter) -> None:
        super().__init__()
        self.weight = weight

    def forward(self, eta: Tensor) -> Tensor:
        """Vectors (..., D) of noise levels (...)."""
        features = noise_features(eta).to(self.weight.dtype)
        return linear(features.flatten(0, -2), self.weight).view(*eta.shape, -1)
