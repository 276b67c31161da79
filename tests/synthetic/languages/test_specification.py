"""Specifications in one line, and files of words."""

from pathlib import Path

import pytest
import torch

from synthetic.languages import Finite, NGram, Regular, catalogue, parse


def test_specifications_build_what_they_say() -> None:
    words = parse("regex:(ab|c)*")
    assert isinstance(words, Regular)
    assert words.count(3) == 3
    chain = parse("ngram:order=3,vocab=5,branching=2,seed=1")
    twin = NGram.random(3, 5, 2, 1.0, 1)
    assert isinstance(chain, NGram)
    assert chain.fingerprint() == twin.fingerprint()
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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no words"),
        ("ab\nabc\n", "line 2: all words have one length, 2 as in the first line, got 3"),
        ("ab\tx\n", "line 1: a weight is a number, got 'x'"),
        ("ab\t1\nba\n", "all words have a weight, or none has"),
        ("ab\t0\n", "weights are finite and >= 0, and not all zero"),
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
        ("zzz:a", "starts with regex:, grammar:, finite:, ngram:, hmm:, got 'zzz:a'"),
        ("regex:", "nothing after 'regex' and its colon"),
        ("regex:(a", "not closed at column 1"),
        ("finite:nowhere.txt", r"cannot read nowhere.txt: No such file"),
        ("ngram:order=2", "ngram: needs vocab, branching, seed too"),
        ("ngram:order=x,vocab=2", "ngram: order is a number, got 'x'"),
        ("hmm:depth=3", "hmm: takes states, vocab, .*, got 'depth=3'"),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        parse(text)
    assert "\n" not in str(error.value)
