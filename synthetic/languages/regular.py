"""Regular languages: the words of a regular expression or of a finite automaton."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from synthetic.arguments import check_integer, check_seed, checked
from synthetic.languages.alphabet import check_alphabet
from synthetic.languages.graph import CountedGraph
from synthetic.languages.least_automaton import Automaton, minimal
from synthetic.languages.regular_expression import compiled


@checked
class Regular(CountedGraph):
    """Uniform over the words of each length that match a regular expression.

    Symbols are the letters of `alphabet`, of the pattern where none is given, sorted. The syntax is
    that of `regular_expression.py`. The automaton is the least one that reads words from the left
    or, where that has more than 2,048 states, from the right.
    """

    chomsky = "regular"
    _backwards = False

    def __init__(
        self,
        pattern: str,
        alphabet: str | Sequence[str] | None = None,
        *,
        device: torch.device | str = "cpu",
    ) -> None:
        super().__init__(device)
        letters = None if alphabet is None else check_alphabet(alphabet)
        self.alphabet, self._automaton, self._backwards = compiled(pattern, letters)
        self._vocab_size = len(self.alphabet)
        self._counts: list[list[int]] = [[int(ends) for ends in self._automaton.accepting]]

    @classmethod
    def from_automaton(
        cls,
        moves: Sequence[Sequence[int | None]],
        accepting: Sequence[int],
        *,
        device: torch.device | str = "cpu",
    ) -> "Regular":
        """The words of a deterministic automaton that starts in state 0.

        moves[state][symbol] is the next state or None; `accepting` lists the states that end.
        """
        rows = [list(row) for row in moves]
        sizes = {len(row) for row in rows}
        if len(sizes) != 1 or 0 in sizes:
            raise ValueError(f"moves has rows of one length, got lengths {sorted(sizes)}")
        named = {target for row in rows for target in row if target is not None} | set(accepting)
        outside = sorted(state for state in named if not 0 <= state < len(rows))
        if outside:
            raise ValueError(f"states lie in 0..{len(rows) - 1}, got {outside[0]}")
        language = cls.__new__(cls)
        CountedGraph.__init__(language, device)
        ends = [state in set(accepting) for state in range(len(rows))]
        language._automaton = minimal(Automaton(rows, ends))
        language._vocab_size = len(rows[0])
        language._counts = [[int(accepts) for accepts in language._automaton.accepting]]
        return language

    @classmethod
    def random(
        cls, states: int, alphabet: Sequence[str], seed: int, *, device: torch.device | str = "cpu"
    ) -> "Regular":
        """A random automaton: half of the moves, and half of the states accept, at least one."""
        states = check_integer("states", states)
        vocab_size = len(check_alphabet(alphabet))
        generator = np.random.default_rng(check_seed(seed))
        targets = generator.integers(states, size=(states, vocab_size))
        kept = generator.random(targets.shape) < 0.5
        kept[np.arange(states), generator.integers(vocab_size, size=states)] = True
        moves = [
            [int(target) if keep else None for target, keep in zip(*row)]
            for row in zip(targets, kept)
        ]
        accepting = [state for state in range(states) if generator.random() < 0.5] or [0]
        language = cls.from_automaton(moves, accepting, device=device)
        language.alphabet = list(alphabet)
        return language

    @property
    def vocab_size(self) -> int:
        """V, the number of symbols 0..V-1."""
        return self._vocab_size

    @property
    def states(self) -> int:
        """States of the least automaton from which some word ends."""
        return len(self._automaton.moves)

    def _facts(self) -> list[str]:
        read = ["read from the right"] if self._backwards else []
        return [f"{self.states} states", f"{self.vocab_size} symbols", *read]

    def is_word(self, word: tuple[int, ...]) -> bool:
        """Whether the automaton accepts a word."""
        state: int | None = 0
        for symbol in reversed(word) if self._backwards else word:
            state = None if state is None else self._automaton.moves[state][symbol]
        return state is not None and self._automaton.accepting[state]

    def count(self, length: int) -> int:
        """Words of this length, by the number that end from each state."""
        while len(self._counts) <= length:
            last = self._counts[-1]
            self._counts.append(
                [
                    sum(last[target] for target in row if target is not None)
                    for row in self._automaton.moves
                ]
            )
        return self._counts[length][0]

    def start(self, length: int) -> int:
        """State 0."""
        return 0

    def moves(self, state: int, place: int, length: int) -> Iterable[tuple[int, int]]:
        """Moves after which the rest of the places suffices for some word."""
        left = self._counts[length - place - 1]
        for symbol, target in enumerate(self._automaton.moves[state]):
            if target is not None and left[target]:
                yield symbol, target

    def ends(self, state: int, length: int) -> bool:
        """Where the automaton accepts."""
        return self._automaton.accepting[state]

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of the product of `weights` (B, L, V), as (B,)."""
        return super().log_weight_given(self._as_read(weights))

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        return self._as_read(super().log_joint_given(self._as_read(weights)))

    def sample(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        """Independent words, (count, length) int64, drawn on the generator's device and moved."""
        return self._as_read(super().sample(count, length, generator))

    def _as_read(self, rows: Tensor) -> Tensor:
        """Rows (B, L) or (B, L, V) in the order in which the automaton reads, and back."""
        return rows.flip(1) if self._backwards else rows
