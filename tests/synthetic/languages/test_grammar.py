"""Grammars: other languages as referees, ambiguity, chains, errors with places."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import CountedBlocks, Dyck, Grammar, counterexample
from tests.generators import SEEDS, Partial
from tests.synthetic.languages.test_enumeration import check_evidence, check_posterior, check_words
from tests.synthetic.languages.test_weights import check_weights, random_weights

EVERY = settings(max_examples=15, deadline=None, derandomize=True)
NAMES = ("S", "A", "B")
BRACKETS = "S -> '(' ')' [0.25] | '(' S ')' [0.25] | '(' ')' S [0.25] | '(' S ')' S [0.25]"
EXPRESSIONS = """
E -> E '+' T [0.3] | T [0.7]
T -> T '*' F [0.3] | F [0.7]
F -> '(' E ')' [0.3] | 'x' [0.7]
"""


@st.composite
def grammars(draw: st.DrawFn) -> Grammar:
    """Three symbols, sides of one to three parts, chains and cycles of single ones."""
    part = st.sampled_from(["'a'", "'b'", "S", "A", "B"])
    lines = []
    for name in NAMES:
        sides = draw(st.lists(st.lists(part, min_size=1, max_size=3), min_size=1, max_size=2))
        sides += [["'a'"], ["A", "B"]]  # every symbol ends somewhere and is reached
        lines.append(f"{name} -> " + " | ".join(" ".join(side) for side in sides))
    return Grammar("\n".join(lines))


@EVERY
@given(grammars(), SEEDS)
def test_any_grammar(language: Grammar, seed: int) -> None:
    for length in (1, 3, 4):
        generator = torch.Generator().manual_seed(seed)
        shape = (6, length)
        tokens = torch.randint(0, language.vocab_size + 1, shape, generator=generator)
        case = Partial(language, tokens)
        if length in language.lengths(length):
            check_evidence(case)
            check_posterior(case)
            check_words(language, length)
            weights = random_weights((4, length, language.vocab_size), (1.0, 1e-300, 0.0), seed)
            check_weights(language, weights)


def test_other_languages() -> None:
    blocks = Grammar("S -> 'a' S 'b' [0.5] | 'a' 'b' [0.5]")
    brackets = Grammar(BRACKETS)
    assert blocks.lengths(9) == brackets.lengths(9) == [2, 4, 6, 8]
    for length in (2, 4, 8):
        assert counterexample(blocks, CountedBlocks(2), length) is None
    assert counterexample(brackets, Dyck(1, 8), 6) is None  # each word of n pairs weighs 4^-n
    assert counterexample(brackets, Dyck(1, 2), 6) is not None


def test_chains_of_single_symbols_are_summed() -> None:
    language = Grammar("S -> S [0.5] | 'a' [0.25] | 'b' [0.125] | S S [0.125]")
    law = language.log_prob(torch.tensor([[0], [1]])).exp()
    assert law.tolist() == pytest.approx([2 / 3, 1 / 3], rel=1e-14)
    with pytest.raises(ValueError, match="rules of single symbols go round without end"):
        Grammar("S -> A [1.0]\nA -> S [1.0]")


def test_long_words() -> None:
    language = Grammar(EXPRESSIONS)
    tokens = torch.full((4, 33), language.mask)
    tokens[:, 10] = 0
    law = language.posterior(tokens)
    assert bool((law.logsumexp(-1).abs() < 1e-9).all())
    assert float(language.log_evidence(tokens)[0]) < 0 < -math.log(1e-300)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at least one rule, got none"),
        ("S 'a'", r"line 1, column 1: a rule reads NAME -> \.\.\."),
        ("S -> 'a'\n\nA -> ?", "line 3, column 5: unexpected"),
        ("S -> 'a' |", "line 1, column 9: an empty side"),
        ("S -> 'a' [x]", "line 1, column 9: a probability is a number, got 'x'"),
        ("S -> 'a' [0.5] | 'b'", "all alternatives have a probability, or none has"),
        ("S -> 'a' [0.5] | 'b' [0.4]", "probabilities of S sum to 1, got 0.9"),
        ("S -> A", "A has no rule"),
        ("S -> 'a'\nA -> 'b'", "A is never reached from S"),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        Grammar(text)
    assert "\n" not in str(error.value)
