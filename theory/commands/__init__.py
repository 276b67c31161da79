"""One command of the command line a file; what it needs is imported when it runs."""
