"""Hypothesis strategies that the tests share."""

import itertools

from hypothesis import strategies as st


def schedules(most: int = 8) -> st.SearchStrategy[tuple[float, ...]]:
    """Schedules (a_1..a_N) that sum to one: uniform, random, with zeros anywhere, of one step."""
    weights = st.lists(st.integers(0, 9), min_size=1, max_size=most).filter(any)
    return weights.map(lambda parts: tuple(part / sum(parts) for part in parts))


def sizes_of(total: int, most: int = 8) -> st.SearchStrategy[tuple[int, ...]]:
    """Sizes (s_1..s_N) that sum to a total, zeros among them."""
    cuts = st.lists(st.integers(0, total), max_size=most - 1).map(sorted)
    return cuts.map(
        lambda ends: tuple(end - start for start, end in itertools.pairwise([0, *ends, total]))
    )
