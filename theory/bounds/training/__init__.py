"""Theorems on losses that train a denoiser."""
