"""Theorems on noise under which a token can be revised, with the exact denoiser."""
