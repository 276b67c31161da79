"""Every named language with all its parameters: a figure names a language, never an array.

The first of them, up to the palindromes, are swept in the number of steps: the exact denoiser's
sequence error rate at N = L = 32 (30 for addition-4, whose lengths are multiples of 3) under
Bernoulli reveal lies between 0.1 and 0.6 for each, so that curves against the number of steps say
something; but for ngram2-full-v8, which has no impossible sequence.
"""

import difflib
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

import torch

from synthetic.arguments import checked, short
from synthetic.device import check_device
from synthetic.languages.addition import Addition
from synthetic.languages.addition_downwards import AdditionDownwards
from synthetic.languages.affine import Affine
from synthetic.languages.assignments import Assignments
from synthetic.languages.balanced import Balanced
from synthetic.languages.copies import Copies
from synthetic.languages.copy_pairs import CopyPairs
from synthetic.languages.countdown import CountDown
from synthetic.languages.counted_blocks import CountedBlocks
from synthetic.languages.derivation import Derivation
from synthetic.languages.dyck import Dyck
from synthetic.languages.expressions import Expressions
from synthetic.languages.grammar import Grammar
from synthetic.languages.hidden_markov import HiddenMarkov
from synthetic.languages.language import Language
from synthetic.languages.latin_squares import LatinSquares
from synthetic.languages.ngram import NGram
from synthetic.languages.not_all_equal import NotAllEqual
from synthetic.languages.one_hot import OneHot
from synthetic.languages.palindromes import Palindromes
from synthetic.languages.permutations import Permutations
from synthetic.languages.regular import Regular
from synthetic.languages.repeated import Repeated
from synthetic.languages.running_sum import RunningSum
from synthetic.languages.sorted_words import SortedWords
from synthetic.languages.specification import specified
from synthetic.languages.walks import Walks


@dataclass(frozen=True)
class Entry:
    """How to build one named language: a constructor and its keyword arguments.

    `small` are arguments at which the tests can list all of its sequences, where its own are too
    large; `source` is the file of a specification, or its kind, for errors. Neither is part of the
    digest.
    """

    build: Callable[..., Language]
    parameters: dict[str, Any]
    small: dict[str, Any] | None = None
    source: str = ""

    def built(self, device: torch.device | str) -> Language:
        """The language; an error of a specification names its source."""
        try:
            return self.build(**self.parameters, device=device)
        except ValueError as error:
            if not self.source:
                raise
            raise ValueError(f"{self.source}: {error}") from None

    def digest(self) -> str:
        """The first 16 hexadecimal digits of a SHA-256 over constructor and parameters."""
        text = json.dumps([self.build.__qualname__, self.parameters], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _entry(
    build: Callable[..., Language], *, small: dict[str, Any] | None = None, **parameters: Any
) -> Entry:
    return Entry(build, parameters, small)


ENTRIES = {
    "ngram2-v8": _entry(NGram.random, order=2, vocab_size=8, branching=4, temperature=1.0, seed=0),
    "ngram3-v8": _entry(NGram.random, order=3, vocab_size=8, branching=4, temperature=1.0, seed=0),
    "ngram4-v8": _entry(NGram.random, order=4, vocab_size=8, branching=4, temperature=1.0, seed=0),
    "ngram4-v3": _entry(NGram.random, order=4, vocab_size=3, branching=2, temperature=1.0, seed=0),
    "ngram2-full-v8": _entry(
        NGram.random, order=2, vocab_size=8, branching=8, temperature=1.0, seed=0
    ),
    "hmm32-v8": _entry(
        HiddenMarkov.random, states=32, vocab_size=8, branching=3, temperature=1.0, seed=0
    ),
    "hmm16-v8": _entry(
        HiddenMarkov.random, states=16, vocab_size=8, branching=3, temperature=1.0, seed=0
    ),
    "copy-pairs-16": _entry(CopyPairs, symbols=16),
    "dyck2-depth3": _entry(Dyck, kinds=2, depth=3),
    "running-sum-8": _entry(RunningSum, modulus=8),
    "addition-4": _entry(Addition, base=4),
    "derivation-4": _entry(Derivation, modulus=4),
    "palindromes-4": _entry(Palindromes, vocab_size=4),
    "permutations-32": _entry(Permutations, size=32, small={"size": 4}),
    "parity-32": _entry(Affine.parity, length=32, small={"length": 6}),
    "code-32": _entry(
        Affine.random,
        length=32,
        dimension=24,
        seed=0,
        small={"length": 7, "dimension": 3, "seed": 0},
    ),
    "balanced-2": _entry(Balanced, vocab_size=2),
    "one-hot-8": _entry(OneHot, block=8, small={"block": 3}),
    "sorted-8": _entry(SortedWords, vocab_size=8, small={"vocab_size": 3}),
    "repeated-8": _entry(Repeated, vocab_size=8, small={"vocab_size": 3}),
    "copies-8": _entry(Copies, vocab_size=8, small={"vocab_size": 3}),
    "counted-blocks-3": _entry(CountedBlocks, vocab_size=3),
    "tomita-1": _entry(Regular, pattern="1*", alphabet="01"),
    "tomita-2": _entry(Regular, pattern="(10)*", alphabet="01"),
    "tomita-3": _entry(
        Regular.from_automaton, moves=[[0, 1], [2, 0], [3, None], [2, 1]], accepting=[0, 1, 3]
    ),
    "tomita-4": _entry(Regular, pattern="((0|00)?1)*(0|00)?", alphabet="01"),
    "tomita-5": _entry(
        Regular.from_automaton, moves=[[1, 2], [0, 3], [3, 0], [2, 1]], accepting=[0]
    ),
    "tomita-6": _entry(Regular.from_automaton, moves=[[1, 2], [2, 0], [0, 1]], accepting=[0]),
    "tomita-7": _entry(Regular, pattern="0*1*0*1*", alphabet="01"),
    "walks-7": _entry(Walks, height=7, small={"height": 2}),
    "even-ones": _entry(Regular.from_automaton, moves=[[0, 1], [1, 0]], accepting=[0]),
    "ones-modulo-5": _entry(
        Regular.from_automaton, moves=[[0, 1], [1, 2], [2, 3], [3, 4], [4, 0]], accepting=[0]
    ),
    "alternating": _entry(Regular, pattern="(ab)*", alphabet="ab"),
    "regular-random": _entry(Regular.random, states=12, alphabet="abcd", seed=1),
    "dyck2": _entry(
        Grammar, text="S -> '(' S ')' S | '[' S ']' S |", uniform=True, unambiguous=True
    ),
    "equal-blocks": _entry(Grammar, text="S -> 'a' S 'b' | 'a' 'b'", unambiguous=True),
    "even-palindromes": _entry(
        Grammar,
        text="S -> 'a' S 'a' | 'b' S 'b' | 'a' 'a' | 'b' 'b'",
        uniform=True,
        unambiguous=True,
    ),
    "expressions-2": _entry(Expressions, modulus=2),
    "countdown-32": _entry(CountDown, vocab_size=32, small={"vocab_size": 3}),
    "not-all-equal-12": _entry(
        NotAllEqual,
        latents=12,
        observations=20,
        seed=0,
        small={"latents": 5, "observations": 4, "seed": 0},
    ),
    "addition-downwards-4": _entry(AdditionDownwards, base=4),
    "assignments-3": _entry(Assignments, variables=3, modulus=4),
    "assignments-3-silent": _entry(Assignments, variables=3, modulus=4, shown=False),
    "latin-4": _entry(LatinSquares, order=4, small={"order": 2}),
    "latin-5": _entry(LatinSquares, order=5, small={"order": 2}),
    "grammar-random": _entry(
        Grammar.random,
        nonterminals=10,
        binary=40,
        vocab_size=8,
        seed=0,
        small={"nonterminals": 3, "binary": 7, "vocab_size": 3, "seed": 0},
    ),
}


def names() -> list[str]:
    """All names of the catalogue."""
    return list(ENTRIES)


def entry(name: str) -> Entry:
    """How the named language, or one of a specification such as regex:(ab|c)*, is built.

    An unknown name is an error that lists near matches.
    """
    if ":" in name:
        build, arguments, source = specified(name)
        return Entry(build, arguments, source=source)
    if name not in ENTRIES:
        near = difflib.get_close_matches(name, ENTRIES, n=3, cutoff=0.4)
        raise ValueError(
            f"unknown language {short(name)}, "
            + (f"near matches: {', '.join(near)}" if near else "steplab languages lists all")
        )
    return ENTRIES[name]


class Named(TypedDict):
    """What units call a language: its name and the digest of its entry."""

    language: str
    language_hash: str


def named(name: str) -> Named:
    """Name and digest of a language of the catalogue, as units take them."""
    return Named(language=name, language_hash=entry(name).digest())


@checked
def load(name: str, device: torch.device | str = "cpu") -> Language:
    """The named or specified language with its tables on `device`."""
    return entry(name).built(check_device(device))
