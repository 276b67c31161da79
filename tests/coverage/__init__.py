"""The battery of hard cases that the intervals of the project were chosen by: `make coverage`."""
