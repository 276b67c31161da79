"""Proofs of the theorems in theory, every step with a certificate; imports theory and synthetic."""
