"""Arithmetic expressions in parentheses, and their value."""

import torch
from torch import Tensor

from synthetic.arguments import check_integer, checked
from synthetic.languages.grammar import Grammar
from synthetic.languages.prompted import Prompted


@checked
class Expressions(Grammar, Prompted):
    """Uniform over expression = value: digits, (a+b) and (a*b) nested at will, modulo `modulus`.

    Only L = 4 k + 3 has words, those of k operations. A nonterminal for each value, so that the
    grammar adds and multiplies.
    """

    def __init__(self, modulus: int, *, device: torch.device | str = "cpu") -> None:
        self.modulus = check_integer("modulus", modulus, least=2, most=10)
        super().__init__(_rules(modulus), uniform=True, unambiguous=True, device=device)

    def prompt_positions(self, length: int) -> Tensor:
        """The expression and the sign of equality, (L,) bool."""
        return ~self.answer_positions(length)

    def answer_positions(self, length: int) -> Tensor:
        """The value, (L,) bool."""
        self._check_words(length)
        return torch.arange(length, device=self.device) == length - 1


def _rules(modulus: int) -> str:
    """E3: what has the value 3; I3: it without its first parenthesis; P3: +, then 3 and the end."""
    values = range(modulus)
    starts = " | ".join(f"E{value} '=' '{value}'" for value in values)
    lines = [f"S -> {starts}"]
    for value in values:
        lines.append(f"E{value} -> '{value}' | '(' I{value}")
        insides = [
            f"E{first} {sign}{second}"
            for first in values
            for second in values
            for sign, result in (("P", first + second), ("T", first * second))
            if result % modulus == value
        ]
        lines.append(f"I{value} -> " + " | ".join(insides))
        lines += [f"P{value} -> '+' R{value}", f"T{value} -> '*' R{value}"]
        lines.append(f"R{value} -> E{value} ')'")
    return "\n".join(lines)
