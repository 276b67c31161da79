"""What numpy does in half of the time of torch on a CPU, or less; elsewhere torch does it.

OpenBLAS, which numpy calls, computes a product of up to SMALL multiplications in one thread, so
that torch's number of threads is kept to. Larger products are torch's.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from synthetic.languages.linear_map import is_sparse, linear_map

SMALL = 2**18  # multiplications
FEW_ROWS = 256  # fewer at once cost more than they save


class Recursion:
    """Vectors v, columns of (D, S, B), that become (A v) w again and again, A of D matrices (S, S).

    The weights w (D, S, B) of each step multiply element by element.
    """

    def __init__(self, matrices: Sequence[Tensor]) -> None:
        stack = torch.stack(list(matrices))
        dense = stack.device.type == "cpu" and not is_sparse(stack)
        self._array = stack.numpy() if dense else None
        self._apply = linear_map(matrices)

    def __call__(self, vectors: Tensor, weights: Tensor, out: Tensor) -> None:
        """A step for each of the weights (L, D, S, B), in place; every A v is written to `out`."""
        if self._array is not None and self._array[0].size * vectors.shape[-1] <= SMALL:
            array = vectors.numpy()
            for image, weight in zip(out.numpy(), weights.numpy()):
                np.matmul(self._array, array, out=image)
                np.multiply(image, weight, out=array)
        else:
            for product, factor in zip(out.unbind(0), weights.unbind(0)):
                self._apply(vectors, out=product)
                torch.mul(product, factor, out=vectors)


def multiply(rows: Tensor, matrix: Tensor, out: Tensor) -> None:
    """Writes rows (M, S) times a matrix (S, V) to `out`; infinity times zero is not a number."""
    at_once = SMALL // matrix.numel()
    if rows.device.type != "cpu" or at_once < FEW_ROWS:
        torch.mm(rows, matrix, out=out)
    else:
        with np.errstate(invalid="ignore"):
            for some, products in zip(rows.split(at_once), out.split(at_once)):
                np.matmul(some.numpy(), matrix.numpy(), out=products.numpy())


def multiply_stacks(left: Tensor, right: Tensor, out: Tensor) -> None:
    """Writes products of matrices, one of the two a stack of them, to `out`, whatever its strides.

    That one matrix may be read and written across rows of memory saves a copy of the stack.
    """
    if out.device.type != "cpu" or left.shape[-1] * out[0].numel() > SMALL:
        out.copy_(torch.matmul(left, right))
    else:
        np.matmul(left.numpy(), right.numpy(), out=out.numpy())


def log_(numbers: Tensor) -> None:
    """Natural logarithms in place, that of zero minus infinity."""
    if numbers.device.type != "cpu":
        numbers.log_()
    else:
        view = numbers.numpy()
        with np.errstate(divide="ignore"):
            np.log(view, out=view)


def true_places(flags: Tensor) -> Tensor:
    """Indices (M,) of the flags (N,) that hold, in order."""
    if flags.device.type != "cpu":
        return flags.nonzero().squeeze(1)
    return torch.from_numpy(np.flatnonzero(flags.numpy()))
