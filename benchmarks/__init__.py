"""Speed beside peers, measured in one run; never a timed test."""
