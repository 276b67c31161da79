"""Grammars: other languages as referees, ambiguity, chains, errors with places."""

import math
import time
from fractions import Fraction

import nltk
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import (
    CountedBlocks,
    Dyck,
    Grammar,
    catalogue,
    counterexample,
    enumerate_sequences,
    grammar,
)
from tests.generators import SEEDS, Partial
from tests.synthetic.languages.referee import assert_close
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


def cycles(size: int) -> str:
    """Rules of single symbols from each of some symbols to each."""
    onward = " | ".join(f"N{head}" for head in range(size))
    return "\n".join(f"N{head} -> 'a' | {onward}" for head in range(size))


def chain(size: int) -> str:
    onward = [f"N{head} -> N{head + 1} 'b' 'c' 'd' | 'a'" for head in range(size)]
    return "\n".join([*onward, f"N{size} -> 'a'"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (chain(600), "at most 512 symbols in Chomsky normal form, got 606"),
        (cycles(100), "line 1, column 4: 10000 rules of single symbols have too many chains"),
    ],
)
def test_grammars_beyond_a_bound_are_refused_in_time(text: str, message: str) -> None:
    started = time.process_time()
    with pytest.raises(ValueError, match=message):
        Grammar(text)
    assert time.process_time() - started < 5


def test_long_words() -> None:
    language = Grammar(EXPRESSIONS)
    tokens = torch.full((4, 33), language.mask)
    tokens[:, 10] = 0
    law = language.posterior(tokens)
    assert bool((law.logsumexp(-1).abs() < 1e-9).all())
    assert float(language.log_evidence(tokens)[0]) < 0 < -math.log(1e-300)


def test_empty_sides() -> None:
    """Each is one way of the same words: with the empty word, and without."""
    without = Grammar("S -> 'a' S 'b' [0.25] | 'a' 'b' [0.75]")
    empty = Grammar("S -> 'a' S 'b' [0.25] | [0.75]")
    for length in (2, 4, 6):
        assert counterexample(without, empty, length) is None
    several = Grammar("S -> A 'x' A [0.5] | A A [0.5]\nA -> 'a' [0.5] | 'b' S [0.25] | [0.25]")
    for length in (1, 2, 3, 4):
        check_words(several, length)
    both = Grammar("S -> '(' S ')' S | ", uniform=True, unambiguous=True)
    for length in (2, 6):
        assert counterexample(both, Dyck(1, 8), length) is None
    with pytest.raises(ValueError, match=r"line 1, column 12: the empty word of S has derivations"):
        Grammar("S -> 'a' S | S S |")


def test_logarithms_agree_with_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    language = Grammar.random(4, 9, 3, seed=2)
    weights = random_weights((5, 9, 3), (1.0, 1e-3, 0.0), seed=0)
    plain = language.posterior_given(weights), language.log_evidence_given(weights)
    monkeypatch.setattr("synthetic.languages.inside_outside.SAFE_BITS", -1)
    assert_close(language.posterior_given(weights), plain[0].tolist())
    assert_close(language.log_evidence_given(weights), plain[1].tolist())


@pytest.mark.parametrize("name", ["dyck2", "expressions-2", "even-palindromes", "equal-blocks"])
def test_closed_forms_of_unambiguous_grammars(name: str) -> None:
    """Count and entropy are those of the list; 2 is Catalan(15) 2^15 for brackets of L = 30."""
    language = catalogue.load(name)
    assert isinstance(language, Grammar)
    length = [n for n in language.lengths(8) if language.vocab_size**n < 2**13][-1]
    words = enumerate_sequences(language.vocab_size, length)
    inside = words[language.contains(words)]
    assert language.count(length) == len(inside)
    assert bool((language.derivations(inside) == 1).all())
    assert language.entropy(length).value == pytest.approx(math.log(len(inside)), abs=1e-9)
    if name == "dyck2":
        assert language.count(30) == math.comb(30, 15) // 16 * 2**15


def test_expressions_are_evaluated() -> None:
    language = catalogue.load("expressions-2")
    words = language.sample(40, 15, torch.Generator().manual_seed(0))
    for text in language.text(words):
        expression, value = text.split("=")
        assert eval(expression) % 2 == int(value)
    asked = words.clone()
    asked[:, -1] = language.mask
    assert torch.equal(language.posterior(asked).argmax(-1), words)


def test_a_grammar_that_is_not_unambiguous() -> None:
    language = Grammar("S -> S S [0.4] | 'a' [0.6]", unambiguous=True)
    with pytest.raises(ValueError, match="declared unambiguous, but aaaa has 5 derivations"):
        language.entropy(4)
    with pytest.raises(ValueError, match="allowed are 65536: use estimate_entropy"):
        Grammar("S -> S S [0.2] | 'a' [0.4] | 'b' [0.4]").entropy(20)


def random_text(seed: int) -> str:
    """Rules of three symbols with sides of one to three parts, empty ones among them."""
    generator = np.random.default_rng(seed)
    lines = []
    for head in range(3):
        onward = [f"N{later}" for later in range(head + 1, 3)]  # so that chains end
        sides = ["'a' 'b'" if head else "'a' N1 N2"]
        for _ in range(3):
            parts = generator.choice(["'a'", "'b'", "'a' N0", "'b' N1", "N2 'b'", *onward], size=2)
            sides.append(" ".join(parts[: int(generator.integers(1, 3))]))
        sides += ["''"] * int(head == 2 and seed % 2)
        sides = list(dict.fromkeys(sides))  # trees of equal rules are one tree for nltk
        shares = generator.dirichlet(np.ones(len(sides))).round(3)
        shares[0] += 1 - shares.sum()
        lines.append(
            f"N{head} -> "
            + " | ".join(f"{side} [{share:.3f}]" for side, share in zip(sides, shares))
        )
    return "\n".join(lines).replace("''", "")


@pytest.mark.parametrize("seed", range(100))
def test_nltk_agrees(seed: int) -> None:
    """The sum over all parse trees of nltk of a word, on words and on any sequences."""
    text = random_text(seed)
    language = Grammar(text)
    theirs = nltk.PCFG.fromstring(text)
    share = {(rule.lhs(), rule.rhs()): rule.prob() for rule in theirs.productions()}
    parser = nltk.ChartParser(theirs)
    generator = torch.Generator().manual_seed(seed)
    if 4 not in language.lengths(4):
        return
    any_tokens = torch.randint(0, language.vocab_size, (2, 4), generator=generator)
    tokens = torch.cat([any_tokens, language.sample(2, 4, generator)])
    log_weights = language.log_prob(tokens) + language.log_normaliser(4)
    for row, weight in zip(tokens.tolist(), log_weights.exp().tolist()):
        total = sum(
            math.prod(share[rule.lhs(), rule.rhs()] for rule in tree.productions())
            for tree in parser.parse([language.alphabet[symbol] for symbol in row])
        )
        assert weight == pytest.approx(total, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at least one rule, got none"),
        ("S 'a'", r"line 1, column 1: a rule reads NAME -> \.\.\."),
        ("S -> 'a'\n\nA -> ?", r"line 3, column 6: unexpected '\?'"),
        ("S -> 'a' [x]", "line 1, column 10: a probability is a number, got 'x'"),
        (
            "S -> 'a' [1e999999999]",
            "line 1, column 10: a probability has an exponent of at most 4 digits",
        ),
        ("S -> 'a' [1.5]", "line 1, column 10: a probability lies in"),
        ("S -> 'a' [0.5] 'b'", "line 1, column 16: unexpected 'b'"),
        ("S -> 'a' [0.5] | 'b'", "column 16: all alternatives of a line have a probability"),
        ("S -> 'a' [0.5] | 'b' [0.4]", "line 1, column 1: probabilities of S sum to 1, got 0.9"),
        ("S -> 'a'\r\nS -> 'a'", "line 1, column 1: probabilities of S sum to 1, got 2"),
        ("S -> 'a' A", "line 1, column 10: A has no rule"),
        ("\ufeffS -> 'a' # A\n\nA -> 'b'", "line 3, column 1: A is never reached from S"),
        ("S -> A [1.0]\nA -> S [1.0]", "single symbols go round . without end"),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        Grammar(text)
    assert "\n" not in str(error.value)


def test_words_alone_are_weighed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 2^12 sequences one is a word: 8 s where each is weighed, some milliseconds with one."""
    language = Grammar("S -> 'a' S 'b' | 'a' 'b'")
    weighed = []
    weight = Grammar.weight

    def counted(self: Grammar, word: tuple[int, ...]) -> Fraction:
        weighed.append(word)
        return weight(self, word)

    monkeypatch.setattr(Grammar, "weight", counted)
    assert language.entropy(12).value == 0
    assert weighed == [(0,) * 6 + (1,) * 6]


def test_more_words_than_are_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    language = Grammar("S -> S S | 'a' | 'b'")
    assert language.entropy(3).value == pytest.approx(3 * math.log(2))
    monkeypatch.setattr(grammar, "WEIGHED_WORDS", 7)
    with pytest.raises(ValueError, match=r"weighs 8 words, allowed are 7: use estimate_entropy"):
        language.entropy(3)
