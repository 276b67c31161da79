"""Languages of studies that list all sequences: names of the catalogue, and one that has none."""

from synthetic.languages import Permutations
from synthetic.languages.catalogue import Entry, Named, entry

PERMUTATIONS = "permutations"  # of as many symbols as positions


def entry_at(name: str, length: int) -> Entry:
    """How the language of a name is built at a length: an entry of the catalogue, a specification,
    or the permutations of so many symbols."""
    return Entry(Permutations, {"size": length}) if name == PERMUTATIONS else entry(name)


def named_at(name: str, length: int) -> Named:
    """What units call it."""
    return {"language": name, "language_hash": entry_at(name, length).digest()}
