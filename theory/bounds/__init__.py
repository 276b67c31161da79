"""Theorems as functions, one a file: statement, domain, bound in numbers and symbols, exact value.

Every module of these folders that has a `theorem` is in `THEOREMS`, by its id; `PLACES` says in
which group and file it lies, and so does its proof.
"""

import importlib
import pkgutil
from typing import Any

from theory.bounds.theorem import Theorem

GROUPS = ("reveals", "collisions", "curves", "policies", "training", "revision")


def _by_place() -> dict[str, Theorem[Any]]:
    theorems = {}
    for group in GROUPS:
        package = importlib.import_module(f"{__name__}.{group}")
        for file in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
            module = importlib.import_module(f"{__name__}.{group}.{file}")
            if isinstance(getattr(module, "theorem", None), Theorem):
                theorems[f"{group}/{file}"] = module.theorem
    return theorems


def _by_id(theorems: dict[str, Theorem[Any]]) -> dict[str, Theorem[Any]]:
    named: dict[str, Theorem[Any]] = {}
    for theorem in theorems.values():
        if theorem.id in named:
            raise ValueError(f"two theorems have the id {theorem.id}")
        named[theorem.id] = theorem
    return named


_BY_PLACE = _by_place()
THEOREMS: dict[str, Theorem[Any]] = _by_id(_BY_PLACE)
PLACES: dict[str, str] = {theorem.id: place for place, theorem in _BY_PLACE.items()}

__all__ = ["GROUPS", "PLACES", "THEOREMS", "Theorem"]
