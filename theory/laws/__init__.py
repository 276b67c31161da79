"""Exact laws: error against steps without sampling."""
