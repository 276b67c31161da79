"""Figures: drawn from rows alone, one figure a file."""
