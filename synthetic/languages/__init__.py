"""Languages: laws over sequences with the exact probability of any partial assignment."""

from synthetic.languages import catalogue
from synthetic.languages.addition import Addition
from synthetic.languages.addition_downwards import AdditionDownwards
from synthetic.languages.affine import Affine
from synthetic.languages.assignments import Assignments
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.languages.balanced import Balanced
from synthetic.languages.copies import Copies
from synthetic.languages.copy_pairs import CopyPairs
from synthetic.languages.corpus import Corpus
from synthetic.languages.countdown import CountDown
from synthetic.languages.counted_blocks import CountedBlocks
from synthetic.languages.counterexample import counterexample
from synthetic.languages.derivation import Derivation
from synthetic.languages.dyck import Dyck
from synthetic.languages.expressions import Expressions
from synthetic.languages.finite import Finite
from synthetic.languages.grammar import Grammar
from synthetic.languages.graph import CountedGraph, GraphLanguage
from synthetic.languages.hidden_markov import HiddenMarkov
from synthetic.languages.language import Language
from synthetic.languages.latin_squares import LatinSquares
from synthetic.languages.mixture import Mixture
from synthetic.languages.ngram import NGram
from synthetic.languages.not_all_equal import NotAllEqual
from synthetic.languages.one_hot import OneHot
from synthetic.languages.palindromes import Palindromes
from synthetic.languages.permutations import Permutations
from synthetic.languages.product import Product
from synthetic.languages.prompted import Prompted
from synthetic.languages.question import Question
from synthetic.languages.regular import Regular
from synthetic.languages.repeated import Repeated
from synthetic.languages.rewritten import Relabelled, Reversed
from synthetic.languages.running_sum import RunningSum
from synthetic.languages.sequences import enumerate_sequences
from synthetic.languages.sorted_words import SortedWords
from synthetic.languages.tables import stationary_law
from synthetic.languages.uniform import UniformLanguage
from synthetic.languages.walks import Walks
from synthetic.languages.weighted import Weighted

parse = catalogue.load

__all__ = [
    "Question",
    "Weighted",
    "Product",
    "NotAllEqual",
    "CountDown",
    "Assignments",
    "AdditionDownwards",
    "Walks",
    "SortedWords",
    "Regular",
    "Grammar",
    "Mixture",
    "Relabelled",
    "Repeated",
    "Reversed",
    "Permutations",
    "OneHot",
    "CountedBlocks",
    "CountedGraph",
    "GraphLanguage",
    "Copies",
    "Balanced",
    "Affine",
    "Addition",
    "AutomatonLanguage",
    "CopyPairs",
    "Corpus",
    "Derivation",
    "Dyck",
    "Expressions",
    "Finite",
    "HiddenMarkov",
    "Language",
    "LatinSquares",
    "NGram",
    "Palindromes",
    "Prompted",
    "RunningSum",
    "UniformLanguage",
    "WeightedAutomaton",
    "catalogue",
    "counterexample",
    "parse",
    "enumerate_sequences",
    "stationary_law",
]
