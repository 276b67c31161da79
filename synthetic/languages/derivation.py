"""Derivations: a chain of moves from a start to a target, with several valid ones between them."""

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.languages.prompted import Prompted

MOVES = (1, 2)


@checked
class Derivation(AutomatonLanguage, Prompted):
    """start, target, then k pairs (move, state): each move adds 1 or 2, the last state is target.

    All modulo `modulus`, and moves and states share the symbols 0..modulus-1. Only L = 2 + 2k with
    k >= 1 has words, modulus * 2^k of them, all equally likely. So the start is uniform, the target
    is where k fair moves lead from it, and given both the derivation is uniform over all that lead
    from one to the other. From a start the probabilities of the targets differ from 1 / modulus by
    at most cos(pi / modulus)^k, and from k = modulus - 1 on all of them occur.

    States: start; (start, target); then (target, state before, move) and (target, state) in turns.
    """

    def __init__(self, modulus: int, *, device: torch.device | str = "cpu") -> None:
        self.modulus = check_integer("modulus", modulus, least=len(MOVES) + 1)
        pairs = modulus**2
        index = torch.arange(pairs, device=device)
        target, place = index // modulus, index % modulus
        asked = modulus + index  # (target, start), after both have been written
        moved = modulus + pairs * (1 + len(MOVES)) + index  # (target, state)
        states = modulus + pairs * (2 + len(MOVES))
        step = torch.zeros((states, states), dtype=torch.float64, device=device)
        emission = torch.zeros((states, modulus), dtype=torch.float64, device=device)
        step[place, asked] = 1 / modulus
        emission[:modulus] = torch.eye(modulus, dtype=torch.float64, device=device)
        emission[asked, target] = 1.0
        emission[moved, place] = 1.0
        for which, move in enumerate(MOVES):
            moving = modulus + pairs * (1 + which) + index
            step[asked, moving] = 1 / len(MOVES)
            step[moved, moving] = 1 / len(MOVES)
            emission[moving, move] = 1.0
            step[moving, moved[target * modulus + (place + move) % modulus]] = 1.0
        initial = torch.zeros(states, dtype=torch.float64, device=device)
        initial[:modulus] = 1 / modulus
        final = torch.zeros_like(initial)
        final[moved[target == place]] = 1.0
        super().__init__(WeightedAutomaton(initial, step, emission, final))

    def prompt_positions(self, length: int) -> Tensor:
        """Start and target, (L,) bool."""
        self.log_normaliser(length)
        return torch.arange(length, device=self.device) < 2

    def answer_positions(self, length: int) -> Tensor:
        """The last state, (L,) bool."""
        self.log_normaliser(length)
        return torch.arange(length, device=self.device) == length - 1
