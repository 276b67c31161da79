"""What a transformer is given: kinds and shapes are checked always, they cost next to nothing.

The range of whole numbers is looked at only where looking rows up has failed, since it would make
every call wait for the tokens. A GPU does not report such a failure in time: there it is an
assertion of torch, which names no token.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from synthetic.arguments import WrongKindError, short
from synthetic.models.key_value_cache import KeyValueCache

WHOLE = (torch.int64, torch.int32)  # what a lookup takes


def check_indices(name: str, given: Tensor, device: torch.device) -> Tensor:
    """Whole numbers (B, L) on the device of the model as given, else a one-line error."""
    if not isinstance(given, Tensor):
        raise WrongKindError(
            f"{name} are a tensor (B, L) such as torch.tensor([[0, 1, 1]]), got {short(given)}"
        )
    if given.dim() != 2:
        raise ValueError(f"{name} have shape (B, L), got {tuple(given.shape)}")
    if given.dtype not in WHOLE:
        raise ValueError(f"{name} are integers (int64), got {given.dtype}: use {name}.long()")
    _check_device(name, given, device)
    return given


def check_levels(given: Tensor | None, tokens: Tensor) -> Tensor:
    """Noise levels (B, L) as given, one for each token, else a one-line error."""
    if given is None:
        raise ValueError("this model reads noise levels (B, L), got none")
    if not isinstance(given, Tensor):
        raise WrongKindError(
            "eta is a tensor (B, L) of noise levels such as torch.full(tokens.shape, 0.5), got "
            f"{short(given)}"
        )
    if given.shape != tokens.shape:
        raise ValueError(
            f"eta has a noise level for each token, {tuple(tokens.shape)}, got "
            f"{tuple(given.shape)}: use eta.expand(tokens.shape)"
        )
    if given.is_complex():
        raise ValueError(f"eta holds real numbers, got {given.dtype}")
    _check_device("eta", given, tokens.device)
    return given


def check_cache(cache: KeyValueCache, empty: tuple[int, ...]) -> None:
    """A one-line error where a cache is not of the shape that `empty_cache` makes."""
    if not isinstance(cache, KeyValueCache):
        raise WrongKindError(f"cache is what empty_cache(batch) makes, got {short(cache)}")
    if tuple(cache.keys.shape) != empty:
        raise ValueError(
            f"cache has keys of shape {empty} for these tokens, got {tuple(cache.keys.shape)}: "
            "use empty_cache(batch) of this model, with a batch of as many sequences"
        )


def rows_at(name: str, indices: Tensor, table: Tensor) -> Tensor:
    """Rows (B, L, D) of a table (rows, D), or a one-line error that names the wrong index."""
    try:
        return F.embedding(indices, table)
    except IndexError:
        low, high = (int(bound) for bound in torch.aminmax(indices))
        wrong = low if low < 0 else high
        raise ValueError(f"{name} lie in 0..{len(table) - 1}, got {wrong}") from None


def _check_device(name: str, given: Tensor, device: torch.device) -> None:
    if given.device != device:
        raise ValueError(
            f"{name} are on the device of the model, {device}, got {given.device}: use "
            f"{name}.to(model.device)"
        )
