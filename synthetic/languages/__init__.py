"""Languages: laws over sequences with the exact probability of any partial assignment."""

from synthetic.languages import catalogue
from synthetic.languages.addition import Addition
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.languages.copy_pairs import CopyPairs
from synthetic.languages.derivation import Derivation
from synthetic.languages.dyck import Dyck
from synthetic.languages.finite import Finite
from synthetic.languages.hidden_markov import HiddenMarkov
from synthetic.languages.language import Language, enumerate_sequences
from synthetic.languages.ngram import NGram
from synthetic.languages.palindromes import Palindromes
from synthetic.languages.prompted import Prompted
from synthetic.languages.running_sum import RunningSum
from synthetic.languages.uniform import UniformLanguage

__all__ = [
    "Addition",
    "AutomatonLanguage",
    "CopyPairs",
    "Derivation",
    "Dyck",
    "Finite",
    "HiddenMarkov",
    "Language",
    "NGram",
    "Palindromes",
    "Prompted",
    "RunningSum",
    "UniformLanguage",
    "WeightedAutomaton",
    "catalogue",
    "enumerate_sequences",
]
