"""Addition: two numbers and their sum, digit by digit, with a carry between the digits."""

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.languages.prompted import Prompted


@checked
class Addition(AutomatonLanguage, Prompted):
    """a_0 b_0 c_0 a_1 b_1 c_1 ...: digits in this base, least significant first, with c = a + b.

    The digits of a and b are independent and uniform, those of c follow with the carry, and what
    is carried out of the last place is dropped: c is the sum modulo base^(L/3). Only multiples of 3
    have words. States: at a digit of a (carry, digit); at one of b (digit of a plus carry, digit);
    at one of c the total of both digits and the carry.
    """

    def __init__(self, base: int, *, device: torch.device | str = "cpu") -> None:
        self.base = check_integer("base", base, least=2)
        carry, first = _pairs(2, base, device)
        partial, second = _pairs(base + 1, base, device)
        total = torch.arange(2 * base, device=device)
        at_first = carry * base + first
        at_second = 2 * base + partial * base + second
        at_total = 2 * base + base * (base + 1) + total
        states = int(at_total[-1]) + 1
        step = torch.zeros((states, states), dtype=torch.float64, device=device)
        following = 2 * base + ((first + carry) * base).unsqueeze(1) + total[:base]
        step[at_first.unsqueeze(1), following] = 1 / base
        step[at_second, at_total[partial + second]] = 1.0
        following = (total // base * base).unsqueeze(1) + total[:base]
        step[at_total.unsqueeze(1), following] = 1 / base
        emission = torch.zeros((states, base), dtype=torch.float64, device=device)
        emission[at_first, first] = 1.0
        emission[at_second, second] = 1.0
        emission[at_total, total % base] = 1.0
        initial = torch.zeros(states, dtype=torch.float64, device=device)
        initial[:base] = 1 / base
        final = torch.zeros_like(initial)
        final[at_total] = 1.0
        super().__init__(WeightedAutomaton(initial, step, emission, final))

    def prompt_positions(self, length: int) -> Tensor:
        """The digits of both numbers, (L,) bool."""
        return ~self.answer_positions(length)

    def answer_positions(self, length: int) -> Tensor:
        """The digits of the sum, (L,) bool."""
        self.log_normaliser(length)
        return torch.arange(length, device=self.device) % 3 == 2


def _pairs(rows: int, columns: int, device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Row and column, (rows * columns,) each, of all pairs in row-major order."""
    index = torch.arange(rows * columns, device=device)
    return index // columns, index % columns
