"""Theorems on tokens that share a step: copy pairs, chains and their constants."""
