"""Proofs of the theorems in theory/bounds/revision."""
