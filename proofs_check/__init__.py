"""Proofs of the theorems in theory, every step with a certificate; imports theory and synthetic."""

import synthetic  # noqa: F401  # before torch, whose threads it tells how to wait
