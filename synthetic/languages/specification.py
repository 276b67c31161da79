"""Languages from outside the catalogue: a specification such as `regex:(ab|c)*` in one line.

    regex:PATTERN                                   uniform over the words of a regular expression
    grammar:PATH                                    rules as of `Grammar`, one symbol a line
    finite:PATH                                     one word a line, after a tab its weight
    ngram:order=3,vocab=16,branching=4,seed=1       random, temperature=1 unless given
    corpus:PATH,order=3                             an n-gram fitted to a text file
    hmm:states=16,vocab=8,branching=3,seed=1        random, symbols=1 and temperature=1 unless given

What a file says is part of the parameters, and so of the digest that units carry.
"""

import itertools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from synthetic.languages.corpus import Corpus
from synthetic.languages.finite import SEQUENCE_LIMIT, Finite
from synthetic.languages.grammar import Grammar
from synthetic.languages.hidden_markov import HiddenMarkov
from synthetic.languages.language import Language
from synthetic.languages.ngram import NGram
from synthetic.languages.regular import Regular

Build = Callable[..., Language]


class Specified(NamedTuple):
    """Constructor and arguments of a language, and what its errors begin with: a file, a kind."""

    build: Build
    arguments: dict[str, Any]
    source: str = ""


def specified(text: str) -> Specified:
    """What a specification says; a one-line error that names what is wrong."""
    kind, _, rest = text.partition(":")
    if kind not in KINDS:
        raise ValueError(
            f"a specification starts with {', '.join(f'{name}:' for name in KINDS)}, got {text!r}"
        )
    if not rest:
        raise ValueError(f"nothing after {kind!r} and its colon, got {text!r}")
    return KINDS[kind](rest)


def _regex(pattern: str) -> Specified:
    return Specified(Regular, {"pattern": pattern})


def _grammar(path: str) -> Specified:
    return Specified(Grammar, {"text": _text(path)}, path)


def _random(
    build: Build, kind: str, names: dict[str, str], defaults: dict[str, Any]
) -> Callable[[str], Specified]:
    """A reader of name=number, separated by commas."""

    def read(text: str) -> Specified:
        given, seen = dict(defaults), set[str]()
        for part in text.split(","):
            name, _, value = (piece.strip() for piece in part.partition("="))
            if name not in names:
                raise ValueError(f"{kind}: takes {', '.join(names)}, got {part!r}")
            if name in seen:
                raise ValueError(f"{kind}: {name} is given twice, got {text!r}")
            seen.add(name)
            whole = name != "temperature"
            try:
                given[names[name]] = int(value) if whole else float(value)
            except ValueError:
                what = "whole number" if whole else "number"
                raise ValueError(f"{kind}: {name} is a {what}, got {value!r}") from None
        missing = [name for name, argument in names.items() if argument not in given]
        if missing:
            raise ValueError(f"{kind}: needs {', '.join(missing)} too, got {text!r}")
        return Specified(build, given, kind)

    return read


def _corpus(text: str) -> Specified:
    path, comma, order = text.rpartition(",order=")
    if not comma:
        raise ValueError(f"corpus: reads PATH,order=N, got {text!r}")
    if not order.strip().isdecimal():
        raise ValueError(f"corpus: order is a whole number, got {order!r}")
    return Specified(Corpus, {"text": _text(path), "order": int(order)}, path)


def _finite(path: str) -> Specified:
    return Specified(Finite, read_words(path), path)


def read_words(path: str) -> dict[str, Any]:
    """Arguments of `Finite` from a text file: a word a line, after a tab its weight.

    A word is its characters, or its symbols where spaces separate them; symbols are sorted. Windows
    line ends and a byte-order mark are fine, empty lines are skipped. Weights need not sum to one.
    """
    lines = _text(path).split("\n")
    _check_word_count(lines, path)
    words: list[list[str]] = []
    weights: list[float | None] = []
    spaced = any(" " in line.partition("\t")[0].strip() for line in lines)
    for number, line in enumerate(lines, start=1):
        word, tab, weight = line.partition("\t")
        if not line.strip():
            continue
        if not word.strip():
            raise ValueError(f"{path}, line {number}: no word before the tab, got {line!r}")
        if spaced and len(word.strip()) > 1 and " " not in word.strip():
            raise ValueError(
                f"{path}, line {number}: other words have spaces between their symbols, got "
                f"{word.strip()!r}"
            )
        words.append(word.split() if spaced else list(word.strip()))
        try:
            weights.append(float(weight) if tab else None)
        except ValueError:
            raise ValueError(
                f"{path}, line {number}: a weight is a number, got {weight!r}"
            ) from None
        if not 0 <= (weights[-1] or 0) < math.inf:
            raise ValueError(
                f"{path}, line {number}: a weight is finite and >= 0, got {weight.strip()}"
            )
        if len(words[-1]) != len(words[0]):
            raise ValueError(
                f"{path}, line {number}: all words have one length, {len(words[0])} as in the "
                f"first line, got {len(words[-1])}"
            )
    if not words:
        raise ValueError(f"{path} has no words")
    symbols = sorted({symbol for word in words for symbol in word})
    index = {symbol: place for place, symbol in enumerate(symbols)}
    arguments: dict[str, Any] = {
        "sequences": [[index[symbol] for symbol in word] for word in words],
        "alphabet": symbols,
    }
    numbers = [weight for weight in weights if weight is not None]
    if numbers:
        if len(numbers) < len(words):
            raise ValueError(f"{path}: all words have a weight, or none has")
        if not 0 < sum(numbers) < math.inf:
            raise ValueError(f"{path}: weights are not all zero, and have a finite sum")
        arguments["probabilities"] = [weight / sum(numbers) for weight in numbers]
    return arguments


def _check_word_count(lines: list[str], path: str) -> None:
    """An error that names the first line of one word too many."""
    full = (number for number, line in enumerate(lines, start=1) if line and not line.isspace())
    beyond = next(itertools.islice(full, SEQUENCE_LIMIT, None), None)
    if beyond is not None:
        raise ValueError(f"{path}, line {beyond}: allowed are {SEQUENCE_LIMIT} words")


def _text(path: str) -> str:
    """The text of a file, without a byte-order mark."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text in UTF-8") from None


KINDS: dict[str, Callable[[str], Specified]] = {
    "regex": _regex,
    "grammar": _grammar,
    "finite": _finite,
    "corpus": _corpus,
    "ngram": _random(
        NGram.random,
        "ngram",
        {
            "order": "order",
            "vocab": "vocab_size",
            "branching": "branching",
            "seed": "seed",
            "temperature": "temperature",
        },
        {"temperature": 1.0},
    ),
    "hmm": _random(
        HiddenMarkov.random,
        "hmm",
        {
            "states": "states",
            "vocab": "vocab_size",
            "branching": "branching",
            "seed": "seed",
            "symbols": "symbols",
            "temperature": "temperature",
        },
        {"temperature": 1.0, "symbols": 1},
    ),
}
