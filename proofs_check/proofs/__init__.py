"""Proofs, one theorem a file: every module of this folder that has a `proof` is in `PROOFS`."""

import importlib
import pkgutil

from proofs_check.proof import Proof


def _proofs() -> dict[str, Proof]:
    found = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        proof = getattr(importlib.import_module(f"{__name__}.{module}"), "proof", None)
        if isinstance(proof, Proof):
            found[proof.theorem] = proof
    return found


PROOFS = _proofs()
