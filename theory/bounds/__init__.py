"""Theorems as functions, one a file: statement, domain, bound in numbers and symbols, exact value.

Every module of these folders that has a `theorem` is in `THEOREMS`, by its id; `PLACES` says in
which group and file it lies, and so does its proof.
"""

import importlib
import pkgutil
from typing import Any

from theory.bounds.theorem import Theorem

GROUPS = ("reveals", "collisions", "curves", "policies", "training")


def _theorems() -> tuple[dict[str, Theorem[Any]], dict[str, str]]:
    found: dict[str, Theorem[Any]] = {}
    places = {}
    for group in GROUPS:
        package = importlib.import_module(f"{__name__}.{group}")
        for file in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
            theorem = getattr(
                importlib.import_module(f"{__name__}.{group}.{file}"), "theorem", None
            )
            if isinstance(theorem, Theorem):
                if theorem.id in found:
                    raise ValueError(f"two theorems have the id {theorem.id}")
                found[theorem.id] = theorem
                places[theorem.id] = f"{group}/{file}"
    return found, places


THEOREMS, PLACES = _theorems()

__all__ = ["GROUPS", "PLACES", "THEOREMS", "Theorem"]
