"""Forward substitution through a Toeplitz kernel: a recursion over positions as matrix products."""

from torch import Tensor


def toeplitz_blocks(kernel: Tensor, positions: int) -> dict[int, Tensor]:
    """For h = 1, 2, 4, .. below `positions`, the block (h V, h V) that leads from h positions to
    the h after them: its entry at ((t, x), (s, y)) is kernel[h + t - s][y, x].

    `kernel` (D + 1, V, V) is indexed by distance and is zero beyond D.
    """
    distances, symbols, _ = kernel.shape
    padded = kernel.new_zeros((2 * positions + 2, symbols, symbols))
    used = min(distances, len(padded))
    padded[:used] = kernel[:used]
    blocks = {}
    width = 1
    while width < positions:
        # row t of the block reads distances h + t, h + t - 1, .. : windows of the flipped kernel
        windows = padded[1 : 2 * width].flip(0).unfold(0, width, 1).flip(0)
        blocks[width] = windows.permute(0, 2, 3, 1).reshape(width * symbols, width * symbols)
        width *= 2
    return blocks


def substitute(
    total: Tensor, weights: Tensor, blocks: dict[int, Tensor], starts: list[int]
) -> None:
    """Solves, in place, H_j = weights_j * (total_j + sum over i < j of H_i kernel(j - i)).

    `total` and `weights` are (J, V, R): positions, symbols, independent problems as columns, which
    are zero-cost to leave out: position j concerns the columns from starts[j] on alone, and what
    lies before is left as it is. The recursion halves the positions: first half, one matrix product
    that carries it to the second half, second half. Nearly all work is in large products,
    J^2 V^2 R / 2 multiplications in all.
    """
    _solve(total, weights, blocks, starts, 0, len(total))


def _solve(
    total: Tensor,
    weights: Tensor,
    blocks: dict[int, Tensor],
    starts: list[int],
    first: int,
    last: int,
) -> None:
    if last - first == 1:
        total[first, :, starts[first] :] *= weights[first, :, starts[first] :]
        return
    half = 1 << ((last - first - 1).bit_length() - 1)
    middle = first + half
    _solve(total, weights, blocks, starts, first, middle)
    start, symbols = starts[middle], total.shape[1]
    size = (last - middle) * symbols
    known = total[first:middle].flatten(0, 1)[:, start:]
    total[middle:last].flatten(0, 1)[:, start:].addmm_(blocks[half][:size], known)
    _solve(total, weights, blocks, starts, middle, last)
