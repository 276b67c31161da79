"""The exact law of what a strategy generates: the referee of all other laws.

The strategy's own rule (`begin`, `needs_call`, `act`) is run on every reachable pair of partial
sequence and memory, with every outcome of its chance; equal pairs are merged after each step. So
the law of a strategy that remasks is the law of its Markov chain over the (V+1)^L partial sequences
(times its memory), and that of one that never remasks is found in passing.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from synthetic.arguments import check_length, checked
from synthetic.denoisers.denoiser import Denoiser, check_denoiser, check_log_probs
from synthetic.sampling.chance import Chance
from synthetic.sampling.contract import check_strategy, steps_of, take_step
from synthetic.sampling.generate import BATCH_SIZE, tokens_after
from synthetic.sampling.strategies.strategy import Strategy
from theory.laws.enumeration.all_outcomes import TooManyOutcomesError, all_outcomes
from theory.laws.one_thread import one_thread

CONTEXT_LIMIT = 2**17  # partial sequences (V+1)^L
PAIR_LIMIT = 2**20  # pairs of a partial sequence and a memory
OUTCOMES_AT_ONCE = 2**18


class Pairs(NamedTuple):
    """Tokens (M, L), memory of the strategy for them, and the probability (M,) of each pair."""

    tokens: Tensor
    state: Any
    probability: Tensor


@checked
@one_thread()
@torch.no_grad()
def output_law(denoiser: Denoiser, strategy: Strategy, *, length: int) -> Tensor:
    """Probability of every sequence of L symbols that the strategy generates, (V^L,) float64.

    In row-major order, the last position fastest, as `enumerate_sequences`. Exact over all
    randomness of the strategy, ties included: a symbol of log-probability minus infinity has
    probability 0, nothing is dropped or clipped, and probabilities are sums of products of at most
    (N + 1) L factors, so that rounding is a relative error of about N L 2^-52, and they sum to one
    as closely. The rule must treat each row by itself, as generate asks too; its memory is a
    NamedTuple of tensors with one row a sequence, or scalars that are equal for all.

    Memory is that of 2^18 outcomes (or those of one pair) of a step and of the pairs; a step of
    Bernoulli reveal has at most (2V+1)^L outcomes, about 10^6 of them a second. One-line errors:
    more than 2^17 partial sequences (V+1)^L; more than 2^20 pairs of a partial sequence and a
    memory; a strategy that breaks its contract; a denoiser that returns no laws.

    Examples:
        Two equal tokens, revealed in one step and one after the other:

        >>> from synthetic.denoisers import Oracle
        >>> from synthetic.languages import CopyPairs
        >>> from synthetic.sampling import FixedCount
        >>> for sizes in ((2,), (1, 1)):
        ...     print(output_law(Oracle(CopyPairs(2)), FixedCount(sizes), length=2).tolist())
        [0.25, 0.25, 0.25, 0.25]
        [0.5, 0.0, 0.0, 0.5]
    """
    check_denoiser(denoiser)
    check_strategy(strategy)
    mask, device = denoiser.vocab_size, denoiser.device
    if (mask + 1) ** check_length(length) > CONTEXT_LIMIT:
        raise ValueError(
            f"an exact output law at length {length} needs {mask + 1}^{length} partial sequences, "
            f"allowed are {CONTEXT_LIMIT}: use a chain law such as chain_sequence_error_rate, or "
            "sample with generate"
        )
    laws = PredictedLaws(denoiser, length)
    start = torch.full((1, length), mask, dtype=torch.int64, device=device)
    law = torch.zeros(mask**length, dtype=torch.float64, device=device)
    origin = torch.zeros(1, dtype=torch.int64, device=device)

    def begin(chance: Chance, rows: Tensor) -> Any:
        return strategy.begin(start[rows], mask, chance)

    rows, probability, state = all_outcomes(begin, origin, OUTCOMES_AT_ONCE)
    pairs = _merged(Pairs(start[rows], state, probability), mask)
    for step in range(steps_of(strategy, start)):
        if not strategy.remasks:
            pairs = _without_complete(pairs, law, mask)
        if not len(pairs.tokens):
            break
        pairs = _step(pairs, strategy, step, laws, mask)
    pairs = _without_complete(pairs, law, mask)
    if len(pairs.tokens):
        raise ValueError(f"{strategy} left a position masked after its last step")
    return law


class PredictedLaws:
    """A denoiser whose predictions are kept: each partial sequence is evaluated once.

    Row 0 of `log_probs` is uniform, for partial sequences that are not called.
    """

    def __init__(self, denoiser: Denoiser, length: int) -> None:
        self.denoiser = denoiser
        self.base = denoiser.vocab_size + 1
        device = denoiser.device
        self.place = torch.zeros(self.base**length, dtype=torch.int64, device=device)
        shape = (1, length, denoiser.vocab_size)
        uniform = torch.ones(shape, dtype=torch.float64, device=device)
        self.log_probs = uniform.log_softmax(-1)

    def __call__(self, tokens: Tensor, called: Tensor) -> Tensor:
        """Log-probabilities (B, L, V) in nats for tokens (B, L); uniform where not called (B,)."""
        code = sequence_code(tokens, self.base)
        new = code[called & (self.place[code] == 0)].unique()
        fresh = [self.log_probs]
        for part in new.split(BATCH_SIZE) if len(new) else ():
            contexts = _digits(part, self.base, tokens.shape[1])
            predicted = self.denoiser(contexts.clone())  # that one may change
            fresh.append(check_log_probs(predicted, contexts, self.base - 1))
        self.place[new] = torch.arange(len(new), device=new.device) + len(self.log_probs)
        self.log_probs = torch.cat(fresh)
        return self.log_probs[torch.where(called, self.place[code], 0)]


def sequence_code(tokens: Tensor, base: int) -> Tensor:
    """The row-major index (B,) int64 of sequences (B, L) of digits below `base`."""
    code = torch.zeros(len(tokens), dtype=torch.int64, device=tokens.device)
    for column in tokens.unbind(dim=1):
        code = code * base + column
    return code


def _digits(code: Tensor, base: int, length: int) -> Tensor:
    """The sequences (B, L) of row-major indices (B,)."""
    powers = [base**power for power in reversed(range(length))]
    return torch.stack([code // power % base for power in powers], dim=1)


def _step(pairs: Pairs, strategy: Strategy, step: int, laws: PredictedLaws, mask: int) -> Pairs:
    """The pairs after a step, merged; the pairs before it are taken in pieces that fit."""

    def probe(variant: Tensor) -> Tensor:
        return laws(variant, torch.ones_like(variant[:, 0], dtype=torch.bool))

    def rule(chance: Chance, rows: Tensor) -> tuple[Tensor, Any]:
        tokens = pairs.tokens[rows]
        state = _rows_of(pairs.state, rows)

        def predicted(called: Tensor) -> Tensor:
            return laws(tokens, called)

        _, action = take_step(strategy, state, tokens, step, chance, predicted, probe)
        free = torch.ones_like(tokens, dtype=torch.bool)
        return tokens_after(tokens, action, free, mask, strategy), action.state

    pending = [torch.arange(len(pairs.tokens), device=pairs.tokens.device)]
    after: list[Pairs] = []
    while pending:
        piece = pending.pop()
        try:
            rows, probability, (tokens, state) = all_outcomes(rule, piece, OUTCOMES_AT_ONCE)
        except TooManyOutcomesError:
            pending.extend(piece.chunk(2))
            continue
        after.append(_merged(Pairs(tokens, state, pairs.probability[rows] * probability), mask))
    return after[0] if len(after) == 1 else _merged(_joined(after), mask)


def _without_complete(pairs: Pairs, law: Tensor, mask: int) -> Pairs:
    """The pairs that still have a mask; the others are added to the law."""
    complete = (pairs.tokens != mask).all(dim=1)
    if not bool(complete.any()):
        return pairs
    law.index_add_(0, sequence_code(pairs.tokens[complete], mask), pairs.probability[complete])
    rest = (~complete).nonzero().flatten()
    return Pairs(pairs.tokens[rest], _rows_of(pairs.state, rest), pairs.probability[rest])


def _merged(pairs: Pairs, mask: int) -> Pairs:
    """Each distinct pair once, with the sum of the probabilities; equal means equal bit for bit."""
    _check_state(pairs.state, len(pairs.tokens))
    key = sequence_code(pairs.tokens, mask + 1)
    for memory in pairs.state:
        if memory.dim() == 0:
            continue
        for column in _bit_columns(memory):
            if bool((column != column[0]).any()):
                _, rank = column.unique(return_inverse=True)
                _, rest = key.unique(return_inverse=True)  # both below 2^31: no overflow
                key = rest * (int(rank.max()) + 1) + rank
    distinct, group = key.unique(return_inverse=True)
    if len(distinct) > PAIR_LIMIT:
        raise ValueError(
            f"an exact output law holds at most {PAIR_LIMIT} pairs of a partial sequence and a "
            f"memory, got {len(distinct)}: use a shorter length, or sample with generate"
        )
    probability = pairs.probability.new_zeros(len(distinct))
    probability.index_add_(0, group, pairs.probability)
    first = torch.empty_like(distinct)
    first[group] = torch.arange(len(group), device=group.device)  # any member of the group will do
    return Pairs(pairs.tokens[first], _rows_of(pairs.state, first), probability)


def _bit_columns(memory: Tensor) -> Sequence[Tensor]:
    """The columns of a memory (B, ...) as int64 of the same bits."""
    flat = memory.reshape(len(memory), -1)
    if flat.dtype.is_floating_point:
        flat = flat.double().view(torch.int64)
    return flat.long().unbind(dim=1)


def _rows_of(state: Any, rows: Tensor) -> Any:
    """The memory of some rows; scalars are shared by all."""
    chosen = [memory if memory.dim() == 0 else memory[rows] for memory in state]
    return type(state)(*chosen) if hasattr(state, "_fields") else type(state)(chosen)


def _joined(parts: Sequence[Pairs]) -> Pairs:
    """Pairs of several pieces in one; scalars of the memory must agree."""
    first = parts[0].state
    memories = []
    for column in zip(*(part.state for part in parts), strict=True):
        if column[0].dim():
            memories.append(torch.cat(column))
        elif all(torch.equal(column[0], other) for other in column):
            memories.append(column[0])
        else:
            raise ValueError("a scalar in a strategy's memory is the same for all rows, got two")
    state = type(first)(*memories) if hasattr(first, "_fields") else type(first)(memories)
    return Pairs(
        torch.cat([part.tokens for part in parts]),
        state,
        torch.cat([part.probability for part in parts]),
    )


def _check_state(state: object, count: int) -> None:
    """A one-line error where the memory is not a tuple of tensors with one row a sequence."""
    if not isinstance(state, tuple) or not all(isinstance(part, Tensor) for part in state):
        raise TypeError(f"a strategy's memory is a NamedTuple of tensors, got {state!r:.80}")
    shapes = [tuple(part.shape) for part in state if part.dim() and len(part) != count]
    if shapes:
        raise ValueError(
            f"a strategy's memory has one row for each of the {count} sequences, or is a scalar, "
            f"got shape {shapes[0]}"
        )
