"""Replacing the item at a given index: every token of the answer is certain given the prompt."""

import random
from collections import Counter
from typing import NamedTuple

import sympy

from proofs_check.certificates import Cited, Symbolic, at
from proofs_check.proof import Proof, Step
from theory.bounds import THEOREMS
from theory.bounds.policies.deterministic_answer import ITEMS

THEOREM = THEOREMS["replace-index"]
WORDS, CHANCE = sympy.symbols("w m", positive=True)


class Prompt(NamedTuple):
    """A list, the place, the new item, and another place that a random task could have chosen."""

    items: tuple[int, ...]
    place: int
    new: int
    other: int

    def answers(self, *indices: int) -> list[tuple[int, ...]]:
        return [(*self.items[:at], self.new, *self.items[at + 1 :]) for at in indices]


def _prompt(source: random.Random) -> Prompt:
    count = source.randint(2, 8)
    items = tuple(source.randrange(10) for _ in range(count))
    return Prompt(items, source.randrange(count), 10, source.randrange(count))


def _certain(answers: list[tuple[int, ...]]) -> bool:
    """At every position one item has all the probability."""
    columns = (Counter(column) for column in zip(*answers, strict=True))
    return all(len(column) == 1 for column in columns)


def _bits(chance: sympy.Expr) -> sympy.Expr:
    """KL in bits of w words, equally likely, from n marginals of that chance."""
    answered = (sympy.log(1 / WORDS) - ITEMS * sympy.log(CHANCE)) / sympy.log(2)
    return at(answered, {WORDS: 1, CHANCE: chance})


proof = Proof(
    theorem="replace-index",
    hypotheses={
        "task": "the answer is the list with the item at the given index replaced by a given one",
        "exact": "all items are drawn in one step, each from its true law given the prompt",
    },
    steps=(
        Step(
            name="certain",
            premises=("task",),
            conclusion="given the prompt, each item of the answer has one value",
            certificate=Cited(
                "a function of what is given is certain",
                "Cover and Thomas, problem 2.4(b)",
                _prompt,
                lambda drawn: _certain(drawn.answers(drawn.place)),
            ),
            change="the index is not given: one of two",
            twin=Cited(
                "the same for one of two indices",
                "none: false",
                _prompt,
                lambda drawn: _certain(drawn.answers(drawn.place, drawn.other)),
            ),
        ),
        Step(
            name="divergence",
            premises=("certain", "exact"),
            conclusion=THEOREM.statement,
            # one word of probability one, n marginals of one at its items
            certificate=Symbolic(_bits(sympy.Integer(1)), THEOREM.expression),
            change="marginals 1/2",
            twin=Symbolic(_bits(sympy.Rational(1, 2)), THEOREM.expression),
        ),
    ),
)
