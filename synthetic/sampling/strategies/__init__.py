"""Which positions a step reveals; one family a file."""

from synthetic.sampling.strategies.bernoulli import Bernoulli
from synthetic.sampling.strategies.bisection import Bisection, bisection_rounds
from synthetic.sampling.strategies.entropy_bounded import EntropyBounded
from synthetic.sampling.strategies.first_hitting import FirstHitting
from synthetic.sampling.strategies.fixed_count import FixedCount
from synthetic.sampling.strategies.least_entropy import LeastEntropy
from synthetic.sampling.strategies.left_to_right import LeftToRight
from synthetic.sampling.strategies.strategy import Action, NonAdaptive, Strategy
from synthetic.sampling.strategies.table_policy import TablePolicy

__all__ = [
    "Action",
    "Bernoulli",
    "Bisection",
    "NonAdaptive",
    "EntropyBounded",
    "FirstHitting",
    "FixedCount",
    "LeastEntropy",
    "LeftToRight",
    "Strategy",
    "TablePolicy",
    "bisection_rounds",
]
