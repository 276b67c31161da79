"""Specifications that are made to be hard: right or refused in one line, and both in time."""

import itertools
import re
from fractions import Fraction
from pathlib import Path

import pytest

from synthetic.languages import (
    Corpus,
    Grammar,
    Language,
    Mixture,
    Regular,
    Reversed,
    catalogue,
    counterexample,
    enumerate_sequences,
    parse,
)
from synthetic.languages import specification as specifications
from tests.bounded import bounded

SECONDS = 5
LETTERS = [chr(0x4E00 + place) for place in range(20_000)]


def refused(message: str, specification: str) -> None:
    with bounded(SECONDS), pytest.raises(ValueError, match=message) as error:
        parse(specification)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 500


def alternatives(head: int, sides: list[str]) -> str:
    return f"N{head} -> " + " | ".join(sides)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("S -> 'a'\nA -> ?", "PATH: grammar, line 2, column 6: unexpected"),
        ("S -> 'a' A", "PATH: grammar, line 1, column 10: A has no rule"),
        ("S -> S S |", "PATH: grammar, line 1, column 3: the empty word of S"),
        ("# no rule", "PATH: a grammar has at least one rule, got none"),
        (f"S -> 'a' [0.{'3' * 5000}]", "PATH: grammar, line 1, column 10: .* at most 100 char"),
        (
            "\n".join(f"N{k} -> N{k + 1} N{k + 1} [0.5] | [0.5]" for k in range(60))
            + "\nN60 -> 'a'",
            "PATH: grammar, line 46, column 5: the probability of the empty word of N45 needs more",
        ),
        (
            "\n".join(f"N{k} -> N{k + 1} | " for k in range(1500)) + "\nN1500 -> 'a'",
            "PATH: a grammar has at most 512 symbols that can be empty, got 1500",
        ),
        (
            "\n".join(f"N{k} -> N{(k + 1) % 60} [1e-9999] | 'a' [1]" for k in range(60)),
            "PATH: grammar, line 1, column 4: 60 rules of single symbols have too many chains",
        ),
    ],
)
def test_an_error_of_a_grammar_names_its_file(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.cfg"
    path.write_text(text)
    refused(message.replace("PATH", re.escape(str(path))), f"grammar:{path}")


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("corpus:{},order=3", "ab", "PATH: a text of at least 3 symbols"),
        ("corpus:{},order=1", "ab", "PATH: order is an integer >= 2, got 1"),
        ("corpus:{},order=3000", "ab" * 2000, "PATH: windows of up to 3000 .* lower the order"),
        ("finite:{}", "\t3\nab\t1", "PATH, line 1: no word before the tab"),
        ("finite:{}", "ab\nabc", "PATH, line 2: all words have one length"),
    ],
)
def test_an_error_of_another_file_names_it(
    kind: str, text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "text.txt"
    path.write_text(text)
    refused(message.replace("PATH", re.escape(str(path))), kind.format(path))


@pytest.mark.parametrize(
    ("specification", "message"),
    [
        ("ngram:order=2,vocab=8,branching=9,seed=1", "^ngram: branching is an integer in 1..8"),
        ("ngram:order=2,vocab=8,branching=2,seed=-1", "^ngram: seed is an integer in 0"),
        ("hmm:states=4,vocab=8,branching=2,seed=-1", "^hmm: seed is an integer in 0"),
        ("hmm:states=4,vocab=2000000000,branching=2,seed=1", "^hmm: .* 8000000000 emissions"),
    ],
)
def test_an_error_of_a_random_language_names_its_kind(specification: str, message: str) -> None:
    refused(message, specification)


def test_too_many_words_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "words.txt"
    path.write_text("".join(f"{word:021b}\n" for word in range(2**20)) + "\n\n0\n")
    refused("line 1048579: allowed are 1048576 words", f"finite:{path}")
    path.write_text("ab\n\nba\n\t\n\n")
    monkeypatch.setattr(specifications, "SEQUENCE_LIMIT", 2)
    assert parse(f"finite:{path}").count(2) == 2


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(a|b)*a(a|b){30}b(a|b)*", "more than 2048 states"),
        ("((((a|b){20}){20}){20}){20}", "more than 20000 states: lower the repetitions"),
        ("(a?){1000}(b?){1000}", "more than 2048 states"),
        ("(a|b)*(a(a|b){20}|b(a|b){15}a)(a|b)*", "more than 2048 states"),
        ("a" * 6000, "more than 2048 states"),
        ("(" * 3000, "more than 100 parentheses deep at column 101"),
        (f"[{''.join(LETTERS[:3000])}]{{3000}}", "more than 262144 moves: lower the repetitions"),
    ],
)
def test_patterns_that_are_too_large(pattern: str, message: str) -> None:
    refused(message, f"regex:{pattern}")


@pytest.mark.parametrize(
    ("pattern", "states", "length", "words"),
    [
        ("(a|b|c|d){1000}", 1001, 1000, 4**1000),
        ("|".join(LETTERS[:3000]), 2, 1, 3000),
        (f"({'|'.join(a + b for a, b in itertools.pairwise(LETTERS[:1501]))})*", 1501, 4, 1500**2),
        (f"[{''.join(LETTERS)}]*", 1, 3, 20_000**3),
        ("((((((a*)*b*)*)*|(a|b)*)*)*)*", 1, 16, 2**16),
        ("((a|b)*c){0,400}", 801, 2, 3),
        ("|".join("abc" * size for size in range(1, 60)), 178, 9, 1),
    ],
)
def test_patterns_that_look_large(pattern: str, states: int, length: int, words: int) -> None:
    with bounded(SECONDS):
        language = Regular(pattern)
        assert language.states == states
        assert language.count(length) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("S -> A A A A A A A A A A A A A A A A\nA -> 'a' | 'b'", 2**16),
        ("S -> A 'a' | A\nA -> S | 'b'", 1),
        ("S -> 'a' S | 'b'", 1),
        (
            "\n".join(
                alternatives(
                    head,
                    [f"N{(head + k) % 50} N{(head * k + 1) % 50}" for k in range(1, 11)]
                    + ["'a'", "'b'"],
                )
                for head in range(50)
            ),
            2**16,
        ),
    ],
)
def test_words_of_a_grammar_are_counted_in_time(text: str, words: int) -> None:
    with bounded(SECONDS):
        assert Grammar(text).count(16) == words


def test_entropy_that_takes_too_long_is_refused() -> None:
    lines = [
        alternatives(
            head, [f"N{(head * k + 1) % 20} N{(head + k) % 20}" for k in range(9)] + ["'a'", "'b'"]
        )
        for head in range(20)
    ]
    language = Grammar("\n".join(lines))
    with bounded(SECONDS), pytest.raises(ValueError, match="products of fractions"):
        language.entropy(12)
    assert language.entropy(4).value > 0


def test_words_of_a_grammar_with_long_chains_are_weighed_in_time() -> None:
    """A chain of k single symbols gives its end 2^-k of its weight."""
    links = 40
    lines = [f"N{k} -> N{k + 1} [0.5] | 'a' [0.5]" for k in range(links)]
    end = "N40 -> N40 N40 [0.5] | 'a' [0.25] | 'b' [0.25]"
    language, alone = Grammar("\n".join([*lines, end])), Grammar(end)
    with bounded(SECONDS):
        assert language.entropy(7).value == pytest.approx(alone.entropy(7).value, abs=1e-12)
        assert language.weight((0, 1, 0)) == alone.weight((0, 1, 0)) / 2**links
        assert language.weight((0,)) == 1 - Fraction(3, 4) / 2**links
    with bounded(SECONDS), pytest.raises(ValueError, match="products of fractions"):
        language.entropy(12)


def test_alphabets_of_many_symbols(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    with bounded(SECONDS):
        path.write_text("S -> " + " | ".join(f"'{letter}'" for letter in LETTERS), encoding="utf-8")
        assert parse(f"grammar:{path}").count(1) == 20_000
    with bounded(SECONDS):
        path.write_text("\n".join(LETTERS), encoding="utf-8")
        language = parse(f"finite:{path}")
        assert language.text(language.words[:1]) == [LETTERS[0]]  # type: ignore[attr-defined]


def test_a_text_of_a_million_symbols_is_fitted() -> None:
    with bounded(2 * SECONDS):
        language = Corpus("abracadabra " * 2**16, 5)
    twin = Corpus("abracadabra ", 5)
    assert counterexample(language, twin, 5) is None


@pytest.mark.parametrize("name", ["even-ones", "dyck2", "countdown-32"])
def test_languages_of_the_catalogue_name_no_source(name: str) -> None:
    assert isinstance(catalogue.load(name), Language)
    assert catalogue.entry(name).source == ""


def test_words_of_nested_mixtures_are_counted_in_time() -> None:
    one, other = Regular("(ab|c)*"), Regular("a*b*c*")
    inner = Mixture([one, Reversed(other)], [0.5, 0.5])
    outer = Mixture([Reversed(inner), Mixture([inner, other], [0.3, 0.7])], [0.5, 0.5])
    with bounded(SECONDS):
        words = enumerate_sequences(3, 6)
        assert outer.count(6) == int(outer.contains(words).sum())
