"""What is claimed about denoising steps and what follows from it; imports synthetic only.

The names below are loaded from their rooms when they are first used, so that a command line that
only prints its help loads neither torch nor a table.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import synthetic  # noqa: F401  # before torch, whose threads it tells how to wait

if TYPE_CHECKING:
    from theory.advice.advice import advise
    from theory.bounds import THEOREMS
    from theory.claims import CLAIMS
    from theory.laws import (
        chain_sequence_error_rate,
        chain_token_error_rate,
        collision_constant,
        information_curve,
        optimal_policy,
        optimal_schedule,
        optimal_sizes,
        output_law,
    )
    from theory.studies.profiles import profile
    from theory.tightness import tightness_of

_ROOM_OF = {
    "CLAIMS": "theory.claims",
    "THEOREMS": "theory.bounds",
    "advise": "theory.advice.advice",
    "chain_sequence_error_rate": "theory.laws",
    "chain_token_error_rate": "theory.laws",
    "collision_constant": "theory.laws",
    "information_curve": "theory.laws",
    "optimal_policy": "theory.laws",
    "optimal_schedule": "theory.laws",
    "optimal_sizes": "theory.laws",
    "output_law": "theory.laws",
    "profile": "theory.studies.profiles",
    "tightness_of": "theory.tightness",
}

__all__ = [
    "CLAIMS",
    "THEOREMS",
    "advise",
    "chain_sequence_error_rate",
    "chain_token_error_rate",
    "collision_constant",
    "information_curve",
    "optimal_policy",
    "optimal_schedule",
    "optimal_sizes",
    "output_law",
    "profile",
    "tightness_of",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"theory has no {name!r}, it has {', '.join(__all__)}")
    return getattr(import_module(_ROOM_OF[name]), name)
