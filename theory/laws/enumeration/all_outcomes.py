"""Every outcome of a random rule for many rows at once, with its probability.

A rule is code that asks a `Chance` for coins, subsets and symbols. It is run on all rows; at the
first question without an answer it stops, each row is repeated once for each answer of positive
probability, and the rule is run again with the answers so far. A rule with C questions is run
C + 1 times, however many outcomes it has.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor

from synthetic.sampling.chance import Chance

Outcome = TypeVar("Outcome")
Weights = Callable[[int, Tensor, Tensor], Tensor]


class TooManyOutcomesError(Exception):
    """More outcomes at once than allowed: ask for fewer rows."""


class AllAnswers(NamedTuple):
    """All answers to one question: the row (M,) that asks, values (M, L), probability (M,)."""

    row: Tensor
    values: Tensor
    probability: Tensor


class _Question(Exception):  # noqa: N818
    """Raised at a question without an answer; carries all answers to it."""

    def __init__(self, answers: AllAnswers) -> None:
        self.answers = answers


class Replay:
    """Answers the first questions as given, each (B, L) int64, and stops at the next one."""

    def __init__(self, given: list[Tensor], rows: int, most: int) -> None:
        self.given = given
        self.rows = rows
        self.most = most
        self.asked = 0

    def flips(self, probabilities: Tensor) -> Tensor:
        """Independent coins, (B, L) bool."""

        def weights(position: int, row: Tensor, values: Tensor) -> Tensor:
            heads = probabilities[row, position].double()
            return torch.stack((1.0 - heads, heads), dim=1)

        return self._answer(probabilities, weights).bool()

    def subset(self, candidates: Tensor, sizes: Tensor) -> Tensor:
        """Uniformly random subsets of the sizes, (B, L) bool.

        Position by position: one of `left` candidates is among the `wanted` ones still to be taken
        with probability wanted / left, and the product over positions is 1 / (left choose wanted).
        """
        total = torch.minimum(sizes, candidates.sum(dim=1))

        def weights(position: int, row: Tensor, values: Tensor) -> Tensor:
            left = candidates[row, position:].sum(dim=1).clamp(min=1)
            wanted = (total[row] - values[:, :position].sum(dim=1)) * candidates[row, position]
            return torch.stack((left - wanted, wanted), dim=1) / left.unsqueeze(1).double()

        return self._answer(candidates, weights).bool()

    def symbols(self, log_probs: Tensor, positions: Tensor) -> Tensor:
        """Independent symbols at the positions, (B, L) int64; 0 elsewhere."""
        nothing = torch.zeros_like(log_probs[0, 0], dtype=torch.float64)
        nothing[0] = 1.0

        def weights(position: int, row: Tensor, values: Tensor) -> Tensor:
            law = log_probs[row, position].double().exp()
            return torch.where(positions[row, position].unsqueeze(1), law, nothing)

        return self._answer(positions, weights)

    def _answer(self, question: Tensor, weights: Weights) -> Tensor:
        """The given answer, or a stop with all answers to this question (B, L)."""
        if len(question) != self.rows:
            raise ValueError(
                f"a strategy asks chance for all {self.rows} rows at once, got {len(question)}"
            )
        if self.asked == len(self.given):
            raise _Question(_all_answers(question, weights, self.most))
        self.asked += 1
        return self.given[self.asked - 1]


def all_outcomes(
    rule: Callable[[Chance, Tensor], Outcome], rows: Tensor, most: int
) -> tuple[Tensor, Tensor, Outcome]:
    """Every outcome of positive probability of a rule for the rows (B,) int64.

    `rule(chance, repeated)` is given the rows repeated, (M,), treats each by itself and returns
    what becomes of them. Returns the repeated rows (M,), the probability (M,) of each outcome given
    its row, and the rule's last result. Probabilities below 5e-324 round to zero.
    `TooManyOutcomesError` where M exceeds `most` for more than one row.
    """
    probability = torch.ones(rows.shape, dtype=torch.float64, device=rows.device)
    given: list[Tensor] = []
    limit = most if len(rows) > 1 else 2**62
    while True:
        try:
            return rows, probability, rule(Replay(given, len(rows), limit), rows)
        except _Question as question:
            row, values, weight = question.answers
        rows, probability = rows[row], probability[row] * weight
        given = [*(answer[row] for answer in given), values]


def _all_answers(question: Tensor, weights: Weights, most: int) -> AllAnswers:
    """Branches position by position; weights(position, row, values) is (M, K) over K values."""
    count, length = question.shape
    row = torch.arange(count, device=question.device)
    values = torch.zeros((count, length), dtype=torch.int64, device=question.device)
    probability = torch.ones(count, dtype=torch.float64, device=question.device)
    for position in range(length):
        weight = weights(position, row, values)
        branch, value = (weight > 0).nonzero(as_tuple=True)
        if len(branch) > most:
            raise TooManyOutcomesError
        row, probability = row[branch], probability[branch] * weight[branch, value]
        values = values[branch]
        values[:, position] = value
    return AllAnswers(row, values, probability)
