"""Theorems on what is revealed in a round: adaptive policies, depth, certificates, prompts."""
