"""What symbols are written as."""

from collections.abc import Sequence

from synthetic.arguments import short


def check_alphabet(alphabet: Sequence[str]) -> list[str]:
    """The symbols in order where they differ, else a one-line error."""
    letters = list(alphabet)
    if not all(isinstance(letter, str) for letter in letters):
        raise TypeError(f"alphabet has symbols as texts, got {short(alphabet)}")
    if not letters or len(set(letters)) < len(letters):
        raise ValueError(f"alphabet has different symbols, at least one, got {short(alphabet)}")
    return letters
