"""Where two languages differ."""

import torch
from torch import Tensor

from synthetic.arguments import check_length, checked
from synthetic.languages.language import Language
from synthetic.languages.sequences import enumerate_sequences

LISTED = 2**20  # sequences
RELATIVE_ERROR = 1e-9


@checked
def counterexample(one: Language, other: Language, length: int) -> Tensor | None:
    """A sequence (L,) on which two languages differ in support or probability, None if they agree.

    The first in row-major order; probabilities that differ by no more than a relative 1e-9 agree. A
    length that has words in one language alone is told apart by a word of it, one that has words in
    neither agrees. All sequences are listed: an error beyond 2^20, or where vocabularies differ.
    """
    size, length = one.vocab_size, check_length(length)
    if other.vocab_size != size:
        raise ValueError(
            f"both languages have one vocabulary, got V = {size} and {other.vocab_size}"
        )
    if size > 1 and (length > 20 or size**length > LISTED):
        raise ValueError(
            f"length {length} makes {size}^{length} sequences, too many to compare, allowed are "
            f"{LISTED}"
        )
    words = enumerate_sequences(size, length)
    laws = []
    for language in (one, other):
        if length in language.lengths(length):
            laws.append(language.log_prob(words.to(language.device)).cpu())
        else:
            laws.append(torch.full((len(words),), -torch.inf, dtype=torch.float64, device="cpu"))
    apart = (laws[0] == -torch.inf) != (laws[1] == -torch.inf)
    apart |= (laws[0] - laws[1]).abs() > RELATIVE_ERROR
    places = apart.nonzero()
    return words[places[0, 0]] if len(places) else None
