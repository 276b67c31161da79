"""The command line of steplab."""


def main() -> None:
    """Entry point."""
