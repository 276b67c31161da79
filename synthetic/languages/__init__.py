"""Languages: laws over sequences with the exact probability of any partial assignment."""

from synthetic.languages import catalogue
from synthetic.languages.addition import Addition
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.automaton_language import AutomatonLanguage, enumerate_sequences
from synthetic.languages.copy_pairs import CopyPairs
from synthetic.languages.derivation import Derivation
from synthetic.languages.dyck import Dyck
from synthetic.languages.hidden_markov import HiddenMarkov
from synthetic.languages.language import Language
from synthetic.languages.ngram import NGram
from synthetic.languages.prompted import Prompted
from synthetic.languages.running_sum import RunningSum

__all__ = [
    "Addition",
    "AutomatonLanguage",
    "CopyPairs",
    "Derivation",
    "Dyck",
    "HiddenMarkov",
    "Language",
    "NGram",
    "Prompted",
    "RunningSum",
    "WeightedAutomaton",
    "catalogue",
    "enumerate_sequences",
]
