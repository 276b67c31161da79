"""Numbers that stand in the text of pages, beside the rows and laws that they are read from."""
