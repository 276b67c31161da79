"""Ancestral sampling of tokens that can be revised: every step redraws every token.

tokens from the prior pi, the prompt kept
  for each step of the grid, from level eta down to eta'
    law    = denoiser(tokens, eta)             of the clean tokens; counted
    tokens = drawn from k(. | tokens)          each position by itself, through chance
    the corrector's sweeps at level eta'       one more call each
"""

import itertools

import torch
from torch import Tensor

from synthetic.arguments import check_count, check_generator, check_integer, check_length, checked
from synthetic.denoisers.denoiser import check_log_probs
from synthetic.denoisers.noisy_denoiser import NoisyDenoiser, check_noisy_denoiser
from synthetic.noise import Noise, check_grid, point_masses
from synthetic.sampling.chance import Chance, Draw
from synthetic.sampling.corrector import GibbsCorrector
from synthetic.sampling.generate import BATCH_SIZE, masked_start
from synthetic.sampling.generation import Generation


@checked
def ancestral(
    denoiser: NoisyDenoiser,
    noise: Noise,
    grid: object,
    *,
    length: int,
    count: int,
    generator: torch.Generator,
    prompt: Tensor | None = None,
    predicted_token: bool = False,
    corrector: GibbsCorrector | None = None,
    batch_size: int = BATCH_SIZE,
) -> Generation:
    """Sequences (count, length) drawn by ancestral sampling along a grid of noise levels.

    A step draws each token from the posterior kernel (`Noise.reverse_log_kernel`), or with
    `predicted_token` a clean token first and then one at the next level given it and the present
    one: the same law (D3PM, arXiv 2107.03006v3, equation 4). The last step, to level 0, draws clean
    tokens. `prompt` is (L,) or (count, L) int64 with V where free; its tokens stay, at level 0.

    `evaluations` counts the calls on each row, N in all and one more a sweep of the corrector
    (those are `probes`); a row in which nothing is in doubt, which absorbing noise can leave, is
    not called. `reveal_step` is the last step 1..N that changed a token, 0 where none did. One
    seed gives one stream on every device, whatever `batch_size`, the most rows called at once.
    """
    check_noisy_denoiser(denoiser)
    check_noise(noise, denoiser)
    check_generator(generator)
    if corrector is not None:
        corrector.check(noise)
    tokens = masked_start(denoiser, check_length(length), check_count(count), prompt)
    sampler = AncestralSampler(denoiser, noise, predicted_token, corrector, batch_size)
    return sampler.run(tokens, check_grid(grid).tolist(), Draw(generator))


def check_noise(noise: object, denoiser: NoisyDenoiser) -> Noise:
    """The noise as given, or a one-line error where it does not fit the denoiser."""
    if not isinstance(noise, Noise):
        raise TypeError(f"noise is an object such as Uniform(8), got {noise!r}")
    if noise.vocab_size != denoiser.vocab_size:
        raise ValueError(
            f"noise and denoiser have the same symbols, got {noise.vocab_size} and "
            f"{denoiser.vocab_size}"
        )
    trained_on = getattr(denoiser, "noise", noise)
    if isinstance(trained_on, Noise) and trained_on != noise:
        raise ValueError(f"this denoiser is one of {trained_on}, got {noise}")
    return noise


class AncestralSampler:
    """One rule for simulation and enumeration: all its randomness goes through chance."""

    def __init__(
        self,
        denoiser: NoisyDenoiser,
        noise: Noise,
        predicted_token: bool = False,
        corrector: GibbsCorrector | None = None,
        batch_size: int = BATCH_SIZE,
    ) -> None:
        self.denoiser = denoiser
        self.noise = noise
        self.predicted_token = predicted_token
        self.corrector = corrector
        self.batch_size = check_integer("batch_size", batch_size)

    @torch.no_grad()
    def run(self, tokens: Tensor, grid: list[float], chance: Chance) -> Generation:
        """Sequences from partial ones (B, L), V where free, along the levels of a grid."""
        free = tokens == self.noise.vocab_size
        prior = self.noise.law(tokens.device).log().expand(*tokens.shape, -1)
        tokens = torch.where(free, chance.symbols(prior, free), tokens)
        calls = torch.zeros(len(tokens), dtype=torch.int64, device=tokens.device)
        probes = torch.zeros_like(calls)
        changed = torch.zeros_like(tokens)
        for step, (eta, lower) in enumerate(itertools.pairwise(grid), 1):
            before = tokens
            tokens, called = self.step(tokens, free, eta, lower, chance)
            calls += called
            if self.corrector is not None and lower > 0:
                for _ in range(self.corrector.sweeps):
                    tokens, called = self.sweep(tokens, free, lower, chance)
                    probes += called
            changed = changed.masked_fill(tokens != before, step)
        evaluations = calls + probes
        return Generation(tokens, evaluations, probes, evaluations * tokens.shape[1], changed)

    def step(
        self, tokens: Tensor, free: Tensor, eta: float, lower: float, chance: Chance
    ) -> tuple[Tensor, Tensor]:
        """Tokens (B, L) at level `lower` from noisy ones at level eta, and the rows (B,) called."""
        levels, below = free.double() * eta, free.double() * lower
        law, called = self._predicted(tokens, levels)
        if self.predicted_token:
            law = point_masses(law, chance.symbols(law, free), free)
        kernel = self._kernel(law, tokens, levels, below)
        return torch.where(free, chance.symbols(kernel, free), tokens), called

    def kernel(self, tokens: Tensor, eta: float, lower: float) -> Tensor:
        """The log-laws (B, L, A) in nats of each token in a step without a prompt."""
        levels = torch.full(tokens.shape, eta, dtype=torch.float64, device=tokens.device)
        law, _ = self._predicted(tokens, levels)
        return self._kernel(law, tokens, levels, torch.full_like(levels, lower))

    def sweep(
        self, tokens: Tensor, free: Tensor, eta: float, chance: Chance
    ) -> tuple[Tensor, Tensor]:
        """Noisy tokens (B, L) after one sweep of the corrector, and the rows (B,) called."""
        if self.corrector is None:
            raise ValueError("a sweep needs a corrector, got none")
        levels = free.double() * eta
        law, called = self._predicted(tokens, levels)
        return self.corrector.sweep(law, tokens, levels, self.noise, chance), called

    def _predicted(self, tokens: Tensor, levels: Tensor) -> tuple[Tensor, Tensor]:
        """Laws (B, L, V) of the clean tokens, point masses where known, and the rows called."""
        known = self.noise.known(tokens, levels)
        called = ~known.all(dim=1)
        shape = (*tokens.shape, self.noise.vocab_size)
        laws = torch.zeros(shape, dtype=torch.float64, device=tokens.device)
        rows = called.nonzero().flatten()
        for part in rows.split(self.batch_size) if len(rows) else ():
            predicted = self.denoiser(tokens[part], levels[part])
            laws[part] = check_log_probs(
                predicted, tokens[part], self.noise.vocab_size, ~known[part]
            )
        return point_masses(laws, tokens, known), called

    def _kernel(self, *given: Tensor) -> Tensor:
        """The posterior kernel (B, L, A), in pieces that fit."""
        pieces = zip(*(each.split(self.batch_size) for each in given))
        return torch.cat([self.noise.reverse_log_kernel(*piece) for piece in pieces])
