"""The divergence of laws that are given by log-probabilities."""

import torch
from torch import Tensor


def divergence_of_laws(true: Tensor, learned: Tensor) -> Tensor:
    """KL(true || learned) in nats over the last axis of log-probabilities (..., V), as (...);
    infinite where a possible symbol is excluded."""
    return torch.where(true > -torch.inf, true.exp() * (true - learned), 0.0).sum(dim=-1)
