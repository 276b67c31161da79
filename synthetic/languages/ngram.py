"""n-gram languages: each token depends on the n-1 before it."""

import itertools
from typing import Any

import numpy as np
import torch
from torch import Tensor

from synthetic.arguments import check_array, check_integer, check_seed, check_vocab_size, checked
from synthetic.languages.automaton import WeightedAutomaton
from synthetic.languages.automaton_language import AutomatonLanguage
from synthetic.languages.tables import (
    RANDOM_STATES,
    irreducible_law,
    is_primitive,
    probability_table,
    random_laws,
    random_support,
    stationary_law,
)

REDRAWS = 1000
MOST_ORDER = 32


@checked
class NGram(AutomatonLanguage):
    """q(x) = initial(x_1..x_(n-1)) * prod transition(x_(i-n+1)..x_(i-1), x_i), n >= 2.

    `transition` has shape (V,) * n and its rows sum to one; `initial` has shape (V,) * (n-1) and
    sums to one. One table alone is the transition, and the chain starts stationary. Tables are
    anything array-like; rows are divided by their sum where it is one to 1e-6, as in float32. At
    lengths below n-1 the law is the marginal of `initial`.

    Examples:
        No two ones in a row; the first token, with the second one known and 2 for the mask:

        >>> language = NGram([0.5, 0.5], [[0.5, 0.5], [1, 0]])
        >>> posterior = language.posterior(torch.tensor([[2, 1], [2, 0]]))
        >>> posterior[:, 0].exp().round(decimals=3).tolist()
        [[1.0, 0.0], [0.333, 0.667]]
    """

    def __init__(
        self, initial: Any = None, transition: Any = None, *, device: torch.device | str = "cpu"
    ) -> None:
        if transition is None:
            initial, transition = None, initial
        given = check_array("transition", transition)
        order = given.dim()
        if order < 2:
            raise ValueError(f"transition has shape (V,) * n with n >= 2, got {order} dimensions")
        size = given.shape[0]
        self.transition = probability_table("transition", given, (size,) * order, device)
        if initial is None:
            contexts = self.transition.cpu().reshape(-1, size).numpy()
            initial = stationary_law(_context_matrix(contexts)).reshape((size,) * (order - 1))
        self.initial = probability_table(
            "initial", initial, (size,) * (order - 1), device, law_axes=order - 1
        )
        super().__init__(_context_automaton(self.initial, self.transition))

    def _facts(self) -> list[str]:
        return [f"order {self.order}", *super()._facts()]

    @property
    def order(self) -> int:
        """n: a token depends on the n-1 before it."""
        return self.transition.dim()

    @classmethod
    def random(
        cls,
        order: int,
        vocab_size: int,
        branching: int,
        temperature: float,
        seed: int,
        *,
        device: torch.device | str = "cpu",
    ) -> "NGram":
        """A random n-gram whose every context allows `branching` successors, started stationary.

        Successors are spread so that every context can be reached, and have probabilities in
        proportion to exp(z / temperature), z standard normal. Supports whose chain of contexts is
        not primitive are rejected and redrawn, at most 1,000 times. At most 2,048 contexts.
        """
        order = check_integer("order", order, 2, MOST_ORDER)
        vocab_size = check_vocab_size(vocab_size)
        generator = np.random.default_rng(check_seed(seed))
        contexts = vocab_size ** (order - 1)
        if contexts > RANDOM_STATES:
            raise ValueError(
                f"order {order} and vocab_size {vocab_size} make {contexts} contexts, allowed are "
                f"{RANDOM_STATES}: lower order or vocab_size"
            )
        for _ in range(REDRAWS):
            support = np.zeros((vocab_size, contexts // vocab_size, vocab_size), dtype=bool)
            for rest in range(contexts // vocab_size):
                support[:, rest] = random_support(generator, vocab_size, vocab_size, branching)
            support = support.reshape(contexts, vocab_size)
            if is_primitive(_context_matrix(support)):
                break
        else:
            raise ValueError(
                f"no primitive chain in {REDRAWS} draws of order {order}, vocab_size "
                f"{vocab_size}, branching {branching}: raise branching"
            )
        laws = random_laws(generator, support, temperature)
        stationary = irreducible_law(_context_matrix(laws))
        shape = (vocab_size,) * order
        return cls(stationary.reshape(shape[1:]), laws.reshape(shape), device=device)


def _context_matrix(table: np.ndarray) -> np.ndarray:
    """A table of contexts and next symbols (V^(n-1), V) as a matrix between contexts."""
    contexts, symbols = table.shape
    matrix = np.zeros((contexts, contexts), dtype=table.dtype)
    for symbol in range(symbols):
        following = np.arange(contexts) * symbols % contexts + symbol
        matrix[np.arange(contexts), following] = table[:, symbol]
    return matrix


def _context_automaton(initial: Tensor, transition: Tensor) -> WeightedAutomaton:
    """States are the last min(i, n-1) symbols; the shorter ones occur at the first positions."""
    size, order = transition.shape[0], transition.dim()
    words = [
        word for known in range(1, order) for word in itertools.product(range(size), repeat=known)
    ]
    index = {word: state for state, word in enumerate(words)}
    # marginals[k] is the law of the first k symbols
    marginals = [initial]
    for _ in range(order - 2):
        marginals.insert(0, marginals[0].sum(-1))
    laws = []
    for shorter, longer in itertools.pairwise(marginals):
        seen = shorter.unsqueeze(-1)
        law = torch.where(seen > 0, longer / seen, 1 / size)  # a context of no weight has any law
        laws.append(law.reshape(-1, size))
    laws.append(transition.reshape(-1, size))
    rows = torch.cat(laws)
    step = rows.new_zeros((len(words), len(words)))
    following = torch.tensor(
        [[index[(*word, symbol)[-(order - 1) :]] for symbol in range(size)] for word in words],
        device=rows.device,
    )
    step.scatter_(1, following, rows)
    last = torch.tensor([word[-1] for word in words], device=rows.device)
    start = rows.new_zeros(len(words))
    start[:size] = marginals[0]
    return WeightedAutomaton(
        initial=start,
        transition=step,
        emission=torch.nn.functional.one_hot(last, size).to(rows.dtype),
        final=rows.new_ones(len(words)),
    )
