"""Certified errors against exact arithmetic, from both sides."""
