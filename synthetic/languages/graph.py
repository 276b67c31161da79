"""Languages whose words are the paths of a graph with levels 0..L, an automaton spread over time.

An edge carries a symbol and a share; the weight of a word is the product of the shares on its path.
Sums over words are sums over edges, level by level; columns are the rows of a batch.
"""

import math
from abc import abstractmethod
from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple, Self

import torch
from torch import Tensor

from synthetic.arguments import check_count, check_generator, check_length
from synthetic.categorical import cumulative_mass, invert
from synthetic.languages.language import Language
from synthetic.languages.uniform import UniformLanguage

SAFE_BITS = 900  # numbers from 2^-SAFE_BITS to its inverse are ordinary float64 numbers
EDGE_LIMIT = 2**20


class GraphLevel(NamedTuple):
    """Edges (E,) from one level of nodes to the next."""

    source: Tensor
    symbol: Tensor
    target: Tensor
    share: Tensor | None
    """None if every share is one."""
    nodes: int
    """Nodes at the sources' level."""
    following: int
    """Nodes at the targets' level, one at the last."""

    def to(self, device: torch.device | str) -> "GraphLevel":
        source, symbol, target = (part.to(device) for part in self[:3])
        share = None if self.share is None else self.share.to(device)
        return GraphLevel(source, symbol, target, share, self.nodes, self.following)


class Graph(NamedTuple):
    """The levels of one length, and how far from one its sums can be, in bits."""

    levels: list[GraphLevel]
    bits: float

    def to(self, device: torch.device | str) -> "Graph":
        return Graph([level.to(device) for level in self.levels], self.bits)


class GraphLanguage(Language):
    """A language that has a graph for each length, kept once made."""

    def __init__(self, device: torch.device | str = "cpu") -> None:
        super().__init__(device)
        self._graphs: dict[int, Graph] = {}

    @abstractmethod
    def build(self, length: int) -> Graph:
        """The graph of a length that has words."""

    def graph(self, length: int) -> Graph:
        """The graph of a length that has words, on the language's device."""
        if length not in self._graphs:
            self._graphs[length] = self.build(length).to(self.device)
        return self._graphs[length]

    def to(self, device: torch.device | str) -> Self:
        """The same language on another device (float64 must exist there)."""
        moved = super().to(device)
        moved._graphs = {length: graph.to(device) for length, graph in self._graphs.items()}
        return moved

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_graphs": {}}  # cheaper to make again than to send

    def numbers(self, length: int) -> int:
        """Float64 numbers of working memory that one row needs."""
        levels = self.graph(length).levels
        edges = max(len(level.symbol) for level in levels)
        return sum(level.nodes for level in levels) + 5 * edges + length * self.vocab_size

    def log_weight_given(self, weights: Tensor) -> Tensor:
        """Log in nats of the sum over words of their share times `weights` (B, L, V), as (B,)."""
        graph = self.graph(weights.shape[1])
        sums = _sums(graph, weights)
        return sums.log(_ahead(graph, sums)[-1][0])

    def log_joint_given(self, weights: Tensor) -> Tensor:
        """The same sum over the words with each symbol at each position, (B, L, V) in nats."""
        graph = self.graph(weights.shape[1])
        sums = _sums(graph, weights)
        ahead = _ahead(graph, sums)
        back = torch.full_like(ahead[-1], sums.one)  # of the nodes at the targets' level
        joint = []
        for place, level in reversed(list(enumerate(graph.levels))):
            onward = sums.times(back[level.target], sums.edges(level, place))
            whole = sums.times(onward, ahead[place][level.source])
            joint.append(sums.log(sums.total(whole, level.symbol, self.vocab_size)))
            back = sums.total(onward, level.source, level.nodes)
        return torch.stack(joint[::-1]).permute(2, 0, 1)


class CountedGraph(GraphLanguage, UniformLanguage):
    """A uniform language whose words are read symbol by symbol: a state, its moves, where it ends.

    Each symbol leads from a state to one other at most, so that a word has one path. States that
    are not reached, or from which no word ends, are left out.
    """

    @abstractmethod
    def start(self, length: int) -> Hashable:
        """The state before the first symbol of a word of this length."""

    @abstractmethod
    def moves(self, state: Any, place: int, length: int) -> Iterable[tuple[int, Hashable]]:
        """Symbols that may stand at a place (from 0), each with the state after it."""

    @abstractmethod
    def ends(self, state: Any, length: int) -> bool:
        """Whether a word of this length may end in a state."""

    def build(self, length: int) -> Graph:
        """The graph of a length that has words; a one-line error beyond 2^20 edges."""
        states: list[dict[Hashable, int]] = [{self.start(length): 0}]
        edges: list[list[tuple[int, int, int]]] = []
        count = 0
        for place in range(length):
            after: dict[Hashable, int] = {}
            here = []
            for state, source in states[-1].items():
                for symbol, following in self.moves(state, place, length):
                    here.append((source, symbol, after.setdefault(following, len(after))))
                if count + len(here) > EDGE_LIMIT:
                    break
            count += len(here)
            if count > EDGE_LIMIT:
                raise ValueError(
                    f"{type(self).__name__} needs more than {EDGE_LIMIT} edges at length {length}"
                )
            states.append(after)
            edges.append(here)
        alive = {node: 0 for state, node in states[-1].items() if self.ends(state, length)}
        following, levels = 1, []
        for here in reversed(edges):
            kept = [edge for edge in here if edge[2] in alive]
            nodes: dict[int, int] = {}
            for source, _, _ in kept:
                nodes.setdefault(source, len(nodes))
            rows = [(nodes[source], symbol, alive[target]) for source, symbol, target in kept]
            columns = torch.tensor(rows, dtype=torch.int64, device="cpu").T.contiguous()
            source_, symbol_, target_ = columns
            levels.append(GraphLevel(source_, symbol_, target_, None, len(nodes), following))
            alive, following = nodes, len(nodes)
        return Graph(levels[::-1], math.log2(self.count(length)))

    def sample(self, count: int, length: int, generator: torch.Generator) -> Tensor:
        """Independent words, (count, length) int64, drawn on the generator's device and moved."""
        count, length = check_count(count), check_length(length)
        check_generator(generator)
        self._check_words(length)
        uniforms = torch.rand(
            (length, count), dtype=torch.float64, generator=generator, device=generator.device
        ).to(self.device)
        node = torch.zeros(count, dtype=torch.int64, device=self.device)
        tokens = torch.empty((count, length), dtype=torch.int64, device=self.device)
        for place, (cumulative, following) in enumerate(self._steps(length)):
            tokens[:, place] = invert(cumulative[node], uniforms[place])
            node = following[node, tokens[:, place]]
        return tokens

    def _steps(self, length: int) -> list[tuple[Tensor, Tensor]]:
        """Distribution functions of the next symbol and the nodes after it, (nodes, V) each.

        By the number of words that go on from each node, in integers of any size.
        """
        onward, steps = [1], []
        for level in reversed(self.graph(length).levels):
            edges = list(zip(level.source.tolist(), level.symbol.tolist(), level.target.tolist()))
            words = [0] * level.nodes
            for source, _, target in edges:
                words[source] += onward[target]
            law = torch.zeros((level.nodes, self.vocab_size), dtype=torch.float64, device="cpu")
            shares = [onward[target] / words[source] for source, _, target in edges]
            law[level.source.cpu(), level.symbol.cpu()] = torch.tensor(
                shares, dtype=torch.float64, device="cpu"
            )
            following = torch.zeros(law.shape, dtype=torch.int64, device=self.device)
            following[level.source, level.symbol] = level.target
            steps.append((cumulative_mass(law).to(self.device), following))
            onward = words
        return steps[::-1]


class _Ordinary:
    """Sums of products of weights (B, L, V) along edges, in ordinary numbers (E, B)."""

    one = 1.0

    def __init__(self, weights: Tensor) -> None:
        self.columns = weights.permute(1, 2, 0).contiguous()

    def edges(self, level: GraphLevel, place: int) -> Tensor:
        """Share times weight of each edge."""
        weights = self.columns[place][level.symbol]
        return weights if level.share is None else weights.mul_(level.share.unsqueeze(1))

    def times(self, one: Tensor, other: Tensor) -> Tensor:
        """Products, element by element."""
        return one * other

    def total(self, values: Tensor, index: Tensor, count: int) -> Tensor:
        """Sums (count, B) of the values (E, B) with each index."""
        return values.new_zeros((count, values.shape[1])).index_add_(0, index, values)

    def log(self, values: Tensor) -> Tensor:
        """Natural logarithms."""
        return values.log()


class _Logarithmic(_Ordinary):
    """The same in logarithms."""

    one = 0.0

    def __init__(self, weights: Tensor) -> None:
        super().__init__(weights)
        self.columns = self.columns.log()

    def edges(self, level: GraphLevel, place: int) -> Tensor:
        weights = self.columns[place][level.symbol]
        return weights if level.share is None else weights.add_(level.share.log().unsqueeze(1))

    def times(self, one: Tensor, other: Tensor) -> Tensor:
        return one + other

    def total(self, values: Tensor, index: Tensor, count: int) -> Tensor:
        rows = index.unsqueeze(1).expand_as(values)
        top = values.new_full((count, values.shape[1]), -math.inf)
        top = top.scatter_reduce(0, rows, values, "amax")
        shift = torch.where(top == -math.inf, 0.0, top)
        return super().total((values - shift[index]).exp(), index, count).log() + shift

    def log(self, values: Tensor) -> Tensor:
        return values


def _sums(graph: Graph, weights: Tensor) -> _Ordinary:
    """Ordinary numbers where no product can leave their range, else logarithms."""
    if not len(weights):
        return _Ordinary(weights)
    least = min(1.0, float(torch.where(weights > 0, weights, 1.0).min()))
    bits = graph.bits - len(graph.levels) * math.log2(least)
    safe = bits <= SAFE_BITS and float(weights.max()) <= 1.0
    return _Ordinary(weights) if safe else _Logarithmic(weights)


def _ahead(graph: Graph, sums: _Ordinary) -> list[Tensor]:
    """Sums (nodes, B) over all ways to each node, at levels 0..L."""
    reached = [sums.columns.new_full((1, sums.columns.shape[-1]), sums.one)]
    for place, level in enumerate(graph.levels):
        onward = sums.times(reached[-1][level.source], sums.edges(level, place))
        reached.append(sums.total(onward, level.target, level.following))
    return reached
