"""Searches for counterexamples to statements that are recalled or conjectured."""

from functools import cache

from proofs_check.search.balanced_sizes import READINGS, search_balanced_sizes
from proofs_check.search.random_offset import search_random_offset
from proofs_check.search.reveal_rules import search_reveal_rules
from proofs_check.search.search import Search
from proofs_check.search.sequence_error import search_sequence_error
from proofs_check.search.token_error import search_token_error


@cache
def searches() -> tuple[Search, ...]:
    """All searches, run at the first call; under a minute on one core, the same every time."""
    return (
        search_token_error(),
        search_sequence_error(),
        search_reveal_rules(0.6),
        search_reveal_rules(0.6, ("fixed count",)),
        search_reveal_rules(0.4, ("fixed count",)),
        search_reveal_rules(0.5, ("left to right",)),
        *(search_balanced_sizes(reading) for reading in READINGS),
        search_random_offset(),
    )


__all__ = ["Search", "searches"]
