"""Hidden Markov languages: a chain of hidden states, each emitting one token."""

from typing import Any

import numpy as np
import torch

from synthetic.arguments import check_array, check_integer, check_seed, check_vocab_size, checked
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.languages.tables import (
    RANDOM_STATES,
    irreducible_law,
    is_primitive,
    probability_table,
    random_laws,
    random_support,
    stationary_law,
)

REDRAWS = 1000
RANDOM_EMISSIONS = 2**22  # of a table that is drawn


@checked
class HiddenMarkov(AutomatonLanguage):
    """q(x) = sum over hidden paths of initial(s_1) prod transition(s_i, s_i+1) emission(s_i, x_i).

    `initial` has shape (S,), `transition` (S, S), `emission` (S, V); all rows sum to one. Two
    tables alone are transition and emission, and the chain starts stationary.

    Examples:
        >>> language = HiddenMarkov([[0.5, 0.5], [1, 0]], [[0.9, 0.1], [0.2, 0.8]])
        >>> [round(share, 3) for share in language.initial.tolist()]
        [0.667, 0.333]
    """

    def __init__(
        self,
        initial: Any = None,
        transition: Any = None,
        emission: Any = None,
        *,
        device: torch.device | str = "cpu",
    ) -> None:
        if emission is None:
            initial, transition, emission = None, initial, transition
        if transition is None:
            initial, transition = None, initial
        if transition is None or emission is None:
            raise ValueError(
                "HiddenMarkov takes transition and emission, or initial, transition and emission; "
                "got one table"
            )
        if initial is None:
            given = check_array("transition", transition)
            if given.dim() != 2 or given.shape[0] != given.shape[1]:
                raise ValueError(
                    "transition has shape (S, S) before an emission (S, V), or behind an initial "
                    f"law (S,), got {tuple(given.shape)}"
                )
            initial = stationary_law(given)
        self.initial = probability_table("initial", initial, (None,), device)
        states = len(self.initial)
        self.transition = probability_table("transition", transition, (states, states), device)
        self.emission = probability_table("emission", emission, (states, None), device)
        super().__init__(
            WeightedAutomaton(
                self.initial, self.transition, self.emission, torch.ones_like(self.initial)
            )
        )

    def _facts(self) -> list[str]:
        return [f"{self.automaton.states} states", *super()._facts()]

    @classmethod
    def random(
        cls,
        states: int,
        vocab_size: int,
        branching: int,
        temperature: float,
        seed: int,
        *,
        symbols: int = 1,
        device: torch.device | str = "cpu",
    ) -> "HiddenMarkov":
        """A random HMM: `branching` successors and `symbols` tokens a state, started stationary.

        Both tables have zeros where branching < states and symbols < vocab_size; positive entries
        are in proportion to exp(z / temperature), z standard normal. A hidden chain that is not
        primitive is rejected and redrawn, at most 1,000 times. At most 2,048 states and
        2^22 emissions.
        """
        states = check_integer("states", states, most=RANDOM_STATES)
        vocab_size = check_vocab_size(vocab_size)
        emissions = states * vocab_size
        if emissions > RANDOM_EMISSIONS:
            raise ValueError(
                f"states {states} and vocab_size {vocab_size} make {emissions} emissions, allowed "
                f"are {RANDOM_EMISSIONS}: lower one of them"
            )
        generator = np.random.default_rng(check_seed(seed))
        for _ in range(REDRAWS):
            support = random_support(generator, states, states, branching)
            if is_primitive(support):
                break
        else:
            raise ValueError(
                f"no primitive chain in {REDRAWS} draws of {states} states, branching "
                f"{branching}: raise branching"
            )
        emitted = random_support(generator, states, vocab_size, symbols, name="symbols")
        transition = random_laws(generator, support, temperature)
        emission = random_laws(generator, emitted, temperature)
        return cls(irreducible_law(transition), transition, emission, device=device)
