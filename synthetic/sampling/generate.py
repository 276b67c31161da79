"""The loop: a denoiser and a strategy turn masked sequences into sequences.

tokens, all masked but the prompt
  for each step of the strategy
    rows   = strategy.needs_call(...)          the rows that reveal something
    law    = denoiser(tokens[rows])            counted, in pieces of batch_size rows
    reveal, hide, values = strategy.act(...)   symbols drawn through chance
    tokens = values where reveal, mask where hide
"""

import math

import torch
from torch import Tensor

from synthetic.arguments import (
    check_count,
    check_generator,
    check_integer,
    check_length,
    checked,
)
from synthetic.denoisers.denoiser import Denoiser, check_denoiser, check_log_probs
from synthetic.denoisers.noisy_denoiser import NoisyDenoiser
from synthetic.denoisers.noisy_oracle import NoisyOracle
from synthetic.denoisers.noisy_perturbed import NoisyPerturbed
from synthetic.denoisers.oracle import Oracle
from synthetic.denoisers.perturbed import Perturbed
from synthetic.languages.sequences import check_tokens
from synthetic.sampling.chance import Chance, Draw
from synthetic.sampling.contract import check_strategy, steps_of, take_step
from synthetic.sampling.generation import Generation
from synthetic.sampling.strategies.strategy import Action, Strategy

BATCH_SIZE = 512


@checked
def generate(
    denoiser: Denoiser,
    strategy: Strategy,
    *,
    length: int,
    count: int,
    generator: torch.Generator,
    prompt: Tensor | None = None,
    batch_size: int = BATCH_SIZE,
) -> Generation:
    """Sequences (count, length) drawn by a strategy from a denoiser, with what they cost.

    `prompt` is (L,) or (count, L) int64 with the mask where free; its revealed tokens stay. Draws
    are made on the generator's device and moved, so that one seed gives one stream. The denoiser
    is called on at most `batch_size` rows at once, which changes no draw, and on no row that the
    step leaves as it is. One-line errors: a prompt of another shape, with tokens out of range or
    impossible in the denoiser's language; a denoiser that returns no laws; a strategy that does
    not fit the prompt, changes a revealed token, or leaves a mask.

    Examples:
        >>> from synthetic.denoisers import Oracle
        >>> from synthetic.languages import CopyPairs
        >>> from synthetic.sampling import LeftToRight
        >>> chance = torch.Generator().manual_seed(0)
        >>> generation = generate(
        ...     Oracle(CopyPairs(16)), LeftToRight(), length=6, count=2, generator=chance
        ... )
        >>> generation.tokens.shape, generation.evaluations.tolist()
        (torch.Size([2, 6]), [6, 6])
    """
    check_denoiser(denoiser)
    check_strategy(strategy)
    check_generator(generator)
    length, count = check_length(length), check_count(count)
    tokens = masked_start(denoiser, length, count, prompt)
    return run(denoiser, strategy, tokens, Draw(generator), batch_size=batch_size)


@torch.no_grad()
def run(
    denoiser: Denoiser,
    strategy: Strategy,
    tokens: Tensor,
    chance: Chance,
    *,
    batch_size: int = BATCH_SIZE,
) -> Generation:
    """The loop itself on partial sequences (B, L), with any source of chance."""
    batch_size = check_integer("batch_size", batch_size)
    mask = denoiser.vocab_size
    tokens = tokens.clone()
    free = tokens == mask
    calls = torch.zeros(len(tokens), dtype=torch.int64, device=tokens.device)
    probes = torch.zeros_like(calls)
    reveal_step = torch.zeros_like(tokens)
    everything = torch.ones(len(tokens), dtype=torch.bool, device=tokens.device)

    def probe(variant: Tensor) -> Tensor:
        probes.add_(1)
        return _evaluate(denoiser, variant, everything, batch_size)

    def laws(rows: Tensor) -> Tensor:
        return _evaluate(denoiser, tokens, rows, batch_size)

    state = strategy.begin(tokens.clone(), mask, chance)
    for step in range(steps_of(strategy, tokens)):
        if not strategy.remasks and not bool((tokens == mask).any()):
            break
        rows, action = take_step(strategy, state, tokens, step, chance, laws, probe)
        calls += rows
        tokens, state = tokens_after(tokens, action, free, mask, strategy), action.state
        reveal_step = reveal_step.masked_fill(action.reveal, step + 1)
    if bool((tokens == mask).any()):
        raise ValueError(f"{strategy} left a position masked after its last step")
    evaluations = calls + probes
    return Generation(tokens, evaluations, probes, evaluations * tokens.shape[1], reveal_step)


def masked_start(
    denoiser: Denoiser | NoisyDenoiser, length: int, count: int, prompt: Tensor | None
) -> Tensor:
    """The partial sequences (count, length) to start from, checked."""
    mask = denoiser.vocab_size
    if prompt is None:
        return torch.full((count, length), mask, dtype=torch.int64, device=denoiser.device)
    if not isinstance(prompt, Tensor) or tuple(prompt.shape) not in {(length,), (count, length)}:
        given = tuple(prompt.shape) if isinstance(prompt, Tensor) else type(prompt).__name__
        raise ValueError(
            f"prompt is a tensor of shape ({length},) or ({count}, {length}), got {given}"
        )
    tokens = check_tokens(prompt.expand(count, length), mask, masked=True).to(denoiser.device)
    if isinstance(denoiser, Oracle | Perturbed | NoisyOracle | NoisyPerturbed):
        impossible = denoiser.language.log_evidence(tokens) == -math.inf
        if bool(impossible.any()):
            row = tokens[impossible][0].tolist()
            raise ValueError(f"the prompt is impossible in this language, got {row}")
    return tokens


def _evaluate(denoiser: Denoiser, tokens: Tensor, rows: Tensor, batch_size: int) -> Tensor:
    """Log-probabilities (B, L, V) of the rows that need them; uniform in the others."""
    shape = (*tokens.shape, denoiser.vocab_size)
    log_probs = torch.full(
        shape, -math.log(denoiser.vocab_size), dtype=torch.float64, device=tokens.device
    )
    called = rows.nonzero().flatten()
    # splitting nothing gives one empty part, which is no reason to call
    for part in called.split(batch_size) if len(called) else ():
        predicted = denoiser(tokens[part])
        log_probs[part] = check_log_probs(predicted, tokens[part], denoiser.vocab_size)
    return log_probs


def tokens_after(
    tokens: Tensor, action: Action, free: Tensor, mask: int, strategy: Strategy
) -> Tensor:
    """Tokens (B, L) after an action of the strategy, the prompt being where `free` (B, L) is false.

    An error where it overwrites a revealed token or the prompt, or hides undeclared.
    """
    reveal, hide, values, _ = action
    if bool((reveal & (tokens != mask)).any()):
        raise ValueError(f"{strategy} gave a symbol to a position that is revealed already")
    if bool((reveal & ((values < 0) | (values >= mask))).any()):
        raise ValueError(f"{strategy} gave a position something else than a symbol 0..{mask - 1}")
    if bool((hide & (~free | (tokens == mask))).any()):
        raise ValueError(f"{strategy} hid the prompt or a position that is masked already")
    if not strategy.remasks and bool(hide.any()):
        raise ValueError(f"{strategy} hid a position without declaring remasks")
    return torch.where(reveal, values, tokens).masked_fill(hide, mask)
