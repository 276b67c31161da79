"""A trained transformer for longer inputs than it was trained on."""

import dataclasses

import torch

from synthetic.arguments import check_integer, checked
from synthetic.models.transformer import Transformer


@checked
@torch.no_grad()
def with_more_positions(model: Transformer, max_length: int) -> Transformer:
    """A copy of a model that takes up to `max_length` positions, and fewer as the model itself.

    The learned position vectors repeat with the period of their number: position i has that of
    i mod `model.config.max_length`. Where the roles of positions repeat too (digit and sum, two
    digits and a carry) and that number is a multiple of their period, what was learned of a role
    holds at once at all its places. Training goes on from there.
    """
    if model.config.any_order:
        raise ValueError("a model with any_order keeps its number of positions: train a longer one")
    held = model.config.max_length
    max_length = check_integer("max_length", max_length, least=held)
    config = dataclasses.replace(model.config, max_length=max_length)
    longer = Transformer(config, seed=0, device=model.device).to(model.dtype)
    weights = model.state_dict()
    weights["positions"] = weights["positions"][torch.arange(max_length) % held]
    longer.load_state_dict(weights)
    return longer.train(model.training)
