"""Adaptive policies: the least divergence in a number of rounds, and serial depth."""
