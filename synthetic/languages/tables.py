"""Probability tables: read, checked and drawn at random."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthetic.arguments import check_array, check_integer, check_number, checked

SUM_TOLERANCE = 1e-6  # float32 tables are within it
RANDOM_STATES = 2048  # of a table that is drawn, whose stationary law takes their third power


def probability_table(
    name: str,
    values: Any,
    shape: Sequence[int | None],
    device: torch.device | str,
    *,
    law_axes: int = 1,
) -> Tensor:
    """A float64 table of laws over its last `law_axes` axes, from anything array-like.

    `shape` has None where any size is allowed. Laws within 1e-6 of summing to one, as those of
    float32 are, are divided by their sum; others are a one-line error that names the row, as are
    negative and non-finite entries.
    """
    table = check_array(name, values).to(device).detach()
    fits = table.dim() == len(shape) and all(
        want in (None, got) for want, got in zip(shape, table.shape, strict=True)
    )
    if not fits or table.numel() == 0:
        wanted = "(" + ", ".join("any" if size is None else str(size) for size in shape) + ")"
        raise ValueError(f"{name} has shape {wanted}, got {tuple(table.shape)}")
    allowed = torch.isfinite(table) & (table >= 0)
    if not bool(allowed.all()):
        raise ValueError(f"{name} holds probabilities >= 0, got {table[~allowed][0].item()}")
    total = table.sum(dim=tuple(range(-law_axes, 0)), keepdim=True)
    place = (total - 1).abs().argmax()
    worst = float(total.flatten()[place])
    if abs(worst - 1) > SUM_TOLERANCE:
        rows = np.unravel_index(int(place), total.shape)[: table.dim() - law_axes]
        what, which = ("rows", f" in row {', '.join(map(str, rows))}") if rows else ("entries", "")
        raise ValueError(
            f"{name} has {what} that sum to 1 (to 1e-6), got a sum of {worst:.12g}{which}"
        )
    return table / total


def random_support(
    generator: np.random.Generator,
    rows: int,
    columns: int,
    branching: int,
    *,
    name: str = "branching",
) -> NDArray[np.bool_]:
    """A random support with `branching` entries a row, spread evenly over the columns.

    Row i allows the columns permutation[(shift[i] + k) mod columns] for k in a random set of
    `branching` offsets, so that where rows is a multiple of columns, each column is allowed by
    equally many rows and every column can be reached.
    """
    branching = check_integer(name, branching, most=columns)
    offsets = generator.choice(columns, size=branching, replace=False)
    shifts = generator.permutation(rows) % columns
    permutation = generator.permutation(columns)
    support = np.zeros((rows, columns), dtype=bool)
    for offset in offsets:
        support[np.arange(rows), permutation[(shifts + offset) % columns]] = True
    return support


def random_laws(
    generator: np.random.Generator, support: NDArray[np.bool_], temperature: float
) -> NDArray[np.float64]:
    """Laws on the rows of a support in proportion to exp(z / temperature), z standard normal."""
    temperature = check_number("temperature", temperature, 1e-300, allowed="> 0")
    logits = np.where(support, generator.standard_normal(support.shape) / temperature, -np.inf)
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    if not (weights[support] > 0).all():
        raise ValueError(
            f"temperature is high enough that no probability vanishes, got {temperature}"
        )
    return weights / weights.sum(axis=-1, keepdims=True)


def is_primitive(support: NDArray[np.bool_]) -> bool:
    """Whether some power of a square support is positive everywhere.

    That is where every state reaches every other one and the period is one.
    """
    if not support.any() or any((_distances(one) < 0).any() for one in (support, support.T)):
        return False
    return cyclic_indices(support)[0] == 1


def cyclic_indices(support: NDArray[np.bool_]) -> tuple[int, NDArray[np.int64]]:
    """Period and cyclic indices (n,) of an irreducible support, by distance from state 0.

    The period is the greatest common divisor of distance(u) + 1 - distance(v) over steps u -> v.
    """
    distance = _distances(support)
    source, target = np.nonzero(support)
    period = int(np.gcd.reduce(distance[source] + 1 - distance[target]))
    return period, distance % period


def _distances(support: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The fewest steps from state 0 to each state, -1 where there are none."""
    distance = np.full(len(support), -1, dtype=np.int64)
    latest = np.array([0])
    for steps in range(len(support)):
        distance[latest] = steps
        latest = np.flatnonzero(support[latest].any(axis=0) & (distance < 0))
    return distance


@checked
def stationary_law(transition: Any) -> NDArray[np.float64]:
    """The stationary law (S,) of a transition matrix (S, S), an array-like whose rows sum to one.

    Zero at states that the chain leaves for good; a one-line error where it can end up in one of
    several closed classes, and so has several stationary laws.

    Examples:
        >>> stationary_law([[0.5, 0.5], [1, 0]]).round(3).tolist()
        [0.667, 0.333]
    """
    size = len(given) if (given := check_array("transition", transition)).dim() else 0
    matrix = probability_table("transition", given, (size, size), "cpu").numpy()
    reach = (np.eye(size) + matrix > 0).astype(np.float32)
    for _ in range(size.bit_length()):
        reach = ((reach @ reach) > 0).astype(np.float32)
    mutual = (reach > 0) & (reach.T > 0)
    closed = ~((reach > 0) & ~mutual).any(axis=1)
    states = np.flatnonzero(closed & mutual[np.flatnonzero(closed)[0]])
    if len(states) < closed.sum():
        raise ValueError(
            "transition has one stationary law where the chain ends up in one closed class, got "
            "several: give an initial law"
        )
    law = np.zeros(size)
    law[states] = irreducible_law(matrix[np.ix_(states, states)])
    return law


def irreducible_law(transition: NDArray[np.float64]) -> NDArray[np.float64]:
    """The stationary law (S,) of an irreducible transition matrix (S, S).

    By the elimination of Grassmann, Taksar and Heyman (1985): states leave one by one, nothing is
    subtracted, and so every entry is right to its own last digits.
    """
    states = len(transition)
    reduced = transition.copy()
    for last in range(states - 1, 0, -1):
        reduced[:last, last] /= reduced[last, :last].sum()
        reduced[:last, :last] += np.outer(reduced[:last, last], reduced[last, :last])
    law = np.ones(states)
    for state in range(1, states):
        law[state] = (law[:state] * reduced[:state, state]).sum()
    return law / law.sum()
