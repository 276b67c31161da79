"""From rows to figures and the report on one page."""
