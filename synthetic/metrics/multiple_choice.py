"""Multiple choice on a language: which of K endings of a prefix was drawn from the language.

One ending comes from the language given the prefix, the others from a law of distractors that does
not look at it. Both laws are known, so that the probability that an ending is the right one is too,
and nothing is scored by a drawn label: an answer counts by the probability that it is right.

    P(k is right | prefix, endings) = r_k / sum_j r_j,   r_k = q(ending k | prefix) / d(ending k)
"""

from dataclasses import dataclass

from torch import Tensor

from synthetic.arguments import check_law, checked
from synthetic.quantities import Estimate, mean_estimate


@checked
@dataclass(frozen=True)
class Questions:
    """`log_true` and `log_distractor` (N, K): log q(ending | prefix) and log d(ending) in nats."""

    log_true: Tensor
    log_distractor: Tensor

    def __post_init__(self) -> None:
        check_law("log_true", self.log_true, axes=2)
        check_law("log_distractor", self.log_distractor, axes=2)
        if self.log_true.dim() != 2 or self.log_true.shape != self.log_distractor.shape:
            raise ValueError(
                f"log_true and log_distractor are (N, K), got {tuple(self.log_true.shape)} and "
                f"{tuple(self.log_distractor.shape)}"
            )
        if self.log_true.shape[1] < 2:
            raise ValueError(f"a question has 2 endings or more, got {self.log_true.shape[1]}")
        if bool(self.right.isnan().any()):
            raise ValueError(
                "every ending can be a distractor and some ending of each question be right, got "
                "probabilities of zero that leave none"
            )

    @property
    def right(self) -> Tensor:
        """The probability (N, K) that each ending is the one from the language."""
        return (self.log_true - self.log_distractor).softmax(1)

    @property
    def chance(self) -> float:
        """The accuracy of a guess."""
        return 1 / self.log_true.shape[1]

    def bayes_accuracy(self) -> Estimate:
        """The accuracy of the best answers, mean over questions."""
        return mean_estimate(
            self.right.max(1).values, "Bayes accuracy, mean over questions", least=0.0, most=1.0
        )

    def accuracy(self, scores: Tensor) -> Estimate:
        """The accuracy of the endings with the highest scores (N, K); ties are shared."""
        best = (scores == scores.max(1, keepdim=True).values).double()
        answers = best / best.sum(1, keepdim=True)
        return mean_estimate(
            (self.right * answers).sum(1), "accuracy, mean over questions", least=0.0, most=1.0
        )

    def option_gap(self, scores: Tensor) -> Estimate:
        """Expected score of the right ending less the mean one of the wrong endings, mean over
        questions, in nats where scores are log-probabilities."""
        share = self.right
        others = (1 - share) / (scores.shape[1] - 1)
        return mean_estimate(((share - others) * scores).sum(1), "option gap, mean over questions")

    def area_under_curve(self, scores: Tensor) -> float:
        """The probability that a right ending scores above a wrong one of any question, ties half.

        Both are weighted by the probability that they are right or wrong.
        """
        order = scores.flatten().unique(return_inverse=True)[1]
        size = int(order.max()) + 1
        right, wrong = self.right.flatten(), 1 - self.right.flatten()
        positive = right.new_zeros(size).index_add_(0, order, right)
        negative = right.new_zeros(size).index_add_(0, order, wrong)
        below = negative.cumsum(0) - negative / 2
        return float((positive * below).sum() / (positive.sum() * negative.sum()))
