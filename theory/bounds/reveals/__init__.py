"""Theorems on tokens revealed in random order, under any schedule."""
