"""A policy listed in full: for every partial sequence the positions that are revealed next."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked, short
from synthetic.sampling.chance import Chance
from synthetic.sampling.strategies.strategy import Choice, ChooseThenSample


@checked
@dataclass(frozen=True, repr=False)
class TablePolicy(ChooseThenSample):
    """Reveals the positions that a table gives for the tokens revealed so far.

    `table` has (V+1)^L integers in row-major order of the partial sequences (the last position
    fastest, the mask is the digit V): position i is revealed where bit 2^i is set, position 0 being
    the leftmost. A row with nothing masked is 0. Positions are chosen before symbols are drawn, by
    no chance. One-line errors: a table of another length or vocabulary; a partial sequence that is
    reached and has no decision, or one that is not among its masked positions.
    """

    table: tuple[int, ...]

    def __init__(self, table: Tensor | Iterable[int]) -> None:
        given: object = table
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise TypeError(f"a table is a vector of sets of positions as bits, got {short(given)}")
        entries = enumerate(given)
        listed = tuple(check_integer(f"entry {i} of the table", x, least=0) for i, x in entries)
        if not listed:
            raise ValueError("a table has an entry for every partial sequence, got none")
        object.__setattr__(self, "table", listed)

    def __repr__(self) -> str:
        return f"TablePolicy(<{len(self.table)} partial sequences>)"

    def steps(self, tokens: Tensor) -> int:
        """L: each step reveals at least one position."""
        return tokens.shape[1]

    def begin(self, tokens: Tensor, mask: int, chance: Chance) -> Choice:
        """The memory before the first step; an error where the table is of another size."""
        length = tokens.shape[1]
        if len(self.table) != (mask + 1) ** length:
            raise ValueError(
                f"a table for {mask} symbols at length {length} has {mask + 1}^{length} entries, "
                f"got {len(self.table)}"
            )
        return super().begin(tokens, mask, chance)

    def needs_call(
        self, state: Choice, tokens: Tensor, step: int, chance: Chance
    ) -> tuple[Tensor, Choice]:
        """Looks the positions up; the rows (B,) in which there are any."""
        masked = tokens == state.mask
        code = torch.zeros(len(tokens), dtype=torch.int64, device=tokens.device)
        for column in tokens.unbind(dim=1):
            code = code * (int(state.mask) + 1) + column
        sets = torch.tensor(self.table, dtype=torch.int64, device=tokens.device)[code]
        places = torch.arange(tokens.shape[1], device=tokens.device)
        chosen = (sets.unsqueeze(1) >> places) % 2 == 1
        outside = (chosen & ~masked).any(dim=1) | (sets >> tokens.shape[1] > 0)
        wrong = outside | (masked.any(dim=1) & ~chosen.any(dim=1))
        if bool(wrong.any()):
            row = int(wrong.nonzero()[0])
            raise ValueError(
                "a table gives every partial sequence that is reached some of its masked "
                f"positions, got {int(sets[row]):#b} for {tokens[row].tolist()}"
            )
        return chosen.any(dim=1), state._replace(chosen=chosen)
