"""Running sums: digits interleaved with the sum so far, the smallest chain of reasoning."""

import torch
from torch import Tensor

from synthetic.arguments import check_integer, check_length, checked
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.languages.prompted import Prompted


@checked
class RunningSum(AutomatonLanguage, Prompted):
    """A uniform digit, the sum so far, a uniform digit, the sum so far, ..., all modulo `modulus`.

    Digits and sums share the symbols 0..modulus-1, the sum starts at 0, and an odd length ends in a
    digit. States: (sum before, digit) = sum * modulus + digit, then the sum alone.
    """

    def __init__(self, modulus: int, *, device: torch.device | str = "cpu") -> None:
        self.modulus = check_integer("modulus", modulus)
        pairs = modulus**2
        index = torch.arange(pairs, device=device)
        before, digit = index // modulus, index % modulus
        states = pairs + modulus
        step = torch.zeros((states, states), dtype=torch.float64, device=device)
        step[index, pairs + (before + digit) % modulus] = 1.0
        step[pairs + before, index] = 1 / modulus
        emission = torch.zeros((states, modulus), dtype=torch.float64, device=device)
        emission[index, digit] = 1.0
        emission[pairs:] = torch.eye(modulus, dtype=torch.float64, device=device)
        initial = torch.zeros(states, dtype=torch.float64, device=device)
        initial[:modulus] = 1 / modulus
        super().__init__(WeightedAutomaton(initial, step, emission, torch.ones_like(initial)))

    def prompt_positions(self, length: int) -> Tensor:
        """The digits, (L,) bool; one after the last sum belongs to them and changes no answer."""
        self._check_answer(length)
        return torch.arange(length, device=self.device) % 2 == 0

    def answer_positions(self, length: int) -> Tensor:
        """The last sum, (L,) bool."""
        self._check_answer(length)
        return torch.arange(length, device=self.device) == length // 2 * 2 - 1

    def _check_answer(self, length: int) -> None:
        if check_length(length) < 2:
            raise ValueError("a running sum has an answer from length 2 on, got length 1")
