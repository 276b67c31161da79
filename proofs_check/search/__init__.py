"""Searches for counterexamples to statements that are recalled or conjectured."""

from collections.abc import Callable, Mapping
from functools import cache, partial

from proofs_check.search.balanced_sizes import READINGS, search_balanced_sizes
from proofs_check.search.random_offset import search_random_offset
from proofs_check.search.reveal_rules import search_reveal_rules
from proofs_check.search.search import Search
from proofs_check.search.sequence_error import search_sequence_error
from proofs_check.search.token_error import search_token_error

SEARCHES: Mapping[str, Callable[[], Search]] = {
    "theorem-4.2-as-recalled": search_token_error,
    "theorem-4.4-as-recalled": search_sequence_error,
    "theorem-4.4-fixed-count-or-left-to-right-or-odd-positions-first-at-0.6": partial(
        search_reveal_rules, 0.6
    ),
    "theorem-4.4-fixed-count-at-0.6": partial(search_reveal_rules, 0.6, ("fixed count",)),
    "theorem-4.4-fixed-count-at-0.4": partial(search_reveal_rules, 0.4, ("fixed count",)),
    "theorem-4.4-left-to-right-at-0.5": partial(search_reveal_rules, 0.5, ("left to right",)),
    **{
        f"li-cai-lower-bound-balanced-{number}": partial(search_balanced_sizes, reading)
        for number, reading in enumerate(READINGS, 1)
    },
    "li-cai-lower-bound-random-offset": search_random_offset,
}
"""Each search by its id, run when called."""


@cache
def find_search(name: str) -> Search:
    """One search, run at the first call; the same every time."""
    if name not in SEARCHES:
        raise ValueError(f"no search {name!r}, there are {', '.join(SEARCHES)}")
    return SEARCHES[name]()


def searches() -> tuple[Search, ...]:
    """All searches; under a minute on one core."""
    return tuple(map(find_search, SEARCHES))


__all__ = ["SEARCHES", "Search", "find_search", "searches"]
