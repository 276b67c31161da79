"""Rows in, tables out: rows by kind, exact laws, evidence and statistics of claims."""
