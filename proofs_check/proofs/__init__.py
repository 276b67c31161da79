"""Proofs, one theorem a file: every module of this folder that has a `proof` is in `PROOFS`."""

import importlib
import pkgutil

from proofs_check.proof import Proof


def _proofs() -> dict[str, Proof]:
    proofs = {}
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        proof = getattr(importlib.import_module(module.name), "proof", None)
        if isinstance(proof, Proof):
            if proof.theorem in proofs:
                raise ValueError(f"two proofs of {proof.theorem}")
            proofs[proof.theorem] = proof
    return proofs


PROOFS = _proofs()


def find_proof(theorem: str) -> Proof:
    """The proof of a theorem; a one-line error that lists those there are."""
    if theorem not in PROOFS:
        raise ValueError(f"no proof of {theorem!r}, there are {', '.join(PROOFS)}")
    return PROOFS[theorem]
