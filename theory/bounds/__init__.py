"""Theorems as functions, one a file: statement, domain, bound in numbers and symbols, exact value.

Every module of this folder that has a `theorem` is in `THEOREMS`, by its id.
"""

import importlib
import pkgutil
from typing import Any

from theory.bounds.theorem import Theorem


def _theorems() -> dict[str, Theorem[Any]]:
    found = {}
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        theorem = getattr(importlib.import_module(module.name), "theorem", None)
        if isinstance(theorem, Theorem):
            if theorem.id in found:
                raise ValueError(f"two theorems have the id {theorem.id}")
            found[theorem.id] = theorem
    return found


THEOREMS = _theorems()

__all__ = ["THEOREMS", "Theorem"]
