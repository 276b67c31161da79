"""List operations with one answer cost nothing: the replace-index task of ParallelBench.

Given the prompt the answer is one word, all tokens are certain, and a product of point masses is
the law itself. The two tasks with random answers are `replace_random_divergence` and
`shuffle_divergence`.
"""

import itertools
import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
import sympy

from theory.bounds.theorem import Parameter, Source, Theorem, nonnegative

ITEMS = nonnegative("items", integer=True)
LIST = Parameter(ITEMS, "n, the number of items of the list", 2, np.inf, whole=True)
TASKS = Source("2510.04767", "synthetic list operations", "recalled")


@dataclass(frozen=True)
class Answers:
    """All answers to one prompt, equally likely, each a list of as many items."""

    words: tuple[tuple[int, ...], ...]

    @property
    def items(self) -> int:
        """n, the number of items of an answer."""
        return len(self.words[0])

    @property
    def one_step_divergence_bits(self) -> float:
        """KL(q || product of its marginals) in bits: the total correlation of the answer."""
        total = len(self.words)
        columns = [Counter(column) for column in zip(*self.words, strict=True)]
        costs = (
            math.fsum(math.log2(total / seen[item]) for seen, item in zip(columns, word))
            for word in self.words
        )
        return math.fsum(costs) / total - math.log2(total)


def replace_index(items: int, index: int) -> Answers:
    """The list 0..n-1 with its item at `index` replaced by another one, n."""
    word = list(range(items))
    word[index] = items
    return Answers((tuple(word),))


def replace_random(items: int) -> Answers:
    """The same at a uniformly random place."""
    return Answers(tuple(replace_index(items, index).words[0] for index in range(items)))


def shuffle(items: int) -> Answers:
    """All orders of the list 0..n-1."""
    return Answers(tuple(itertools.permutations(range(items))))


theorem = Theorem[Answers](
    id="replace-index",
    title="Replacing the item at a given index (our statement)",
    statement=(
        "Our statement of the task: the answer to a prompt is its list of n items with the item at "
        "a given index replaced by a given one. The answer is a function of the prompt, and the "
        "exact denoiser generates it in one step at KL(q || p) = 0 bits, whatever n."
    ),
    kind="identity",
    source=TASKS,
    takes=(LIST,),
    expression=sympy.Integer(0),
    formula=lambda items: 0.0 * items,
    parameters=lambda case: {"items": case.items},
    exact=lambda case: case.one_step_divergence_bits,
)
