"""Specifications in one line, and files of words."""

from pathlib import Path

import pytest
import torch

from synthetic.languages import Corpus, Finite, NGram, Regular, catalogue, parse
from tests.synthetic.languages.test_enumeration import check_words
from tests.synthetic.languages.test_weights import check_weights, random_weights


def test_specifications_build_what_they_say() -> None:
    words = parse("regex:(ab|c)*")
    assert isinstance(words, Regular)
    assert words.count(3) == 3
    chain = parse("ngram:order=3,vocab=5,branching=2,seed=1")
    twin = NGram.random(3, 5, 2, 1.0, 1)
    assert isinstance(chain, NGram)
    assert torch.equal(chain.transition, twin.transition)
    hidden = parse("hmm:states=6,vocab=4,branching=3,seed=2,symbols=2")
    assert hidden.vocab_size == 4
    assert parse("ngram2-v8").vocab_size == 8


def test_digests_are_those_of_what_is_said(tmp_path: Path) -> None:
    one, other = catalogue.entry("regex:a*b"), catalogue.entry("regex:a*b*")
    assert one.digest() == catalogue.entry("regex:a*b").digest() != other.digest()
    path = tmp_path / "words.txt"
    path.write_text("ab\nba\n")
    before = catalogue.named(f"finite:{path}")["language_hash"]
    path.write_text("ab\nbb\n")
    assert catalogue.named(f"finite:{path}")["language_hash"] != before


@pytest.mark.parametrize("kind", ["corpus:{},order=2", "grammar:{}", "finite:{}"])
def test_what_a_file_says_is_part_of_the_digest(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a, order=3.txt"
    path.write_bytes(b"\xef\xbb\xbfS -> 'a'\r\n  \r\n")
    name = kind.format(path)
    before = catalogue.entry(name).digest()
    assert parse(name).vocab_size > 0
    path.write_bytes(b"S -> 'a'\n  \n")
    assert catalogue.entry(name).digest() == before  # line ends and marks say nothing
    path.write_bytes(b"S -> 'b'\n")
    assert catalogue.entry(name).digest() != before


@pytest.mark.parametrize("order", [2, 3, 4])
def test_a_text_is_fitted_exactly(order: int) -> None:
    """By enumeration; each window is as probable as it is frequent in the ring of the text."""
    text = "abracadabra\r\n"
    language = Corpus(text, order)
    assert language.alphabet == ["\n", "a", "b", "c", "d", "r"]
    assert language.automaton.stochastic
    for length in (1, 3):
        check_words(language, length)
        weights = random_weights((5, length, 6), (1.0, 1e-3, 0.0), order)
        check_weights(language, weights)
    ring = "abracadabra\n" * 2
    for length in range(1, order + 1):
        rows = {ring[at : at + length] for at in range(12)}
        words = torch.tensor([["\nabcdr".index(letter) for letter in row] for row in rows])
        counts = [sum(ring[at : at + length] == row for at in range(12)) / 12 for row in rows]
        assert language.log_prob(words).exp().tolist() == pytest.approx(counts, rel=1e-13)
    assert language.text(torch.tensor([[0, 1, 6]])) == [r"\na_"]


def test_texts_that_are_not_fitted() -> None:
    with pytest.raises(ValueError, match="at least 3 symbols is fitted with order 3, got 0"):
        Corpus("", 3)
    with pytest.raises(ValueError, match="order is an integer >= 2, got 1"):
        Corpus("abc", 1)
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 5000)))
    with pytest.raises(ValueError, match="has 5000 contexts of up to 1 symbols, allowed are 4096"):
        Corpus(many, 2)


@pytest.mark.parametrize(
    "text", ["ab\t1\nca\t3\n", "\ufeffab\t1\r\n\r\nca\t3\r\n", "a b\t1\nc a\t3"]
)
def test_files_of_words(text: str, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(text.encode())
    language = parse(f"finite:{path}")
    assert isinstance(language, Finite)
    law = language.log_prob(torch.tensor([[0, 1], [2, 0], [1, 1]])).exp()
    assert law.tolist() == pytest.approx([0.25, 0.75, 0])
    assert language.alphabet == ["a", "b", "c"]
    assert language.text(torch.tensor([[2, 3]])) == ["c_"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no words"),
        ("ab\nabc\n", "line 2: all words have one length, 2 as in the first line, got 3"),
        ("a b\nab\n", "line 2: other words have spaces between their symbols, got 'ab'"),
        ("ab\tx\n", "line 1: a weight is a number, got 'x'"),
        ("ab\t1\nba\n", "all words have a weight, or none has"),
        ("ab\t0\n", "weights are not all zero, and have a finite sum"),
        ("ab\t1\n\nba\t-1\n", "line 3: a weight is finite and >= 0, got -1"),
        ("ab\tnan\n", "line 1: a weight is finite and >= 0, got nan"),
    ],
)
def test_files_that_are_none(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as error:
        parse(f"finite:{path}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("zzz:a", "starts with regex:, grammar:, finite:, corpus:, ngram:, hmm:, got 'zzz:a'"),
        ("regex:", "nothing after 'regex' and its colon"),
        ("regex:(a", "not closed at column 1"),
        ("finite:nowhere.txt", r"cannot read nowhere.txt: No such file"),
        ("ngram:order=2", "ngram: needs vocab, branching, seed too"),
        ("ngram:order=x,vocab=2", "ngram: order is a whole number, got 'x'"),
        ("ngram:order=2,order=3,vocab=2", "ngram: order is given twice"),
        ("ngram:order=3,vocab=50,branching=3,seed=1", "2500 contexts, allowed are 2048"),
        ("ngram:order=33,vocab=1,branching=1,seed=1", r"order is an integer in 2\.\.32, got 33"),
        ("ngram:order=32,vocab=9,branching=1,seed=1", "contexts, allowed are 2048: lower order"),
        ("hmm:states=100000,vocab=4,branching=2,seed=1", r"states .* in 1\.\.2048, got 100000"),
        ("corpus:nowhere.txt", "corpus: reads PATH,order=N, got 'nowhere.txt'"),
        ("ngram:order=2.5,vocab=2", "ngram: order is a whole number, got '2.5'"),
        (
            "ngram:order=2,vocab=2,branching=2,seed=0,temperature=warm",
            "ngram: temperature is a number, got 'warm'",
        ),
        ("corpus:nowhere.txt,order=x", "corpus: order is a whole number, got 'x'"),
        ("corpus:nowhere.txt,order=2", r"cannot read nowhere.txt: No such file"),
        ("grammar:nowhere.cfg", r"cannot read nowhere.cfg: No such file"),
        ("hmm:depth=3", "hmm: takes states, vocab, .*, got 'depth=3'"),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        parse(text)
    assert "\n" not in str(error.value)
