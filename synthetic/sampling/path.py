"""The probability of given sequences along the reveal paths of a strategy."""

import torch
from torch import Tensor

from synthetic.arguments import check_generator, check_integer
from synthetic.denoisers.denoiser import Denoiser, check_denoiser
from synthetic.languages.sequences import check_tokens
from synthetic.sampling.chance import Draw, Forced
from synthetic.sampling.contract import check_strategy
from synthetic.sampling.generate import BATCH_SIZE, run
from synthetic.sampling.strategies.strategy import Strategy


def path_log_prob(
    denoiser: Denoiser,
    strategy: Strategy,
    sequences: Tensor,
    generator: torch.Generator,
    *,
    paths: int = 1,
    batch_size: int = BATCH_SIZE,
) -> Tensor:
    """Log-probability in nats of sequences (B, L) along `paths` random reveal paths, (paths, B).

    A path is a draw of the strategy's choices with the symbols forced to the sequence, and its
    log-probability the sum of the denoiser's at each reveal. The mean of its exponential over
    paths is the probability that the strategy generates the sequence; the mean of itself is at
    most the log of that, by convexity. Only for strategies that choose before they sample and
    never remask, and draw all symbols through `chance`; another is a one-line error, as are
    incomplete sequences.
    """
    check_denoiser(denoiser)
    check_strategy(strategy)
    paths = check_integer("paths", paths)
    check_generator(generator)
    sequences = check_tokens(sequences, denoiser.vocab_size, masked=False).to(denoiser.device)
    if not has_path_probability(strategy):
        raise ValueError(
            "a path probability needs a strategy that chooses, then samples, and never remasks, "
            f"got {strategy}"
        )
    masked = torch.full_like(sequences, denoiser.vocab_size)
    result = []
    for _ in range(paths):
        chance = Forced(Draw(generator), sequences)
        drawn = run(denoiser, strategy, masked, chance, batch_size=batch_size)
        if not torch.equal(drawn.tokens, sequences):
            raise ValueError(
                f"{strategy} draws symbols by itself: a path probability needs "
                "chance.symbols(log_probs, positions)"
            )
        result.append(chance.log_prob)
    return torch.stack(result)


def has_path_probability(strategy: Strategy) -> bool:
    """Whether `path_log_prob` is defined: positions chosen before symbols, none masked again."""
    return strategy.draw_order == "choose_then_sample" and not strategy.remasks
