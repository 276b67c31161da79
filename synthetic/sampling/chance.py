"""Where all randomness of a strategy comes from: drawn in batches, forced, or enumerated."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

import torch
from torch import Tensor

from synthetic.categorical import categorical

Outcome = TypeVar("Outcome")


class Chance(Protocol):
    """The three random choices that strategies are made of, for B rows of L positions."""

    def flips(self, probabilities: Tensor) -> Tensor:
        """Independent coins, (B, L) bool: true with the probabilities (B, L)."""
        ...

    def subset(self, candidates: Tensor, sizes: Tensor) -> Tensor:
        """Uniformly random subsets of the candidates (B, L) of the sizes (B,), as (B, L) bool."""
        ...

    def symbols(self, log_probs: Tensor, positions: Tensor) -> Tensor:
        """Symbols from log-probabilities (B, L, V) at the positions (B, L), (B, L); 0 elsewhere."""
        ...


class Draw:
    """Pseudo-random draws from one generator, made for all rows at once and then moved.

    One seed gives one stream on every device; uniforms are drawn for all B * L positions whatever
    is asked for, so that leaving out rows changes nothing for the others.
    """

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator

    def _uniforms(self, shape: Sequence[int], device: torch.device) -> Tensor:
        return torch.rand(
            tuple(shape),
            dtype=torch.float64,
            generator=self.generator,
            device=self.generator.device,
        ).to(device)

    def flips(self, probabilities: Tensor) -> Tensor:
        """Independent coins, (B, L) bool."""
        return self._uniforms(probabilities.shape, probabilities.device) < probabilities

    def subset(self, candidates: Tensor, sizes: Tensor) -> Tensor:
        """Uniformly random subsets of given sizes: the candidates of the least uniforms."""
        keys = self._uniforms(candidates.shape, candidates.device)
        keys = keys.masked_fill(~candidates, 2.0)
        ranks = keys.argsort(dim=1, stable=True).argsort(dim=1)
        return candidates & (ranks < sizes.unsqueeze(1))

    def symbols(self, log_probs: Tensor, positions: Tensor) -> Tensor:
        """Categorical draws at the positions."""
        uniforms = self._uniforms(positions.shape, positions.device)
        values = torch.zeros(positions.shape, dtype=torch.int64, device=positions.device)
        values[positions] = categorical(log_probs[positions], uniforms[positions])
        return values


class Forced:
    """Draws of positions as usual, symbols forced to those of given sequences (B, L).

    `log_prob` (B,) sums the log-probabilities in nats of the forced symbols: for a strategy that
    chooses before it samples, its exponential is an unbiased estimate of the probability that the
    sequence is generated.
    """

    def __init__(self, chance: Chance, sequences: Tensor) -> None:
        self.chance = chance
        self.sequences = sequences
        self.log_prob = torch.zeros(len(sequences), dtype=torch.float64, device=sequences.device)

    def flips(self, probabilities: Tensor) -> Tensor:
        """Independent coins, (B, L) bool."""
        return self.chance.flips(probabilities)

    def subset(self, candidates: Tensor, sizes: Tensor) -> Tensor:
        """Uniformly random subsets of given sizes."""
        return self.chance.subset(candidates, sizes)

    def symbols(self, log_probs: Tensor, positions: Tensor) -> Tensor:
        """The given symbols at the positions, their log-probabilities counted."""
        values = self.sequences * positions
        scores = log_probs.gather(-1, values.unsqueeze(-1)).squeeze(-1)
        self.log_prob += torch.where(positions, scores.double(), 0.0).sum(-1)
        return values


class Enumerate:
    """One branch of the tree of all outcomes of a rule, for a single row; made by `outcomes`.

    The branch replays the choices of `script` and takes the first alternative after its end.
    """

    def __init__(self, script: Sequence[int]) -> None:
        self.script = script
        self.taken: list[int] = []
        self.alternatives: list[int] = []
        self.probability = 1.0

    def _choose(self, probabilities: Sequence[float]) -> int:
        """An alternative among those of positive probability."""
        possible = [index for index, value in enumerate(probabilities) if value > 0]
        depth = len(self.taken)
        choice = self.script[depth] if depth < len(self.script) else 0
        self.taken.append(choice)
        self.alternatives.append(len(possible))
        self.probability *= probabilities[possible[choice]]
        return possible[choice]

    def flips(self, probabilities: Tensor) -> Tensor:
        """One coin after the other."""
        result = torch.zeros(probabilities.shape, dtype=torch.bool, device=probabilities.device)
        for position, value in enumerate(_only_row(probabilities).tolist()):
            result[0, position] = bool(self._choose((1.0 - value, value)))
        return result

    def subset(self, candidates: Tensor, sizes: Tensor) -> Tensor:
        """One of all subsets of the size."""
        members = _only_row(candidates).nonzero().flatten().tolist()
        subsets = list(itertools.combinations(members, min(int(sizes[0]), len(members))))
        chosen = subsets[self._choose((1.0 / len(subsets),) * len(subsets))]
        result = torch.zeros_like(candidates)
        result[0, list(chosen)] = True
        return result

    def symbols(self, log_probs: Tensor, positions: Tensor) -> Tensor:
        """One symbol after the other."""
        values = torch.zeros(positions.shape, dtype=torch.int64, device=positions.device)
        for position in _only_row(positions).nonzero().flatten().tolist():
            law = log_probs[0, position].double().exp().tolist()
            values[0, position] = self._choose(law)
        return values


def outcomes(rule: Callable[[Chance], Outcome]) -> Iterator[tuple[float, Outcome]]:
    """Every outcome of a rule for a single row with its probability, by replaying the rule.

    The rule is called once for each leaf of the tree of its choices: small cases only.
    """
    script: list[int] = []
    while True:
        branch = Enumerate(script)
        result = rule(branch)
        yield branch.probability, result
        script = branch.taken
        while script and script[-1] + 1 == branch.alternatives[len(script) - 1]:
            script = script[:-1]
        if not script:
            return
        script = [*script[:-1], script[-1] + 1]


def _only_row(rows: Tensor) -> Tensor:
    if len(rows) != 1:
        raise ValueError(f"outcomes are enumerated for one row at a time, got {len(rows)}")
    return rows[0]
