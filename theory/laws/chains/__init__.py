"""Exact laws of Markov chains at any length, and their collision constants."""
