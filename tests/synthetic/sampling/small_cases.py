"""Referees for samplers on small cases: tabulated denoisers, laws by brute force, exact tests.

The brute force never enters the loop: it lists reveal orders itself and multiplies table entries.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from scipy import stats
from torch import Tensor

from synthetic.denoisers import Denoiser, Oracle
from synthetic.languages import Language, enumerate_sequences
from synthetic.sampling import Generation, Strategy
from synthetic.sampling.chance import Chance, Forced, outcomes
from synthetic.sampling.generate import run

CPU = torch.device("cpu")
Partition = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Table:
    """A denoiser listed in full for one length: log_probs ((V+1)^L, L, V), contexts row-major."""

    log_probs: Tensor

    @property
    def vocab_size(self) -> int:
        return self.log_probs.shape[-1]

    @property
    def length(self) -> int:
        return self.log_probs.shape[1]

    @property
    def device(self) -> torch.device:
        return self.log_probs.device

    def __call__(self, tokens: Tensor) -> Tensor:
        return self.log_probs[index_of(tokens, self.vocab_size + 1)]


def index_of(tokens: Tensor, base: int) -> Tensor:
    """The row-major index (B,) of sequences (B, L)."""
    powers = [base**power for power in reversed(range(tokens.shape[1]))]
    return (tokens * torch.tensor(powers, device=tokens.device)).sum(1)


def tabulated(denoiser: Denoiser, length: int) -> Table:
    """A denoiser at one length as a table."""
    contexts = enumerate_sequences(denoiser.vocab_size + 1, length, denoiser.device)
    return Table(denoiser(contexts))


def random_table(vocab_size: int, length: int, seed: int, zeros: float = 0.0) -> Table:
    """Independent random laws in every context, each entry zero with probability `zeros`.

    They are the conditional laws of no joint law, so that the order of reveals matters.
    """
    g = generator(seed)
    shape = ((vocab_size + 1) ** length, length, vocab_size)
    weights = -torch.rand(shape, dtype=torch.float64, generator=g, device=CPU).log()
    kept = torch.rand(shape, dtype=torch.float64, generator=g, device=CPU) >= zeros
    kept[..., 0] |= ~kept.any(-1)
    weights = weights * kept
    return Table((weights / weights.sum(-1, keepdim=True)).log())


def generator(seed: int) -> torch.Generator:
    """A CPU generator with a seed."""
    return torch.Generator(device="cpu").manual_seed(seed)


def all_masked(denoiser: Denoiser, length: int, count: int = 1) -> Tensor:
    """Sequences (count, length) with nothing revealed."""
    return torch.full((count, length), denoiser.vocab_size, device=denoiser.device)


def law_by_outcomes(denoiser: Denoiser, strategy: Strategy, length: int) -> Tensor:
    """The exact law (V^L,) of a strategy: the rule itself under enumerated chance."""
    start = all_masked(denoiser, length)

    def rule(chance: Chance) -> Generation:
        return run(denoiser, strategy, start, chance)

    shares: list[list[float]] = [[] for _ in range(denoiser.vocab_size**length)]
    for probability, generation in outcomes(rule):
        shares[int(index_of(generation.tokens, denoiser.vocab_size))].append(probability)
    return torch.tensor([math.fsum(parts) for parts in shares], dtype=torch.float64, device=CPU)


def path_outcomes(
    denoiser: Denoiser, strategy: Strategy, word: Tensor
) -> list[tuple[float, float]]:
    """Every reveal path of a word (L,): its probability and the word's log-probability along it."""
    start = all_masked(denoiser, len(word))

    def rule(chance: Chance) -> float:
        forced = Forced(chance, word.unsqueeze(0))
        run(denoiser, strategy, start, forced)
        return float(forced.log_prob)

    return list(outcomes(rule))


def law_along(table: Table, partition: Partition) -> Tensor:
    """The law (V^L,) of revealing the sets of positions one after the other."""
    sequences = enumerate_sequences(table.vocab_size, table.length)
    tokens = torch.full_like(sequences, table.vocab_size)
    law = torch.ones(len(sequences), dtype=torch.float64, device=CPU)
    for positions in partition:
        probabilities = table(tokens).exp()
        for position in positions:
            symbols = sequences[:, position]
            law = law * probabilities[range(len(law)), position, symbols]
            tokens = tokens.clone()
            tokens[:, position] = symbols
    return law


def mixture(table: Table, partitions: Callable[[], list[tuple[float, Partition]]]) -> Tensor:
    """The law of a random partition, each given with its probability."""
    return torch.stack([weight * law_along(table, sets) for weight, sets in partitions()]).sum(0)


def bernoulli_paths(length: int, schedule: Sequence[float]) -> list[tuple[float, Partition]]:
    """Every assignment of independent reveal steps to positions."""
    steps = range(len(schedule))
    return [
        (
            math.prod(schedule[step] for step in assigned),
            [[i for i in range(length) if assigned[i] == step] for step in steps],
        )
        for assigned in itertools.product(steps, repeat=length)
    ]


def fixed_count_paths(length: int, sizes: Sequence[int]) -> list[tuple[float, Partition]]:
    """Every order of the positions, cut into pieces of the sizes."""
    ends = list(itertools.accumulate(sizes))
    orders = list(itertools.permutations(range(length)))
    return [
        (
            1 / len(orders),
            [order[end - size : end] for size, end in zip(sizes, ends, strict=True)],
        )
        for order in orders
    ]


def block_paths(length: int, block: int) -> list[tuple[float, Partition]]:
    """The one path from left to right."""
    return [(1.0, [range(i, min(i + block, length)) for i in range(0, length, block)])]


def paths_of(length: int, kind: str, vector: Sequence[float]) -> list[tuple[float, Partition]]:
    """Paths of a strategy by name: a schedule, sizes, nothing or (block,)."""
    if kind == "Bernoulli":
        return bernoulli_paths(length, vector)
    if kind == "LeftToRight":
        return block_paths(length, int(vector[0]))
    sizes = (1,) * length if kind == "FirstHitting" else [int(size) for size in vector]
    return fixed_count_paths(length, sizes)


def brute_force_law(table: Table, kind: str, vector: Sequence[float]) -> Tensor:
    """The law (V^L,) of a strategy, given by name and vector."""
    return mixture(table, lambda: paths_of(table.length, kind, vector))


def exact_path_gap(language: Language, length: int, strategy: Strategy) -> float:
    """E_q[log q(x) - E_path log p(x along the path)] / L by listing words and paths."""
    table = tabulated(Oracle(language), length)
    words = enumerate_sequences(language.vocab_size, length)
    gap = 0.0
    for word, log_q in zip(words, language.log_prob(words).tolist(), strict=True):
        if log_q > -math.inf:
            paths = path_outcomes(table, strategy, word)
            mean = math.fsum(probability * value for probability, value in paths)
            gap += math.exp(log_q) * (log_q - mean) / length
    return gap


def copy_pairs_error(symbols: int, length: int, schedule: Sequence[float]) -> float:
    """D4: 1 - (1 - (1 - 1/symbols) sum_k a_k^2)^(L/2), exact denoiser, Bernoulli reveal."""
    collision = sum(probability**2 for probability in schedule)
    return 1 - (1 - (1 - 1 / symbols) * collision) ** (length // 2)


def binomial_fits(successes: int, samples: int, probability: float, false_alarm: float) -> bool:
    """Whether a count agrees with Binomial(samples, probability): exact, both tails."""
    law = stats.binom(samples, probability)
    return min(float(law.cdf(successes)), float(law.sf(successes - 1))) > false_alarm / 2


def frequencies_fit(tokens: Tensor, vocab_size: int, law: Tensor, false_alarm: float) -> bool:
    """Whether sequences (B, L) are draws from a law (V^L,): an exact binomial test for each.

    Rejects a true law with probability at most `false_alarm` (Bonferroni over the V^L sequences).
    """
    counts = torch.bincount(index_of(tokens, vocab_size), minlength=len(law)).tolist()
    return all(
        binomial_fits(count, len(tokens), min(probability, 1.0), false_alarm / len(law))
        for count, probability in zip(counts, law.tolist(), strict=True)
    )
