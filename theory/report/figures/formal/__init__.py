"""Figures of formal languages."""
