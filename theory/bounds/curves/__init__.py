"""Theorems on information curves and on the schedules chosen by them."""
